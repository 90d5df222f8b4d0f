"""The shapes of activation functions: value, derivative, and where they saturate."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nnviz.plots import _canvas, _headlines, _lines, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._panels import Drawing, Legend, Panel, Panels
from nnviz.plots.palette import Palette, Style
from nnviz.tables import FUNCTION

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
    """Draw a function solid, its derivative dashed, and shade where it saturates.

    Parameters
    ----------
    data : DataFrame
        Columns ``activation, x, value, derivative, saturated``. Rows may come in any order.
    activation : str, optional
        Which function to draw. Needed only if there are several.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several functions and none is named.
    """
    return _FUNCTIONS.alone(data, ax, activation, palette=palette)


def _panels(data: pd.DataFrame, _: str, *, palette: Palette | None) -> Panels[Style]:
    styles = colours.styles(data["activation"], palette, distinct=False)

    def draw(ax: Axes, rows: pd.DataFrame) -> Style:
        style = styles[rows["activation"].iloc[0]]
        _draw(rows, style, ax)
        return style

    def explain(panels: Sequence[Panel[Style]], legend: Legend) -> None:
        legend(
            _keys(Style(_canvas.muted(), "-", "") if len(panels) > 1 else panels[0].drawn),
            inside=True,
        )

    return Panels(draw, Layout(_PANEL), text.quantity("x"), explain=explain)


_FUNCTIONS = Drawing(FUNCTION.check, _panels, one="activation")

function_grid = _FUNCTIONS.grid_of(
    functions,
    "function_grid",
    "Draw each function in a panel of its own, all on the same axes.",
    by="activation",
)


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


def _keys(style: Style) -> list[Line2D]:
    value, derivative = text.quantity("value"), text.quantity("derivative")
    return [
        _lines.handle(value, Style(style.color, "-", "")),
        _lines.handle(derivative, Style(style.color, "--", "")),
    ]


register(
    functions,
    "Solid: the function. Dashed: its derivative. Shaded: where it saturates.",
    Plot(FUNCTION, by_schema(function_grid), _headlines.of_functions),
    grid=function_grid,
)
