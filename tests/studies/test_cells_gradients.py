"""Every cell that trains by a rule takes the gradients where the rule says."""

import importlib
import inspect
import pkgutil
from functools import partial

import numpy as np
import pytest

from nnviz import nn, optim, train
from nnviz.studies import cells
from nnviz.train.stepping import gradient_of, move

WITNESS = "witness"
DATA = train.digits(120)
PLANE = train.moons(120, rng=np.random.default_rng(0))
SHARED = {
    "data": DATA,
    "seed": 0,
    "hidden": (6,),
    "activation": "relu",
    "optimizer": WITNESS,
    "learning_rate": 0.1,
    "batch_size": 20,
    "steps": 5,
}
OWN = {
    "batch_statistics.train": {"whole": True},
    "batch_statistics.estimate": {"batch_sizes": (20,), "draws": 2},
    "coordinate_check.measure": {"scaled": False, "width": 6, "base_width": 4, "depth": 2},
    "decision_boundaries.train": {
        "data": PLANE,
        "weight_decay": 0.1,
        "snapshots": (0, 5),
        "side": 4,
    },
    "directions.watch": {"every": 1},
    "dropout_masks.train": {
        "inverted": True,
        "evaluates_inverted": True,
        "dropout": 0.5,
        "draws": 2,
    },
    "first_layer_weights.train": {"weight_decay": 0.1},
    "health.train": {"init": "he_normal", "every": 1},
    "misread.train": {"regularizer": {}, "epochs": 1},
    "noise_scale.measure": {
        "snapshots": (0, 3),
        "small_batch": 2,
        "large_batch": 4,
        "pairs": 1,
        "trials": 1,
    },
    "paths.follow": {"every": 1, "side": 2},
    "range_test.sweep": {"low": 0.01, "high": 0.1},
    "rate_transfer.train_at_width": {"scaled": False, "width": 6, "base_width": 4, "depth": 2},
    "regularized.train": {"regularizer": {}, "epochs": 1, "label_noise": 0.0},
    "regularizers.train": {"regularizer": {}, "epochs": 1, "label_noise": 0.0},
    "slices.measure": {"factor": 2.0, "directions": 1},
    "summation.train": {"order": "two", "dtype": "float64", "width": 6},
    "symmetry.train": {"initializer": "Xavier", "width": 6, "depth": 1},
    "training.train": {
        "weight_decay": 0.1,
        "every": 1,
    },
    "twins.train": {"dtype": "float64", "batch_norm": None, "gated": False},
}
"""What each of them has to be told beside what most have in common."""


def trained_by_a_rule():
    """Return the cells by name that are told a rule, or hand on to what trains by one."""
    found = {}
    for _, name, _ in pkgutil.iter_modules(cells.__path__, f"{cells.__name__}."):
        module = importlib.import_module(name)
        for key in module.__all__:
            value = getattr(module, key)
            told = inspect.isfunction(value) and inspect.signature(value).parameters
            if told and {"optimizer", "how"} & set(told):
                found[f"{name.rpartition('.')[2]}.{key}"] = value
    return found


TRAINED = trained_by_a_rule()


@pytest.mark.parametrize("name", TRAINED)
def test_a_cell_takes_gradients_where_the_rule_does(name, monkeypatch):
    """They are to be taken at zero, where the parameters themselves never are.

    A network of ReLU puts out nothing there, so that its gradient is zero but for the last bias.
    """
    arguments = {**SHARED, **OWN[name]}
    told = set(inspect.signature(TRAINED[name]).parameters)
    if "how" not in told:
        arguments = {key: value for key, value in arguments.items() if key in told}
    last, seen = arguments["data"].n_classes, []

    def update(grads, state, params):
        seen.append(grads)
        return np.full_like(params, 0.01), state

    rule = optim.Optimizer(
        lambda params: None, update, gradient_at=lambda _, params: np.zeros_like(params)
    )
    monkeypatch.setitem(optim.RULES.ours, WITNESS, lambda learning_rate: rule)
    TRAINED[name](**arguments)
    assert len(seen) > 2
    for grads in seen:
        assert grads[-last:].any()
        np.testing.assert_array_equal(grads[:-last], 0)


def test_every_cell_that_trains_is_known():
    assert set(TRAINED) == set(OWN)


def test_angles_are_those_to_the_gradients_that_the_rule_is_told(monkeypatch):
    """In one batch of all rows both gradients are one, wherever they are taken."""
    monkeypatch.setitem(optim.RULES.ours, WITNESS, optim.schedule_free_sgd)
    how = {**SHARED, **OWN["directions.watch"], "batch_size": len(DATA.x_train)}
    angles = TRAINED["directions.watch"](**how)["angles"]
    np.testing.assert_allclose(angles["to_batch"], angles["to_all"], rtol=0, atol=1e-5)
    assert (angles["to_all"][2:] > 1).all()


@pytest.mark.parametrize("make", [optim.sgd, optim.schedule_free_sgd])
def test_moved_by_hand_a_network_is_that_of_the_loop(make):
    def begun():
        rng = np.random.default_rng(3)
        return nn.mlp([DATA.n_features, 9, DATA.n_classes], activation="relu", rng=rng), rng

    (ours, rng), (expected, same) = begun(), begun()
    rule = make(0.1)
    train.fit(expected, DATA, rule, steps=12, batch_size=20, rng=same)
    state, order = rule.init(ours.flat), train.batches(len(DATA.x_train), 20, rng=rng)
    for _ in range(12):
        x, y = DATA.x_train[rows := next(order)], DATA.y_train[rows]
        before = ours.flat.copy()
        updates, state = move(ours, rule, state, partial(gradient_of, ours, x, y))
        np.testing.assert_array_equal(ours.flat, before + updates)
    np.testing.assert_array_equal(ours.flat, expected.flat)
