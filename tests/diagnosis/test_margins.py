"""Recordings that came near to a threshold, or beyond it, and were healthy."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="the networks of the clinic are PyTorch's")
from benchmarks.clinic.margins import margins, margins_table, moved
from nnviz.diagnosis import RULES
from tests.diagnosis.made import judged, layers, message, noisy, recorded


def test_a_layer_of_a_single_unit_is_no_yardstick_of_the_next_one(rng):
    """Its spread is one draw: a layer that weighs states begins with next to none."""
    streams = layers(rng, [1e-3] * 3)
    single = 1e-3 * rng.standard_normal((40, 1))
    streams["linear2/activation"] = lambda _: single
    _, found = judged(recorded(streams, {"loss": noisy(rng, 2.3, 2.2, 0)}))
    assert "ill-scaled initial weights" not in found


@pytest.mark.parametrize(("end", "found"), [(1e-3, False), (2.2, True)])
def test_gradients_that_end_with_the_loss_have_not_vanished(rng, end, found):
    streams = layers(rng, [1e-3, 1e-3])
    for k in (1, 2):
        streams[f"linear{k}/weight_update"] = lambda _: np.full((20, 20), 1e-9)
    late = 110
    streams["linear2/gradient"] = lambda _: np.ones((40, 20))
    streams["linear1/gradient"] = lambda k: np.full((40, 20), 1e-3 if k >= late else 0.5)
    findings, rules = judged(recorded(streams, {"loss": noisy(rng, 2.3, end, 0)}))
    assert ("vanishing gradients" in rules) == found
    if not found:
        assert "when it had learned" in message(findings, "vanishing gradients")


@pytest.mark.parametrize(("end", "found"), [(0.4, False), (0.9, True)])
def test_a_small_jump_is_a_spike_if_what_it_lost_stays_lost(rng, end, found):
    """The jump is six times the scatter of small batches."""
    loss = noisy(rng, 1.1, 0.2, 0.15)
    jump = {"loss": lambda k: loss(k) if k < 80 else 1.3 if k < 100 else end}
    assert ("loss spikes" in judged(recorded({}, jump))[1]) == found


@pytest.mark.parametrize(("begins", "found"), [(1, False), (12, True)])
def test_a_loss_that_falls_within_two_steps_has_not_risen(rng, begins, found):
    """Updates are large at first, and the first batch costs three times as much as the second."""
    streams, w = layers(rng, [1e-3] * 2), rng.standard_normal((20, 20))
    for k in (1, 2):
        streams[f"linear{k}/weight_update"] = lambda step: (0.3 if step < 20 else 1e-3) * w
    calm = noisy(rng, 0.28, 0.12, 0.01)
    first = 0 if begins == 1 else 20
    loss = {"loss": lambda k: 0.9 if first <= k < first + begins else calm(k)}
    _, rules = judged(recorded(streams, loss))
    assert ("learning rate too large" in rules) == found


def test_the_margin_of_a_network_is_by_what_its_threshold_may_move():
    stuck = margins(recorded({}, {"loss": lambda k: 2.0}))["not learning"]
    slow = margins(recorded({}, {"loss": lambda k: 2.0 - 0.3 * min(k, 40) / 40}))["not learning"]
    assert stuck > 0
    assert slow == -2  # .85: half of a tenth more than .9 allows, between 1.25 and 1.25² times


@pytest.mark.parametrize("rule", ["dead units", "overfitting", "vanishing gradients"])
def test_a_threshold_is_moved_to_where_fewer_are_found(rule):
    threshold = RULES[rule].threshold
    assert moved(rule, 1.0) == pytest.approx(threshold)
    assert (moved(rule, 2.0) > threshold) == (rule != "vanishing gradients")
    assert 0 < moved("dead units", 8.0) < 1


def test_the_table_of_margins_takes_the_nearest_of_each_side():
    well = [{"margins": {"overfitting": k}} for k in (-9, -1, -5)]
    ill = [{"margins": {"overfitting": k}, "named": ["overfitting"]} for k in (3, 1, -2)]
    (line,) = [one for one in margins_table(well, ill).splitlines() if "overfitting" in one]
    assert [part.strip() for part in line.strip("|").split("|")] == [
        "overfitting",
        "3",
        "× 1.2",
        "1",
        "2",
        "× 1.6",
    ]
