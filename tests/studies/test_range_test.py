"""Range tests: the cell against a plain loop, and readings of curves that are known."""

import numpy as np
import pandas as pd
import pytest

from nnviz import nn, optim, studies, train
from nnviz.studies.cells.range_test import sweep
from nnviz.studies.range_test import _AT_END, _readings, _suggestions

DATA = train.moons(60, 20, rng=np.random.default_rng(5))
HOW = {"hidden": (6,), "activation": "tanh", "optimizer": "sgd", "batch_size": 20}


def losses(low, high, steps):
    """Return the loss of each mini-batch before the update with its rate."""
    rng = np.random.default_rng(3)
    net = nn.mlp([2, 6, 2], activation="tanh", rng=rng)
    order, found = train.batches(60, 20, rng=rng), []
    for step in range(steps):
        rows = next(order)
        logits, backward = net(DATA.x_train[rows])
        loss, slope = nn.softmax_cross_entropy(logits, DATA.y_train[rows])
        found.append(loss)
        rate = low * (high / low) ** (step / (steps - 1))
        net.flat -= np.float32(rate) * net.flatten(backward(slope)[1])
    return np.array(found)


def test_the_cell_raises_the_rate_from_update_to_update():
    found = sweep(data=DATA, seed=3, low=0.01, high=3.0, steps=30, **HOW)["test"]
    np.testing.assert_allclose(found["learning_rate"][[0, -1]], [0.01, 3.0])
    ratios = found["learning_rate"][1:] / found["learning_rate"][:-1]
    np.testing.assert_allclose(ratios, 300 ** (1 / 29))
    plain = losses(0.01, 3.0, 30)
    windows = [plain[k - 5 : k + 6].mean() for k in range(5, 25)]
    np.testing.assert_allclose(found["loss"][5:25], windows, rtol=1e-4)


def test_a_test_ends_where_the_loss_leaps():
    with np.errstate(all="ignore"):
        found = sweep(data=DATA, seed=3, low=0.01, high=1e5, steps=60, **HOW)["test"]
    assert 10 < len(found["loss"]) < 60
    assert (found["loss"] <= 4 * np.minimum.accumulate(found["loss"])).all()
    assert len(found["loss"]) == len(found["learning_rate"])


def test_readings_are_the_places_on_a_curve_that_is_known():
    """A cosine in log rate: steepest a quarter of a turn before it is lowest."""
    rates = np.geomspace(1e-4, 1e2, 601)
    read = _readings(rates, 2 + np.cos(np.pi * (np.log10(rates) + 3) / 3))
    assert read["lowest loss"] == pytest.approx(1)
    assert read["lowest / 10"] == pytest.approx(0.1)
    assert read["steepest"] == pytest.approx(10**-1.5, rel=1e-6)
    assert set(_readings(rates[:2], np.array([1.0, 2.0])).values()) == {1e-4, 1e-5}


def test_a_fall_after_the_lowest_loss_is_no_steepest_way_to_it():
    loss = np.array([2.0, 1.9, 1.0, 0.9, 50.0, 3.0])
    assert _readings(np.geomspace(1, 32, 6), loss)["steepest"] in (2.0, 4.0)


def test_networks_are_trained_from_the_start_at_each_suggestion():
    study = studies.range_test(
        DATA, **HOW, rates=(100.0, 1.0, 0.1), test_steps=40, steps=25, seeds=2
    )
    suggestions, runs = study.table("suggestions"), study.table("runs")
    assert list(runs["learning_rate"]) == [0.1, 1.0, 100.0] * 2
    for _, row in suggestions.iterrows():
        rng = np.random.default_rng(row["seed"])
        net = nn.mlp([2, 6, 2], activation="tanh", rng=rng)
        rule = optim.sgd(row["learning_rate"])
        train.fit(net, DATA, rule, steps=25, batch_size=20, rng=rng)
        loss, _ = train.evaluate(net, DATA.x_train, DATA.y_train)
        _, accuracy = train.evaluate(net, DATA.x_test, DATA.y_test)
        assert (row["loss"], row["test_accuracy"]) == pytest.approx((loss, accuracy), rel=1e-6)
    best = suggestions[suggestions["setting"] == "best"].set_index("seed")["loss"]
    trained = [suggestions[suggestions["setting"] != "best"], runs]
    lowest = pd.concat(trained).groupby("seed")["loss"].min()
    assert best.to_dict() == lowest.to_dict()
    for _, own in suggestions.groupby("setting"):
        place = np.log10(own["learning_rate"])
        np.testing.assert_allclose(own["apart"], np.abs(place - np.median(place)), atol=1e-12)


def trained(*losses, rates=(0.1, 0.2, 0.4)):
    """Return runs of one seed."""
    return pd.DataFrame({"seed": 0, "learning_rate": rates, "loss": losses})


def test_the_best_of_all_that_was_trained_may_be_a_suggestion():
    read = trained(0.3, 0.1, 0.2, rates=(0.1, 0.2, 0.4)).assign(setting="read")
    grid = trained(0.5, 0.4, 0.4, rates=(0.05, 0.3, 0.8)).assign(setting="sgd")
    best = _suggestions(read, pd.concat([read, grid], ignore_index=True)).iloc[-1]
    assert (best["setting"], best["learning_rate"], best["loss"]) == ("best", 0.2, 0.1)


@pytest.mark.parametrize("losses", [(1.0, 2.0, 3.0), (3.0, 2.0, 1.0), (np.nan, np.inf, np.nan)])
def test_a_best_rate_at_an_end_is_not_known(losses):
    runs = trained(*losses).assign(setting="sgd")
    assert np.isnan(_suggestions(runs, runs)["learning_rate"].iloc[-1])


def test_where_a_better_rate_may_lie_beyond_nothing_is_compared():
    how = {**HOW, "low": 1e-4, "high": 0.01, "test_steps": 20, "steps": 10, "seeds": 2}
    study = studies.range_test(DATA, **how, rates=(0.001, 0.02))
    for key in ("a tenth is too low", "the lowest loss is near", "it costs accuracy"):
        assert study.claim(key).verdict == "not assessed"
    assert study.claim("the lowest loss is near").reason == _AT_END


def test_a_range_rises():
    with pytest.raises(ValueError, match=r"high must be above low, 0.1; got 0.1"):
        studies.range_test(DATA, low=0.1, high=0.1)
