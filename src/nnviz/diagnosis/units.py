"""Rules on the units of a layer: dead, saturated, all the same."""

import numpy as np
from numpy.typing import NDArray

from nnviz._names import DEAD_SINCE
from nnviz.diagnosis.evidence import Evidence, Missing, Series, since
from nnviz.diagnosis.learning_rate import TOO_LARGE
from nnviz.diagnosis.rule import Rule, Sign, percent
from nnviz.nn import ACTIVATIONS
from nnviz.record.units import WINDOW

__all__ = ["DEAD", "SATURATED", "SYMMETRIC"]


_UNIT_BY_UNIT = "that a recorder of nnviz counts in full, unit by unit"


def judge_dead(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find layers with units that are silent for every example of a window of steps.

    The value is ``"<layer>/dead"``, counted unit by unit (`record.units.Units`): zeros alone do
    not make a unit dead, half of a healthy ReLU layer's values are zero. A layer that passes on
    what came dead, such as dropout, is not reported again.

    The threshold, seven tenths of the units, was set between the healthy networks of the clinic
    (``benchmarks/clinic.py``; at most a third, and six tenths on inputs of two dimensions) and
    the sick ones (from 0.78).
    """
    signs, closest, before = [], Sign("", None, np.nan, ""), 0.0
    judged = {
        layer: series for layer in evidence.layers if (series := _dead_share(evidence, layer))
    }
    evidence.need_activations()
    rest = [layer for layer in evidence.layers if layer not in judged]
    is_short = len(evidence.whole_steps) < 2 and not judged
    if is_short or any(_awaits_window(evidence, layer) for layer in rest):
        raise Missing(f"it needs two steps {_UNIT_BY_UNIT}, ten recorded steps apart")
    if not judged:
        raise Missing("no layer had the same units from one step counted in full to another")
    if not any(_may_be_silent(evidence, layer) for layer in judged):
        raise Missing(
            "no layer ever outputs zero, and none is known to apply an activation function: one "
            "that is called as a function, not as a module, may not be seen"
        )
    cause = "; learning rate likely too high" if _updates_are_large(evidence) else ""
    for layer, series in judged.items():
        share = float(series.value[-1])
        text = f"{percent(share)} of units dead"
        start = since(series, series.value >= threshold)
        if start is not None and before < threshold:
            first = percent(float(series.value[series.step == start][0]))
            grown = f", {percent(threshold)} or more" if first != percent(share) else ""
            signs.append(Sign(layer, start, share, text + grown + cause))
        elif not share <= closest.value:
            closest = Sign(layer, None, share, text)
        before = share
    return signs or [closest]


def judge_saturated(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find layers whose activation function is next to flat for most values.

    What that means depends on the function: below .05 or above .95 for a sigmoid, beyond ±.95
    for tanh; no other function of `nn.ACTIVATIONS` is flat on both sides, and ReLU is never
    called saturated. The last layer is not judged: an output near 0 or 1 is a confident answer.
    Neither are layers that saturated later, in a network whose loss has fallen to a third: that
    is how sharp a decision becomes.

    The threshold, half of the values, is that of torchmortem 0.1. That layers which are saturated
    from the start hardly learn was shown by Glorot and Bengio (2010).
    """
    evidence.need_units(1, f"it needs a step {_UNIT_BY_UNIT}")
    signs, closest = [], Sign("", None, np.nan, "no layer is known to apply a sigmoid or tanh")
    for layer, series in evidence.named("saturated").items():
        if layer == evidence.layers[-1]:
            continue
        share = float(series.value[-1])
        text = f"{percent(share)} of activations saturated"
        start = since(series, series.value >= threshold)
        if start is not None and (start == series.step[0] or not evidence.has_learned()):
            signs.append(Sign(layer, start, share, text))
        elif not share <= closest.value:
            closest = Sign(layer, None, share, text)
    return signs or [closest]


def judge_symmetric(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find layers whose units all give the same output, from the first step to the last.

    Equal units get equal gradients and stay equal: the layer is worth a single unit. The value
    is ``"<layer>/equal"``. Only layers with weights are judged, and none behind a layer that is
    silent as a whole: units without input are equal because of it. An output layer that starts
    at zero parts after one step, which is no fault.

    The threshold, practically all units, follows from the definition.
    """
    signs, closest = [], Sign("", None, np.nan, "")
    evidence.need_units(2, f"it needs two steps {_UNIT_BY_UNIT}")
    series_of = evidence.named("equal")
    for layer in evidence.layers:
        series = series_of.get(layer)
        if series is not None and layer in evidence.weighted:
            share = float(series.value.min())
            text = f"{percent(share)} of units equal"
            if share >= threshold:
                signs.append(Sign(layer, int(series.step[0]), share, text))
            elif not share <= closest.value:
                closest = Sign(layer, None, share, text)
        if _is_silent(evidence, layer):
            break
    return signs or [closest]


def _dead_share(evidence: Evidence, layer: str) -> Series | None:
    """Return the share of dead units by the start of the window it was counted over.

    A recorder notes that start. In a run of an earlier version, a window begins where the one
    before it ended, the first one with the first zeros; but one that had been as long as that at
    an earlier step would have ended there: then the layer, or its recorder, had begun anew, at
    the last step that makes it long enough. None for a layer that outputs zeros, and of which no
    window has ended.
    """
    dead = evidence.number(f"{layer}/dead")
    zero = evidence.statistic(f"{layer}/activation", "zero")
    places = _whole_places(evidence, layer)
    zeros = places[zero.value[places] > 0]
    if not len(dead.step):
        is_silent_nowhere = len(places) > 1 and not len(zeros)  # then it is not followed
        return Series(zero.step[places], np.zeros(len(places))) if is_silent_nowhere else None
    noted = evidence.number(f"{layer}/{DEAD_SINCE}")
    if np.array_equal(noted.step, dead.step):
        return Series(noted.value.astype(np.int64), dead.value)
    at = np.searchsorted(zero.step, dead.step)
    latest = at - (WINDOW - 1)
    earlier = np.searchsorted(places, at) - 1  # the step counted in full before
    too_early = np.where(earlier >= 0, places[earlier] - (WINDOW - 1), -1)
    usual = np.concatenate([zeros[:1] if len(zeros) else at[:1], at[:-1]])
    known = np.searchsorted(places, latest, side="right") - 1
    fresh = np.where(known >= 0, places[known], np.maximum(latest, 0))
    start = np.where((too_early < usual) & (usual <= latest), usual, fresh)
    return Series(zero.step[start], dead.value)


def _may_be_silent(evidence: Evidence, layer: str) -> bool:
    """Return whether a layer is known to apply an activation function, or has output zeros."""
    own = layer.rpartition(".")[2].rstrip("0123456789")
    known = own in ACTIVATIONS or len(evidence.number(f"{layer}/saturated").step)
    return bool(known or evidence.statistic(f"{layer}/activation", "zero").value.any())


def _whole_places(evidence: Evidence, layer: str) -> NDArray[np.intp]:
    """Return which of the steps at which a layer was recorded were counted in full."""
    steps = evidence.statistic(f"{layer}/activation", "zero").step
    counted = np.union1d(evidence.whole_steps, evidence.number(f"{layer}/dead").step)
    return np.flatnonzero(np.isin(steps, counted))


def _awaits_window(evidence: Evidence, layer: str) -> bool:
    """Return whether the steps counted in full lie too close together for a window."""
    places = _whole_places(evidence, layer)
    return len(places) > 1 and bool(np.ptp(places) < WINDOW)


def _updates_are_large(evidence: Evidence) -> bool:
    try:
        ratio = evidence.largest_update_ratio().smoothed().value
    except Missing:
        return False
    return bool((ratio >= TOO_LARGE.threshold).any())


def _is_silent(evidence: Evidence, layer: str) -> bool:
    zero = evidence.statistic(f"{layer}/activation", "zero").value
    return bool(len(zero) and zero[-1] == 1)


DEAD = Rule(
    "dead units",
    judge_dead,
    0.7,
    "Lower the learning rate; start with He weights and biases at zero; try leaky ReLU or ELU, "
    "or normalization before the activation.",
)
SATURATED = Rule(
    "saturation",
    judge_saturated,
    0.5,
    "Start with Glorot weights, scale the inputs to about ±1, lower the learning rate, or use "
    "an activation function that does not saturate.",
)
SYMMETRIC = Rule(
    "symmetric units",
    judge_symmetric,
    0.99,
    "Draw the initial weights at random: He for ReLU, Glorot for sigmoid and tanh.",
)
