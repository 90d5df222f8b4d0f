"""The rule on overfitting: the network memorizes its training data."""

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import Missing, Series, last_of

__all__ = ["OVERFITTING"]

AT_LEAST = 4
"""How many measurements of the test loss it needs."""

RISEN = 0.05
"""What the test loss has risen by since it was lowest: Prechelt's generalization loss GL of 5 %."""

TIMES = 3.0
"""Of the training loss: what a test loss has come to that no longer falls."""

GAP = 0.15
"""Difference between the accuracies. In the clinic, healthy networks whose test loss stopped
falling differ by 0.11 at most, and those that learn wrong labels by heart by 0.19 at least."""

RISES = 0.1
"""Of the training loss at the start: what a test loss has risen by where accuracies are known."""


def judge_overfitting(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the test loss leaves the training loss behind, and stops falling.

    The value is the difference between the two at the end, over the training loss at the start,
    which is about that of a constant guess. The test loss must also have risen by 5 % since it was
    lowest (medians of three measurements, as at the end): the generalization loss GL of Prechelt
    (1998, "Early stopping, but when?"), who stops at 5 % at the latest; or, from the second
    quarter of the run to the last, not have fallen any more while the training loss fell to a
    half, and have come to three times that loss, as in regression. A training loss that did not
    come down memorizes nothing.

    Where both accuracies were recorded, they must differ by `GAP`, and a test loss that rises
    must have risen by a tenth of the training loss at the start: a classifier that is right nearly
    always may become overconfident, so that its loss rises by much of next to nothing, and its
    accuracy stays.

    The threshold, 0.15 of the loss at the start, was set in the clinic (``benchmarks/clinic``):
    among the networks that it was tuned on, healthy ones stay below 0.07, and those that learn
    wrong labels exceed 0.2.
    """
    test = evidence.loss("test")
    if len(test.step) < AT_LEAST:
        raise Missing(
            "it needs {least} measurements of the test loss; got {count}",
            least=AT_LEAST,
            count=len(test.step),
        )
    train = _training(evidence)
    start = float(max(train.value[0], evidence.loss().value[0]))
    end, known = last_of(test), last_of(train)
    if not np.isfinite([start, end, known]).all():
        raise Missing("the loss is not finite")
    if start <= 0:
        raise Missing("the training loss must start above 0; it is {first}", first=f"{start:g}")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(test.value, 3), axis=1)
    lowest = int(np.nanargmin(usual))
    risen = end - usual[lowest]
    value = (end - known) / start
    change = f"{usual[lowest]:.3g} → {end:.3g}"
    text = said("test loss {change}, training loss {known}", change=change, known=f"{known:.3g}")
    if not known < evidence.fall.first:
        return [Sign("", None, value, said("{text}, which did not come down", text=text))]
    gap = _accuracy_gap(evidence)
    has_stopped = end >= TIMES * known and _has_flattened(test, train)
    if gap is None:
        parted = risen > RISEN * abs(usual[lowest]) or has_stopped
    else:
        text += f"; {said('accuracies differ by {gap}', gap=f'{gap:.2g}')}"
        parted = gap >= GAP and (risen >= RISES * start or has_stopped)
    found = parted and value >= threshold
    return [Sign("", int(test.step[lowest + 1]) if found else None, value, text)]


def _training(evidence: Evidence) -> Series:
    try:
        return evidence.loss("train")
    except Missing:
        return evidence.loss()


def _has_flattened(test: Series, train: Series) -> bool:
    """Return whether the test loss stays where it was while the training loss halves."""
    quarters = [np.median(part) for part in np.array_split(test.value, 4)]
    stops = [np.median(part) for part in np.array_split(train.value, 4)]
    return bool(quarters[3] >= (1 - RISEN) * quarters[1] and stops[3] <= stops[1] / 2)


def _accuracy_gap(evidence: Evidence) -> float | None:
    """Return training less test accuracy in the end; None where one was not recorded."""
    train, test = evidence.accuracy("train"), evidence.accuracy("test")
    if not len(train.value) or not len(test.value):
        return None
    return last_of(train) - last_of(test)


OVERFITTING = Rule(
    "overfitting",
    judge_overfitting,
    0.15,
    "Stop where the test loss is lowest; use more data, weight decay, dropout or fewer units.",
    causes=(
        "not finite",
        "training and evaluation differ",
        "loss spikes",
        "learning rate too large",
    ),
)
