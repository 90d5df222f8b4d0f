"""Twins: the cell against networks that are trained one by one, and gates against plain NumPy."""

import copy
import math

import numpy as np
import pandas as pd
import pytest

from nnviz import nn, optim, studies, train
from nnviz.studies._one_bit_questions import PARTED
from nnviz.studies.cells import twins
from nnviz.studies.one_bit import _largest, _with_factors

DATA = train.digits(200)
HOW = {"hidden": (16, 12), "activation": "relu", "batch_size": 40, "learning_rate": 0.6}


def cell(seed=0, *, steps=24, **more):
    plain = {"dtype": "float32", "batch_norm": None, "gated": False, "optimizer": "sgd"}
    return twins.train(data=DATA, seed=seed, steps=steps, **{**plain, **HOW, **more})


def twins_of(seed, *, dtype="float32", gated=False, activation="relu", batch_norm=None):
    rng = np.random.default_rng(seed)
    net = nn.mlp(
        [64, *HOW["hidden"], 10], activation=activation, batch_norm=batch_norm, rng=rng, dtype=dtype
    )
    pair = twins.Twins(net, activation=activation, gated=gated)
    pair.part(rng)
    return pair, rng


def trained_apart(seed, steps, dtype):
    """Yield both networks after each number of updates, each trained by itself from the start."""
    for done in range(steps + 1):
        pair, rng = twins_of(seed, dtype=dtype)
        for net in pair.nets:
            rule = optim.sgd(HOW["learning_rate"])
            order = copy.deepcopy(rng)
            train.fit(net, DATA, rule, steps=done, batch_size=HOW["batch_size"], rng=order)
        yield pair.nets, rng


def signs(net, x):
    seen = {}
    net(x, observe=seen.__setitem__)
    return np.concatenate([seen[f"linear{k}/activation"] > 0 for k in (1, 2)], axis=1)


@pytest.fixture
def far(monkeypatch):
    """Let twins begin a tenth apart, so that small networks switch units soon."""
    part = twins.Twins.part

    def further(pair, rng):
        part(pair, rng)
        one, other = (net.flat for net in pair.nets)
        other[one != other] += 0.1

    monkeypatch.setattr(twins.Twins, "part", further)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_cell_says_what_two_networks_trained_one_by_one_do(dtype):
    says_what_they_do(0, dtype)


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("seed", [1, 2])
def test_the_cell_finds_the_first_switch_of_two_networks_trained_one_by_one(seed):
    assert says_what_they_do(seed, "float32") > 0


def says_what_they_do(seed, dtype, steps=16):
    """Hold a pair against its networks; return how many outputs its first switch is of."""
    found = cell(seed, steps=steps, dtype=dtype)
    distances, differ = [], []
    for (one, other), rng in trained_apart(seed, steps, dtype):
        a, b = one.flat.astype(np.longdouble), other.flat.astype(np.longdouble)
        distances.append(math.sqrt(sum((a - b) ** 2)) / math.sqrt(sum(a**2)))
        order = train.batches(len(DATA.x_train), HOW["batch_size"], rng=rng)
        rows = [next(order) for _ in range(len(distances))][-1]
        differ.append(
            int(np.sum(signs(one, DATA.x_train[rows]) != signs(other, DATA.x_train[rows])))
        )
        ends = [train.evaluate(net, DATA.x_test, DATA.y_test)[1] for net in (one, other)]
    np.testing.assert_allclose(found["distance"]["relative_distance"], distances, rtol=1e-9)
    assert list(found["distance"]["step"]) == list(range(steps + 1))
    pair = {name: value[0] for name, value in found["pair"].items()}
    assert [pair["test_accuracy"], pair["twin_accuracy"]] == pytest.approx(ends, abs=1e-12)
    first = next((step for step, number in enumerate(differ[:steps]) if number), math.nan)
    assert pair["switch"] == pytest.approx(first, nan_ok=True)
    if math.isnan(first):
        return 0
    assert pair["outputs"] == differ[first]
    return differ[first]


@pytest.mark.usefixtures("far")
def test_only_a_kink_switches():
    assert math.isfinite(cell(1)["pair"]["switch"][0])
    assert math.isnan(cell(1, activation="tanh")["pair"]["switch"][0])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_twins_differ_in_the_last_bit_of_one_weight_past_the_first_layer(dtype):
    for seed in range(20):
        one, other = twins_of(seed, dtype=dtype)[0].nets
        (place,) = np.flatnonzero(one.flat != other.flat)
        bits = [net.flat.view(f"u{net.flat.itemsize}")[place] for net in (one, other)]
        assert bits[0] ^ bits[1] == 1
        where = {name for name, part in one.views(one.flat != other.flat).items() if part.any()}
        assert where <= {"linear2/weight", "linear3/weight"}


