"""Rules on what a network puts out, and on its losses beside each other."""

import numpy as np
import pytest

from nnviz.diagnosis import diagnose
from tests.diagnosis.made import LONG, judged, layers, message, noisy, recorded


def test_an_output_that_forgets_the_input_is_found_with_the_layer_where_that_begins(rng):
    y = rng.standard_normal((40, 20))
    streams = layers(rng, [1e-3] * 3)
    for k in (2, 3):
        streams[f"linear{k}/activation"] = lambda step: y * (step < 50) + np.arange(20.0)
    findings, found = judged(recorded(streams, {"loss": noisy(rng, 2.3, 2.0, 0)}))
    assert found == {"output independent of the input": ["linear2"]}
    text = message(findings, "output independent of the input")
    assert "with it the output of linear3" in text
    assert "since step 50" in text


def test_targets_far_from_zero_are_no_output_that_forgets_the_input(rng):
    y = rng.standard_normal((40, 1))
    streams = {"linear1/activation": lambda _: 2000 + y}
    assert judged(recorded(streams, {"loss": noisy(rng, 4e6, 100, 0)}))[1] == {}


@pytest.mark.parametrize(
    ("accuracy", "loss", "found"),
    [
        (lambda k: 0.1, 2.3, ["one class predicted"]),
        (lambda k: 0.9, 0.8, ["one class predicted"]),
        (lambda k: 0.9, 0.33, []),  # a few errors it is sure of, for all one knows
        (lambda k: 0.9 + 0.001 * (k % 2), 0.33, []),
        (lambda k: 0.98, 0.05, []),  # all that can be learned is learned
        (lambda k: 1.0, 0.0, []),
    ],
)
def test_one_class_is_an_accuracy_that_stays_and_the_loss_of_a_guess(accuracy, loss, found):
    numbers = {"train/accuracy": accuracy, "train/loss": lambda k: loss + (2.3 - loss) * 0.8**k}
    findings = diagnose(recorded({}, numbers))
    rows = findings.query("rule == 'one class predicted' and verdict == 'found'")
    assert list(rows["rule"]) == found


@pytest.mark.parametrize(("outside", "found"), [(0.9, True), (0.12, False), (0.05, False)])
def test_the_same_examples_have_one_loss_in_training_and_in_evaluation(rng, outside, found):
    batches = noisy(rng, 2.3, 0.1, 0.01)
    numbers = {"loss": batches}
    recorder = recorded({}, numbers)
    for_evaluation = recorded({}, numbers | {"train/loss": lambda k: max(outside, 2.3 - k / 20)})
    rule = "training and evaluation differ"
    assert "not assessed" in message(diagnose(recorder), rule)
    assert (rule in judged(for_evaluation)[1]) == found


@pytest.mark.parametrize(
    ("height", "length", "found"),
    [(2.0, 12, ["loss spikes"]), (2.0, 3, []), (0.4, 12, [])],
)
def test_a_spike_undoes_half_of_what_was_learned_and_lasts(rng, height, length, found):
    calm = noisy(rng, 2.3, 0.1, 0.02)
    numbers = {"loss": lambda k: height if 80 <= k < 80 + length else calm(k)}
    findings, rules = judged(recorded({}, numbers))
    assert list(rules) == found
    if found:
        (step,) = findings.query("rule == 'loss spikes'")["step"]
        assert 70 <= step <= 84


def test_noise_of_small_batches_is_no_spike(rng):
    values = np.interp(np.arange(LONG), [0, 60], [2.3, 0.3]) * rng.lognormal(0, 0.8, LONG)
    assert "loss spikes" not in judged(recorded({}, {"loss": lambda k: values[k]}))[1]
