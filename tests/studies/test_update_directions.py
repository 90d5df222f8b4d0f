"""Angles against plain loops over networks that fit trains, and against what is certain."""

import math

import numpy as np
import pytest

from nnviz import nn, optim, studies, train
from nnviz.studies.cells.directions import angle, watch

DATA = train.moons(60, 20, rng=np.random.default_rng(5))
HOW = {"hidden": (6,), "activation": "tanh", "batch_size": 20}


@pytest.mark.parametrize("degrees", [1e-6, 30, 90, 150, 180 - 1e-6, 0, 180])
def test_an_angle_is_exact_also_where_a_cosine_is_not(degrees):
    turned = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
    assert angle(np.array([3.0, 0.0]), 0.1 * turned) == pytest.approx(degrees, rel=1e-9, abs=1e-12)


def test_no_angle_to_what_is_zero():
    assert math.isnan(angle(np.zeros(3), np.ones(3)))


@pytest.mark.parametrize("name", ["momentum", "adam"])
def test_the_cell_measures_the_updates_that_fit_makes(name):
    how = {"data": DATA, "seed": 4, "optimizer": name, "learning_rate": 0.05, "steps": 7}
    found = watch(**how, every=3, **HOW)["angles"]
    assert list(found["step"]) == [3, 6]
    points, downs = [], []
    for done in range(7):
        rng = np.random.default_rng(4)
        net = nn.mlp([2, 6, 2], activation="tanh", rng=rng, dtype=np.float64)
        rule = optim.make(name, 0.05)
        train.fit(net, DATA, rule, steps=done, batch_size=20, rng=rng)
        points.append(net.flat.copy())
        logits, backward = net(DATA.x_train)
        downs.append(-net.flatten(backward(nn.softmax_cross_entropy(logits, DATA.y_train)[1])[1]))
    updates = np.diff(points, axis=0)
    lengths = np.linalg.norm(updates, axis=1) * np.linalg.norm(downs[:6], axis=1)
    angles = np.degrees(np.arccos(np.sum(updates * downs[:6], axis=1) / lengths))
    np.testing.assert_allclose(found["to_all"], angles.reshape(2, 3).mean(axis=1), rtol=1e-9)


def test_a_batch_of_all_rows_has_the_gradient_of_all_rows():
    how = {"data": DATA, "seed": 4, "optimizer": "adam", "learning_rate": 0.05}
    found = watch(**how, steps=6, every=2, **{**HOW, "batch_size": 60})["angles"]
    np.testing.assert_allclose(found["to_batch"], found["to_all"], rtol=1e-9)
    assert (found["to_batch"] > 1).all()


def test_sgd_goes_down_its_batch_and_a_rule_that_climbs_the_other_way():
    up = optim.Optimizer(lambda params: None, lambda grads, state, params: (0.1 * grads, state))
    for rule, expected in (("sgd", 0), (up, 180)):
        found = watch(data=DATA, seed=1, optimizer=rule, steps=4, every=2, **HOW)["angles"]
        np.testing.assert_allclose(found["to_batch"], expected, atol=1e-5)
        assert (found["to_all"] > 0.1).all()
        assert (found["to_all"] < 179.9).all()


def test_the_study_tells_the_second_half():
    study = studies.update_directions(
        DATA, **HOW, optimizers={"adam": 0.01, "mine": optim.sgd(0.1)}, steps=10, every=3, seeds=2
    )
    angles, late = study.table("angles"), study.table("late")
    assert set(study.claims) == {"adam points as all rows do"}
    for _, row in late.iterrows():
        mine = angles[(angles["setting"] == row["setting"]) & (angles["seed"] == row["seed"])]
        for metric in ("to_batch", "to_all"):
            values = mine[mine["metric"] == metric].set_index("step")["value"]
            assert list(values.index) == [3, 6, 9]  # over updates 1 to 3, 4 to 6, 7 to 9 of ten
            assert row[metric] == values[9]


def test_angles_are_averaged_over_a_third_of_the_steps_at_most():
    with pytest.raises(ValueError, match="every must be at most 3, a third of the steps; got 4"):
        studies.update_directions(DATA, **HOW, steps=11, every=4)


@pytest.mark.parametrize("steps", range(3, 12))
def test_the_second_half_has_at_least_one_mean(steps):
    how = {"optimizers": {"sgd": 0.1}, "steps": steps, "every": steps // 3, "seeds": 1}
    assert len(studies.update_directions(DATA, **HOW, **how).table("late")) == 1


def test_what_is_lost_ends_and_is_not_assessed():
    how = {**HOW, "activation": "relu", "steps": 8, "every": 2, "seeds": 2}
    study = studies.update_directions(DATA, **how, optimizers={"adam": 1e200, "sgd": 0.1})
    last = study.table("angles").groupby("setting")["step"].max()
    assert last.get("adam", 0) < last["sgd"] == 8
    assert study.claim("adam points as all rows do").verdict == "not assessed"
