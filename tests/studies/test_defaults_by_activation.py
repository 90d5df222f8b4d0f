"""Defaults by activation: the share that a layer keeps against theory, the counting by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from nnviz import studies
from nnviz.studies.defaults_by_activation import _reach


@pytest.fixture(scope="module")
def study():
    return studies.defaults_by_activation(
        width=150, samples=40, depth=30, seeds=5, activations=["relu", "tanh", "gelu"], n_jobs=1
    )


def spread(study, setting, activation):
    rows = study.table("statistics").query("setting == @setting and activation == @activation")
    return rows.groupby("layer", sort=False)["value"].mean().to_numpy()


def test_claims_hold(study):
    assert [claim.verdict for claim in study.claims.values()] == ["holds", "otherwise"]
    deep = studies.defaults_by_activation(
        frameworks=["Keras"], width=150, samples=30, seeds=2, n_jobs=1
    )
    assert deep.claim("the activation decides").holds
    assert "50 of 50 layers of tanh" in deep.claim("the activation decides").statement


@pytest.mark.parametrize(
    ("setting", "activation", "kept"),
    [
        ("PyTorch", "tanh", 1 / 3),
        ("PyTorch", "relu", 1 / 6),
        ("PyTorch", "gelu", 1 / 12),
        ("Keras", "relu", 1 / 2),
        ("Keras", "gelu", 1 / 4),
    ],
)
def test_a_layer_keeps_the_share_that_theory_says(study, setting, activation, kept):
    """Of small values or differences: n times the weight's variance times E[slope²]."""
    values = spread(study, setting, activation)
    share = (values[19] / values[12]) ** (1 / 7)
    assert share == pytest.approx(math.sqrt(kept), rel=0.06)


def test_at_criticality_the_spread_falls_with_the_root_of_the_depth(study):
    """tanh, variance 1/n: q ← q − 2q² per layer, so that q is 1/(2l) far on."""
    values = spread(study, "Keras", "tanh")
    assert values[29] / values[9] == pytest.approx(math.sqrt(10 / 30), rel=0.15)


def test_glorots_weights_in_a_square_layer_do_what_xaviers_do(study):
    for activation in ("relu", "tanh", "gelu"):
        keras, xavier = (spread(study, name, activation)[9] for name in ("Keras", "Xavier"))
        assert keras == pytest.approx(xavier, rel=0.25)


def test_a_layer_below_a_thousandth_or_unknown_ends_the_reach():
    assert _reach(pd.Series([1.0, 0.5, 0.001])) == 3
    assert _reach(pd.Series([1.0, 0.0009, 0.5])) == 1
    assert _reach(pd.Series([1.0, np.nan, 1.0])) == 1


def test_the_reach_is_that_of_the_statistics(study):
    rows = study.table("reach").set_index(["setting", "activation", "seed"])["layers"]
    own = study.table("statistics").query(
        "setting == 'PyTorch' and activation == 'gelu' and seed == 2"
    )
    assert rows["PyTorch", "gelu", 2] == (own["value"] >= 1e-3).sum() == 6


def test_a_default_that_was_not_run_is_not_asked_for():
    own = studies.defaults_by_activation(
        frameworks=["scikit-learn"], activations=["sigmoid"], width=5, depth=2, samples=4, seeds=2
    )
    assert not own.claims
    assert set(own.table("reach")["setting"]) == {"scikit-learn"}
