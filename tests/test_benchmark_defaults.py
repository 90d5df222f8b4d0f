"""What the benchmark of frameworks' defaults tells of weights, on draws of which it is known."""

import numpy as np
import pytest

from benchmarks import defaults, defaults_probes
from nnviz import nn

DRAWN = {
    "pytorch_uniform": "U(±1/√n_in)",
    "glorot_uniform": "U(±√(6/(n_in + n_out)))",
    "sklearn_logistic": "U(±√(2/(n_in + n_out)))",
    "lecun_truncated": "normal, cut off at 2 σ, corrected",
    "haiku_truncated": "normal, cut off at 2 σ",
    "zeros": "0",
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_distribution_is_told_by_its_name(name, rng):
    weight = nn.INITIALIZERS[name](rng, defaults_probes.N_IN, defaults_probes.N_OUT)
    assert defaults.named(defaults_probes.drawn(weight)) == DRAWN[name]
    if "uniform" in name or name == "sklearn_logistic":  # as few as biases are
        assert defaults.named(defaults_probes.drawn(weight[0])) == DRAWN[name]


def test_what_has_no_name_is_told_in_numbers(rng):
    assert defaults.named(defaults_probes.drawn(rng.standard_normal(9999))).startswith("std ")


def test_the_page_says_what_was_not_installed():
    page = defaults.written(
        {framework: {"failed": "not installed"} for framework in defaults.FRAMEWORKS}
    )
    for framework in defaults.FRAMEWORKS:
        assert f"| {framework.title} {framework.version} | not installed |" in page


def test_both_forms_of_gelu_are_told_apart():
    values = nn.ACTIVATIONS["gelu"](np.ones((1, 1)))[0].item(), 0.8411920
    assert {defaults_probes.form(value) for value in values} == {"exact", "tanh"}
