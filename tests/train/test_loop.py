"""The training loop, against a loop written out."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz import nn, optim
from nnviz.record import Recorder
from nnviz.train import batches, digits, evaluate, fit
from nnviz.train.augmentation import shifted


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


def test_smoothed_labels_are_learned_and_the_loss_is_measured_without(data):
    net, twin = network(data), network(data)
    how = {"steps": 4, "batch_size": 120, "evaluate_at": [4]}
    history = fit(
        net, data, optim.sgd(0.5), label_smoothing=0.3, rng=np.random.default_rng(1), **how
    )
    for _ in range(4):
        logits, backward = twin(data.x_train, train=True)
        _, dlogits = nn.softmax_cross_entropy(logits, data.y_train, label_smoothing=0.3)
        twin.flat -= 0.5 * twin.flatten(backward(dlogits)[1])
    np.testing.assert_allclose(net.flat, twin.flat, atol=1e-12)
    measured = evaluate(net, data.x_train, data.y_train)[0]
    assert history.curve["value"][0] == measured


def test_pictures_are_moved_by_whole_pixels_each_its_own_way():
    """SciPy moves them, too; of 400 pictures each of the 25 ways takes some."""
    from scipy.ndimage import shift

    rng = np.random.default_rng(0)
    x = rng.random((400, 12)).astype(np.float32)
    moved = shifted(x, (3, 4), 2, rng=rng)
    assert moved.dtype == np.float32
    ways = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
    pictures = x.reshape(-1, 3, 4)
    each = np.stack([shift(pictures, (0, *way), order=0).reshape(-1, 12) for way in ways])
    same = (each == moved).all(axis=2)
    assert same.any(axis=0).all()
    assert same.any(axis=1).all()


def test_each_batch_is_moved_anew_and_splits_are_measured_as_they_are(data):
    identity, seen = nn.ACTIVATIONS["identity"], []

    def value(x):
        seen.append(x.copy())
        return x

    first = nn.Activation("identity", value, identity.slope)
    net = nn.Sequential({"first": first, **network(data).layers})
    how = {"steps": 2, "batch_size": 120, "evaluate_at": [2]}
    fit(net, data, optim.sgd(0.1), shift=1, rng=np.random.default_rng(4), **how)
    rng = np.random.default_rng(4)
    rows = batches(120, 120, rng=rng)
    for shown in seen[:2]:
        moved = shifted(data.x_train[next(rows)], (8, 8), 1, rng=rng)
        np.testing.assert_array_equal(shown, moved)
    np.testing.assert_array_equal(seen[2], data.x_train)


def test_only_pictures_can_be_moved(data):
    flat = replace(data, shape=None)
    with pytest.raises(ValueError, match=r"shift must be 0 for rows that are no pictures, .* 2"):
        fit(network(data), flat, optim.sgd(0.1), steps=1, shift=2, rng=np.random.default_rng(0))


def test_stopped_early_the_network_is_that_of_the_lowest_loss(data):
    """As many updates alone give the same network, and patience ends where the curve says."""
    held = data.with_label_noise(0.5, rng=np.random.default_rng(2))
    held = held.holdout(0.5, rng=np.random.default_rng(2))
    how = {"batch_size": 30, "evaluate_at": range(0, 90, 3)}
    nets, rngs = [network(data) for _ in range(3)], [np.random.default_rng(3) for _ in range(3)]
    whole = fit(nets[0], held, optim.sgd(0.5), steps=90, rng=rngs[0], **how)
    early = fit(nets[1], held, optim.sgd(0.5), steps=90, patience=4, rng=rngs[1], **how)
    fit(nets[2], held, optim.sgd(0.5), steps=early.best_step, batch_size=30, rng=rngs[2])
    np.testing.assert_array_equal(nets[1].flat, nets[2].flat)
    assert whole.best_step is None

    rows = (whole.curve["split"] == "test") & (whole.curve["metric"] == "loss")
    steps, losses = whole.curve["step"][rows], whole.curve["value"][rows]
    best = next(k for k in range(30) if not (losses[k + 1 : k + 5] < losses[k]).any())
    assert 0 < best < 20
    assert early.best_step == steps[best]
    assert early.curve["step"].max() == steps[best + 4]
    assert np.isfinite(early.batch_loss).sum() == steps[best + 4]


def test_stopped_early_the_network_has_the_running_statistics_of_then(data):
    """Of a branch, too: what is left evaluates to what was measured."""
    held = data.with_label_noise(0.5, rng=np.random.default_rng(2))
    held = held.holdout(0.5, rng=np.random.default_rng(2))
    rng = np.random.default_rng(3)
    linear = [nn.Linear(*sizes, rng=rng) for sizes in [(64, 9), (9, 9), (9, 10)]]
    branch = {"inner": linear[1], "norm": nn.BatchNorm(9), "relu": nn.ACTIVATIONS["relu"]}
    layers = {"first": linear[0], "norm": nn.BatchNorm(9), "residual": nn.Residual(branch)}
    net = nn.Sequential({**layers, "last": linear[2]})
    assert list(net.state) == [
        *("norm/running_mean", "norm/running_variance"),
        *("residual/norm/running_mean", "residual/norm/running_variance"),
    ]
    how = {"steps": 90, "batch_size": 30, "evaluate_at": range(0, 90, 3), "patience": 4}
    history = fit(net, held, optim.sgd(0.5), rng=rng, **how)
    curve = history.curve
    rows = (curve["split"] == "test") & (curve["metric"] == "loss")
    assert history.best_step < curve["step"].max()
    assert evaluate(net, held.x_test, held.y_test)[0] == curve["value"][rows].min()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": 121}, "batch_size must be at most 120, the number of training rows"),
        ({"batch_size": 0}, "batch_size must be a positive integer; got 0"),
        ({"steps": -1}, "steps must be an integer of at least 0; got -1"),
        ({"weight_decay": -0.1}, "weight_decay must be a number of at least 0; got -0.1"),
        ({"label_smoothing": 1.0}, r"label_smoothing must be a number in \[0, 1\); got 1.0"),
        ({"shift": -1}, "shift must be an integer of at least 0; got -1"),
        ({"patience": 0}, "patience must be a positive integer; got 0"),
        ({"patience": 3}, "evaluate_at must hold steps where patience is given; got none"),
        ({"patience": 3, "evaluate_at": [2]}, "evaluate_at must hold steps where patience is"),
    ],
)
def test_wrong_arguments_are_named(data, changes, message):
    arguments = {"steps": 1, "rng": np.random.default_rng(0), **changes}
    with pytest.raises(ValueError, match=message):
        fit(network(data), data, optim.sgd(0.1), **arguments)
