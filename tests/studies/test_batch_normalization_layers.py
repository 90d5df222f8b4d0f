"""Batch normalization before any training: the spread of each layer, and zero weights."""

import numpy as np
import pytest

from nnviz import nn, studies, train
from nnviz.studies.theory import propagate_normalized

WIDE = {"inputs": 3.0, "width": 50, "depth": 4}


def test_without_epsilon_every_layer_is_alike_whatever_the_scale():
    alike = np.sqrt(1 / 2 - 1 / (2 * np.pi))
    for std in (1e-3, 1.0, 100.0):
        spread = propagate_normalized("relu", std, eps=1e-30, **WIDE)
        np.testing.assert_allclose(spread, alike, rtol=1e-6)


def test_epsilon_in_closed_form_where_it_rules():
    """Of linear layers: v = σ² / (σ² + eps), layer after layer."""
    variance, expected = 1e-4**2 * 3, []
    for _ in range(4):
        passed = variance / (variance + 1e-6)
        expected.append(np.sqrt(passed))
        variance = 1e-4**2 * 50 * passed
    spread = propagate_normalized("identity", 1e-4, eps=1e-6, **WIDE)
    np.testing.assert_allclose(spread, expected, rtol=1e-10)


def test_spread_of_a_layer_worked_out_by_hand():
    data = train.digits(60)
    study = studies.normalized_layers(
        data, scales=(0.2,), width=7, depth=2, eps=1e-3, batch_size=50, seeds=1
    )
    rng = np.random.default_rng(0)
    h = data.x_train[:50].astype(float)
    spread = []
    for n_in in (64, 7):
        z = h @ (0.2 * rng.standard_normal((n_in, 7)))
        h = np.maximum((z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-3), 0)
        spread.append(h.std())
    rows = study.table("statistics").query("network == 'batch norm before activation'")
    np.testing.assert_allclose(rows["value"], spread, rtol=1e-10)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_no_weight_that_starts_at_zero_ever_gets_a_gradient(rng, activation, place):
    net = nn.mlp([5, 4, 4, 3], activation=activation, init="zeros", batch_norm=place, rng=rng)
    logits, backward = net(rng.standard_normal((10, 5)), train=True)
    _, gradient = nn.softmax_cross_entropy(logits, rng.integers(0, 3, 10))
    grads = net.flatten(backward(gradient)[1])
    assert not grads[net.mask("weight")].any()
    assert grads.any()  # the last bias


def test_zero_weights_stay_and_tiny_ones_learn():
    study = studies.zero_weights(train.digits(300), hidden=(20,), steps=60, seeds=2)
    assert study.claim("zeros stay zeros").number == 0
    assert study.claim("does not rescue zeros").holds
