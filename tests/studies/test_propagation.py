"""Variance and gradient by depth: theory against closed forms, measurements against theory."""

import numpy as np
import pytest

from nnviz import nn, studies
from nnviz.studies.theory import propagate

DEPTH = 6
LAYERS = np.arange(DEPTH)


@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0])
def test_linear_layers_have_a_closed_form(gain):
    theory = propagate("identity", gain, depth=DEPTH)
    np.testing.assert_allclose(theory["preactivation_variance"], gain ** (LAYERS + 1), rtol=1e-9)
    np.testing.assert_allclose(theory["activation_variance"], gain ** (LAYERS + 1), rtol=1e-9)
    np.testing.assert_allclose(
        theory["gradient_rms"], gain ** ((DEPTH - 1 - LAYERS) / 2), rtol=1e-9
    )


@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0])
def test_relu_has_a_closed_form(gain):
    theory = propagate("relu", gain, depth=DEPTH)
    q = gain * (gain / 2) ** LAYERS
    np.testing.assert_allclose(theory["preactivation_variance"], q, rtol=1e-5)
    np.testing.assert_allclose(theory["activation_variance"], q * (0.5 - 0.5 / np.pi), rtol=1e-5)
    np.testing.assert_allclose(
        theory["gradient_rms"], (gain / 2) ** ((DEPTH - 1 - LAYERS) / 2), rtol=1e-9
    )


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "silu", "elu", "leaky_relu"])
def test_other_activations_agree_with_random_numbers(name, rng):
    z = rng.standard_normal(1_000_000)
    function = nn.ACTIVATIONS[name]
    theory = propagate(name, 1.5, depth=2)
    first = np.sqrt(1.5) * z
    second = 1.5 * np.mean(function.value(first) ** 2)
    assert theory["preactivation_variance"][1] == pytest.approx(second, rel=0.01)
    assert theory["activation_variance"][0] == pytest.approx(function.value(first).var(), rel=0.01)
    chi = 1.5 * np.mean(function.derivative(np.sqrt(second) * z) ** 2)
    assert theory["gradient_rms"][0] == pytest.approx(np.sqrt(chi), rel=0.01)


def test_a_single_layer_and_no_weights():
    assert propagate("tanh", 1.0, depth=1)["gradient_rms"].tolist() == [1.0]
    assert propagate("relu", 0.0, depth=3)["preactivation_variance"].tolist() == [0, 0, 0]


@pytest.fixture(scope="module")
def study():
    return studies.propagation(seeds=10, n_jobs=2)


@pytest.mark.parametrize("setting", ["identity, Xavier", "tanh, Xavier", "relu, He"])
@pytest.mark.parametrize("statistic", ["preactivation_variance", "gradient_rms"])
def test_width_500_is_as_predicted_at_every_depth(study, setting, statistic):
    rows = study.table("statistics").query("setting == @setting and statistic == @statistic")
    theory = study.table("theory").query("setting == @setting and statistic == @statistic")
    measured = rows.groupby("layer")["value"].mean().to_numpy()
    assert len(measured) == 10
    np.testing.assert_allclose(measured, theory["value"], rtol=0.1)


def test_every_claim_holds(study):
    assert len(study.claims) == 7
    for claim in study.claims.values():
        assert claim.holds, claim


def test_a_narrow_network_departs_from_theory():
    narrow = studies.propagation(activations=["relu"], width=5, depth=10, samples=20, seeds=2)
    assert not narrow.claim("relu: variance as predicted").holds


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"activations": ["rellu"]}, "activations must be one of .*did you mean 'relu'"),
        ({"gains": {"none": 0}}, "gains must be a positive number; got 0"),
        ({"width": 1}, "width must be an integer of at least 2; got 1"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.propagation(**arguments)
