"""What means deploy: the descents against a recursion by hand, the networks against the loop."""

import numpy as np
import pytest

from nnviz import nn, optim, studies, train
from nnviz.optim import schedules
from nnviz.studies.cells import decision_boundaries, twins

RISEN = schedules.warm_up(0.02, steps=20)
FALLING = schedules.warm_up(schedules.cosine(0.02, steps=20), steps=20)
SHAPES = [(64, 12), (12,), (12, 10), (10,)]
DECAYING_MUON = optim.decoupled_decay(
    optim.muon(FALLING, shapes=SHAPES, others=optim.adam(FALLING)), FALLING, 0.01
)
"""All warm up and decay their weights alike."""


@pytest.fixture(scope="module")
def noisy():
    return studies.averaged_descent()


@pytest.fixture(scope="module")
def small():
    return studies.averaged_training(train.digits(220), hidden=(12,), steps=40, seeds=2, fresh=True)


def test_every_claim_of_descents_holds(noisy):
    assert len(noisy.claims) == 4
    for claim in noisy.claims.values():
        assert claim.holds, claim


def test_both_points_of_a_noisy_descent_are_those_of_the_published_recursion(noisy):
    """In the words of the paper: x, y and z, for all seeds at once."""
    rng, rate, beta = np.random.default_rng(0), 0.5, 0.9
    z = x = np.tile((-7.0, 2.0), (200, 1))
    for t in range(1, 2001):
        y = (1 - beta) * z + beta * x
        z = z - rate * (y * [0.1, 2.0] + 2 * rng.standard_normal(z.shape))
        x = (1 - 1 / t) * x + z / t
    ends = noisy.table("ends").set_index(["setting", "seed"])["distance"]
    np.testing.assert_allclose(ends["schedule-free"], np.hypot(*x.T), rtol=1e-9)
    y = (1 - beta) * z + beta * x
    np.testing.assert_allclose(ends["where its gradients are taken"], np.hypot(*y.T), rtol=1e-9)


@pytest.mark.parametrize(
    ("setting", "rule"),
    [
        ("decaying rate", optim.adamw(FALLING)),
        ("mean of all points", optim.averaged(optim.adamw(RISEN))),
        ("schedule-free", optim.schedule_free_adamw(RISEN, weight_decay=0.01)),
        ("Muon at a decaying rate", DECAYING_MUON),
    ],
)
def test_a_network_is_measured_where_it_would_be_deployed(small, setting, rule):
    data, rng = train.digits(220), np.random.default_rng(1)
    net = nn.mlp([data.n_features, 12, data.n_classes], activation="relu", rng=rng)
    train.fit(net, data, rule, steps=40, batch_size=32, rng=rng)
    ends = small.table("ends").set_index(["setting", "seed"])["test_accuracy"]
    assert ends[setting, 1] == train.evaluate(net, data.x_test, data.y_test)[1]


def test_cells_with_a_loop_of_their_own_take_gradients_where_the_rule_does():
    """Each leaves the network that `fit` leaves."""
    data, rule = train.digits(220), optim.schedule_free_sgd(0.1)

    def begun(seed):
        rng = np.random.default_rng(seed)
        return nn.mlp([data.n_features, 9, data.n_classes], activation="relu", rng=rng), rng

    def fitted(net, rng):
        train.fit(net, data, rule, steps=30, batch_size=20, rng=rng)
        return net

    net, rng = begun(3)
    updates = decision_boundaries._updates(net, data, rule, 20, weight_decay=0.0, rng=rng)
    for _ in range(30):
        next(updates)
    np.testing.assert_array_equal(net.flat, fitted(*begun(3)).flat)
    net, rng = begun(3)
    twins.Twins(net, activation="relu", gated=False).part(rng)
    shared = {"hidden": (9,), "activation": "relu", "dtype": "float32", "batch_norm": None}
    shared |= {"gated": False, "optimizer": "schedule_free_sgd", "learning_rate": 0.1}
    pair = twins.train(data=data, seed=3, **shared, batch_size=20, steps=30)["pair"]
    accuracy = train.evaluate(fitted(net, rng), data.x_test, data.y_test)[1]
    assert pair["test_accuracy"] == accuracy


def test_the_early_look_is_after_as_many_updates_as_the_settings_say():
    """Also where the updates have no exact quarter."""
    how = {"hidden": (6,), "steps": 47, "seeds": 2, "fresh": True}
    study = studies.averaged_training(train.digits(220), **how)
    curves = study.table("curves").query("split == 'test' and metric == 'accuracy'")
    looks = curves[curves["step"] == study.settings["early"]].set_index(["setting", "seed"])
    ends = study.table("ends").set_index(["setting", "seed"])
    assert study.settings["early"] == 10
    np.testing.assert_array_equal(looks["value"].sort_index(), ends["early_accuracy"].sort_index())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"surface": "saddle"}, "surface must have a known minimum; got 'saddle'"),
        ({"noise": 0}, "noise must be a positive number; got 0"),
        ({"steps": 9}, "steps must be an integer of at least 10; got 9"),
    ],
)
def test_wrong_use_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.averaged_descent(**arguments)
