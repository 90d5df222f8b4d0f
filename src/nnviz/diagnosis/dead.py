"""The rule on dead units: those that are silent for every example."""

import numpy as np
from numpy.typing import NDArray

from nnviz._language import said
from nnviz._names import DEAD_SINCE
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.learning_rate import updates_are_large
from nnviz.diagnosis.rule import Rule, Sign, percent
from nnviz.diagnosis.series import Missing, Series, since
from nnviz.diagnosis.units import UNIT_BY_UNIT, applies_function
from nnviz.record.units import WINDOW

__all__ = ["DEAD"]

_LOWER = "Lower the learning rate."


def judge_dead(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find layers with units that are silent for every example of a window of steps.

    The value is ``"<layer>/dead"``, counted unit by unit (`record.units.Units`): zeros alone do
    not make a unit dead, half of a healthy ReLU layer's values are zero. A layer that passes on
    what came dead, such as dropout, is not reported again. Nor is one that gets some of the
    examples only, as many as are sent to it at each step, in a network that learns: an expert
    that is not chosen is silent because of that.

    The threshold, seven tenths of the units, was set between the healthy networks of the clinic
    (``benchmarks/clinic``; at most a third, and six tenths on inputs of two dimensions) and
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
        raise Missing("it needs two steps {how}, ten recorded steps apart", how=said(UNIT_BY_UNIT))
    if not judged:
        raise Missing("no layer had the same units from one step counted in full to another")
    if not any(applies_function(evidence, layer) for layer in judged):
        raise Missing(
            "no layer ever outputs zero, and none is known to apply an activation function: one "
            "that is called as a function, not as a module, may not be seen"
        )
    is_large = updates_are_large(evidence)
    cause = f"; {said('learning rate likely too high')}" if is_large else ""
    for layer, series in judged.items():
        share = float(series.value[-1])
        text = said("{share} of units dead", share=percent(share))
        start = since(series, series.value >= threshold)
        routed = start is not None and evidence.may_have_learned() and evidence.is_routed(layer)
        if start is not None and before < threshold and not routed:
            first = percent(float(series.value[series.step == start][0]))
            if first != percent(share):
                text = said("{dead}, {share} or more", dead=text, share=percent(threshold))
            remedy = f"{_LOWER} {DEAD.remedy}" if is_large else ""
            signs.append(Sign(layer, start, share, text + cause, remedy))
        elif not share <= closest.value and not routed:
            closest = Sign(layer, None, share, text)
        before = share
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


def _whole_places(evidence: Evidence, layer: str) -> NDArray[np.intp]:
    """Return which of the steps at which a layer was recorded were counted in full."""
    steps = evidence.statistic(f"{layer}/activation", "zero").step
    counted = np.union1d(evidence.whole_steps, evidence.number(f"{layer}/dead").step)
    return np.flatnonzero(np.isin(steps, counted))


def _awaits_window(evidence: Evidence, layer: str) -> bool:
    """Return whether the steps counted in full lie too close together for a window."""
    places = _whole_places(evidence, layer)
    return len(places) > 1 and bool(np.ptp(places) < WINDOW)


DEAD = Rule(
    "dead units",
    judge_dead,
    0.7,
    "Start with He weights and biases at zero; try leaky ReLU or ELU, or normalization before the "
    "activation.",
    causes=("not finite", "learning rate too large", "ill-scaled initial weights", "loss spikes"),
)
