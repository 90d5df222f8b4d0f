"""Noise in the gradient, and rates from too small to too large: against theory."""

import numpy as np
import pytest

from nnviz import optim, studies
from nnviz.train import descend


@pytest.fixture(scope="module")
def noisy():
    return studies.gradient_noise()


def test_every_claim_holds(noisy):
    assert set(noisy.claims) == {
        "a decaying rate settles",
        "four times the batch",
        "as theory says",
    }
    for claim in noisy.claims.values():
        assert claim.holds, claim


def test_theory_is_the_stationary_variance_of_the_recursion(noisy):
    """Against the geometric series Σ (1 − lr·λ)²ᵏ·lr²·σ², summed term by term."""
    theory = noisy.table("wandering").query("setting == 'theory'").set_index("batch_size")
    terms = np.arange(100_000)
    variance = sum(np.sum((1 - 0.2 * bend) ** (2 * terms)) * (0.2 * 2) ** 2 for bend in (0.1, 2.0))
    for size in (1, 4, 16, 64, 256):
        assert theory["distance"][size] == pytest.approx(np.sqrt(variance / size), rel=1e-9)


def test_the_first_path_is_a_noisy_descent(noisy):
    rows = noisy.table("paths").query("optimizer == 'batch of 1'")
    rng = np.random.default_rng(0)
    starts = np.tile((-7.0, 2.0), (50, 1))
    path = descend("bowl", optim.sgd(0.2), starts, steps=600, noise=2.0, rng=rng).points[:, 0]
    np.testing.assert_array_equal(rows[["x", "y"]], path)


def test_ends_have_a_row_for_each_descent(noisy):
    ends = noisy.table("ends")
    assert ends.groupby("setting")["seed"].count().to_dict() == {
        "batch of 1": 50,
        "batch of 4": 50,
        "batch of 16": 50,
        "batch of 64": 50,
        "batch of 256": 50,
        "batch of 1, decaying rate": 50,
    }


def test_without_a_quadratic_there_is_no_theory_and_a_claim_may_fail():
    study = studies.gradient_noise("rosenbrock", learning_rate=5e-4, steps=50, seeds=5)
    assert set(study.table("wandering")["setting"]) == {"measured"}
    assert "as theory says" not in study.claims
    assert not study.claim("four times the batch").holds


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"surface": "saddle"}, "surface must have a known minimum; got 'saddle'"),
        ({"batch_sizes": (4, 1)}, "batch_sizes must be rising"),
        ({"batch_sizes": ()}, "batch_sizes must be a sequence of at least 1"),
        ({"noise": 0}, "noise must be a positive number; got 0"),
        ({"learning_rate": -1.0}, "learning_rate must be a positive number; got -1"),
        ({"steps": 5}, "steps must be an integer of at least 10; got 5"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.gradient_noise(**arguments)


def test_the_bowl_is_left_beyond_two_over_its_curvature():
    rates = (0.01, 0.2, 0.7, 0.99, 1.01, 1.3, 5.0)
    study = studies.stability(rates, steps=400)
    assert study.claim("beyond the limit").holds
    ends = study.table("ends").set_index("learning_rate")["grows"]
    assert ends.to_dict() == {rate: rate > 1 for rate in rates}
    # Too few updates to tell: the way along x outweighs what y has gained.
    assert not studies.stability((1.001,), steps=5).claim("beyond the limit").holds


@pytest.mark.parametrize("rates", [(), (0.5, 1.0)])
def test_rates_must_tell(rates):
    with pytest.raises(ValueError, match=r"learning_rates must be (other than 1|a sequence)"):
        studies.stability(rates)


@pytest.mark.parametrize("rate", [1.0, 1.2])
def test_no_theory_where_there_is_no_rest(rate):
    study = studies.gradient_noise(learning_rate=rate, steps=20, seeds=2)
    assert set(study.table("wandering")["setting"]) == {"measured"}
    assert "as theory says" not in study.claims
