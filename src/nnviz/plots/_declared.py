"""What a plot declares of itself: how it is read, the table it draws, and its main number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _canvas, text
from nnviz.plots._headlines import Numbers, said
from nnviz.registry import Registry
from nnviz.tables import Schema

__all__ = ["Plot", "plot_of", "register"]


@dataclass(frozen=True)
class Plot:
    """A plot that draws a whole table by what its schema says.

    Parameters
    ----------
    name : str
        Of the plotting function.
    schema : Schema
        The table that it draws, and whatever is `extended` from it.
    draw : callable
        Takes the table, its schema and, by keyword, what the schema names as `Schema.beside`;
        returns the Axes or the Figure.
    numbers : callable
        Takes the table and its schema; returns what was measured, in words, and a Series of it
        by setting: the title of the figure.
    """

    name: str
    schema: Schema
    draw: Callable[..., Axes | _canvas.Canvas]
    numbers: Callable[[pd.DataFrame, Schema], Numbers]

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        _checks.instance("schema", self.schema, Schema)
        _checks.function("draw", self.draw)
        _checks.function("numbers", self.numbers)

    def said(self, data: pd.DataFrame, schema: Schema) -> str:
        """Return the main numbers of a table as a title."""
        _checks.instance("schema", schema, Schema).check(data)
        return said(self.numbers(data, schema))


_PLOTS: list[Plot] = []
_INSTALLED: Registry[Any] = Registry("nnviz.plots", {})


def register(name: str, key: str, *plots: Plot) -> None:
    """Say how a plot is read, and of which tables it makes a whole figure.

    Parameters
    ----------
    name : str
        Of the plotting function; of its grid, too.
    key : str
        How it is read, for `text.KEYS`.
    *plots : Plot
        One for each schema.
    """
    own = [_checks.instance("plots", plot, Plot) for plot in plots]
    text.KEYS[_checks.text("name", name)] = _checks.text("key", key)
    _PLOTS.extend(own)


def plot_of(schema: Schema) -> Plot | None:
    """Return the plot that draws a table; None if its schema says why there is none.

    Raises
    ------
    ValueError
        If no plot draws this schema, and it does not say why.
    """
    _checks.instance("schema", schema, Schema)
    if schema.undrawn:
        return None
    if _declared(schema) is None:
        for name in _INSTALLED:
            _INSTALLED[name]  # as it is loaded, it declares what it draws
    wanted: Schema | None = schema
    while wanted is not None:
        if (plot := _declared(wanted)) is not None:
            return plot
        wanted = wanted.like
    raise ValueError(
        f"schema must be one that a plot draws, be extended from one, or say why it is undrawn; "
        f"got {schema.name}"
    )


def _declared(schema: Schema) -> Plot | None:
    return next((plot for plot in _PLOTS if plot.schema is schema), None)
