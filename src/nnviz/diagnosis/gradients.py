"""Rules on how gradients change on their way back through the layers."""

from typing import NamedTuple

import numpy as np

from nnviz._language import said
from nnviz._typing import Array
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.learning import had_learned
from nnviz.diagnosis.rule import Rule, Sign, in_words
from nnviz.diagnosis.series import Missing, Series, since
from nnviz.stats.statistics import distinct

__all__ = ["EXPLODING", "VANISHING"]

STILL = 1e-4
"""Update-to-weight ratio of a layer that hardly moves: a tenth of what is usual."""

ASIDE = 0.01
"""Of the gradient before it: what that of a layer is below which is no output but an aside."""


class _Ratio(NamedTuple):
    """The gradient's norm in an early layer over that in the last one, at each step."""

    first: str
    last: str
    series: Series


def judge_vanishing(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the gradient has all but vanished when it reaches the first layers.

    The value is the norm of the loss's gradient with respect to the first layer's output, over
    the same in the last layer: He initialization keeps it near 1 in any depth and width (He et
    al., 2015, eq. 14). It must also show in the updates of the first layer, at most 1e-4 of its
    weights in the median: Adam, for one, makes up for small gradients. A gradient of exactly 0
    has not vanished but is blocked, by dead or symmetric units: the next layer is looked at
    instead, and steps at which no layer but the last has a gradient are left out. What sets in
    when the loss had come down to a third is no fault: next to no loss is left, and what is left of
    its gradient comes from single examples.

    The threshold, a hundredth, is that of torchmortem 0.1.
    """
    ratio = _ratio(evidence)
    start = since(ratio.series, ratio.series.value < threshold)
    value = _median(ratio.series, start)
    text = _times(value, ratio.last)
    if start is not None and not _is_still(evidence, ratio.first):
        start, text = None, said("{text}, but the layer moves", text=text)
    if start is not None and (reason := had_learned(evidence, start)):
        start, text = None, said("{text}, but {reason}", text=text, reason=reason)
    return [Sign(ratio.first, start, value, text)]


def judge_exploding(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the gradient grows beyond measure on its way back to the first layers.

    The value is the same ratio as for vanishing gradients. It depends on neither the loss nor
    the batch, as the norm itself does, on which other tools set the threshold. The last layer is
    the one that was called last, unless its gradient is less than a hundredth of that before it:
    that is the head of an auxiliary loss with a small weight, and the one before it counts.

    The threshold, a thousand, is the one that torchmortem 0.1 sets on the norm. Batch
    normalization lets gradients grow by about 1.2 a layer (Yang et al., 2019), which 1,000
    leaves room for.
    """
    ratio = _ratio(evidence)
    start = since(ratio.series, ratio.series.value > threshold)
    value = _median(ratio.series, start)
    text = _times(value, ratio.last)
    return [Sign(ratio.first, start, value, text)]


def _ratio(evidence: Evidence) -> _Ratio:
    norms = {}
    for layer in evidence.weighted:
        series = evidence.statistic(f"{layer}/gradient", "norm")
        if len(series.step):
            norms[layer] = series
    if len(norms) < 2:
        raise Missing("the gradients of at least two layers are needed")
    layers = list(norms)
    steps = distinct(np.concatenate([series.step for series in norms.values()]))
    table = np.full((len(layers), len(steps)), np.nan)
    for row, series in zip(table, norms.values(), strict=True):
        row[np.searchsorted(steps, series.step)] = series.value
    last = _last(table)
    layers, table = layers[: last + 1], table[: last + 1]
    passed = np.isfinite(table) & (table > 0)
    place = passed.argmax(axis=0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = table[place, np.arange(len(steps))] / table[-1]
    value[~passed.any(axis=0) | (place == len(layers) - 1)] = np.nan
    came = np.isfinite(value)
    if not came.any():
        raise Missing("no gradient reaches the layers before the last one")
    first = layers[int(np.median(place[came]))]
    return _Ratio(first, layers[-1], Series(steps[came], value[came]).smoothed())


def _times(value: float, last: str) -> str:
    layer = in_words(last)
    return said("gradient {value} times that of {layer}", value=f"{value:.2g}", layer=layer)


def _last(table: Array) -> int:
    """Return the place of the last layer that is no aside, in the second half of the layers."""
    last = len(table) - 1
    while last > max(1, len(table) // 2):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            change = table[last] / table[last - 1]
        known = change[np.isfinite(change)]
        if not len(known) or np.median(known) >= ASIDE:
            break
        last -= 1
    return last


def _median(series: Series, start: int | None) -> float:
    chosen = series.value if start is None else series.value[series.step >= start]
    return float(np.median(chosen))


def _is_still(evidence: Evidence, layer: str) -> bool:
    """Return whether a layer hardly moves; True if it is not known."""
    parts = [ratio.value[np.isfinite(ratio.value)] for ratio in evidence.update_ratios(layer)]
    return all(float(np.median(moves)) <= STILL for moves in parts if len(moves))


VANISHING = Rule(
    "vanishing gradients",
    judge_vanishing,
    0.01,
    "Use ReLU with He weights, or normalization; fewer layers, or connections that skip some.",
    causes=("ill-scaled initial weights", "saturation", "dead units"),
)
EXPLODING = Rule(
    "exploding gradients",
    judge_exploding,
    1000.0,
    "Start with smaller weights (He for ReLU, Glorot for tanh); normalize; clip gradients.",
    causes=("ill-scaled initial weights", "learning rate too large", "loss spikes"),
)
