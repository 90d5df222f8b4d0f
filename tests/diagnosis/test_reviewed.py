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


UNTRAINED = "untrained layers"


def test_a_layer_that_moves_at_steps_that_are_not_counted_in_full_is_trained(rng):
    streams = layers(rng, [1e-3] * 3)
    w = rng.standard_normal((20, 20))
    streams["linear1/weight_update"] = lambda k: 1e-3 * w * (k % 10 == 5)
    assert rules_of(recorded(streams)) == []
    streams["linear1/weight_update"] = lambda k: 0.0 * w
    assert judged(recorded(streams))[1] == {UNTRAINED: ["linear1"]}


def opponents(rng, gradient, until):
    """A generator that ends in tanh, and a layer that judges it: its gradient, when it moves."""
    first, second = layers(rng, [1e-3] * 2), layers(rng, [1e-3] * 2)
    streams = {f"generator.{name}": values for name, values in first.items()}
    flat = rng.choice([-0.99, 0.99], (40, 20))
    streams["generator.tanh/activation"] = lambda _: flat
    streams |= {f"discriminator.{name}": values for name, values in second.items()}
    w = 1e-3 * rng.standard_normal((20, 20))
    streams["discriminator.linear1/weight_gradient"] = lambda _: gradient * w
    streams["discriminator.linear1/weight_update"] = lambda k: w * (k < until)
    return recorded(streams, {"d_loss": lambda k: 1.4, "g_loss": lambda k: 0.7})


def test_the_output_of_a_generator_may_be_flat_and_a_critic_may_rest(rng):
    findings, found = judged(opponents(rng, gradient=0, until=50))
    assert found == {}
    assert "and discriminator.linear1 without a gradient for now" in message(findings, UNTRAINED)
    for left_out in (opponents(rng, gradient=1, until=50), opponents(rng, gradient=0, until=0)):
        assert judged(left_out)[1] == {UNTRAINED: ["discriminator.linear1"]}


def test_a_hidden_layer_of_a_generator_is_judged(rng):
    streams = {f"{own}.linear1/activation": squash(rng, 1) for own in ("generator", "critic")}
    streams = {"generator.tanh1/activation": squash(rng, 0.99)} | streams
    assert judged(recorded(streams))[1] == {"saturation": ["generator.tanh1"]}


def squash(rng, size):
    values = rng.choice([-size, size], (40, 20))
    return lambda _: values


CONSTANT = "output independent of the input"


@pytest.mark.parametrize(
    ("output", "end", "found"),
    [
        ("far", 0.64, False),  # a regression that began at the mean of its targets
        ("far", 1.25, True),  # the same, and it never learns
        ("far", None, None),
        ("same", 0.64, False),  # nothing tells the one from the other but the loss
        ("same", None, True),
    ],
)
def test_targets_around_a_large_mean_are_no_constant_output(rng, output, end, found):
    streams = layers(rng, [1e-3] * 2)
    head = {"far": 200 + 0.8 * rng.standard_normal((40, 20)), "same": np.full((40, 20), 200.0)}
    streams["linear2/activation"] = lambda _: head[output]
    numbers = {} if end is None else {"loss": noisy(rng, 1.3, end, 0)}
    findings, rules = judged(recorded(streams, numbers))
    assert (CONSTANT in rules) == bool(found)
    if found is None:
        assert "not assessed" in message(findings, CONSTANT)


def embedding(rng, last=1.0):
    """An embedding of small weights, a layer that normalizes, and a head."""
    streams = layers(rng, [1e-3] * 3)
    for k, size in enumerate((0.02, 1.0, last), start=1):
        y = size * rng.standard_normal((40, 20))
        streams[f"linear{k}/activation"] = lambda _, y=y: y
    streams["linear2/weight"] = lambda k: np.ones(20) + 1e-3 * k
    streams["linear2/weight_gradient"] = lambda _: np.ones(20)
    streams["linear2/weight_update"] = lambda _: np.full(20, 1e-3)
    return streams


SCALED = "ill-scaled initial weights"


