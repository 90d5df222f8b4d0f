"""Recordings like those that the clinic showed some rule to misjudge."""

import numpy as np
import pytest

from tests.diagnosis.made import LONG, judged, layers, message, noisy, recorded


def falling(start, end, until=40):
    return lambda k: float(np.interp(k, [0, until], [start, end]))


def measured(value):
    """Return a number that is measured at every twelfth step."""
    return lambda k: None if k % 12 else value(k)


def overfitted(test, accuracy):
    """Return the numbers of a classifier that knows its training data by heart."""
    return {
        "loss": falling(1.4, 0.01),
        "train/loss": measured(falling(1.4, 0.01)),
        "train/accuracy": measured(falling(0.25, 1.0)),
        "test/loss": measured(test),
        "test/accuracy": measured(falling(0.25, accuracy)),
    }


@pytest.mark.parametrize(
    ("test", "accuracy", "found"),
    [
        (lambda k: max(1.4 - k / 40, 0.34) + 0.1 * k / LONG, 0.89, False),  # a rise of a third
        (lambda k: max(1.4 - k / 40, 0.34) + 0.6 * k / LONG, 0.8, True),
        (lambda k: max(1.4 - k / 40, 0.34) + 0.6 * k / LONG, 0.95, False),
        (lambda k: max(1.4 - k / 40, 0.34) + 0.6 * k / LONG, 0.89, False),  # as healthy ones may
        (lambda k: max(1.4 - k / 40, 0.34) + 0.6 * k / LONG, 0.81, True),  # wrong labels by heart
        (lambda k: 1.4 - 0.9 * k / LONG - 0.2 * (k == 108), 0.8, False),  # the last is the lowest
    ],
)
def test_overfitting_is_a_test_loss_that_rises_by_much_of_what_there_was_to_learn(
    test, accuracy, found
):
    assert ("overfitting" in judged(recorded({}, overfitted(test, accuracy)))[1]) == found


@pytest.mark.parametrize(("accuracy", "found"), [(None, True), (0.8, True), (0.95, False)])
def test_a_test_loss_that_no_longer_falls_is_no_less_with_accuracies_that_part(accuracy, found):
    numbers = overfitted(falling(1.4, 0.5, until=20), accuracy or 0)
    numbers |= {"loss": falling(1.4, 0.01, 80), "train/loss": measured(falling(1.4, 0.01, 80))}
    if accuracy is None:
        del numbers["train/accuracy"], numbers["test/accuracy"]
    assert ("overfitting" in judged(recorded({}, numbers))[1]) == found


@pytest.mark.parametrize(
    ("spread", "gain", "found"),
    [
        (0.15, 0.58, False),
        (0.02, 0.58, True),
        (0.08, 0.11, True),  # weights of N(0, 0.01²), in plain layers of 128 units
        (0.4, 0.58, False),  # PyTorch's default weights, with ReLU
    ],
)
def test_gates_of_default_weights_are_not_ill_scaled(rng, spread, gain, found):
    streams = layers(rng, [1e-3] * 3, spread=spread)
    for k in (2, 3):
        w = gain / np.sqrt(20) * rng.standard_normal((20, 20))
        streams[f"linear{k}/weight"] = lambda _, w=w: w
        streams[f"linear{k}/weight_gradient"] = lambda _, w=w: w
        streams[f"linear{k}/weight_update"] = lambda _, w=w: 1e-3 * w
    _, names = judged(recorded(streams, {"loss": noisy(rng, 1.0, 0.5, 0)}))
    assert ("ill-scaled initial weights" in names) == found


def test_the_spread_of_a_single_output_is_one_draw(rng):
    streams = layers(rng, [1e-3] * 2)
    y = 0.01 * rng.standard_normal((40, 1))
    streams["linear2/activation"] = lambda _: y
    findings, found = judged(recorded(streams, {"loss": noisy(rng, 1.0, 0.5, 0)}))
    assert found == {}
    assert "no layer of several units follows" in message(findings, "ill-scaled initial weights")


