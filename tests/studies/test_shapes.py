"""The shapes themselves: known values of functions, schedules and updates."""

import numpy as np
import pytest

from nnviz import studies


def test_functions_at_known_places():
    table = studies.activation_functions(low=-1, high=1, points=3).table("functions")
    value = table.set_index(["activation", "x"])["value"]
    slope = table.set_index(["activation", "x"])["derivative"]
    assert value["sigmoid", 0] == 0.5
    assert slope["sigmoid", 0] == 0.25
    assert value["tanh", 1] == pytest.approx(0.7615942)
    assert slope["relu", -1] == 0
    assert slope["gelu", 1] == pytest.approx(1.0833155)
    assert value["leaky_relu", -1] == pytest.approx(-0.01)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "silu", "elu"])
def test_derivatives_are_slopes_of_the_values(name):
    table = studies.activation_functions([name], points=6001).table("functions")
    slope = np.gradient(table["value"], table["x"])
    np.testing.assert_allclose(slope[1:-1], table["derivative"][1:-1], atol=1e-3)


def test_only_functions_with_two_bounds_saturate():
    table = studies.activation_functions().table("functions")
    edges = table[table["saturated"]].groupby("activation")["x"].apply(lambda x: x.abs().min())
    assert set(edges.index) == {"sigmoid", "tanh"}
    assert edges["sigmoid"] == pytest.approx(np.log(19), abs=0.02)
    assert edges["tanh"] == pytest.approx(np.arctanh(0.95), abs=0.02)


def test_schedules_begin_and_end_where_they_should():
    table = studies.learning_rate_schedules(learning_rate=0.4, steps=100).table("schedules")
    rate = table.set_index(["schedule", "step"])["learning_rate"]
    assert table.groupby("schedule").size().unique() == [100]
    assert table.groupby("schedule")["learning_rate"].max().to_numpy() == pytest.approx(0.4)
    assert rate["constant"].unique() == [0.4]
    assert rate["step", 99] == pytest.approx(0.4 / 8)
    assert rate["cosine", 50] == pytest.approx(0.2)
    assert rate["exponential", 50] == pytest.approx(0.04)
    assert rate["warm-up and cosine"].idxmax() == 10


def test_sizes_of_updates_on_a_constant_gradient():
    table = studies.effective_steps(gradients=(0.5, 2.0), steps=50).table("sizes")
    size = table.set_index(["optimizer", "gradient", "step"])["size"]
    for gradient in (0.5, 2.0):
        assert size["sgd", gradient, 7] == gradient
        assert size["momentum", gradient, 3] == pytest.approx(gradient * (1 + 0.9 + 0.81))
        assert size["adagrad", gradient, 25] == pytest.approx(0.2)
        assert size["rmsprop", gradient, 1] == pytest.approx(10)
        assert size["adam", gradient, 50] == pytest.approx(1)


@pytest.mark.parametrize(
    "study",
    [studies.activation_functions, studies.learning_rate_schedules, studies.effective_steps],
)
def test_every_claim_holds(study):
    claims = study().claims
    assert len(claims) >= 2
    assert all(claim.holds for claim in claims.values())


@pytest.mark.parametrize(
    ("study", "arguments", "message"),
    [
        (studies.activation_functions, {"activations": ["rellu"]}, "activations must be one of"),
        (studies.activation_functions, {"low": 2, "high": 1}, "low must be below high, 1; got 2"),
        (studies.learning_rate_schedules, {"learning_rate": -1}, "learning_rate must be"),
        (studies.effective_steps, {"optimizers": ["adm"]}, "optimizers must be one of"),
        (studies.effective_steps, {"gradients": (0,)}, "gradients must be a positive number"),
    ],
)
def test_wrong_arguments_are_named(study, arguments, message):
    with pytest.raises(ValueError, match=message):
        study(**arguments)
