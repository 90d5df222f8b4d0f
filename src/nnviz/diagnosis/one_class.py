"""The rule on a classifier that gives every example the same class."""

import numpy as np

from nnviz._language import current, said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.fall import Fall
from nnviz.diagnosis.learning import accuracy_in_words
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import Missing

__all__ = ["ONE_CLASS"]

AT_LEAST = 4
"""Measurements of the accuracy, up to the end, over which it must stay the same."""


def judge_one_class(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether a classifier predicts one class alone.

    Its accuracy is then the share of that class, to the last digit, however long it trains. The
    value is the range of the training accuracy over the last half of its measurements (of the
    test accuracy, where the other was not recorded). A classifier that has learned all it can
    also stays where it is; but of one that tells no classes apart the loss, too, is that of a
    guess: at least nine tenths of what the shares of the classes give by themselves, which is no
    less than the entropy of being right that often, -p ln(p) - (1 - p) ln(1 - p). A few errors of
    which a classifier is sure cost as much, so that is not enough: neither may the loss have come
    down to a third; and unless it stayed where it was, the accuracy must have been the same from
    the second measurement on, as nothing was ever learned. (The first may be of the network before
    training.) Of a loss that began below ln(2) / 2 nobody can tell.

    The threshold is 0: one more example that is right moves it.
    """
    accuracy = evidence.accuracy("train")
    split = "train" if len(accuracy.value) else "test"
    accuracy = evidence.accuracy(split)
    if not len(accuracy.value):
        raise evidence.unrecorded("no accuracy was recorded", "train/accuracy")
    if not np.isfinite(accuracy.value).all():
        word = current().word("splits", split, split)
        raise Missing("the {split} accuracy is not finite at all steps", split=word)
    late = accuracy.value[len(accuracy.value) // 2 :]
    if len(late) < AT_LEAST:
        raise Missing("it needs {count} measurements of the accuracy", count=2 * AT_LEAST)
    value, share = float(np.ptp(late)), float(late[-1])
    text = accuracy_in_words(split, share)
    if not value <= threshold:
        return [Sign("", None, value, said("{text}, and it changes", text=text))]
    fall = _fall(evidence, split)
    text = said("{text}, always the same, {loss}", text=text, loss=fall.text)
    found = share < 1 and fall.last >= 0.9 * _entropy(share) and not fall.learned
    found = found and (fall.stuck or bool(np.ptp(accuracy.value[1:]) <= threshold))
    if found and fall.began_low:
        raise Missing("{loss}: it began so low that little may be left to learn", loss=fall.text)
    start = int(accuracy.step[len(accuracy.value) // 2])
    return [Sign("", start if found else None, value, text)]


def _fall(evidence: Evidence, split: str) -> Fall:
    """Return how far the loss of a split has come, or the one of training if it has none."""
    try:
        name = evidence.losses.name(split)
    except Missing:
        return evidence.fall
    return Fall.of(evidence.number(name), name)


def _entropy(share: float) -> float:
    """Return the entropy of an event of some probability, in nats."""
    parts = np.array([share, 1 - share])
    parts = parts[(parts > 0) & (parts < 1)]
    return float(-(parts * np.log(parts)).sum())


ONE_CLASS = Rule(
    "one class predicted",
    judge_one_class,
    0.0,
    "See how many examples each class has, and what weights the loss gives them; lower the "
    "learning rate.",
    severity="error",
    causes=(
        "not finite",
        "untrained layers",
        "learning rate too large",
        "weight decay too strong",
        "ill-scaled initial weights",
        "symmetric units",
        "dead units",
        "saturation",
        "learning rate too small",
        "vanishing gradients",
        "output independent of the input",
        "exploding gradients",
        "training and evaluation differ",
    ),
)
