"""The training loop, against a loop written out."""

import numpy as np
import pytest

from nnviz import nn, optim
from nnviz.record import Recorder
from nnviz.train import batches, digits, evaluate, fit


@pytest.fixture
def data():
    return digits(120)


def network(data, seed=0, dtype=np.float64):
    sizes = [data.n_features, 12, data.n_classes]
    return nn.mlp(sizes, rng=np.random.default_rng(seed), dtype=dtype)


def test_it_is_the_loop_one_would_write(data):
    net, twin = network(data), network(data)
    history = fit(
        net,
        data,
        optim.sgd(0.5),
        steps=7,
        batch_size=30,
        weight_decay=0.1,
        rng=np.random.default_rng(1),
    )
    order = batches(120, 30, rng=np.random.default_rng(1))
    for step in range(7):
        rows = next(order)
        logits, backward = twin(data.x_train[rows].astype(np.float64), train=True)
        loss, dlogits = nn.softmax_cross_entropy(logits, data.y_train[rows])
        assert history.batch_loss[step] == pytest.approx(loss, rel=1e-6)
        _, grads = backward(dlogits)
        for name, grad in grads.items():
            decay = 0.1 * twin.params[name] if name.endswith("/weight") else 0
            twin.params[name] -= 0.5 * (grad + decay)
    np.testing.assert_allclose(net.flat, twin.flat, atol=1e-9)


def test_weight_decay_is_the_gradient_of_its_penalty(data):
    """Half λ times the sum of squared weights, biases left alone."""
    net = network(data)
    before = {name: value.copy() for name, value in net.params.items()}
    constant = nn.Sequential(net.layers)
    fit(constant, data, optim.sgd(1e-12), steps=1, rng=np.random.default_rng(0))
    still = constant.flat.copy()
    fit(constant, data, optim.sgd(0.1), steps=1, weight_decay=0.5, rng=np.random.default_rng(0))
    with_decay = constant.flat - still
    constant.flat[:] = still
    fit(constant, data, optim.sgd(0.1), steps=1, rng=np.random.default_rng(0))
    penalty = with_decay - (constant.flat - still)
    expected = np.concatenate(
        [
            (-0.1 * 0.5 * value if name.endswith("/weight") else 0 * value).ravel()
            for name, value in before.items()
        ]
    )
    np.testing.assert_allclose(penalty, expected, atol=1e-9)


def test_what_is_left_is_the_point_to_deploy(data):
    """The mean of the networks that plain SGD goes through, whose gradients are taken there."""

    def trained(rule, steps):
        rng = np.random.default_rng(2)
        net = nn.mlp([data.n_features, 9, data.n_classes], rng=rng, dtype=np.dtype("float64"))
        found = fit(net, data, rule, steps=steps, batch_size=20, evaluate_at=[steps], rng=rng)
        return net, found.curve["value"][0]

    passed = [trained(optim.sgd(0.1), steps)[0].flat for steps in range(1, 6)]
    mean, loss = trained(optim.averaged(optim.sgd(0.1)), 5)
    np.testing.assert_allclose(mean.flat, np.mean(passed, axis=0), rtol=0, atol=1e-14)
    assert loss == evaluate(mean, data.x_train, data.y_train)[0]


def test_measurements_come_when_they_were_asked_for(data):
    net = network(data, dtype=np.float32)
    history = fit(
        net,
        data,
        optim.adam(0.01),
        steps=40,
        batch_size=30,
        evaluate_at=[0, 8, 40],
        rng=np.random.default_rng(0),
    )
    curve = history.curve
    assert sorted(set(curve["step"])) == [0, 8, 40]
    assert sorted(set(curve["epoch"])) == [0, 2, 10]
    last = {
        (s, m): v
        for step, s, m, v in zip(
            curve["step"], curve["split"], curve["metric"], curve["value"], strict=True
        )
        if step == 40
    }
    loss, accuracy = evaluate(net, data.x_test, data.y_test)
    assert last["test", "loss"] == loss
    assert last["test", "accuracy"] == accuracy
    weights = np.concatenate([v.ravel() for k, v in net.params.items() if k.endswith("weight")])
    assert last["train", "weight_norm"] == pytest.approx(np.linalg.norm(weights), rel=1e-6)
    assert history.diverged_at is None


@pytest.mark.parametrize(("steps", "exact"), [(1, [0]), (24, [0, 20, 23])])
def test_the_last_step_is_counted_whole(data, steps, exact):
    recorder = Recorder(every=5, exact_every=4, strict=True)
    rng = np.random.default_rng(0)
    net = nn.mlp([data.n_features, 20, data.n_classes], rng=rng)
    fit(net, data, optim.sgd(0.1), steps=steps, recorder=recorder, rng=rng)
    assert recorder.steps == [*range(0, steps - 1, 5), steps - 1]
    assert recorder.exact_steps == exact


def test_a_recorder_is_told_the_losses_at_the_steps_they_follow(data):
    recorder = Recorder(strict=True)
    history = fit(
        network(data),
        data,
        optim.sgd(0.5),
        steps=6,
        batch_size=30,
        evaluate_at=[0, 3, 6],
        recorder=recorder,
        rng=np.random.default_rng(1),
    )
    loss = recorder.numbers("loss")
    np.testing.assert_array_equal(loss["step"], range(6))
    np.testing.assert_array_equal(loss["value"], history.batch_loss)
    curve = history.curve
    for split in ("train", "test"):
        for metric in ("loss", "accuracy"):
            told = recorder.numbers(f"{split}/{metric}")
            chosen = (curve["split"] == split) & (curve["metric"] == metric)
            np.testing.assert_array_equal(told["step"], [2, 5])  # none before the first update
            np.testing.assert_array_equal(told["value"], curve["value"][chosen][1:])


def test_a_pass_sees_every_row_once(rng):
    order = batches(10, 5, rng=rng)
    for _ in range(3):
        assert sorted([*next(order), *next(order)]) == list(range(10))


def test_a_run_that_diverges_is_marked_and_warns_of_nothing(data):
    net = network(data, dtype=np.float32)
    history = fit(
        net, data, optim.sgd(1e30), steps=20, evaluate_at=[20], rng=np.random.default_rng(0)
    )
    assert 0 < history.diverged_at < 20
    assert np.isfinite(history.batch_loss[: history.diverged_at]).all()
    assert np.isnan(history.batch_loss[history.diverged_at + 1 :]).all()
    assert set(history.curve["step"]) == {20}


def test_the_same_seed_gives_the_same_network(data):
    nets = [network(data, dtype=np.float32) for _ in range(2)]
    for net in nets:
        fit(net, data, optim.momentum(0.1), steps=10, rng=np.random.default_rng(3))
    np.testing.assert_array_equal(nets[0].flat, nets[1].flat)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": 121}, "batch_size must be at most 120, the number of training rows"),
        ({"batch_size": 0}, "batch_size must be a positive integer; got 0"),
        ({"steps": -1}, "steps must be an integer of at least 0; got -1"),
        ({"weight_decay": -0.1}, "weight_decay must be a number of at least 0; got -0.1"),
    ],
)
def test_wrong_arguments_are_named(data, changes, message):
    arguments = {"steps": 1, "rng": np.random.default_rng(0), **changes}
    with pytest.raises(ValueError, match=message):
        fit(network(data), data, optim.sgd(0.1), **arguments)
