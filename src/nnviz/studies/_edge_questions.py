"""What is asked of gradient descent at the edge of stability."""

from collections.abc import Mapping
from typing import Any

from nnviz.studies.claims import SHARES_APART, Bound, Question
from nnviz.studies.measures import Deviation, Difference, Extreme, Pick, Ratio

__all__ = ["questions_of"]


def questions_of(settings: Mapping[str, Any]) -> list[Question]:
    """Return what is asked of all learning rates, and of the slowest, which is longest on its way.

    Parameters
    ----------
    settings : mapping
        Those of the study; ``rates`` rise.
    """
    slow = {"learning_rate": settings["rates"][0]}
    several = len(settings["rates"]) > 1
    return [_at_the_edge(), _sharpens(slow), _falls(several), _climbs(several), _critical(slow)]


def _at_the_edge() -> Question:
    return Question(
        "at the edge",
        "mean sharpness over the last quarter: how far from {limit} at most, of all learning "
        "rates η, relative to it",
        Deviation(Pick("runs", "last"), Pick("runs", "limit"), "learning_rate"),
        Bound.at_most(0.15),
        "Gradient descent ends at a sharpness of {limit}, within {number:.1%}, at each learning "
        "rate η",
        "Gradient descent does not end at a sharpness of {limit} within {bound} at "
        "each learning rate η: at {at:g} it is {number:.0%} off",
        unit="%",
    )


def _sharpens(slow: Mapping[str, float]) -> Question:
    return Question(
        "sharpens",
        "sharpness at a learning rate of {slow}, over the last quarter divided by before the first "
        "update",
        Ratio(Pick("runs", "last", slow), Pick("runs", "first", slow)),
        Bound.at_least(1.5),
        "Gradient descent makes the loss {number} times as sharp as it was, at a learning rate of "
        "{slow}",
        "Gradient descent does not make the loss {bound} times as sharp as it was, at a learning "
        "rate of {slow}: {number} times",
        subjects={"slow": slow["learning_rate"]},
    )


def _falls(several: bool) -> Question:
    return Question(
        "falls at the edge",
        "training loss after the last update divided by where the largest curvature first was "
        "{limit}, at the learning rate η where it falls least",
        Extreme(
            Pick("runs", "loss_at_end"),
            "learning_rate",
            "max",
            Pick("runs", "loss_there"),
            relation="ratio",
        ),
        Bound.at_most(0.8),
        "The loss goes on falling where a quadratic one could not: to {number:.0%} of what it was "
        "when the largest curvature came to {limit}, and to less at other learning rates"
        if several
        else "The loss goes on falling where a quadratic one could not: to {number:.0%} of what it "
        "was when the largest curvature came to {limit}",
        "From where the largest curvature came to {limit}, the loss does not fall to {bound:.0%} "
        "at each learning rate: at {at:g} to {number:.0%}",
        given=("at the edge",),
        missing="not every run comes there",
    )


def _climbs(several: bool) -> Question:
    return Question(
        "not every update",
        "share of updates that raise the training loss, from where the largest curvature first "
        "was {limit} minus before, at the learning rate η where it grows least",
        Extreme(
            Pick("runs", "uphill_after"), "learning_rate", "min", Pick("runs", "uphill_before")
        ),
        Bound.at_least(0.05),
        "From {limit} on the loss no longer falls at each update: {a:.0%} raise it, {b:.0%} "
        "before, at a learning rate η of {at:g}, where that is least"
        if several
        else "From {limit} on the loss no longer falls at each update: {a:.0%} raise it, {b:.0%} "
        "before, at a learning rate η of {at:g}",
        "From {limit} on, not {bound} more of the updates raise the loss at each learning rate η: "
        "at {at:g} it is {a:.0%}, and {b:.0%} before",
        unit="points",
        possible=SHARES_APART,
        given=("at the edge",),
        missing="not every run comes there",
    )


def _critical(slow: Mapping[str, float]) -> Question:
    return Question(
        "critical at the edge",
        "critical sharpness, as a share of the largest curvature, at a learning rate of "
        "{slow}: over the last quarter minus on the way to {limit}, after the first measurement",
        Difference(Pick("runs", "critical_after", slow), Pick("runs", "critical_before", slow)),
        Bound.at_least(0.5),
        "The curvature that trial steps down the gradient suggest is {a:.0%} of the largest once "
        "that stays at {limit}, and {b:.1%} on the way there",
        "The curvature that trial steps down the gradient suggest is not {bound} more of the "
        "largest once that stays at {limit} than on the way there: {a:.0%} of it, and {b:.1%}",
        unit="points",
        subjects={"slow": slow["learning_rate"]},
        given=("at the edge",),
        missing="no run comes there late enough",
    )
