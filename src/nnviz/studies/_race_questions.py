"""What is asked of a race of optimizers."""

from collections.abc import Sequence

from nnviz._typing import Array
from nnviz.studies.claims import SHARE, Bound, Question
from nnviz.studies.measures import Extreme, Level, Pick

__all__ = ["questions_of_race"]


def questions_of_race(rates: Array, places: Sequence[str], n_rules: int) -> list[Question]:
    """Return what is asked; of one rule alone, or on one surface, less."""
    asked = []
    if len(rates) > 2:
        asked.append(
            Question(
                "not cut off",
                "share of best learning rates that lie at an edge of the range",
                Level(Pick("edges", "at_edge")),
                Bound.at_most(0.0),
                "No rule's best learning rate lies at an edge of the range that all may try",
                "Of the best learning rates, {number:.0%} lie at an edge of the range: it is too "
                "narrow",
                unit="%",
                possible=SHARE,
            )
        )
    if n_rules > 1:
        asked.append(
            Question(
                "rates apart",
                "best learning rate of a rule, highest divided by lowest, on the surface where "
                "they are farthest apart",
                Extreme(Pick("surfaces", "apart"), "surface", "max"),
                Bound.at_least(10.0),
                "On {at}, one optimizer's best learning rate is {number:,.0f} times another's",
                "The rules' best learning rates lie less than a factor of {bound:.0f} apart: on "
                "{at}, {number:.1f}",
            )
        )
    if n_rules > 1 and len(places) > 1:
        two = len(places) == 2
        everywhere = "both {one} and {other}" if two else "all the surfaces"
        asked.append(
            Question(
                "no winner everywhere",
                "largest share of the surfaces that one rule wins",
                Extreme(Pick("wins", "share"), "optimizer", "max"),
                Bound.at_most(1 - 0.5 / len(places)),
                "Even at its best learning rate, every rule is beaten somewhere: none wins on "
                + everywhere,
                "At its best learning rate, {at} is beaten nowhere: it wins on " + everywhere,
                unit="%",
                subjects=dict(zip(("one", "other"), places, strict=True)) if two else {},
            )
        )
    return asked
