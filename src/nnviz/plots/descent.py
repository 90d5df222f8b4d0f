"""The height of optimizers on a surface, step by step."""

from collections.abc import Hashable, Sequence

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _canvas, _lines, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import View, register
from nnviz.plots._facets import Layout
from nnviz.plots._lines import Line
from nnviz.plots._panels import Drawing, Panels
from nnviz.plots.palette import Palette, Styles
from nnviz.tables import PATH, TRAJECTORY, Schema

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
    """
    table = _long(data, [quantity], "quantity")
    return _DESCENTS.alone(table, ax, quantity, log=log, palette=palette)


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
    """
    _checks.sequence("quantities", quantities, _checks.text)
    table = _long(data, quantities, "quantities")
    return _DESCENTS.grid(table, "metric", columns, figure, log=log, palette=palette)


def _long(data: pd.DataFrame, quantities: Sequence[str], name: str) -> pd.DataFrame:
    """Return a table with the rows of each quantity, which the column "metric" names."""
    data = TRAJECTORY.check(data)
    for quantity in quantities:
        _checks.one_of(name, quantity, QUANTITIES)
        if quantity not in data:
            raise ValueError(f"data must have the column {quantity}; missing: {quantity}")
    return pd.concat([data.assign(metric=quantity) for quantity in quantities])


def _panels(
    data: pd.DataFrame, _: str, *, log: bool | None, palette: Palette | None
) -> Panels[list[Line]]:
    styles = colours.styles(data["optimizer"], palette)

    def draw(ax: Axes, rows: pd.DataFrame) -> list[Line]:
        return _draw(ax, rows, str(rows["metric"].iloc[0]), log, styles)

    return Panels(draw, Layout(_PANEL), text.quantity("step"), explain=_lines.name_lines)


_DESCENTS = Drawing(
    TRAJECTORY.check,
    _panels,
    one="metric",
    measured=lambda rows: text.quantity(rows["metric"].iloc[0], rows),
)


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
        lines.append(Line(name, styles[optimizer], x, y, y, y, over="step"))
    _lines.draw(ax, lines, log=log)
    return lines


def _drawn(data: pd.DataFrame, _: Schema, **__: object) -> _canvas.Canvas:
    """Draw the distance, too, where the nearest minimum is known."""
    known = data["distance"].max() < float("inf")
    return descent_grid(data, quantities=QUANTITIES if known else QUANTITIES[:2], columns=2)


register(
    descent,
    "One line per optimizer; no averaging.",
    View("descent", "value, slope and distance to the minimum, by step", PATH, _drawn),
    grid=descent_grid,
)
