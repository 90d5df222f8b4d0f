"""The rule on dead units: those that are silent for every example."""

from collections.abc import Collection
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nnviz._language import said
from nnviz._names import DEAD_SINCE
from nnviz.diagnosis.constant import SAME, relative_spread
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.learning_rate import updates_are_large
from nnviz.diagnosis.rule import Rule, Sign, in_words, percent
from nnviz.diagnosis.series import Missing, Series, since
from nnviz.diagnosis.units import UNIT_BY_UNIT, applies_function
from nnviz.stats.windows import WINDOW

__all__ = ["DEAD"]

_LOWER = "Lower the learning rate."


def judge_dead(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find layers with units that are silent for every example of a window of steps.

    The value is ``"<layer>/dead"``, counted unit by unit (`stats.windows.Windows`): zeros alone do
    not make a unit dead, half of a healthy ReLU layer's values are zero. A layer that passes on
    what came dead, such as dropout, is not reported again. Nor is one whose values are those of the
    layer before it, in another shape: units of a flattened picture are places of a channel, some of
    which are silent in healthy networks. Nor is one that gets some of the
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
    if not (shut := _shut(evidence)):
        _need_functions(evidence, judged)
    is_large = updates_are_large(evidence)
    cause = f"; {said('learning rate likely too high')}" if is_large else ""
    for layer, series in judged.items():
        share = float(series.value[-1])
        text = said("{share} of units dead", share=percent(share))
        start = since(series, series.value >= threshold)
        spared = start is not None and _is_spared(evidence, layer)
        if start is not None and before < threshold and not spared:
            first = percent(float(series.value[series.step == start][0]))
            if first != percent(share):
                text = said("{dead}, {share} or more", dead=text, share=percent(threshold))
            remedy = f"{_LOWER} {DEAD.remedy}" if is_large else ""
            signs.append(Sign(layer, start, share, text + cause, remedy))
        elif not share <= closest.value and not spared:
            closest = Sign(layer, None, share, text)
        before = share
    return signs or shut or [closest]


def _need_functions(evidence: Evidence, layers: Collection[str]) -> None:
    """Raise Missing if none of the layers is known to apply an activation function."""
    if not layers:
        raise Missing("no layer had the same units from one step counted in full to another")
    if not any(applies_function(evidence, layer) for layer in layers):
        raise Missing(
            "no layer ever outputs zero, and none is known to apply an activation function: one "
            "that is called as a function, not as a module, may not be seen"
        )


def _is_spared(evidence: Evidence, layer: str) -> bool:
    """Return whether that units of a layer are dead says nothing: by routing, or by its shape."""
    routed = evidence.may_have_learned() and evidence.is_routed(layer)
    return routed or _reshapes(evidence, layer)


def _reshapes(evidence: Evidence, layer: str) -> bool:
    """Return whether a layer has the values of the one before it, at steps counted in full."""
    place = evidence.layers.index(layer)
    if not place:
        return False
    streams = [f"{own}/activation" for own in evidence.layers[place - 1 : place + 1]]
    for name in ("size", "mean", "rms"):
        before, own = (_counted(evidence, stream, name) for stream in streams)
        if not np.array_equal(before.step, own.step):
            return False
        if not len(own.step) or not np.allclose(before.value, own.value, rtol=1e-6, atol=0):
            return False
    return True


def _shut(evidence: Evidence) -> list[Sign]:
    """Return the layers whose whole output is negative, and behind which all examples are equal.

    So that what rectifies it is silent as a whole, even where that is a function that nobody saw.
    """
    spread = {layer: relative_spread(evidence, layer) for layer in evidence.weighted}
    known = [layer for layer, own in spread.items() if len(own.value)]
    signs = []
    for layer, behind in pairwise(known):
        highest = _counted(evidence, f"{layer}/activation", "max")
        start = since(highest, highest.value < 0)
        lost = since(spread[behind], spread[behind].value <= SAME)
        if start is not None and lost is not None and spread[layer].value[-1] > SAME:
            text = said(
                "outputs are all below 0, and nothing passes to {layer}", layer=in_words(behind)
            )
            signs.append(Sign(layer, max(start, lost), 1.0, text))
    return signs


def _counted(evidence: Evidence, stream: str, name: str) -> Series:
    series = evidence.statistic(stream, name)
    here = np.isin(series.step, evidence.counted_steps)
    return Series(series.step[here], series.value[here])


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
