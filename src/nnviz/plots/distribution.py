"""Distributions on top of each other, one line per setting."""

from collections.abc import Hashable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nnviz.plots import _averages, _canvas, _facets, _lines, _words, palette, text
from nnviz.plots._facets import Layout
from nnviz.plots._histogram import Histogram
from nnviz.plots.palette import Style, Styles
from nnviz.tables import HISTOGRAM

__all__ = ["distribution_grid", "distributions"]

_PANEL = 12
"""The least width of a panel, as a multiple of the size of small print."""


def distributions(
    data: pd.DataFrame,
    *,
    layer: str | int | None = None,
    quantity: str = "weight",
    styles: Styles | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the histogram of one layer for each setting, on top of each other, with equal areas.

    Parameters
    ----------
    data : DataFrame
        A `tables.HISTOGRAM` table.
    layer : str or int, optional
        Which layer to draw. Needed only if there are several.
    quantity : str
        What the values are, for the axis: a key of `text.QUANTITIES`, or any words.
    styles : mapping of setting to Style, optional
        By default, `palette.styles` of the settings.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this layer, or several and none is named.
    """
    HISTOGRAM.check(data)
    ax = _canvas.axes_or_new(ax)
    if data.empty:
        return _words.no_data(ax)
    chosen = _averages.the_only(data, "layer", None if layer is None else str(layer))
    rows = data[data["layer"].astype(str) == chosen]
    given = styles or palette.styles(rows["setting"])
    _draw(ax, rows, quantity, given)
    names = rows["setting"].unique()
    if len(names) > 1:
        _words.legend_inside(ax, [_key(name, given[name]) for name in names])
    return ax


def distribution_grid(
    data: pd.DataFrame,
    *,
    by: str = "layer",
    quantity: str = "weight",
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw the histograms of each layer, or of each value of another column, in a panel of its own.

    Parameters
    ----------
    data : DataFrame
        A `tables.HISTOGRAM` table; of one layer only, if `by` is another column.
    by : str
        The column that tells the panels apart. Panels share both axes.
    quantity : str
        As for `distributions`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    HISTOGRAM.check(data)
    styles = palette.styles(data["setting"])
    drawn: list[Axes] = []

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        _averages.the_only(rows, "layer", None)
        _draw(ax, rows, quantity, styles)
        drawn.append(ax)

    figure = _facets.grid(data, panel, Layout(by, columns, _PANEL), figure)
    if len(styles) > 1:
        _words.legend_of_grid(drawn, [_key(name, style) for name, style in styles.items()])
    return figure


def _draw(ax: Axes, rows: pd.DataFrame, quantity: str, styles: Styles) -> None:
    for setting, part in rows.groupby("setting", sort=False):
        histogram, style = Histogram.read(part).trimmed(), styles[setting]
        ax.stairs(
            histogram.density(),
            histogram.edges,
            fill=True,
            facecolor=(style.color, 0.12),
            edgecolor=style.color,
            linestyle=style.linestyle,
            linewidth=0.8 * _canvas.stroke(),
        )
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.margins(x=0)
    _words.set_labels(ax, x=text.quantity(quantity), y=text.quantity("density"))


def _key(setting: Hashable, style: Style) -> Line2D:
    return _lines.handle(text.choice(setting), Style(style.color, style.linestyle, ""))
