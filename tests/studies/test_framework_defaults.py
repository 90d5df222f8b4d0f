"""Frameworks' defaults: what is drawn, what theory says of it, what is claimed where it fails."""

import math

import numpy as np
import pytest

from nnviz import nn, studies
from nnviz.studies.framework_defaults import DEFAULTS
from nnviz.train import Dataset

COMPARED = ["PyTorch", "PyTorch with zero biases", "Keras"]
FEW = {"frameworks": COMPARED, "samples": 30, "n_jobs": 1}


@pytest.fixture(scope="module")
def study():
    return studies.framework_defaults(seeds=8, **FEW)


def values(study, statistic):
    rows = study.table("statistics").query("statistic == @statistic")
    return rows.groupby(["setting", "layer"])["value"].mean().unstack("layer")


def test_claims_hold(study):
    assert [key for key, claim in study.claims.items() if not claim.holds] == []
    assert len(study.claims) == 4


def test_spread_over_the_examples_shrinks_as_theory_says(study):
    """Per layer by √6 with PyTorch's variance of 1/(3n), once the examples are alike."""
    spread = values(study, "spread_kept")
    rate = (spread.loc["PyTorch", 10] / spread.loc["PyTorch", 5]) ** (1 / 5)
    assert rate == pytest.approx(6**-0.5, rel=0.05)


def test_all_values_settle_where_the_biases_are(study):
    """The second moment q of the sums has the fixed point q = q/6 + 1/(3n), so that q = 2/(5n)."""
    std = values(study, "std_kept").loc["PyTorch", 10]
    n = study.settings["width"]
    first = 1 / 3 + 1 / (3 * n)
    assert std == pytest.approx(math.sqrt(2 / (5 * n) / first), rel=0.1)


def test_without_biases_a_factor_on_the_weights_changes_no_share(study):
    """ReLU passes a positive factor on: same draws, and Keras's weights are √3 times PyTorch's."""
    over = values(study, "std_over_spread")
    np.testing.assert_allclose(over.loc["PyTorch with zero biases"], over.loc["Keras"], rtol=1e-9)
    kept = values(study, "std_kept")
    np.testing.assert_allclose(
        kept.loc["PyTorch with zero biases"],
        kept.loc["Keras"] * 3.0 ** (-np.arange(10) / 2),
        rtol=1e-9,
    )


def test_statistics_are_those_of_the_layers_of_torch():
    """One network, drawn as the study draws it, in torch's own layers."""
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    one = studies.framework_defaults(
        frameworks=["PyTorch"], width=20, depth=3, samples=15, seeds=1, activation="gelu", n_jobs=1
    )
    rng = np.random.default_rng(0)
    x = torch.tensor(rng.standard_normal((15, 20)))
    pooled, over = [], []
    for _ in range(3):
        layer = torch.nn.Linear(20, 20, dtype=torch.float64)
        params = nn.Linear(
            20, 20, init="pytorch_uniform", bias_init="pytorch_uniform", rng=rng, dtype=float
        ).params
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(params["weight"].T))
            layer.bias.copy_(torch.tensor(params["bias"]))
            x = torch.nn.functional.gelu(layer(x))
        pooled.append(x.std(correction=0).item())
        over.append(x.std(dim=0, correction=0).mean().item())
    found = {name: values(one, name).loc["PyTorch"] for name in ("std_kept", "spread_kept")}
    np.testing.assert_allclose(found["std_kept"], np.divide(pooled, pooled[0]), rtol=1e-6)
    np.testing.assert_allclose(found["spread_kept"], np.divide(over, over[0]), rtol=1e-6)


def test_tanh_is_not_said_to_be_what_relu_is():
    claims = studies.framework_defaults(activation="tanh", seeds=3, width=200, **FEW).claims
    verdicts = {key: claim.verdict for key, claim in claims.items()}
    assert verdicts == {
        "alike in all values": "otherwise",
        "apart over the examples": "not assessed",
        "hardly depends on its input": "otherwise",
        "it is the biases": "not assessed",
    }
    assert "differ" in claims["alike in all values"].statement


def test_what_rounding_hides_is_not_measured():
    deep = studies.framework_defaults(
        frameworks=["PyTorch", "Keras"], width=30, depth=50, samples=20, seeds=2, n_jobs=1
    )
    kept = values(deep, "spread_kept")
    assert math.isnan(kept.loc["PyTorch", 50])
    assert kept.loc["Keras", 50] > 0
    claim = deep.claim("hardly depends on its input")
    assert claim.verdict == "not assessed"
    assert "rounding" in claim.statement


def test_data_of_ones_own_have_their_own_number_of_features():
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((30, 7)), rng.integers(0, 2, 30)
    own = studies.framework_defaults(
        Dataset("mine", x, y, x, y, (1, 7)), depth=2, width=9, samples=1000, seeds=2, n_jobs=1
    )
    assert own.settings["data"] == "mine"
    assert "input" not in own.settings
    assert set(own.table("statistics")["setting"]) == set(DEFAULTS)


def test_logistic_units_have_scikit_learns_other_weights():
    options = {"width": 5, "depth": 2, "samples": 4, "seeds": 2, "n_jobs": 1}
    rows = studies.framework_defaults(activation="sigmoid", **options).table("statistics")
    drawn = rows.drop_duplicates("setting").set_index("setting")["weight"]
    assert drawn["scikit-learn"] == "sklearn_logistic"
    assert drawn["Keras"] == "glorot_uniform"


def test_scikit_learn_draws_within_the_same_ends():
    network = pytest.importorskip("sklearn.neural_network")
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((200, 60)), rng.integers(0, 2, 200)
    for activation, name in (("relu", "glorot_uniform"), ("logistic", "sklearn_logistic")):
        net = network.MLPClassifier((400,), activation=activation, learning_rate_init=1e-12)
        net.set_params(max_iter=1, random_state=0).partial_fit(x, y, classes=[0, 1])
        ours = np.abs(nn.INITIALIZERS[name](rng, 60, 400)).max()
        assert np.abs(net.coefs_[0]).max() == pytest.approx(ours, rel=0.01)
        assert np.abs(net.intercepts_[0]).max() == pytest.approx(ours, rel=0.02)
