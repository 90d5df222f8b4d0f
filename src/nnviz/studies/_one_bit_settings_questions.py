"""What is asked of twins that began as one but for a bit, in settings that change one thing."""

from collections.abc import Mapping

from nnviz.studies.cells.twins import KINKED
from nnviz.studies.claims import SHARE, Bound, Question
from nnviz.studies.measures import Difference, Level, Pick

__all__ = ["FAR", "LOST", "questions_of"]

FAR = 0.1
"""Twins further apart, relative to their weights, have become other networks."""

LOST = 3.0
"""Twins that lost more digits are a thousand times as far apart as rounding alone has them."""

MORE = 1.0
"""How many more digits have to be lost to count as more."""


def questions_of(names: Mapping[str, str]) -> list[Question]:
    """Return what is asked of the settings that there are, by their names."""
    asked = [_double(names), _apart(), _accuracy()]
    if "smooth" in names and names["plain"] in KINKED:
        asked.append(_smooth(names))
    if {"shallow", "deep"} <= set(names):
        asked.append(_deep(names))
    if "adam" in names:
        asked.append(_adam(names))
    return asked


def _lost(name: str) -> Pick:
    return Pick("pairs", "digits_lost", {"setting": name})


def _double(names: Mapping[str, str]) -> Question:
    return Question(
        "double loses fewer",
        "decimal digits in which twins no longer agree, in single precision minus in double "
        "precision",
        Difference(_lost(names["plain"]), _lost(names["double"])),
        Bound.at_least(MORE),
        "Double precision has more digits and loses fewer: one bit costs {b:.1f}, in single "
        "precision {a:.1f}",
        "Double precision does not lose {bound} fewer: one bit costs {b:.1f}, in single precision "
        "{a:.1f}",
        unit="digits",
    )


def _apart() -> Question:
    return Question(
        "apart",
        "share of the pairs of all settings that lost more than {lost:g} digits",
        Level(Pick("pairs", "parted")),
        Bound.at_least(0.25),
        "One bit parts twins: {number} of all pairs lost more than {lost:g} digits",
        "One bit hardly parts twins: {number} of all pairs lost more than {lost:g} digits, and not "
        "{bound}",
        unit="%",
        possible=SHARE,
    )


def _accuracy() -> Question:
    return Question(
        "accuracy hardly tells",
        "share of the pairs of all settings that end more than {apart_points:g} points of test "
        "accuracy apart",
        Level(Pick("pairs", "apart")),
        Bound.at_most(0.15),
        "Accuracy hardly tells how far twins are apart: {number} of all pairs end more than "
        "{apart_points:g} points of test accuracy apart",
        "More than {bound} of all pairs end more than {apart_points:g} points of test accuracy "
        "apart: {number}",
        unit="%",
        possible=SHARE,
        given=("apart",),
    )


def _smooth(names: Mapping[str, str]) -> Question:
    return Question(
        "smooth loses fewer",
        "decimal digits in which twins no longer agree, {one} minus {other}",
        Difference(_lost(names["plain"]), _lost(names["smooth"])),
        Bound.at_least(MORE),
        "A kink costs digits: with {one} one bit costs {a:.1f}, with {other} {b:.1f}",
        "With {one} one bit does not cost {bound} more than with {other}: it costs {a:.1f}, and "
        "{b:.1f}",
        unit="digits",
        subjects={"one": names["plain"], "other": names["smooth"]},
    )


def _deep(names: Mapping[str, str]) -> Question:
    return Question(
        "depth costs digits",
        "decimal digits in which twins no longer agree, {deep} minus {shallow}",
        Difference(_lost(names["deep"]), _lost(names["shallow"])),
        Bound.at_least(MORE),
        "Change one bit of one weight, and after training {a:.2f} of the weights' decimal digits "
        "disagree at {deep}, {b:.2f} at {shallow}, on average",
        "Depth does not make one bit cost {bound} more: {a:.2f} at {deep}, {b:.2f} at {shallow}",
        unit="digits",
        subjects={"deep": names["deep"], "shallow": names["shallow"]},
    )


def _adam(names: Mapping[str, str]) -> Question:
    return Question(
        "other networks",
        "share of pairs that end more than {far:.0%} of their weights apart, with {other} at a "
        "tenth of the learning rate",
        Level(Pick("pairs", "far", {"setting": names["adam"]})),
        Bound.at_least(0.2),
        "With {other}, one bit makes another network even at a tenth of the rate: {number} of the "
        "pairs end more than {far:.0%} of their weights apart",
        "With {other} at a tenth of the rate, only {number} of the pairs end more than {far:.0%} "
        "of their weights apart",
        unit="%",
        possible=SHARE,
        subjects={"other": names["adam"]},
    )