@pytest.mark.parametrize(("activation", "leak"), [("relu", 0.0), ("leaky_relu", 0.01)])
def test_a_gated_twin_is_switched_by_the_signs_of_the_other(activation, leak):
    """Forward and back in plain NumPy, unit by unit, with the slopes of the first network."""
    pair, rng = twins_of(0, dtype="float64", gated=True, activation=activation)
    one, other = pair.nets
    other.flat += rng.normal(0, 0.2, other.flat.shape)
    x, dy = DATA.x_train[:30].astype(np.float64), rng.normal(size=(30, 10))

    def forward(net, slopes):
        values, sums = [x], []
        for k in (1, 2, 3):
            z = values[-1] @ net.params[f"linear{k}/weight"] + net.params[f"linear{k}/bias"]
            sums.append(z)
            if k < 3:
                slope = np.where(z > 0, 1.0, leak) if slopes is None else slopes[k - 1]
                values.append(slope * z)
        return values, sums

    _, leading = forward(one, None)
    slopes = [np.where(z > 0, 1.0, leak) for z in leading[:2]]
    values, sums = forward(other, slopes)
    assert any(((z > 0) != (own > 0)).any() for z, own in zip(leading[:2], sums[:2], strict=True))

    outputs, inputs = pair(x, train=True)
    np.testing.assert_allclose(outputs[0][0], leading[2], rtol=1e-12)
    np.testing.assert_allclose(outputs[1][0], sums[2], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(inputs[1]["linear2/activation"], sums[1], rtol=1e-10, atol=1e-12)
    grads, back = outputs[1][1](dy)[1], dy
    for k in (3, 2, 1):
        np.testing.assert_allclose(
            grads[f"linear{k}/weight"], values[k - 1].T @ back, rtol=1e-10, atol=1e-12
        )
        if k > 1:
            back = (back @ other.params[f"linear{k}/weight"].T) * slopes[k - 2]


def test_a_twin_is_gated_in_evaluation_and_with_batch_normalization_too():
    twins, rng = twins_of(1, gated=True, batch_norm="before")
    twins.nets[1].flat += rng.normal(0, 0.3, twins.nets[1].flat.shape).astype(np.float32)
    twins(DATA.x_train[:50], train=True)
    outputs, inputs = twins(DATA.x_test[:50])
    assert set(inputs[0]) == {"batchnorm1/activation", "batchnorm2/activation"}
    free = twins.nets[1].layers | dict.fromkeys(("relu1", "relu2"), nn.ACTIVATIONS["relu"])
    assert not np.allclose(outputs[1][0], nn.Sequential(free)(DATA.x_test[:50])[0])


def test_float64_begins_and_stays_half_a_billion_times_closer():
    single, double = (cell(2, dtype=d, learning_rate=0.05) for d in ("float32", "float64"))
    ratio = single["distance"]["relative_distance"][0] / double["distance"]["relative_distance"][0]
    assert 2**28 <= ratio <= 2**30  # an ulp of each; the weight may have been rounded up
    assert double["pair"]["relative_distance"][0] < 1e-13


def test_what_is_lost_ends_and_is_no_fault():
    with np.errstate(all="ignore"):
        found = cell(0, learning_rate=1e6)
    assert len(found["distance"]["step"]) < 25
    assert np.isfinite(found["distance"]["relative_distance"]).all()


def test_a_factor_counts_from_what_rounding_makes():
    apart = np.array([2.0**-30, 2.0**-26, 2.0**-22, 2.0**-20, 2.0**-21])

    def factors(distances, dtype="float32"):
        return _with_factors({"relative_distance": distances}, dtype)["factor"]

    np.testing.assert_array_equal(factors(apart), [np.nan, 2.0**-2, 4.0, 4.0, 0.5])
    assert _largest(factors(apart)) == 4.0  # of 2⁻²⁴, and of 2⁻²²
    assert _largest(factors(apart, "float64")) == 16.0
    assert _largest(factors(np.array([1e-9, 0.0, 0.0]))) == 1.0
    assert math.isnan(_largest(factors(np.array([1e-9]))))


def test_the_study_plans_judges_and_names_what_it_ran():
    study = studies.one_bit(
        DATA, **HOW | {"learning_rate": 0.2}, rates=(0.1, 0.6), steps=12, seeds=2
    )
    pairs, distance = study.table("pairs"), study.table("distance")
    assert list(pairs["case"].unique()) == [
        "learning rate 0.1",
        "learning rate 0.2",
        "learning rate 0.6",
        "learning rate 0.2, switched by its twin",
        "learning rate 0.2, tanh",
        "learning rate 0.2, float64",
        "learning rate 0.6, float64",
        "learning rate 0.6, batch norm",
    ]
    assert study.settings["rates"] == [0.1, 0.2, 0.6]
    last = distance[distance["step"] == 12].set_index(["case", "seed"])["relative_distance"]
    ends = pairs.set_index(["case", "seed"])["relative_distance"]
    pd.testing.assert_series_equal(last, ends[last.index])
    assert (pairs["parted"] == (pairs["relative_distance"] > PARTED)).all()
    assert (
        pairs["apart"] == ((pairs["test_accuracy"] - pairs["twin_accuracy"]).abs() > 0.015)
    ).all()
    marked = distance.drop_duplicates(["case", "seed"])["marked"].reset_index(drop=True)
    pd.testing.assert_series_equal(marked, pairs["switch"], check_names=False)


def test_an_activation_without_a_kink_has_no_switches_to_ask_for():
    study = studies.one_bit(DATA, **HOW | {"activation": "tanh"}, rates=(0.6,), steps=12, seeds=2)
    assert list(study.table("pairs")["setting"].unique()) == [
        "tanh",
        "tanh, float64",
        "tanh, batch norm",
    ]
    assert not {"one update", "no kink, no jump", "begins with one"} & set(study.claims)
