"""The shapes of activation functions: value, derivative, and where they saturate."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nnviz import _checks
from nnviz.plots import _canvas, _facets, _lines, _words, palette, text
from nnviz.plots._facets import Layout
from nnviz.plots.palette import Style

__all__ = ["function_grid", "functions"]

_COLUMNS = ("activation", "x", "value", "derivative", "saturated")
_PANEL = 12.0
"""The least width of a panel, as a multiple of the size of small print."""


def functions(data: pd.DataFrame, *, activation: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw a function solid and its derivative dashed; where it saturates, the ground is shaded.

    Parameters
    ----------
    data : DataFrame
        Columns ``activation, x, value, derivative, saturated``, x ascending.
    activation : str, optional
        Which function to draw. Needed only if there are several.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several functions and none is named.
    """
    _check(data)
    ax = _canvas.axes_or_new(ax)
    if data.empty:
        return _words.no_data(ax)
    names = list(map(str, data["activation"].unique()))
    if activation is None and len(names) > 1:
        raise ValueError(f"activation must be one of {', '.join(names)}; got None")
    name = names[0] if activation is None else _checks.one_of("activation", activation, names)
    _draw(data[data["activation"] == name], name, ax)
    _words.legend_inside(ax, _keys(palette.styles([name])[name]))
    return ax


def function_grid(
    data: pd.DataFrame, *, columns: int | None = None, figure: _canvas.Canvas | None = None
) -> _canvas.Canvas:
    """Draw each function in a panel of its own, all on the same axes.

    Parameters
    ----------
    data : DataFrame
        As for `functions`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    _check(data)
    drawn: list[Axes] = []

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        _draw(rows, str(rows["activation"].iloc[0]), ax)
        drawn.append(ax)

    figure = _facets.grid(data, panel, Layout("activation", columns, _PANEL), figure)
    if drawn:
        _words.legend_of_grid(drawn, _keys(Style(_canvas.muted(), "-", "")))
    return figure


def _check(data: pd.DataFrame) -> None:
    missing = [column for column in _COLUMNS if column not in data.columns]
    if missing:
        raise ValueError(
            f"data must have the columns {', '.join(_COLUMNS)}; missing: {', '.join(missing)}"
        )


def _draw(rows: pd.DataFrame, name: str, ax: Axes) -> None:
    style = palette.styles([name])[name]
    x = rows["x"].to_numpy(float)
    saturated = rows["saturated"].to_numpy(bool)
    if saturated.any():
        ax.fill_between(
            x, 0, 1, where=saturated, color=_canvas.muted(), alpha=0.15, linewidth=0,
            transform=ax.get_xaxis_transform(),
        )  # fmt: skip
    ax.axhline(0, color=_canvas.muted(), linewidth=0.5, zorder=1)
    ax.plot(x, rows["value"].to_numpy(float), color=style.color)
    ax.plot(x, rows["derivative"].to_numpy(float), color=style.color, linestyle="--")
    ax.set_xlim(x.min(), x.max())
    _words.set_labels(ax, x=text.quantity("x"))


def _keys(style: Style) -> list[Line2D]:
    value, derivative = text.quantity("value"), text.quantity("derivative")
    return [
        _lines.handle(value, Style(style.color, "-", "")),
        _lines.handle(derivative, Style(style.color, "--", "")),
    ]
