"""A statistic of every layer over the steps, as colour."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from numpy.typing import NDArray

from nnviz.plots import _averages, _canvas, _facets, _words, palette, text
from nnviz.plots._facets import Layout
from nnviz.plots._ground import hatch
from nnviz.tables import PROGRESS

__all__ = ["layer_map", "layer_map_grid"]

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""

_SHARES = ("dead", "saturated", "equal", "zero")
"""Statistics that are parts of a whole: their colours always run from 0 to 1."""


def layer_map(
    data: pd.DataFrame,
    *,
    metric: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic as colour: a row for each layer, the first on top, the steps to the right.

    Where it is not finite, or was not recorded, the map is hatched.

    Parameters
    ----------
    data : DataFrame
        A `tables.PROGRESS` table; its rows begin with the first layer's. Of several seeds, the
        mean is drawn.
    metric : str, optional
        Which statistic to draw. Needed only if there are several.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this metric, or several and none is named.
    """
    PROGRESS.check(data)
    ax = _canvas.axes_or_new(ax)
    if data.empty:
        return _words.no_data(ax)
    chosen = _averages.the_only(data, "metric", metric)
    rows = data[data["metric"] == chosen]
    _explain_colour([ax], _draw(ax, rows, _norm(chosen, rows)), chosen)
    return ax


def layer_map_grid(
    data: pd.DataFrame,
    *,
    by: str = "setting",
    metric: str | None = None,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw a map for each value of a column in a panel of its own, with the same colours.

    Parameters
    ----------
    data : DataFrame
        A `tables.PROGRESS` table with the column `by`.
    by : str
        The column that tells the panels apart.
    metric
        As for `layer_map`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    PROGRESS.check(data)
    chosen = _averages.the_only(data, "metric", metric) if len(data) else ""
    rows = data[data["metric"] == chosen]
    norm = _norm(chosen, rows)
    drawn: dict[Axes, QuadMesh] = {}

    def panel(part: pd.DataFrame, ax: Axes) -> None:
        drawn[ax] = _draw(ax, part, norm)

    figure = _facets.grid(rows, panel, Layout(by, columns, _PANEL), figure)
    if drawn:
        _explain_colour(list(drawn), next(iter(drawn.values())), chosen)
    return figure


def _norm(metric: str, rows: pd.DataFrame) -> colors.Normalize:
    """Return a scale: of shares from 0 to 1; logarithmic over two decades; or else linear."""
    values = rows["value"].to_numpy(np.float64)
    values = values[np.isfinite(values)]
    if metric in _SHARES or not len(values):
        return colors.Normalize(0, 1)
    low, high = float(values.min()), float(values.max())
    return (colors.LogNorm if 0 < 100 * low <= high else colors.Normalize)(low, high)


def _draw(ax: Axes, rows: pd.DataFrame, norm: colors.Normalize) -> QuadMesh:
    table = (
        rows.groupby(["layer", "step"], sort=False)["value"].mean().unstack("layer").sort_index()
    )
    hatch(ax)
    mesh = ax.pcolormesh(
        _edges(table.index.to_numpy(np.float64)),
        np.arange(table.shape[1] + 1) - 0.5,
        np.ma.masked_invalid(table.to_numpy(np.float64).T),
        norm=norm,
        cmap=palette.sequential(),
        rasterized=True,
        zorder=1,
    )
    ax.set_ylim(table.shape[1] - 0.5, -0.5)
    _name_rows(ax, list(table.columns))
    _words.set_labels(ax, x=text.quantity("step"))
    return mesh


def _edges(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the edges of cells that begin at the steps, the last as wide as the one before."""
    width = np.diff(steps)[-1:] if len(steps) > 1 else np.ones(1)
    return np.concatenate([steps, steps[-1:] + width])


def _name_rows(ax: Axes, layers: list[object]) -> None:
    """Write the layers' names, as many as find room; one that is too long ends in an ellipsis."""
    size = _canvas.small()
    width = 0.4 * _canvas.width_of(ax)
    every = int(np.ceil(1.4 * size * len(layers) / _canvas.height_of(ax)))
    places = range(0, len(layers), max(every, 1))
    names = [_words.shortened(text.layer(layers[place]), width, size) for place in places]
    ax.set_yticks(list(places), names)
    ax.tick_params(axis="y", length=0, labelsize=size)
    for words in ax.get_yticklabels():
        _words.plain(words)


def _explain_colour(axes: list[Axes], mesh: QuadMesh, metric: str) -> None:
    bar = axes[0].figure.colorbar(mesh, ax=axes, pad=0.02)
    bar.outline.set_visible(False)
    _canvas.pinned(bar.ax)
    _words.plain(bar.ax.yaxis.label)
    bar.set_label(text.quantity(metric), color=mpl.rcParams["axes.labelcolor"])
