"""Rates by width: the cell against a plain loop in NumPy, and what is made of its losses."""

import math

import numpy as np
import pandas as pd
import pytest

from nnviz import nn, studies, train
from nnviz.studies.cells.rate_transfer import train_at_width
from nnviz.studies.rate_transfer import _best

DATA = train.digits(120)
HOW = {"data": DATA, "base_width": 4, "depth": 2, "activation": "tanh", "batch_size": 30}
HOW |= {"steps": 5, "seed": 3, "learning_rate": 0.02}


def loop(width, scaled, rate=0.02):
    """Train by Adam, written out, layer by layer; return the training loss."""
    sizes = [64, width, width, 10]
    rng = np.random.default_rng(3)
    net = nn.mlp(sizes, activation="tanh", init="xavier", output_init="zeros", rng=rng)
    values = {name: part.astype(float) for name, part in net.params.items()}
    moments = {name: [np.zeros_like(part)] * 2 for name, part in values.items()}
    order = train.batches(len(DATA.x_train), 30, rng=np.random.default_rng([3, 1]))

    def forward(x):
        h1 = np.tanh(x @ values["linear1/weight"] + values["linear1/bias"])
        h2 = np.tanh(h1 @ values["linear2/weight"] + values["linear2/bias"])
        z = h2 @ values["linear3/weight"] + values["linear3/bias"]
        z = z - z.max(axis=1, keepdims=True)
        return h1, h2, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    for step in range(1, 6):
        rows = next(order)
        x, y = DATA.x_train[rows].astype(float), DATA.y_train[rows]
        h1, h2, p = forward(x)
        d3 = (p - np.eye(10)[y]) / len(y)
        d2 = d3 @ values["linear3/weight"].T * (1 - h2**2)
        d1 = d2 @ values["linear2/weight"].T * (1 - h1**2)
        for k, (into, delta) in enumerate(((x, d1), (h1, d2), (h2, d3)), 1):
            grads = {f"linear{k}/weight": into.T @ delta, f"linear{k}/bias": delta.sum(0)}
            for name, g in grads.items():
                m, v = moments[name]
                m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
                moments[name] = [m, v]
                factor = 4 / width if scaled and k > 1 and name.endswith("weight") else 1.0
                root = np.sqrt(v / (1 - 0.999**step)) + 1e-8
                values[name] = values[name] - rate * factor * m / (1 - 0.9**step) / root
    p = forward(DATA.x_train.astype(float))[2]
    return -np.log(p[np.arange(len(p)), DATA.y_train]).mean()


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("width", [4, 12])
def test_a_network_is_trained_as_a_plain_loop_trains_it(width, scaled):
    found = train_at_width(**HOW, width=width, scaled=scaled, optimizer="adam")["end"]
    # The network is of float32, and Adam makes steps of what rounding leaves of small gradients.
    assert found["loss"][0] == pytest.approx(loop(width, scaled), rel=1e-3)


def test_the_best_rate_is_that_of_the_lowest_loss_and_the_narrow_one_is_held_against_it():
    losses = {
        4: [9.0, 3.0, 1.0, math.nan],
        8: [9.0, 0.5, 2.0, math.nan],
        16: [math.nan] * 4,
        32: [0.1, 2.0, 3.0, math.nan],  # the first one tried: a better one may lie before
    }
    ends = pd.DataFrame(
        [
            {"scaling": "standard", "seed": 7, "width": w, "learning_rate": r, "loss": loss}
            for w, own in losses.items()
            for r, loss in zip((0.05, 0.1, 0.2, 0.4), own, strict=True)
        ]
    )
    best = _best(ends, 4).set_index("width")
    assert list(best["best_rate"][[4, 8]]) == [0.2, 0.1]
    assert list(best["shift"][[4, 8]]) == [1.0, 0.5]
    assert list(best["transferred"][[4, 8]]) == [1.0, 2.0]
    assert list(best["cost"][[4, 8]]) == [1.0, 4.0]
    assert best.loc[16].drop(["scaling", "seed"]).isna().all()
    assert math.isnan(best["best_rate"][32])


def test_a_search_cut_off_at_its_edge_is_not_assessed():
    study = studies.rate_transfer(
        DATA, widths=(4, 8), rates=(1e-6, 2e-6, 4e-6), depth=1, batch_size=30, steps=4, seeds=2
    )
    assert {claim.verdict for claim in study.claims.values()} == {"not assessed"}
    assert "edge" in study.claim("best rate stays").statement


def test_both_scalings_are_the_same_at_the_smallest_width():
    study = studies.rate_transfer(
        DATA, widths=(8, 4), rates=(0.1, 0.01), depth=1, batch_size=30, steps=4, seeds=2
    )
    ends = study.table("ends").set_index(["scaling", "width", "learning_rate", "seed"])["loss"]
    pd.testing.assert_series_equal(ends["standard"][4], ends["maximal update"][4])
    assert (ends["standard"][8] != ends["maximal update"][8]).all()
    assert study.settings["rates"] == [0.01, 0.1]
    assert study.settings["resolution"] == pytest.approx(10)
