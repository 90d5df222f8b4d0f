"""What a review of the rules called false alarms, and what must be found beside each."""

import numpy as np
import pytest

from nnviz.diagnosis import diagnose
from nnviz.record import Recorder
from tests.diagnosis.made import LONG, judged, layers, message, noisy, recorded

STAYS = "not learning"


def log(numbers, steps):
    """Return a recording of plain numbers alone, at given steps."""
    recorder = Recorder(strict=True)
    for k in steps:
        with recorder.step(int(k)):
            for name, value in numbers.items():
                recorder.scalar(name, float(value(k)))
    return recorder


def rules_of(recorder):
    return list(judged(recorder)[1])


@pytest.mark.parametrize("steps", [(0, 100), (0, 50, 100), np.linspace(0, 200, 9)])
def test_a_loss_measured_a_few_times_is_not_judged_by_its_fall(steps):
    findings, found = judged(log({"loss": lambda k: 2.3 - 0.022 * min(k, 100)}, steps))
    assert found == {}
    for rule in (STAYS, "loss spikes"):
        assert f"it needs 10 measurements of the training loss; there are {len(steps)}" in message(
            findings, rule
        )


def test_a_loss_measured_ten_times_is_judged_by_its_fall():
    steps = np.linspace(0, 900, 10)
    assert rules_of(log({"loss": lambda k: 2.3}, steps)) == [STAYS]
    assert rules_of(log({"loss": lambda k: 2.3 * 0.997**k}, steps)) == []


@pytest.mark.parametrize("names", [("actor_loss", "critic_loss"), ("recon_loss", "kl_loss")])
def test_of_several_losses_none_is_guessed_to_be_the_one(names):
    numbers = {names[0]: lambda k: 2.3 * 0.9**k, names[1]: lambda k: 1.0}
    findings, found = judged(log(numbers, range(LONG)))
    assert found == {}
    assert "not assessed" in message(findings, STAYS)
    if names[0] == "recon_loss":
        assert 'none is called "loss": recon_loss, kl_loss' in message(findings, STAYS).replace(
            "kl_loss, recon_loss", "recon_loss, kl_loss"
        )


@pytest.mark.parametrize("name", ["loss", "train/loss", "total_loss"])
def test_the_loss_that_is_called_so_is_judged_whatever_its_parts_do(name):
    parts = {"kl_loss": lambda k: 1.0, "recon_loss": lambda k: 2.3 * 0.9**k}
    assert rules_of(log(parts | {name: lambda k: 2.3 * 0.9**k}, range(LONG))) == []
    findings, found = judged(log(parts | {name: lambda k: 2.3}, range(LONG)))
    assert list(found) == [STAYS]
    assert f"{name} 2.3 → 2.3" in message(findings, STAYS)


def test_the_only_loss_is_judged_by_its_own_name_but_not_one_of_two_opponents():
    findings, found = judged(log({"nll_loss": lambda k: 2.3}, range(LONG)))
    assert list(found) == [STAYS]
    assert "nll_loss 2.3 → 2.3" in message(findings, STAYS)
    for name in ("d_loss", "critic_loss", "train/g_loss"):
        findings, found = judged(log({name: lambda k: 2.3}, range(LONG)))
        assert found == {}
        assert "against each other" in message(findings, STAYS)


def test_losses_of_two_metrics_are_not_set_beside_each_other():
    numbers = {"train/loss": lambda k: 9.0 * 0.95**k, "batch_kl_loss": lambda k: 0.01}
    findings = diagnose(log(numbers, range(LONG)))
    rule = "training and evaluation differ"
    assert "loss of mini-batches was not recorded" in message(findings, rule)


def scaled(rng, odd_steps):
    streams = layers(rng, [1e-3] * 2)
    streams["linear2/weight_gradient"] = lambda k: np.full(
        (20, 20), np.inf if k in odd_steps else 1
    )
    return recorded(streams, {"loss": noisy(rng, 2, 0.5, 0)})


def test_a_last_step_that_a_scaler_skips_is_no_fault(rng):
    findings, found = judged(scaled(rng, {LONG - 1}))
    assert found == {}
    assert "but loss and weights stay finite" in message(findings, "not finite")
    _, found = judged(scaled(rng, {LONG - 3, LONG - 2, LONG - 1}))
    assert found == {"not finite": ["linear2"]}


ONE_CLASS = "one class predicted"


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        # eight measurements, the last four at 14 of 15, and a few errors it is sure of
        ({"test/accuracy": "rises", "test/loss": lambda k: max(0.3, 0.7 - k / 8)}, False),
        ({"test/accuracy": "rises", "test/loss": lambda k: max(0.3, 2.3 - k / 2)}, False),
        ({"train/accuracy": lambda k: 0.99, "train/loss": lambda k: 0.1}, False),
        ({"train/accuracy": lambda k: 0.99, "train/loss": lambda k: max(0.1, 2.3 - k)}, False),
        ({"train/accuracy": lambda k: 0.9, "train/loss": lambda k: max(0.33, 0.7 - k / 9)}, True),
        ({"train/accuracy": lambda k: 0.3 + 0.2 * (k > 0), "train/loss": lambda k: 0.7}, True),
        ({"test/accuracy": "rises", "test/loss": lambda k: 2.3}, True),
    ],
)
def test_one_class_is_a_loss_that_never_became_better_than_a_guess(numbers, found):
    rises = {"rises": lambda k: min(14 / 15, 0.5 + k / 9)}
    numbers = {name: rises.get(value, value) for name, value in numbers.items()}
    assert (ONE_CLASS in rules_of(log(numbers, range(8)))) == found


def test_of_a_loss_that_began_low_nobody_can_tell_whether_one_class_is_predicted():
    numbers = {"train/accuracy": lambda k: 0.99, "train/loss": lambda k: 0.1}
    assert "it began so low" in message(diagnose(log(numbers, range(8))), ONE_CLASS)


def test_an_accuracy_in_percent_is_no_share():
    percent = {"loss": lambda k: 2.3, "train/accuracy": lambda k: 10.1}
    findings, found = judged(log(percent, range(LONG)))
    assert list(found) == [STAYS]  # ten percent are not ten times right
    said = "train/accuracy is no share of examples, from 0 to 1: it reaches 10.1"
    assert said in message(findings, ONE_CLASS)
    numbers = {
        "train/loss": lambda k: 0.69 * 0.9**k,
        "test/loss": lambda k: max(0.69 * 0.9**k, 0.003 * k),
        "train/accuracy": lambda k: min(99.0, 50 + 2 * k),
        "test/accuracy": lambda k: min(97.0, 50 + 2 * k),
    }
    findings, found = judged(log(numbers, range(LONG)))
    assert found == {}
    assert "is no share" in message(findings, "overfitting")
