"""What is asked of networks that began as one, but for a bit."""

import math
from collections.abc import Mapping
from typing import Any

from nnviz.studies.claims import SHARE, SHARES_APART, Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Within

__all__ = ["APART", "JUMP", "PARTED", "questions_of"]

APART = 0.015
"""Twins whose test accuracies differ by more are two experiments; on ten digits, 12 rows."""

PARTED = 1e-5
"""Twins further apart, relative to their weights, have parted: a hundred roundings of float32."""

MORE = 0.3
"""By how much larger a share of pairs has to be to count as larger."""

JUMP = 10.0
"""An update jumps that multiplies the distance by so much."""


def questions_of(names: Mapping[str, str], settings: Mapping[str, Any]) -> list[Question]:
    """Return what is asked of the variants that there are, by the names of their settings."""
    rate, fast = settings["learning_rate"], settings["rates"][-1]
    slow = Within(0.0, rate)

    def pick(variant: str, value: str, at: float | Within = rate, **more: Any) -> Pick:
        return Pick("pairs", value, {"setting": names[variant], "learning_rate": at, **more})

    asked = [_learns(pick("plain", "test_accuracy"), pick("plain", "chance"))]
    if fast > rate:
        asked += _agree(pick("plain", "apart", slow), pick("plain", "apart", fast), fast)
    if "gated" in names:
        asked.append(_begins(pick("plain", "outputs", outputs=Within(0.0, math.inf))))
        asked += _switch(pick("plain", "jumped"), pick("gated", "jumped"))
        asked.append(_smooth(pick("plain", "jumped"), pick("smooth", "jumped")))
    asked += _double(pick("plain", "parted"), pick("double", "parted"))
    if fast > rate:
        plain, normalized = (pick(name, "apart", fast) for name in ("plain", "normalized"))
        asked.append(_normalized(plain, normalized, fast))
    return asked


def _learns(accuracy: Pick, chance: Pick) -> Question:
    return Question(
        "learns",
        "test accuracy at a learning rate of {learning_rate}, minus that of always guessing the "
        "most frequent class",
        Difference(accuracy, chance),
        Bound.at_least(0.2),
        "At a learning rate of {learning_rate} the network learns: its test accuracy is {a:.0%}, "
        "by guessing it would be {b:.0%}",
        "At a learning rate of {learning_rate} the network does not get {bound} beyond guessing: "
        "its test accuracy is {a:.0%}, by guessing it would be {b:.0%}",
        unit="points",
    )


def _agree(slow: Pick, fast: Pick, rate: float) -> list[Question]:
    return [
        Question(
            "one network",
            "share of pairs that end more than {apart_points:g} points of test accuracy apart, at "
            "learning rates up to {learning_rate}",
            Level(slow),
            Bound.at_most(0.0),
            "Up to a learning rate of {learning_rate}, no pair ends more than {apart_points:g} "
            "points of test accuracy apart",
            "Up to a learning rate of {learning_rate}, {number} of the pairs end more than "
            "{apart_points:g} points of test accuracy apart",
            unit="%",
            possible=SHARE,
            given=("learns",),
        ),
        Question(
            "another network",
            "share of pairs that end more than {apart_points:g} points of test accuracy apart, at "
            "a learning rate of {fast} minus up to {learning_rate}",
            Difference(fast, slow),
            Bound.at_least(MORE),
            "Flip one bit of one weight: {a:.0%} of the runs end over {apart_points:g} points of "
            "test accuracy away at a learning rate of {fast}, {b:.0%} at {learning_rate} or less",
            "At a learning rate of {fast} not {bound} more of the pairs end more than "
            "{apart_points:g} points of test accuracy apart: {a:.0%}, and {b:.0%} up to "
            "{learning_rate}",
            unit="points",
            possible=SHARES_APART,
            subjects={"fast": rate},
            given=("learns",),
        ),
    ]


def _begins(outputs: Pick) -> Question:
    return Question(
        "begins with one",
        "outputs of {activation} units that are switched otherwise when the first one is, of "
        "pairs where any is",
        Level(outputs),
        Bound.at_most(3.0),
        "It begins with one: when twins first switch a {activation} unit otherwise, it is {number} "
        "of {unit_outputs:,} outputs on average",
        "When twins first switch a {activation} unit otherwise, it is {number} of "
        "{unit_outputs:,} outputs on average, more than {bound}",
        missing="no unit is switched otherwise",
    )


