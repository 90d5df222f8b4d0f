"""The table of paths holds what the descents hold, one row per step that there is."""

import numpy as np

from nnviz import optim
from nnviz.tables import STATE, TRAJECTORY, state_table, trajectory_table
from nnviz.train import descend

STARTS = [(-7.0, 2.0), (3.0, 1.0)]


def test_rows_are_the_points_of_the_paths():
    descent = descend("bowl", optim.adam(0.3), STARTS, steps=4)
    table = TRAJECTORY.check(trajectory_table({"Adam": descent}))
    assert len(table) == 2 * 5
    second = table[table["start"] == 1].sort_values("step")
    np.testing.assert_array_equal(second["step"], range(5))
    np.testing.assert_array_equal(second[["x", "y"]], descent.points[:, 1])
    np.testing.assert_array_equal(second["loss"], descent.value[:, 1])
    np.testing.assert_array_equal(second["gradient_norm"], descent.gradient_norm[:, 1])
    np.testing.assert_allclose(second["distance"], np.hypot(second["x"], second["y"]))
    np.testing.assert_array_equal(second[["step_x", "step_y"]][:-1], descent.step_size[:, 1])
    assert second[["step_x", "step_y"]].iloc[-1].isna().all()


def test_a_path_that_diverged_ends_with_its_last_point():
    rates = np.array([0.1, 2.0])[:, None]
    descent = descend("bowl", optim.sgd(rates), STARTS[0], steps=50)
    table = trajectory_table({"sweep": descent})
    assert table.groupby("start")["step"].max().tolist() == [50, 4]
    assert table.groupby("start")["diverged"].all().tolist() == [False, True]
    assert table[["x", "y", "loss", "gradient_norm"]].notna().all(axis=None)


def test_states_come_as_columns_of_their_own():
    rules = {"momentum": optim.momentum(0.1), "adam": optim.adam(0.1), "sgd": optim.sgd(0.1)}
    descents = {
        name: descend("bowl", rule, STARTS, steps=3, keep_states=True)
        for name, rule in rules.items()
    }
    table = trajectory_table(descents).set_index(["optimizer", "start", "step"]).sort_index()
    assert {"velocity_x", "velocity_y", "mean_x", "square_y"} < set(table.columns)
    velocity = descents["momentum"].states["velocity"]
    assert table.loc[("momentum", 1, 2), "velocity_y"] == velocity[2, 1, 1]
    assert table.loc["sgd", "velocity_x"].isna().all()


def test_no_descents_no_rows():
    assert trajectory_table({}).empty


def test_each_path_has_its_number_whatever_the_shape_of_the_starts(rng):
    starts = rng.uniform(-5, 5, (2, 3, 2))
    table = trajectory_table({"sgd": descend("bowl", optim.sgd(0.1), starts, steps=2)})
    first = table[table["step"] == 0].sort_values("start")
    np.testing.assert_array_equal(first[["x", "y"]], starts.reshape(6, 2))
    assert first["start"].tolist() == list(range(6))


def test_what_drives_a_path_is_a_row_per_quantity_and_step():
    descent = descend("bowl", optim.adam(0.3), STARTS, steps=4, keep_states=True)
    table = STATE.check(state_table({"Adam": descent}))
    counts = table.groupby("quantity", sort=False).size().to_dict()
    assert counts == {"gradient": 10, "mean": 10, "square": 10, "update": 8, "step_size": 8}
    second = table[table["start"] == 1].set_index(["quantity", "step"]).sort_index()
    along = ["along_x", "along_y"]
    np.testing.assert_array_equal(second.loc["mean", along], descent.states["mean"][:, 1])
    np.testing.assert_array_equal(second.loc["square", ["x", "y"]], descent.points[:, 1])
    np.testing.assert_array_equal(
        second.loc["update", along], np.diff(descent.points[:, 1], axis=0)
    )
    np.testing.assert_array_equal(second.loc["step_size", along], descent.step_size[:, 1])
    slopes = np.array([0.1, 2.0])
    np.testing.assert_array_equal(second.loc["gradient", along], descent.points[:, 1] * slopes)


def test_what_drives_a_path_ends_where_the_path_ends():
    lost = descend("bowl", optim.momentum(2.0), STARTS[0], steps=50, keep_states=True)
    table = state_table({"lost": lost})
    assert table["step"].max() == lost.last
    assert np.isfinite(table[["along_x", "along_y"]]).all(axis=None)
    assert state_table({}).empty
