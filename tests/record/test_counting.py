"""Steps that are counted in full: the same with machine code and without, and what follows."""

import sys

import numpy as np
import pytest

from nnviz import nn, optim, train
from nnviz.record import Recorder
from nnviz.stats.reducer import Compiled, Plain, reducer


def trained(monkeypatch, way) -> Recorder:
    """Record 24 steps of a small network, one of which is overrun by NaN."""
    monkeypatch.setattr("nnviz.record.counting.reducer", way)
    rng = np.random.default_rng(0)
    data, net = train.digits(), nn.mlp([64, 30, 20, 10], rng=rng)
    rule = optim.adam(0.01)
    state = rule.init(net.flat)
    recorder = Recorder(exact=True, strict=True)
    for k in range(24):
        chosen = rng.integers(0, len(data.x_train), 33)
        with recorder.step(k):
            y, backward = net(data.x_train[chosen], train=True, observe=recorder.observer())
            _, gradient = nn.softmax_cross_entropy(y, data.y_train[chosen])
            gradients = net.flatten(backward(gradient)[1])
            updates, state = rule.update(gradients, state, net.flat)
            recorder.observe_parameters(net, gradients, updates)
            if k == 20:
                recorder.observe("odd/activation", np.array([[np.nan, 1.0], [0.0, 2.0]]))
        net.flat += updates
    return recorder


def test_machine_code_records_what_numpy_does(monkeypatch):
    pytest.importorskip("numba", reason="the extra fast is not installed")
    fast, plain = (trained(monkeypatch, way) for way in (Compiled, Plain))
    assert fast.streams == plain.streams
    assert fast.names == plain.names
    for one, other in zip(fast.summaries(), plain.summaries(), strict=True):
        assert one[:2] == other[:2]
        assert one[2].histogram == other[2].histogram
        assert one[2].size == other[2].size
    one, other = fast.statistics(), plain.statistics()
    for name in ("count", "min", "max", "zero", "nan", "positive_inf", "negative_inf"):
        assert np.array_equal(one[name], other[name], equal_nan=True)
    for name in ("mean", "std", "norm"):
        assert np.allclose(one[name], other[name], rtol=1e-12, atol=1e-16, equal_nan=True)
    one, other = fast.numbers(), plain.numbers()
    assert one["name"].tolist() == other["name"].tolist()
    assert np.allclose(one["value"], other["value"], rtol=1e-12, atol=0)


def test_spread_tells_a_layer_that_answers_from_one_that_does_not(rng):
    """Both have the same values, and so the same histogram."""
    x = rng.standard_normal(40)
    answers, biases = np.tile(x[:, np.newaxis], (1, 40)), np.tile(x, (40, 1))
    images = rng.standard_normal((9, 3, 4, 4))
    recorder = Recorder(exact=True, strict=True)
    with recorder.step(0):
        recorder.observe("answers/activation", answers)
        recorder.observe("biases/activation", biases.astype(np.float32))
        recorder.observe("single/activation", x[np.newaxis])
        recorder.observe("images/activation", images)
        recorder.observe("answers/gradient", answers)
    numbers = recorder.numbers("*/spread")
    found = dict(zip(numbers["name"].tolist(), numbers["value"].tolist(), strict=True))
    assert set(found) == {"answers/spread", "biases/spread", "images/spread"}
    assert found["answers/spread"] == pytest.approx(x.std())
    assert found["biases/spread"] == pytest.approx(0, abs=1e-12)
    assert found["images/spread"] == pytest.approx(images.std(axis=0).mean())


def test_updates_are_set_in_relation_to_weights_that_come_in_parts(rng):
    """A layer that is shared: its weights and updates are observed twice in a step."""
    weights, updates = rng.standard_normal((2, 300))
    recorder = Recorder(exact=True, strict=True)
    with recorder.step(0):
        for part in (slice(100), slice(100, 300)):
            recorder.observe("a/weight", weights[part])
            recorder.observe("a/weight_update", updates[part])
    ratio = recorder.numbers("a/update_to_weight")["value"]
    assert ratio.tolist() == pytest.approx([np.linalg.norm(updates) / np.linalg.norm(weights)])


@pytest.mark.parametrize("told", [False, True])
def test_without_numba_numpy_counts(told, monkeypatch):
    """It is not there, or told to compile nothing."""
    if told:
        numba = pytest.importorskip("numba", reason="the extra fast is not installed")
        monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    else:
        monkeypatch.setitem(sys.modules, "numba", None)
    for name in ("nnviz.stats.compiled", "nnviz.stats.compiled_examples"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert isinstance(reducer(), Plain)
