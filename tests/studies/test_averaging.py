"""What means deploy: the descents against a recursion by hand, the networks against the loop."""

import numpy as np
import pytest

from nnviz import nn, optim, studies, train
from nnviz.optim import schedules


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
        ("decaying rate", optim.adamw(schedules.cosine(0.02, steps=40))),
        ("mean of all points", optim.averaged(optim.adamw(0.02))),
    ],
)
def test_a_network_is_measured_where_it_would_be_deployed(small, setting, rule):
    data, rng = train.digits(220), np.random.default_rng(1)
    net = nn.mlp([data.n_features, 12, data.n_classes], activation="relu", rng=rng)
    train.fit(net, data, rule, steps=40, batch_size=32, rng=rng)
    ends = small.table("ends").set_index(["setting", "seed"])["test_accuracy"]
    assert ends[setting, 1] == train.evaluate(net, data.x_test, data.y_test)[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"surface": "saddle"}, "surface must have a minimum; got 'saddle'"),
        ({"noise": 0}, "noise must be a positive number; got 0"),
        ({"steps": 9}, "steps must be an integer of at least 10; got 9"),
    ],
)
def test_wrong_use_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.averaged_descent(**arguments)
