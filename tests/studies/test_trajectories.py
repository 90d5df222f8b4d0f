"""The paths on the notes' bowl, to the digits printed in the table of the chapter."""

import numpy as np
import pandas as pd
import pytest

from nnviz import optim, studies, surfaces

# f after 30 updates; length and sign changes of y over the first 30 points, as they are drawn
# in the notes, which leave out the last one.
PRINTED = {
    "sgd": (".01333", 36.81, 29),
    "momentum": (".04794", 12.60, 4),
    "adagrad": (".000722", 7.56, 0),
    "adam": (".1022", 8.18, 2),
}


@pytest.fixture(scope="module")
def bowl():
    return studies.optimizer_trajectories()


@pytest.mark.parametrize("name", PRINTED)
def test_numbers_of_the_chapter(bowl, name):
    loss, length, changes = PRINTED[name]
    path = bowl.table("paths").query("optimizer == @name").sort_values("step")
    assert list(path["step"]) == list(range(31))
    digits = len(loss.lstrip(".0"))
    assert float(f"{path['loss'].iloc[-1]:.{digits}g}") == float(loss)
    seen = path.iloc[:30]
    assert np.hypot(seen["x"].diff(), seen["y"].diff()).sum() == pytest.approx(length, abs=0.005)
    assert (np.diff(np.sign(seen["y"])) != 0).sum() == changes


def test_the_summary_counts_all_updates(bowl):
    row = bowl.table("summary").set_index("optimizer").loc["sgd"]
    assert row["steps"] == 30
    assert row["sign_changes_y"] == 30
    assert row["path_length"] == pytest.approx(36.99, abs=0.005)


def test_every_claim_holds(bowl):
    assert set(bowl.claims) == {
        "descends",
        "sgd zigzags",
        "momentum rounds the corners",
        "adagrad only slows down",
        "adam goes nearly straight",
        "adagrad ends lowest",
        "alike along both axes",
        "momentum goes uphill",
        "adam turns late",
        "uneven along the axes",
    }
    for claim in bowl.claims.values():
        assert claim.holds, claim


def test_a_claim_can_fail():
    """At a rate at which it climbs, SGD does not end lower than it started."""
    study = studies.optimizer_trajectories("bowl", {"sgd": 1.01})
    assert not study.claim("descends").holds


def test_a_start_between_four_minima():
    rates = {"sgd": 0.01, "momentum": 0.005, "adagrad": 1.0, "adam": 0.3}
    study = studies.optimizer_trajectories("himmelblau", rates, start=(-0.3, -0.9), steps=100)
    ends = study.table("summary").set_index("optimizer")
    assert list(ends.index) == list(rates)
    assert (ends["distance"] < 0.05).all()
    assert study.claim("different minima").holds
    uphill = study.claim("overshoots")
    assert uphill.holds
    assert uphill.number == pytest.approx(0.37)
    assert "37% of the updates of Momentum lead uphill, 0% of those of SGD" in uphill.statement
    assert ends["minimum"].to_dict() == {"sgd": 2, "momentum": 2, "adagrad": 1, "adam": 1}


def test_a_valley_that_is_found_at_once_and_followed_slowly():
    rates = {"sgd": 0.001, "momentum": 0.0005, "adagrad": 0.3, "adam": 0.1}
    study = studies.optimizer_trajectories("rosenbrock", rates, steps=500)
    assert study.claim("valley").holds
    # That depends on the rate: at 0.002 SGD, by luck, arrives; at 0.0022 it diverges.
    lucky = studies.optimizer_trajectories("rosenbrock", {"sgd": 0.002}, steps=500)
    assert not lucky.claim("valley").holds
    lost = studies.optimizer_trajectories("rosenbrock", {"sgd": 0.0022}, steps=500)
    assert lost.table("summary")["steps"].item() < 10
    assert not lost.claim("descends").holds


def test_another_surface_and_start():
    study = studies.optimizer_trajectories("rosenbrock", {"adam": 0.1}, start=(-1, 1), steps=50)
    assert study.settings["start"] == [-1.0, 1.0]
    assert study.table("paths")["step"].max() == 50
    assert list(study.claims) == ["descends", "valley", "small gradient"]


