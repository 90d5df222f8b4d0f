"""What rules once got wrong on networks that nobody had tuned on: a test for each kind."""

import numpy as np
import pytest

from nnviz.diagnosis import RULES, diagnose
from tests.diagnosis.made import LONG, judged, layers, message, noisy, recorded

SMALL, LARGE = "learning rate too small", "learning rate too large"


def test_layers_without_a_known_function_are_not_assessed(rng):
    y = rng.standard_normal((40, 20))
    findings = diagnose(recorded({f"linear{k}/activation": lambda _: y for k in (1, 2)}))
    for rule in ("dead units", "saturation"):
        assert "not assessed" in message(findings, rule)
        assert "called as a function" in message(findings, rule)


def test_a_layer_that_no_optimizer_moves_is_named(rng):
    findings, found = judged(
        recorded(layers(rng, [0, 1e-3, 1e-3]), {"loss": noisy(rng, 2, 0.9, 0)})
    )
    assert found == {"untrained layers": ["linear1"]}
    assert "the optimizer leaves them out" in message(findings, "untrained layers")


def test_a_layer_that_no_gradient_reaches_is_named_and_one_frozen_on_purpose_is_not(rng):
    streams = layers(rng, [0, 0, 1e-3])
    for stream in ("linear1/weight_gradient", "linear1/weight_update", "linear2/weight_gradient"):
        del streams[stream]
    findings, found = judged(recorded(streams))
    assert found == {"untrained layers": ["linear1"]}
    assert "cut off from the loss" in message(findings, "untrained layers")


def test_a_layer_that_rests_from_a_step_on_is_told_with_it(rng):
    streams = layers(rng, [1e-3, 1e-3])
    streams["linear1/weight_update"] = lambda k: np.full((20, 20), 1e-3 * (k < 60))
    (step,) = diagnose(recorded(streams)).query("rule == 'untrained layers'")["step"]
    assert step == 60


def test_layers_that_all_rest_at_the_end_are_trained(rng):
    streams = layers(rng, [1e-3, 1e-3])
    for k in (1, 2):
        streams[f"linear{k}/weight_update"] = lambda step: np.full((20, 20), 1e-3 * (step < 60))
    assert "untrained layers" not in judged(recorded(streams))[1]


def test_a_rate_far_too_small_is_told_through_the_scatter_of_batches():
    """Of many seeds, also of those whose first batches are hard ones by chance."""
    for seed in range(8):
        rng = np.random.default_rng(seed)
        recorder = recorded(layers(rng, [1e-6, 1e-6]), {"loss": noisy(rng, 2.3, 2.29, 0.4)})
        assert SMALL in judged(recorder)[1], seed


def test_a_small_rate_with_which_the_loss_falls_through_its_scatter_is_well():
    for seed in range(8):
        rng = np.random.default_rng(seed)
        recorder = recorded(layers(rng, [1e-4, 5e-5]), {"loss": noisy(rng, 2.3, 0.8, 0.4)})
        assert judged(recorder)[1] == {}, seed


