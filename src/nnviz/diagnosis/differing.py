"""The rule on a network that computes something else when it is evaluated than when it trains."""

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import WINDOW, Missing, Series, scatter_of

__all__ = ["DIFFERING"]

AT_LEAST = 4
"""Measurements of the training loss in evaluation that it needs."""

TIMES = 2.0
"""By how much the one loss exceeds the other, at least."""


def judge_differing(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the training loss is higher in evaluation than in the batches trained on.

    Both are of the same examples, so that overfitting does not part them: in evaluation, batch
    normalization uses running averages, which lag where their momentum is small, and differ
    where batches are small or of one class; and preprocessing may differ. (Dropout makes the loss
    in training the higher one, as does augmentation.) Each of the last three measurements is
    set beside the batches around its step, nine at most, by their median. The value is the
    difference between the two, over the loss at first, in the median of the three; at two of them
    the loss in evaluation must also be twice the other, and above it by three times what single
    batches scatter.

    The threshold, a tenth of what there was to learn, is the one of "not learning".
    """
    batches = evidence.losses.of_batches()
    measured = evidence.losses.measured()
    if measured is None or len(measured.step) < AT_LEAST:
        raise Missing(
            "it needs {count} measurements of the training loss in evaluation", count=AT_LEAST
        )
    since, first = measured.step[-3], evidence.fall.first
    late = batches.value[batches.step >= since]
    outside = measured.value[-3:]
    inside = np.array([_around(batches, step) for step in measured.step[-3:]])
    if not np.isfinite([*inside, *outside, first]).all() or first <= 0:
        raise Missing("the loss is not finite, or does not start above 0")
    value = float(np.median(outside - inside)) / first
    clear = (outside > TIMES * inside) & (outside > inside + 3 * scatter_of(late))
    text = said(
        "training loss {outside} in evaluation, {inside} in the batches",
        outside=f"{np.median(outside):.3g}",
        inside=f"{np.median(inside):.3g}",
    )
    found = value >= threshold and np.count_nonzero(clear) >= 2
    return [Sign("", int(since) if found else None, value, text)]


def _around(batches: Series, step: int) -> float:
    """Return the median of the batches around a step."""
    place = int(np.searchsorted(batches.step, step))
    place = min(place, len(batches.step) - 1)
    return float(np.median(batches.value[max(0, place - WINDOW // 2) : place + WINDOW // 2 + 1]))


DIFFERING = Rule(
    "training and evaluation differ",
    judge_differing,
    0.1,
    "See whether running averages of batch normalization follow (their momentum, the size and "
    "order of batches), whether inputs are prepared alike, and whether the loss weighs classes "
    "alike in both.",
    causes=("not finite", "learning rate too large"),
)
