"""What a recorder sees at rates too small, good and too large: the claims, over five seeds."""

import pytest

from nnviz import studies

CLAIMS = {
    "kills units",
    "more units die",
    "units live",
    "too large",
    "fed below zero",
    "a thousandth",
    "hardly moves",
    "leaps",
    "below zero everywhere",
}


@pytest.fixture(scope="module")
def study():
    return studies.health(seeds=5, n_jobs=2)


@pytest.mark.slow
def test_every_claim_holds(study):
    assert set(study.claims) == CLAIMS
    for claim in study.claims.values():
        assert claim.holds, claim


@pytest.mark.slow
def test_all_seeds_of_the_good_rate_live_and_learn(study):
    accuracy = study.table("accuracy").query("setting == 'rate 0.1'")["value"]
    assert len(accuracy) == 5
    assert accuracy.min() > 0.94
    dead = study.table("progress").query("setting == 'rate 0.1' and metric == 'dead'")["value"]
    assert dead.max() < 0.3


@pytest.mark.slow
def test_histograms_hold_every_value(study):
    """Five seeds, batches of 100, 100 units."""
    totals = study.table("histograms").groupby(["setting", "layer"])["count"].sum()
    assert len(totals) == 12
    assert totals.to_numpy() == pytest.approx(5 * 100 * 100)


@pytest.mark.slow
def test_the_gradient_vanishes_in_sigmoid_layers():
    study = studies.health(activation="sigmoid", init="xavier", learning_rates=(0.1,), seeds=5)
    assert study.claim("vanishes").holds, study.claim("vanishes")


@pytest.mark.parametrize("options", [{"steps": 6}, {"steps": 40, "every": 20}])
def test_too_few_steps_to_tell_dead_units(options):
    study = studies.health(hidden=(8,), seeds=2, **options)
    for key in ("kills units", "more units die", "units live"):
        assert study.claim(key).verdict == "not assessed"
        assert study.claim(key).reason == "too few steps were recorded to tell dead units"


def test_other_rates_are_asked_what_they_can_answer():
    study = studies.health(learning_rates=(0.01,), hidden=(8,), steps=30, seeds=2)
    assert set(study.claims) == {"kills units", "fed below zero", "below zero everywhere"}
    assert all("learning rate of 0.01" in claim.statement for claim in study.claims.values())
    assert set(study.table("progress")["metric"]) == {"dead", "update_to_weight", "gradient"}
    below = study.table("below_zero")
    assert set(below["layer"]) == {"relu1"}  # whose inputs these are
    bins = study.table("histograms")
    negative = bins.loc[bins["right"] < 1e-9, "count"].sum() / bins["count"].sum()
    assert below["value"].mean() == pytest.approx(negative)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"learning_rates": (0.1, -1)}, "learning_rates must be"),
        ({"learning_rates": (0.1, 0.1)}, "learning_rates must be a sequence of different values"),
        ({"init": "he_norm"}, "did you mean 'he_normal'"),
        ({"steps": 0}, "steps must be a positive integer; got 0"),
        ({"every": 0}, "every must be a positive integer; got 0"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.health(seeds=1, **arguments)