@pytest.mark.parametrize(("hidden", "found"), [(0.25, True), (0.8, False)])
def test_a_head_that_scales_up_what_is_left_does_not_hide_a_decay(rng, hidden, found):
    streams, w = layers(rng, [1e-3] * 2), rng.standard_normal((20, 20))
    for k, end in ((1, hidden), (2, 1.5)):
        streams[f"linear{k}/weight"] = lambda step, end=end: w * falling(1.0, end)(step)
    _, names = judged(recorded(streams, {"loss": noisy(rng, 1.0, 0.4, 0)}))
    assert ("weight decay too strong" in names) == found


def test_a_head_of_zeros_hides_no_hidden_layer(rng):
    streams, w = layers(rng, [1e-3] * 3), rng.standard_normal((20, 20))
    for k, began, end in ((1, 1.0, 0.2), (2, 1.0, 0.9), (3, 0.0, 1.0)):
        streams[f"linear{k}/weight"] = lambda step, began=began, end=end: (
            w * falling(began, end)(step)
        )
    _, names = judged(recorded(streams, {"loss": noisy(rng, 1.0, 0.4, 0)}))
    assert "weight decay too strong" not in names


@pytest.mark.parametrize(
    ("low", "scatter", "high", "found"),
    [
        (0.75, 0.01, 5.0, True),  # it had come down by a third
        (0.15, 0.12, 1.3, True),  # all is lost, in small batches
        (0.15, 0.12, 0.8, False),
        (0.95, 0.01, 1.0, False),
    ],
)
def test_a_spike_is_told_by_what_is_lost(rng, low, scatter, high, found):
    loss = noisy(rng, 1.1, low, scatter)
    numbers = {"loss": lambda k: loss(k) if k < 100 else high}
    assert ("loss spikes" in judged(recorded({}, numbers))[1]) == found


@pytest.mark.parametrize(
    ("steps", "values", "found"),
    [
        ([0, 20, 60, 119], [1.0, 0.75, 0.89, 0.89], False),
        ([0, 40, 70, 119], [2.3, 1.65, 2.0, 2.0], False),  # harder examples, bit by bit
        ([0, 40, 46, 119], [2.3, 1.65, 2.0, 2.0], True),
    ],
)
def test_what_rises_slowly_is_no_spike(rng, steps, values, found):
    scatter = noisy(rng, 0, 0, 1e-3)
    numbers = {"loss": lambda k: float(np.interp(k, steps, values)) + scatter(k)}
    assert ("loss spikes" in judged(recorded({}, numbers))[1]) == found


@pytest.mark.parametrize(("height", "found"), [(70, True), (4, False)])
def test_a_rate_is_too_large_where_the_loss_exploded_before_it_fell(rng, height, found):
    numbers = {"loss": lambda k: 1.7 * height if 1 < k < 30 else falling(1.7, 0.2)(k)}
    _, names = judged(recorded(layers(rng, [0.5] * 2), numbers))
    assert ("learning rate too large" in names) == found


@pytest.mark.parametrize(
    ("accuracy", "found"),
    [
        ((0.32, 0.315), True),
        ((0.1, 0.16), False),  # of many classes, that is more than chance
        ((0.5, 0.6), False),
        ((0.91, 0.91), False),  # there is little left
    ],
)
def test_a_loss_that_comes_down_to_that_of_a_guess_has_learned_nothing(accuracy, found):
    loss = falling(1.6, 1.1)
    numbers = {"loss": loss, "test/loss": measured(loss)}
    numbers["test/accuracy"] = measured(falling(*accuracy))
    findings, names = judged(recorded({}, numbers))
    assert ("not learning" in names) == found
    if found:
        assert "test accuracy 0.32 → 0.315 since step 0" in message(findings, "not learning")