def _switch(plain: Pick, gated: Pick) -> list[Question]:
    return [
        Question(
            "one update",
            "share of pairs whose distance one update multiplies by {jump:g} or more, each twin "
            "with its own switches minus one switched by the other",
            Difference(plain, gated),
            Bound.at_least(MORE),
            "One bit apart, {a:.0%} of pairs get {jump:g} or more times as far apart in one "
            "update, {b:.0%} if one switches {activation} for both",
            "That one update multiplies the distance of twins by {jump:g} or more does not hang on "
            "what {activation} units switch: it does in {a:.0%} of the pairs, and in {b:.0%} if "
            "one switches for both",
            unit="points",
            possible=SHARES_APART,
            given=("learns",),
        ),
        Question(
            "no switch, no jump",
            "share of pairs whose distance one update multiplies by {jump:g} or more, one twin "
            "switched by the other",
            Level(gated),
            Bound.at_most(0.0),
            "Where one twin switches the {activation} units of both, no update multiplies their "
            "distance by {jump:g}",
            "Also where one twin switches the {activation} units of both, an update multiplies "
            "their distance by {jump:g} or more, in {number} of the pairs",
            unit="%",
            possible=SHARE,
            given=("one update",),
        ),
    ]


def _smooth(plain: Pick, smooth: Pick) -> Question:
    return Question(
        "no kink, no jump",
        "share of pairs whose distance one update multiplies by {jump:g} or more, {activation} "
        "minus {smooth}",
        Difference(plain, smooth),
        Bound.at_least(MORE),
        "A kink makes more twins jump apart: one update multiplies their distance by {jump:g} or "
        "more in {a:.0%} of the {activation} pairs and {b:.0%} of the {smooth} pairs",
        "One update multiplies the distance of twins by {jump:g} or more in {a:.0%} of the "
        "{activation} pairs and {b:.0%} of the {smooth} pairs, which is not {bound} more",
        unit="points",
        possible=SHARES_APART,
        given=("learns",),
    )


def _double(single: Pick, double: Pick) -> list[Question]:
    return [
        Question(
            "double precision waits",
            "share of pairs that end more than {parted} apart, relative to their weights, in "
            "single precision minus in double precision",
            Difference(single, double),
            Bound.at_least(MORE),
            "In single precision {a:.0%} of the pairs end more than {parted} of their weights "
            "apart, in double precision {b:.0%}",
            "In single precision {a:.0%} of the pairs end more than {parted} of their weights "
            "apart, in double precision {b:.0%}, which is not {bound} fewer",
            unit="points",
            possible=SHARES_APART,
            given=("learns",),
        ),
        Question(
            "none in double precision",
            "share of pairs that end more than {parted} apart, relative to their weights, in "
            "double precision",
            Level(double),
            Bound.at_most(0.0),
            "In double precision no pair is more than {parted} of its weights apart after {steps} "
            "updates",
            "In double precision, too, {number} of the pairs are more than {parted} of their "
            "weights apart at the end",
            unit="%",
            possible=SHARE,
            given=("double precision waits",),
        ),
    ]


def _normalized(plain: Pick, normalized: Pick, rate: float) -> Question:
    return Question(
        "normalized twins agree",
        "share of pairs that end more than {apart_points:g} points of test accuracy apart at a "
        "learning rate of {fast}, without batch normalization minus with it",
        Difference(plain, normalized),
        Bound.at_least(MORE),
        "Batch normalization keeps more twins together: at a learning rate of {fast}, {b:.0%} of "
        "the pairs end more than {apart_points:g} points of test accuracy apart, without it "
        "{a:.0%}",
        "At a learning rate of {fast}, batch normalization does not keep {bound} of the pairs "
        "together: with it {b:.0%} end more than {apart_points:g} points of test accuracy apart, "
        "without it {a:.0%}",
        unit="points",
        possible=SHARES_APART,
        subjects={"fast": rate},
        given=("another network",),
    )
