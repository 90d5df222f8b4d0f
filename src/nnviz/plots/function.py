"""The shapes of activation functions: value, derivative, and where they saturate."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nnviz.plots import _averages, _canvas, _facets, _headlines, _lines, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots.palette import Palette, Style
from nnviz.tables import FUNCTION, Schema

__all__ = ["function_grid", "functions"]
_PANEL = 12.0
"""The least width of a panel, as a multiple of the size of small print."""


@checked
def functions(
    data: pd.DataFrame,
    *,
    activation: str | None = None,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a function solid and its derivative dashed; where it saturates, the ground is shaded.

    Parameters
    ----------
    data : DataFrame
        Columns ``activation, x, value, derivative, saturated``. Rows may come in any order.
    activation : str, optional
        Which function to draw. Needed only if there are several.
    palette : str, sequence of colours or mapping, optional
        The colour of the function, as `palette.styles` takes it; by default, its own.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several functions and none is named.
    """
    FUNCTION.check(data)
    if data.empty:
        return _words.no_data(_canvas.axes_or_new(ax))
    _, rows = _averages.chosen(data, "activation", activation)
    ax = _canvas.axes_or_new(ax)
    (style,) = colours.styles(rows["activation"], palette).values()
    _draw(rows, style, ax)
    _words.legend_inside(ax, _keys(style))
    return ax


@checked
def function_grid(
    data: pd.DataFrame,
    *,
    palette: Palette | None = None,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw each function in a panel of its own, all on the same axes.

    Parameters
    ----------
    data : DataFrame
        As for `functions`.
    palette
        As for `functions`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    FUNCTION.check(data)
    styles = colours.styles(data["activation"], palette, distinct=False)
    drawn: list[Axes] = []

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        _draw(rows, styles[rows["activation"].iloc[0]], ax)
        drawn.append(ax)

    figure = _facets.grid(data, panel, Layout("activation", columns, _PANEL), figure)
    if drawn:
        _words.legend_of_grid(drawn, _keys(Style(_canvas.muted(), "-", "")))
    return figure


def _draw(rows: pd.DataFrame, style: Style, ax: Axes) -> None:
    rows = rows.sort_values("x")
    x = rows["x"].to_numpy(float)
    saturated = rows["saturated"].to_numpy(bool)
    if saturated.any():
        ground = (_canvas.muted(), 0.15)
        sides = ax.get_xaxis_transform()
        ax.fill_between(x, 0, 1, where=saturated, facecolor=ground, linewidth=0, transform=sides)
    ax.axhline(0, color=_canvas.muted(), linewidth=0.5, zorder=1)
    ax.plot(x, rows["value"].to_numpy(float), color=style.color)
    ax.plot(x, rows["derivative"].to_numpy(float), color=style.color, linestyle="--")
    ax.margins(x=0)
    _words.set_labels(ax, x=text.quantity("x"))


def _keys(style: Style) -> list[Line2D]:
    value, derivative = text.quantity("value"), text.quantity("derivative")
    return [
        _lines.handle(value, Style(style.color, "-", "")),
        _lines.handle(derivative, Style(style.color, "--", "")),
    ]


def _drawn(data: pd.DataFrame, _: Schema) -> _canvas.Canvas:
    return function_grid(data)


register(
    "functions",
    "Solid: the function. Dashed: its derivative. Shaded: where it saturates.",
    Plot("functions", FUNCTION, _drawn, _headlines.of_functions),
)
