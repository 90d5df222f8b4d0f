"""The height of optimizers on a surface, step by step."""

from collections.abc import Hashable, Sequence

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _averages, _canvas, _facets, _lines, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import register
from nnviz.plots._facets import Layout
from nnviz.plots._lines import Line
from nnviz.plots.palette import Palette, Styles
from nnviz.tables import TRAJECTORY

__all__ = ["descent", "descent_grid"]

QUANTITIES = ("loss", "gradient_norm", "distance")

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""


@checked
def descent(
    data: pd.DataFrame,
    *,
    quantity: str = "loss",
    log: bool | None = None,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the course of descents by step, a line for each optimizer and start.

    Parameters
    ----------
    data : DataFrame
        A `tables.TRAJECTORY` table. Rows may come in any order.
    quantity : {"loss", "gradient_norm", "distance"}
        What is drawn: the value of the surface, the size of its gradient, or how far the nearest
        minimum is.
    log : bool, optional
        Whether it has a logarithmic axis. By default, if all values are positive and span two
        decades.
    palette : str, sequence of colours or mapping, optional
        The colours of the optimizers, as `palette.styles` takes them; by default, their own.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.
    """
    TRAJECTORY.check(data)
    _check("quantity", quantity, data)
    ax = _canvas.axes_or_new(ax)
    if data.empty:
        return _words.no_data(ax)
    lines = _draw(ax, data, quantity, log, colours.styles(data["optimizer"], palette))
    _words.set_labels(ax, x=text.quantity("step"), y=text.quantity(quantity))
    _lines.name_lines(ax, lines)
    return ax


@checked
def descent_grid(
    data: pd.DataFrame,
    *,
    quantities: Sequence[str] = QUANTITIES,
    log: bool | None = None,
    palette: Palette | None = None,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw each quantity in a panel of its own: loss, size of the gradient, distance.

    Parameters
    ----------
    data : DataFrame
        A `tables.TRAJECTORY` table with the quantities.
    quantities : sequence of {"loss", "gradient_norm", "distance"}
        What is drawn.
    log
        As for `descent`.
    palette
        As for `descent`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    TRAJECTORY.check(data)
    for quantity in _checks.sequence("quantities", quantities, _checks.text):
        _check("quantities", quantity, data)
    styles = colours.styles(data["optimizer"], palette)
    drawn: dict[Axes, Sequence[Line]] = {}

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        drawn[ax] = _draw(ax, rows, _averages.the_only(rows, "metric"), log, styles)
        _words.set_labels(ax, x=text.quantity("step"))

    parts = [data.assign(metric=quantity) for quantity in quantities]
    layout = Layout("metric", columns, _PANEL, sharey=False)
    figure = _facets.grid(pd.concat(parts), panel, layout, figure)
    _lines.name_panels(drawn)
    return figure


def _check(name: str, quantity: str, data: pd.DataFrame) -> None:
    _checks.one_of(name, quantity, QUANTITIES)
    if quantity not in data:
        raise ValueError(f"data must have the column {quantity}; missing: {quantity}")


def _draw(
    ax: Axes, data: pd.DataFrame, quantity: str, log: bool | None, styles: Styles
) -> list[Line]:
    """Draw a line for each path, and return them."""
    lines: list[Line] = []
    named: set[Hashable] = set()
    for (optimizer, _), rows in data.groupby(["optimizer", "start"], sort=False):
        part = rows.sort_values("step")
        x, y = part["step"].to_numpy(float), part[quantity].to_numpy(float)
        name = "" if optimizer in named else text.choice(optimizer)
        named.add(optimizer)
        lines.append(Line(name, styles[optimizer], x, y, y, y))
    _lines.draw(ax, lines, log=log)
    return lines


register(
    "descent",
    "One line per optimizer; no averaging.",
)