@pytest.mark.parametrize(
    ("loss", "test", "accuracy"),
    [
        (falling(1.6, 1.1), lambda k: None if k else 1.6, lambda _: None),  # a single one
        (falling(1.6, 1.1), measured(lambda _: 1.6), lambda k: 0.32 if k >= 60 else None),
        (falling(0.693, 0.35), measured(falling(0.693, 0.35)), measured(falling(0.85, 0.86))),
        (falling(1.6, 1.1), measured(falling(1.6, 1.1)), measured(falling(1.0, 0.5))),
    ],
)
def test_too_little_is_known_to_say_that_nothing_carries_over(loss, test, accuracy):
    """Of the third, few examples are positive: 15 %. The last knew all before it began."""
    numbers = {"loss": loss, "test/loss": test, "test/accuracy": accuracy}
    assert "not learning" not in judged(recorded({}, numbers))[1]


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (lambda k: 1.0 + 0.05 * k / LONG, True),
        (falling(1.0, 0.8), False),
        (lambda k: None if k < 40 else 0.71, False),  # measured when it had learned
    ],
)
def test_a_regression_whose_test_loss_stays_has_learned_nothing(test, found):
    numbers = {"loss": falling(1.0, 0.7), "test/loss": measured(test)}
    assert ("not learning" in judged(recorded({}, numbers))[1]) == found


@pytest.mark.parametrize("learns", [False, True])
def test_inputs_that_are_all_the_same_are_found_behind_dropout(rng, learns):
    """Unless test data are told apart: what enters first may be a table of positions."""
    row, noise = rng.standard_normal(20), rng.standard_normal((40, 20))
    entry = {
        "linear1/activation": lambda _: np.broadcast_to(row, (40, 20)),
        "dropout1/activation": lambda _: row + 0.3 * noise,
    }
    streams = layers(rng, [1e-3] * 2) | {"linear2/activation": entry["dropout1/activation"]}
    streams = entry | {name: values for name, values in streams.items() if name not in entry}
    numbers = {"loss": falling(1.6, 1.1), "test/loss": measured(falling(1.6, 1.1))}
    numbers["test/accuracy"] = measured(falling(0.33, 0.6 if learns else 0.33))
    findings, found = judged(recorded(streams, numbers))
    assert found.get("output independent of the input") == (None if learns else ["linear1"])
    assert findings.next_step.startswith("output independent") != learns


def test_positions_that_enter_first_are_rightly_the_same_for_all(rng):
    """The layer behind them has an input of its own, which tells examples apart."""
    streams = layers(rng, [1e-3] * 2)
    row = rng.standard_normal(20)
    streams["linear1/activation"] = lambda _: np.broadcast_to(row, (40, 20))
    numbers = {"loss": falling(1.6, 1.1), "test/loss": measured(falling(1.6, 1.1))}
    numbers["test/accuracy"] = measured(falling(0.31, 0.32))
    findings, found = judged(recorded(streams, numbers))
    assert "output independent of the input" not in found
    assert findings.next_step.startswith("not learning")


def test_a_flattened_picture_has_units_that_are_places(rng):
    """Nine of ten places of each channel are silent, and no channel is."""
    picture = np.zeros((30, 4, 5, 5))
    picture[:, :, 0, :3] = rng.uniform(1, 2, (30, 4, 3))
    streams = {
        "relu1/activation": lambda _: picture,
        "flatten1/activation": lambda _: picture.reshape(30, -1),
        "dropout1/activation": lambda k: picture.reshape(30, -1) * (1 + k % 2),
        "linear1/activation": lambda _: picture.reshape(30, -1)[:, :8] - 9,
        "relu2/activation": lambda _: np.zeros((30, 8)),
    }
    recorder = recorded(streams)
    assert recorder.numbers("flatten1/dead")["value"][-1] > 0.8
    assert judged(recorder)[1]["dead units"] == ["relu2"]


@pytest.mark.parametrize("height", [-1.0, 1.0])
def test_units_shut_by_a_function_that_nobody_saw_are_dead(rng, height):
    streams = layers(rng, [1e-3] * 3)
    y = rng.uniform(-2, -1, (40, 20))
    y[0, 0] = height
    streams["linear2/activation"] = lambda _: y
    streams["linear3/activation"] = lambda _: np.ones((40, 20))
    findings, found = judged(recorded(streams, {"loss": noisy(rng, 1.0, 1.0, 0)}))
    assert found.get("dead units") == (["linear2"] if height < 0 else None)
    if height < 0:
        assert "nothing passes to linear3 since step 0" in message(findings, "dead units")
