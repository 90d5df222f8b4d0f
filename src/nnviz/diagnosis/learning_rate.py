"""Rules on the learning rate: the size of updates relative to weights, and what comes of it."""

import numpy as np

from nnviz.diagnosis.evidence import Evidence, Missing, Series
from nnviz.diagnosis.rule import Rule, Sign

__all__ = ["TOO_LARGE", "TOO_SMALL"]

AT_LEAST = 100
"""Steps before which nothing is said of a learning rate."""

STUCK = 0.9
"""Of its first value: what the loss stays above where a rate is too small."""


def judge_too_large(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether updates are so large relative to the weights that the loss does not fall.

    The value is the norm of a layer's update over that of its weights, of the layer where it is
    largest, at its height (a median of nine steps). Large updates alone are no fault, as many
    networks start with them: the loss must also have stayed above a third of its first value,
    or not be finite any more.

    The threshold, 0.1, is that of torchmortem 0.1: a hundred times the 0.001 that is usual
    (Karpathy, CS231n, "Ratio of weights:updates").
    """
    ratio, value, first, last = _looked_up(evidence)
    high = np.flatnonzero(ratio.value >= threshold)
    text = f"updates are up to {value:.2g} times the weights, loss {first:.3g} → {last:.3g}"
    start = int(ratio.step[high[0]]) if len(high) and not evidence.has_learned() else None
    return [Sign("", start, value, text)]


def judge_too_small(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether updates are so small relative to the weights that the loss hardly moves.

    The value is the same ratio as for a rate that is too large, of the layer where it is largest
    and at its height: updates that became small later are no fault of the rate. The loss must
    also have stayed above nine tenths of its first value.

    The threshold, 1e-4, is a tenth of the usual 0.001, below which CS231n calls a rate too low;
    the 1e-5 of torchmortem 0.1 misses networks that do not learn.
    """
    ratio, value, first, last = _looked_up(evidence)
    stuck = STUCK * first < last
    text = f"updates are at most {value:.2g} times the weights, loss {first:.3g} → {last:.3g}"
    start = int(ratio.step[0]) if stuck and 0 < value <= threshold else None
    return [Sign("", start, value, text)]


def _looked_up(evidence: Evidence) -> tuple[Series, float, float, float]:
    """Return the update-to-weight ratio, its height, the loss at first and the loss in the end."""
    loss = evidence.loss()
    if len(loss.step) < AT_LEAST and np.isfinite(loss.value).all():
        raise Missing(f"it needs {AT_LEAST} steps; there are {len(loss.step)}")
    ratio = evidence.largest_update_ratio().smoothed()
    if np.isnan(ratio.value).all():
        raise Missing("all weights are zero")
    return ratio, float(np.nanmax(ratio.value)), *evidence.first_and_last_loss()


TOO_LARGE = Rule(
    "learning rate too large",
    judge_too_large,
    0.1,
    "Divide the learning rate by 10 until the loss falls; warm it up.",
)
TOO_SMALL = Rule(
    "learning rate too small",
    judge_too_small,
    1e-4,
    "Multiply the learning rate by 10 until the loss falls.",
)