def test_the_order_of_optimizers_is_that_of_the_call():
    names = ["momentum", "adam", "sgd", "adagrad"]
    study = studies.optimizer_trajectories("bowl", dict.fromkeys(names, 0.1))
    assert list(study.table("summary")["optimizer"]) == names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"surface": "bowll"}, "surface must be one of .*did you mean 'bowl'"),
        ({"optimizers": {"adm": 0.1}}, "optimizers must be one of .*did you mean 'adam'"),
        ({"optimizers": {"sgd": -1}}, "learning_rate must be a positive number; got -1"),
        ({"optimizers": {}}, "optimizers must have at least one entry"),
        ({"start": (float("nan"), 0)}, "start must be two finite numbers"),
        ({"start": (1, 2, 3)}, "start must be two finite numbers"),
        ({"steps": 0}, "steps must be a positive integer; got 0"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.optimizer_trajectories(**arguments)


def test_momentum_goes_uphill_where_the_value_rises(bowl):
    """Counted on the values: a small step leads uphill where the surface is higher after it."""
    states = bowl.table("states").query("optimizer == 'momentum'")
    wide = {key: rows.set_index("step") for key, rows in states.groupby("quantity")}
    along = ["along_x", "along_y"]
    slope = (wide["gradient"][along] * wide["update"][along]).sum(axis=1).to_numpy()[:30]
    assert bowl.claim("momentum goes uphill").number == np.mean(slope > 0) == 0.3
    tiny = 1e-6 * wide["update"][along].to_numpy()
    points = wide["update"][["x", "y"]].to_numpy()
    value = surfaces.get("bowl").value
    rises = value(*(points + tiny).T) > value(*points.T)
    np.testing.assert_array_equal(rises, slope > 0)


def test_a_small_gradient_far_from_the_minimum():
    rates = {"sgd": 0.001, "momentum": 0.0005, "adagrad": 0.3, "adam": 0.1}
    study = studies.optimizer_trajectories("rosenbrock", rates, steps=60)
    assert study.claim("small gradient").holds
    said = study.claim("small gradient").statement
    assert said == (
        "After 50 updates on Rosenbrock, at most 5.5% of the gradient's size is left, but at least "
        "87.8% of the distance to the minimum"
    )
    assert (
        "small gradient" not in studies.optimizer_trajectories("rosenbrock", rates, steps=40).claims
    )
    straight = studies.optimizer_trajectories(
        "rosenbrock", {"sgd": 1e-5}, start=(1.0, 1.5), steps=60
    )
    assert not straight.claim("small gradient").holds


def test_several_starts_and_rules_with_all_their_settings():
    starts = [(-7, 2), (3, 1), (0.5, 0.5)]
    rules = {"sgd": 0.1, "with momentum": optim.sgd(0.1, momentum=0.5, nesterov=True)}
    study = studies.optimizer_trajectories("bowl", rules, start=starts, steps=20)
    summary = study.table("summary")
    assert len(summary) == 6
    alone = studies.optimizer_trajectories("bowl", rules, start=starts[1], steps=20).table(
        "summary"
    )
    third = summary[summary["start"] == 1].drop(columns="start").reset_index(drop=True)
    pd.testing.assert_frame_equal(third, alone.drop(columns="start"))
    assert study.settings["start"] == [list(map(float, start)) for start in starts]
    assert study.settings["learning_rates"] == {"sgd": 0.1, "with momentum": "as given"}
    assert list(study.claims) == ["descends"]


def test_noise_is_the_same_for_every_optimizer_and_repeats():
    rules = {"one": optim.sgd(0.1), "two": optim.sgd(0.1)}
    study = studies.optimizer_trajectories("bowl", rules, noise=0.5, seed=3)
    one, two = (rows for _, rows in study.table("paths").groupby("optimizer"))
    np.testing.assert_array_equal(one[["x", "y"]], two[["x", "y"]])
    assert study.settings["noise"] == 0.5
    quiet = studies.optimizer_trajectories("bowl", rules).table("paths")
    assert not study.table("paths")["x"].equals(quiet["x"])