@pytest.mark.parametrize("end", [0.1, 2.2])
def test_what_enters_a_layer_that_normalizes_may_be_of_any_size(rng, end):
    loss = {"loss": noisy(rng, 2.3, end, 0)}
    assert SCALED not in rules_of(recorded(embedding(rng), loss))
    assert SCALED in rules_of(recorded(embedding(rng, 20.0), loss))


@pytest.mark.parametrize(("end", "found"), [(0.1, False), (2.2, True)])
def test_outputs_that_grow_to_a_usual_size_are_no_fault_of_a_network_that_learns(rng, end, found):
    streams = layers(rng, [1e-3] * 3)
    for k in (1, 2, 3):
        y = 8.0 ** (k - 3) * rng.standard_normal((40, 20))
        streams[f"linear{k}/activation"] = lambda _, y=y: y
    assert (SCALED in rules_of(recorded(streams, {"loss": noisy(rng, 2.3, end, 0)}))) == found


def test_the_first_step_of_a_run_that_began_late_is_not_the_initial_one(rng):
    streams = layers(rng, [1e-3] * 3, spread=20.0)
    recorder = Recorder(exact_every=10)
    for k in range(5000, 5030):
        with recorder.step(k):
            for name, values in streams.items():
                recorder.observe(name, values(k))
    assert "recorded from step 5000, not from the beginning" in message(diagnose(recorder), SCALED)


DIFFERING = "training and evaluation differ"


def test_a_loss_in_evaluation_is_set_beside_the_batches_of_its_step():
    loss = 2.3 * np.exp(-np.arange(400) / 145)
    for times, found in ((1, False), (3, True)):
        recorder = Recorder()
        for k in range(400):
            with recorder.step(k):
                recorder.scalar("loss", loss[k])
                if k % 100 == 0:
                    recorder.scalar("train/loss", times * loss[k])
        assert (DIFFERING in rules_of(recorder)) == found


def test_a_warm_restart_of_the_rate_is_no_spike():
    """A loss that follows a rate of cosine shape, which restarts at step 100."""
    rate = (1 + np.cos(np.pi * (np.arange(201) % 100) / 100)) / 2
    rate[200] = rate[99]
    loss = 0.1 + 2.2 * rate
    findings, found = judged(log({"loss": lambda k: loss[k]}, range(201)))
    assert found == {}
    assert "and back to" in message(findings, "loss spikes")
    loss[150:] = loss[150]
    assert rules_of(log({"loss": lambda k: loss[k]}, range(201))) == ["loss spikes"]


def test_experts_are_told_from_layers_also_where_the_last_batch_is_ragged(rng):
    streams = layers(rng, [1e-3] * 2)
    whole = rng.standard_normal((40, 20))
    streams["linear1/activation"] = lambda k: whole[: 40 if k % 10 < 9 else 25]
    streams["experts.0.relu/activation"] = lambda k: np.zeros((3 + k % 5, 20))
    loss = {"loss": noisy(rng, 2.3, 0.2, 0)}
    assert rules_of(recorded(streams, loss)) == []
    streams["experts.0.relu/activation"] = lambda k: np.zeros((80 if k % 10 < 9 else 50, 20))
    assert rules_of(recorded(streams, loss)) == ["dead units"]


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_weights_of_which_nothing_can_be_said_were_recorded_all_the_same(value):
    streams = {"linear1/weight": lambda k: np.full((20, 20), value)}
    findings = diagnose(recorded(streams, {"loss": lambda k: 2.3}))
    text = message(findings, "weight decay too strong")
    assert "all weights are zero or not finite at first" in text


def test_an_accuracy_that_is_nan_does_not_change():
    numbers = {"loss": lambda k: 2.3, "test/accuracy": lambda k: np.nan}
    text = message(diagnose(log(numbers, range(LONG))), ONE_CLASS)
    assert text.endswith("not assessed, the test accuracy is not finite at all steps")


def test_activations_that_are_nan_throughout_are_neither_dead_nor_equal_nor_saturated():
    streams = {f"{own}/activation": lambda _: np.full((40, 20), np.nan) for own in ("tanh1", "b")}
    findings = diagnose(recorded(streams))
    for rule in ("dead units", "symmetric units", "saturation", CONSTANT):
        assert "not assessed, no activation has a finite value at any step" in message(
            findings, rule
        )