def test_what_single_batches_cannot_tell_is_not_assessed():
    values = np.tile([2.9, 2.7, 1.5, 2.6, 1.2, 2.8, 1.6, 2.4, 1.4, 1.9], LONG // 10)
    findings = diagnose(recorded({}, {"loss": lambda k: values[k] * (1 - 0.1 * (k > 9))}))
    assert "measure it on all training data" in message(findings, "not learning")


def test_weights_that_began_tiny_are_the_cause_and_not_the_rate(rng):
    recorder = recorded(layers(rng, [0.5] * 3, spread=0.01), {"loss": noisy(rng, 2.3, 2.3, 0)})
    findings, found = judged(recorder)
    assert LARGE not in found
    assert found["ill-scaled initial weights"] == [""]
    assert findings.next_step.startswith("ill-scaled initial weights: Start with larger weights")
    assert "the weights began far too small" in message(findings, LARGE)


def test_weights_that_began_huge_are_told_although_the_network_learns(rng):
    recorder = recorded(layers(rng, [1e-3] * 3, spread=20.0), {"loss": noisy(rng, 90, 0.1, 0)})
    assert list(judged(recorder)[1]) == ["ill-scaled initial weights"]


def test_weight_decay_is_the_cause_and_not_the_rate(rng):
    streams = layers(rng, [0.5] * 2)
    for k in (1, 2):
        streams[f"linear{k}/weight"] = lambda step: 0.95**step * np.ones((20, 20))
    findings, found = judged(recorded(streams, {"loss": noisy(rng, 2.3, 2.2, 0)}))
    assert found["weight decay too strong"] == [""]
    assert LARGE not in found
    assert findings.next_step.startswith("weight decay too strong: Divide the weight decay")


def test_one_layer_with_large_updates_has_small_weights(rng):
    loss = noisy(rng, 2.3, 2.2, 0)
    assert LARGE not in judged(recorded(layers(rng, [0.5, 1e-3, 1e-3]), {"loss": loss}))[1]
    assert LARGE in judged(recorded(layers(rng, [0.5] * 3), {"loss": loss}))[1]


def test_dead_units_in_a_slow_run_get_one_advice(rng):
    streams = layers(rng, [1e-6, 1e-6]) | {"relu1/activation": lambda _: np.zeros((40, 20))}
    findings, found = judged(recorded(streams, {"loss": noisy(rng, 2.3, 2.3, 0)}))
    assert {"dead units", SMALL} <= set(found)
    remedies = findings.set_index("rule")["remedy"]
    assert "rate" not in remedies["dead units"]
    assert remedies[SMALL] == "Follows, likely, from: dead units."
    assert findings.next_step.startswith("dead units in relu1: Start with He weights")
    assert tuple(findings.first_row[["rule", "layer"]]) == ("dead units", "relu1")


def test_no_two_rules_explain_each_other():
    def behind(name, path=()):
        assert name not in path, path
        for cause in RULES[name].causes:
            behind(cause, (*path, name))

    for name in RULES:
        behind(name)


def test_training_that_diverges_is_no_overfitting():
    numbers = {
        "train/loss": lambda k: 0.74 + 0.024 * k,
        "test/loss": lambda k: 0.7 + 0.05 * k,
    }
    findings, found = judged(recorded({}, numbers))
    assert "overfitting" not in found
    assert "which did not come down" in message(findings, "overfitting")


def test_a_regression_overfits_also_where_its_test_loss_flattens():
    numbers = {
        "train/loss": lambda k: 0.95**k,
        "test/loss": lambda k: max(0.95**k, 0.4),
    }
    assert list(judged(recorded({}, numbers))[1]) == ["overfitting"]


@pytest.mark.parametrize(("accuracy", "found"), [(0.97, {}), (0.7, {"overfitting": [""]})])
def test_a_classifier_that_is_sure_of_its_few_errors_does_not_overfit(accuracy, found):
    numbers = {
        "train/loss": lambda k: 0.69 * 0.9**k,
        "test/loss": lambda k: max(0.69 * 0.9**k, 0.003 * k),
        "train/accuracy": lambda k: min(1.0, 0.5 + k / 60),
        "test/accuracy": lambda k: min(accuracy, 0.5 + k / 60),
    }
    assert judged(recorded({}, numbers))[1] == found


def test_a_network_with_nothing_left_to_learn_is_well(rng):
    numbers = {"loss": noisy(rng, 0.06, 0.059, 0.001)}
    findings, found = judged(recorded(layers(rng, [1e-6] * 2), numbers))
    assert found == {}
    for rule in ("not learning", SMALL):
        assert "an accuracy would tell" in message(findings, rule)
    numbers["test/accuracy"] = lambda k: 0.98 + 0.001 * (k % 3)
    findings, found = judged(recorded(layers(rng, [1e-6] * 2), numbers))
    assert found == {}
    assert "test accuracy 0.981" in message(findings, "not learning")


def test_losses_of_networks_that_train_against_each_other_need_not_fall(rng):
    numbers = {"d_loss": noisy(rng, 1.38, 1.38, 0.01), "g_loss": noisy(rng, 0.7, 0.7, 0.01)}
    findings, found = judged(recorded(layers(rng, [0.5] * 2), numbers))
    assert found == {}
    assert "against each other" in message(findings, "not learning")


def test_a_floor_of_noise_is_no_rate_too_large(rng):
    """Updates are large at first, and the loss comes down to what noise leaves."""
    streams = layers(rng, [1e-3] * 2)
    for k in (1, 2):
        streams[f"linear{k}/weight_update"] = lambda step: np.full((20, 20), 0.4 * 0.9**step)
    assert judged(recorded(streams, {"loss": noisy(rng, 1.0, 0.63, 0.02)}))[1] == {}


def test_weights_that_all_began_at_zero_are_no_reason_to_blame_the_rate(rng):
    streams = layers(rng, [0.5] * 2)
    for k in (1, 2):
        streams[f"linear{k}/weight"] = lambda step: np.full((20, 20), 0.01 * step)
    findings, found = judged(recorded(streams, {"loss": noisy(rng, 1.0, 0.63, 0.02)}))
    assert LARGE not in found
    assert "all weights are zero, or were so at first" in message(findings, LARGE)


def test_a_mask_of_minus_infinity_is_no_fault(rng):
    scores = np.where(np.tri(20, dtype=bool), rng.standard_normal((20, 20)), -np.inf)
    streams = layers(rng, [1e-3] * 2) | {"scores/activation": lambda _: scores}
    findings, found = judged(recorded(streams, {"loss": noisy(rng, 2, 0.5, 0)}))
    assert found == {}
    assert "but loss and weights stay finite" in message(findings, "not finite")


def test_a_step_that_a_scaler_skips_is_no_fault_and_does_not_hide_one(rng):
    streams = layers(rng, [1e-3] * 2)
    odd = np.full((20, 20), np.inf)
    streams["linear2/weight_gradient"] = lambda k: odd if k in (0, 1, 50) else np.ones((20, 20))
    loss = {"loss": noisy(rng, 2, 0.5, 0)}
    assert judged(recorded(streams, loss))[1] == {}
    streams["linear1/weight"] = lambda k: np.full((20, 20), np.nan if k > 80 else 1.0)
    findings, found = judged(recorded(streams, loss))
    assert found["not finite"] == ["linear1"]
    assert "since step 81" in message(findings, "not finite")


def test_an_auxiliary_head_called_last_is_no_explosion(rng):
    streams = layers(rng, [1e-3] * 4)
    for k, size in ((4, 1e-4), (3, 1.0), (2, 1.0), (1, 1.0)):
        streams[f"linear{k}/gradient"] = lambda _, size=size: np.full((40, 20), size)
    findings, found = judged(recorded(streams))
    assert found == {}
    assert "times that of linear3" in message(findings, "exploding gradients")


@pytest.mark.parametrize(
    ("low", "high", "end", "found"),
    [
        (0.0, 0.04, 0.1, []),  # closed on purpose, and it learns
        (0.0, 0.04, 2.2, ["saturation"]),
        (None, None, 0.1, ["saturation"]),  # on either side: weights too large
    ],
)
def test_gates_that_began_closed_are_meant_so_where_the_network_learns(rng, low, high, end, found):
    sides = rng.choice([0.01, 0.99], (40, 20))
    gate = sides if low is None else rng.uniform(low, high, (40, 20))
    streams = {"sigmoid1/activation": lambda _: gate} | layers(rng, [1e-3] * 2)
    _, rules = judged(recorded(streams, {"loss": noisy(rng, 2.3, end, 0)}))
    assert [rule for rule in rules if rule == "saturation"] == found


def test_an_expert_that_gets_no_examples_is_not_dead(rng):
    streams = layers(rng, [1e-3] * 2)
    streams["experts.0.relu/activation"] = lambda k: np.zeros((3 + k % 5, 20))
    loss = {"loss": noisy(rng, 2.3, 0.2, 0)}
    assert judged(recorded(streams, loss))[1] == {}
    streams["experts.0.relu/activation"] = lambda _: np.zeros((40, 20))
    assert list(judged(recorded(streams, loss))[1]) == ["dead units"]


def test_a_single_unit_has_no_equal(rng):
    findings = diagnose(recorded({"linear1/activation": lambda _: rng.standard_normal((40, 1))}))
    assert "no layer has several units" in message(findings, "symmetric units")
    assert not findings["message"].str.endswith(": ").any()


@pytest.mark.parametrize(("end", "found"), [(2.3, True), (1.2, False)])
def test_what_single_batches_cannot_tell_the_loss_on_all_data_does(end, found):
    values = np.tile([2.9, 2.7, 1.5, 2.6, 1.2, 2.8, 1.6, 2.4, 1.4, 1.9], LONG // 10)
    numbers = {"loss": lambda k: values[k] * (1 - 0.1 * (k > 9))}
    measured = np.interp(np.arange(LONG), [0, 100], [2.3, end])
    numbers["train/loss"] = lambda k: None if k % 10 else measured[k]
    findings = diagnose(recorded({}, numbers))
    rows = findings.query("rule == 'not learning' and verdict == 'found'")
    assert len(rows) == found
    assert "on all training data" in message(findings, "not learning")
