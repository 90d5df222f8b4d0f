"""What a plot declares of itself: how it is read, the tables it draws, and their main numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _canvas, text
from nnviz.plots._headlines import Numbers, said
from nnviz.tables import Schema

__all__ = ["DECLARED", "FUNCTIONS", "VIEWS", "Plot", "View", "by_schema", "register"]

Drawn = TypeVar("Drawn", bound=Axes | _canvas.Canvas)


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
        table = _checks.instance("schema", schema, Schema).check(data)
        return said(self.numbers(table, schema))


@dataclass(frozen=True)
class View:
    """A figure of a table that a command line asks for by a name of its own, such as ``panels``.

    Parameters
    ----------
    name : str
        How the command line calls it.
    help : str
        What it shows, in a line.
    schema : Schema
        The table that it draws.
    draw : callable
        As for `Plot`.
    plot : str
        The name of the plotting function: `register` fills it in.
    """

    name: str
    help: str
    schema: Schema
    draw: Callable[..., Axes | _canvas.Canvas]
    plot: str = ""

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        _checks.text("help", self.help)
        _checks.instance("schema", self.schema, Schema)
        _checks.function("draw", self.draw)
        _checks.instance("plot", self.plot, str)


def by_schema(draw: Callable[..., Drawn], **roles: str) -> Callable[..., Drawn]:
    """Return what draws a whole table by its schema, for `Plot`.

    Parameters
    ----------
    draw : callable
        A plot or a grid; it takes what is beside the table, too.
    **roles
        Options of it, and the field of `Schema` that says each; one that is empty is left out.
    """

    def drawn(data: pd.DataFrame, schema: Schema, **beside: Any) -> Drawn:
        given = {option: getattr(schema, role) for option, role in roles.items()}
        return draw(data, **{option: value for option, value in given.items() if value}, **beside)

    return drawn


DECLARED: list[Plot] = []
"""Every plot of a whole table that is loaded."""

VIEWS: list[View] = []
"""Every figure that has a name on a command line."""

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Every plotting function that is loaded, and its grid, by name."""


def register(
    plot: Callable[..., Any],
    key: str,
    *drawn: Plot | View,
    grid: Callable[..., Any] | None = None,
) -> None:
    """Say how a plot is read, and of which tables it makes a whole figure.

    Parameters
    ----------
    plot : callable
        The plotting function.
    key : str
        How it, and its grid, are read: for `text.KEYS`, by its name.
    *drawn : Plot or View
        A plot for each schema, and a view for each further figure that has a name.
    grid : callable, optional
        The function that draws several panels of it.
    """
    name = _checks.function("plot", plot).__name__
    for one in drawn:
        _checks.instance("drawn", one, Plot, View)
    _checks.text("key", key)
    functions = [plot] if grid is None else [plot, _checks.function("grid", grid)]
    text.KEYS[name] = key
    DECLARED.extend(replace(one, name=name) for one in drawn if isinstance(one, Plot))
    VIEWS.extend(replace(one, plot=name) for one in drawn if isinstance(one, View))
    for function in functions:
        FUNCTIONS[function.__name__] = function
