"""The rule on a network that computes something else when it is evaluated than when it trains."""

import numpy as np

from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import Missing, last_of, scatter_of

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
    in training the higher one, as does augmentation.) The value is the difference in the end,
    over the loss at first; the loss in evaluation must also be twice the other, and above it by
    three times what single batches scatter.

    The threshold, a tenth of what there was to learn, is the one of "not learning".
    """
    batches = evidence.losses.of_batches()
    measured = evidence.losses.measured()
    if measured is None or len(measured.step) < AT_LEAST:
        raise Missing(f"it needs {AT_LEAST} measurements of the training loss in evaluation")
    since = measured.step[-3]
    late = batches.value[batches.step >= since]
    inside, outside = last_of(batches), float(np.median(measured.value[-3:]))
    first = evidence.fall.first
    if not np.isfinite([inside, outside, first]).all() or first <= 0:
        raise Missing("the loss is not finite, or does not start above 0")
    value = (outside - inside) / first
    clear = outside > TIMES * inside and outside > inside + 3 * scatter_of(late)
    text = f"training loss {outside:.3g} in evaluation, {inside:.3g} in the batches"
    found = value >= threshold and clear
    return [Sign("", int(since) if found else None, value, text)]


DIFFERING = Rule(
    "training and evaluation differ",
    judge_differing,
    0.1,
    "See whether running averages of batch normalization follow (their momentum, the size and "
    "order of batches), and whether inputs are prepared alike.",
    causes=("not finite", "learning rate too large"),
)
