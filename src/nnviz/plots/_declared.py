"""What a plot declares of itself: how it is read, the tables it draws, and their main numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _canvas, text
from nnviz.plots._headlines import Numbers, said
from nnviz.tables import Schema

__all__ = ["DECLARED", "FUNCTIONS", "Plot", "register"]


@dataclass(frozen=True)
class Plot:
    """A plot that draws a whole table by what its schema says.

    Parameters
    ----------
    schema : Schema
        The table that it draws, and whatever is `extended` from it.
    draw : callable
        Takes the table, its schema and, by keyword, what the schema names as `Schema.beside`;
        returns the Axes or the Figure.
    numbers : callable
        Takes the table and its schema; returns what was measured, in words, and a Series of it
        by setting: the title of the figure.
    name : str
        Of the plotting function: `register` fills it in.
    """

    schema: Schema
    draw: Callable[..., Axes | _canvas.Canvas]
    numbers: Callable[[pd.DataFrame, Schema], Numbers]
    name: str = ""

    def __post_init__(self) -> None:
        _checks.instance("schema", self.schema, Schema)
        _checks.function("draw", self.draw)
        _checks.function("numbers", self.numbers)
        _checks.instance("name", self.name, str)

    def said(self, data: pd.DataFrame, schema: Schema) -> str:
        """Return the main numbers of a table as a title."""
        _checks.instance("schema", schema, Schema).check(data)
        return said(self.numbers(data, schema))


DECLARED: list[Plot] = []
"""Every plot of a whole table that is loaded."""

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Every plotting function that is loaded, and its grid, by name."""


def register(
    plot: Callable[..., Any], key: str, *drawn: Plot, grid: Callable[..., Any] | None = None
) -> None:
    """Say how a plot is read, and of which tables it makes a whole figure.

    Parameters
    ----------
    plot : callable
        The plotting function.
    key : str
        How it, and its grid, are read: for `text.KEYS`, by its name.
    *drawn : Plot
        One for each schema.
    grid : callable, optional
        The function that draws several panels of it.
    """
    name = _checks.function("plot", plot).__name__
    own = [replace(_checks.instance("drawn", one, Plot), name=name) for one in drawn]
    text.KEYS[name] = _checks.text("key", key)
    DECLARED.extend(own)
    for function in [plot] if grid is None else [plot, _checks.function("grid", grid)]:
        FUNCTIONS[function.__name__] = function
