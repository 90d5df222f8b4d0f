"""What a figure of a run declares of itself: its name, what it shows, and what can be chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from nnviz.record import Recording

__all__ = ["FIGURES", "OPTIONS", "Drawn", "RunFigure", "Wanted", "declare"]


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn of a run.

    Attributes
    ----------
    layer : str
        A pattern such as "relu*".
    kind : str
        Of tensors: "activation", "gradient", "weight" …
    statistic : str
        Such as "norm", or what is derived: "dead", "saturated", "update_to_weight" …
    step : sequence of int, optional
        By default the last one, or the first and the last.
    name : str, optional
        A pattern of numbers, such as "*loss".
    findings : DataFrame, optional
        Of the run, where they are known, by thresholds of one's own too; by default it is judged
        by the usual ones where a figure shows them.
    """

    layer: str = "*"
    kind: str = "activation"
    statistic: str = "norm"
    step: Sequence[int] | None = None
    name: str | None = None
    findings: pd.DataFrame | None = field(default=None, compare=False)


OPTIONS = tuple(name for name in Wanted.__dataclass_fields__ if name != "findings")
"""What can be chosen, of one figure or another."""


class Drawn(NamedTuple):
    """A figure, its main number in words, and how it is read."""

    figure: Figure | SubFigure
    headline: str
    caption: str


Draw: TypeAlias = Callable[[Recording, Wanted], Drawn]


@dataclass(frozen=True)
class RunFigure:
    """A figure of a run.

    Attributes
    ----------
    name, help : str
        How it is called, and what it shows, in a line.
    draw : callable
        Takes a recording and what is wanted of it; returns a `Drawn`.
    options : sequence of str
        Which of `OPTIONS` it takes.
    """

    name: str
    help: str
    draw: Draw
    options: Sequence[str]


_DECLARED: dict[str, RunFigure] = {}

FIGURES: Mapping[str, RunFigure] = _DECLARED
"""Every figure of a run, by name."""


def declare(name: str, help: str, *options: str) -> Callable[[Draw], Draw]:
    """Return a decorator that makes a function one of `FIGURES`."""

    def declared(draw: Draw) -> Draw:
        _DECLARED[name] = RunFigure(name, help, draw, options)
        return draw

    return declared
