"""The rule on overfitting: the network memorizes its training data."""

import numpy as np

from nnviz.diagnosis.evidence import Evidence, Missing, last_of
from nnviz.diagnosis.rule import Rule, Sign

__all__ = ["OVERFITTING"]

AT_LEAST = 4
"""How many measurements of the test loss it needs."""

RISEN = 0.05
"""What the test loss has risen by since it was lowest: Prechelt's generalization loss GL of 5 %."""


def judge_overfitting(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the test loss rises and leaves the training loss behind.

    The value is the difference between the two at the end, over the training loss at the start.
    The test loss must also have risen by 5 % since it was lowest: the generalization loss GL of
    Prechelt (1998, "Early stopping, but when?"), who stops at 5 % at the latest. GL by itself
    calls out networks whose test loss rises from almost nothing to hardly more. It is the loss
    that is judged: a classifier may become overconfident while its test accuracy stays.

    The threshold, 0.15, was set in the clinic (``benchmarks/clinic.py``): among the networks that
    it was tuned on, healthy ones stay below 0.07, and those that learn wrong labels exceed 0.2.
    """
    test = evidence.loss("test")
    if len(test.step) < AT_LEAST:
        raise Missing(f"it needs {AT_LEAST} measurements of the test loss; got {len(test.step)}")
    try:
        train = evidence.loss("train")
    except Missing:
        train = evidence.loss()
    start = float(max(train.value[0], evidence.loss().value[0]))
    end = last_of(test)
    if not np.isfinite([start, end, last_of(train)]).all():
        raise Missing("the loss is not finite")
    if start <= 0:
        raise Missing(f"the training loss must start above 0; it is {start:g}")
    lowest = int(np.nanargmin(test.value))
    value = (end - last_of(train)) / start
    risen = end > test.value[lowest] + RISEN * abs(test.value[lowest])
    text = f"test loss {test.value[lowest]:.3g} → {end:.3g}, training loss {last_of(train):.3g}"
    found = int(test.step[lowest]) if risen and value >= threshold else None
    return [Sign("", found, value, text)]


OVERFITTING = Rule(
    "overfitting",
    judge_overfitting,
    0.15,
    "Stop where the test loss is lowest; use more data, weight decay, dropout or fewer units.",
)
