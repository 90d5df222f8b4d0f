"""The rule on the loss itself: it does not fall, whatever the reason."""

import numpy as np

from nnviz.diagnosis.evidence import Evidence, Missing
from nnviz.diagnosis.rule import Rule, Sign

__all__ = ["NOT_LEARNING"]

AT_LEAST = 100
"""Steps before which nothing is said; and the latest step that tells what the loss was at first."""


def judge_not_learning(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the training loss ends about where it began.

    The value is the one over the other: the median of the last tenth over the first (the usual
    one of the first three). Other rules name causes; this one also sees a network whose labels
    are mixed up, or whose learning rate is wrong without extreme updates.

    The threshold, 0.9, is the one above which a learning rate is too small. Healthy networks of
    the clinic (``benchmarks/clinic.py``) end below 0.6, and on five small data sets below 0.8.
    """
    loss = evidence.loss()
    if loss.step[-1] - loss.step[0] + 1 < AT_LEAST:
        n = loss.step[-1] - loss.step[0] + 1
        raise Missing(f"it needs {AT_LEAST} steps; there are {n}")
    if loss.step[0] > AT_LEAST:
        raise Missing(f"the loss was recorded from step {loss.step[0]}, not from the beginning")
    first, last = evidence.first_and_last_loss()
    if not np.isfinite([first, last]).all():
        raise Missing("the loss is not finite")
    if first <= 0:
        raise Missing(f"the training loss must start above 0; it is {first:g}")
    value = last / first
    text = f"loss {first:.3g} → {last:.3g}"
    return [Sign("", int(loss.step[0]) if value > threshold else None, value, text)]


NOT_LEARNING = Rule(
    "not learning",
    judge_not_learning,
    0.9,
    "Try learning rates ten times as large and a tenth; look at the labels and the inputs' scale; "
    "see whether a few examples can be learned by heart.",
    severity="error",
)
