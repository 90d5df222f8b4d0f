"""The rule on the loss itself: it does not fall, whatever the reason."""

from math import log

import numpy as np

from nnviz._language import current, said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.fall import FALLEN
from nnviz.diagnosis.losses import STEPS
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import Missing, Series, last_of

__all__ = [
    "NOT_LEARNING",
    "accuracy_in_words",
    "had_learned",
    "nothing_carries_over",
    "nothing_left",
]

RIGHT = 0.9
"""Accuracy above which a loss that stays has little left to come down from."""

TIMES = 1.5
"""Of the accuracy at first: what is more than chance where there are many classes."""

SEVERAL = 4
"""Measurements on test data, before which nothing is said of what carries over."""


def judge_not_learning(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the training loss ends about where it began.

    The value is the one over the other: the median of the last tenth over the first (the usual
    one of the first three, or of the first ten if that is more). Other rules name causes; this
    one also sees a network whose labels are mixed up, or whose learning rate is wrong without
    extreme updates. A network that was right at least nine times of ten has little left to learn;
    and of a loss that began below half of what chance gives two classes, ln(2) / 2, nobody can
    tell whether that is so. A loss that comes down from what weights drawn at random cost to that
    of a guess, or as labels are learned by heart, has learned nothing either: then the errors on
    test data (or the test loss, where no accuracy was recorded) end where they were before the
    loss fell, and are the value. Where single batches scatter by more than the loss fell, the loss
    on all training data decides, if it was measured. Losses of networks that train against each
    other need not fall.

    The threshold, 0.9, is the one above which a learning rate is too small. Healthy networks of
    the clinic (``benchmarks/clinic``) end below 0.6, and on five small data sets below 0.8.
    """
    loss = evidence.losses.long()
    if loss.step[0] > STEPS:
        raise Missing(
            "the loss was recorded from step {step}, not from the beginning", step=loss.step[0]
        )
    fall = evidence.fall
    if not fall.is_finite:
        raise Missing("the loss is not finite")
    if fall.first <= 0:
        raise Missing(
            "the training loss must start above 0; it is {first}", first=f"{fall.first:g}"
        )
    if fall.ratio > threshold and not (text := nothing_left(evidence)):
        return [Sign("", int(loss.step[0]), fall.ratio, fall.text)]
    if fall.ratio > threshold:
        return [Sign("", None, fall.ratio, f"{fall.text}, {text}")]
    if sign := nothing_carries_over(evidence, threshold):
        return [sign]
    if not fall.learned and fall.may_be_chance:
        return [_of_measured(evidence, threshold)]
    return [Sign("", None, fall.ratio, fall.text)]


def nothing_carries_over(evidence: Evidence, threshold: float) -> Sign | None:
    """Return that test data are told apart no better in the end than at first; None if they are.

    Of a network whose training loss has not come down to a third, and whose test data were measured
    several times, first before it came down at all. A gain of accuracy by half is one, however many
    the classes; so is a test loss below that of any guess that is right as often: where most
    examples are of one class, probabilities are learned long before accuracy moves.
    """
    try:
        fall, loss, right = evidence.fall, evidence.loss("test"), evidence.accuracy("test")
    except Missing:
        return None
    if fall.learned or not 0 < threshold * min(fall.first, fall.level) < loss.value[0]:
        return None
    first, last = float(loss.value[0]), last_of(loss)
    text = said("test loss {change}", change=f"{first:.3g} → {last:.3g}")
    judged = right if len(right.value) else loss
    if len(judged.value) < SEVERAL or judged.step[0] > loss.step[0]:
        return None
    if judged is right:
        was, known = float(right.value[0]), last_of(right)
        if known > TIMES * was or max(was, known) >= RIGHT or last < _cost_of_guess(right):
            return None
        first, last = 1 - was, 1 - known
        text = accuracy_in_words("test", was, known)
    if not last > threshold * first:
        return None
    return Sign("", int(loss.step[0]), last / first, f"{fall.text}, {text}")


def _cost_of_guess(accuracy: Series) -> float:
    """Return a lower bound of the cross-entropy of a guess that is right as often.

    The entropy of classes of which the largest has that share, at least: that of two classes, or of
    as many of equal size as there may be.
    """
    share = float(accuracy.value.max())
    if share < 1 / 2:
        return log(int(1 / share)) if share > 0 else 0.0
    rest = 1 - share
    return -share * log(share) - (rest * log(rest) if rest > 0 else 0)


def _of_measured(evidence: Evidence, threshold: float) -> Sign:
    """Judge by the loss on all training data, where that of single batches scatters too much."""
    fall = evidence.fall
    loss = evidence.losses.measured()
    if loss is None or loss.step[0] > STEPS:
        raise Missing(
            "the loss of single batches scatters by ±{scatter}, more than it fell ({loss}): "
            "measure it on all training data, from the beginning",
            scatter=f"{fall.scatter:.2g}",
            loss=fall.text,
        )
    first, last = float(loss.value[0]), last_of(loss)
    change = f"{first:.3g} → {last:.3g}"
    text = said("loss {change} on all training data", change=change)
    found = last > threshold * first
    return Sign("", int(loss.step[0]) if found else None, last / first, text)


def nothing_left(evidence: Evidence) -> str:
    """Return by what a loss that stays where it was has nothing left to learn, or ""; or raise."""
    for split in ("train", "test"):
        try:
            accuracy = evidence.accuracy(split)
        except Missing:  # what is no share says nothing
            continue
        if len(accuracy.value):
            known = last_of(accuracy)
            return accuracy_in_words(split, known) if known >= RIGHT else ""
    if evidence.fall.began_low:
        raise Missing(
            "the loss begins at {first}, so low that little may be left to learn; an accuracy "
            "would tell",
            first=f"{evidence.fall.first:.2g}",
        )
    return ""


def had_learned(evidence: Evidence, step: int) -> str:
    """Return that the loss had come down to a third before a step, in words; "" if not known."""
    try:
        loss, first = evidence.loss(), evidence.fall.first
    except Missing:
        return ""
    has = np.any(loss.smoothed().value[loss.step < step] <= FALLEN * first)
    return said("only from step {step} on, when it had learned", step=step) if has else ""


def accuracy_in_words(split: str, *values: float) -> str:
    """Return the accuracy of a split, or how it changed: "train accuracy 0.93"."""
    word = current().word("splits", split, split)
    value = " → ".join(f"{own:.3g}" for own in values)
    return said("{split} accuracy {value}", split=word, value=value)


NOT_LEARNING = Rule(
    "not learning",
    judge_not_learning,
    0.9,
    "Try learning rates ten times as large and a tenth; look at the labels and the inputs' scale; "
    "see whether a few examples can be learned by heart.",
    severity="error",
    causes=(
        "not finite",
        "untrained layers",
        "symmetric units",
        "learning rate too large",
        "ill-scaled initial weights",
        "weight decay too strong",
        "dead units",
        "saturation",
        "vanishing gradients",
        "exploding gradients",
        "learning rate too small",
        "output independent of the input",
        "one class predicted",
        "training and evaluation differ",
        "loss spikes",
    ),
)
