"""How low rules end at learning rates from too small to too large."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from nnviz import _checks
from nnviz.plots import _averages, _canvas, _facets, _headlines, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._colour_bar import colour_bar
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._ground import hatch
from nnviz.plots._panels import Drawing, Panels
from nnviz.tables import MOMENTUM_RATE, RATE, Schema
from nnviz.tables.missing import with_names

__all__ = ["rate_map", "rate_map_grid"]

_PANEL, _HEIGHT = 15.5, 14
"""The least size of a panel, as a multiple of the size of small print."""

_ROW = 1.5
"""The height of a row that has a name, likewise."""

_LOWEST = 1e-16
"""Heights below have the colour of this: mostly, what is lower is rounding."""

_LIMIT = {"learning_rate": "from which on no minimum is stable"}

Values = NDArray[np.float64]


@checked
def rate_map(
    data: pd.DataFrame,
    *,
    y: str = "optimizer",
    limits: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how high above the minimum each path ended, over the learning rate.

    A path that ended higher than it began is hatched. A dot marks the lowest end: of each row if
    rows are names, or else of all.

    Parameters
    ----------
    data : DataFrame
        A `tables.RATE` table, one row per cell; `studies.learning_rate_map` and
        `studies.momentum_map` make one.
    y : str
        The column that tells the rows apart: names, or numbers such as ``"momentum"``.
    limits : DataFrame, optional
        From which learning_rate on no minimum is stable, by y: a line.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several optimizers and y is another column.
    """
    return _MAPS.alone(data, ax, y=y, limits=limits)


def _panels(
    data: pd.DataFrame, by: str, *, y: str, limits: pd.DataFrame | None
) -> Panels[QuadMesh]:
    """Work out what panels share.

    Parameters
    ----------
    limits : DataFrame, optional
        As for `rate_map`, with the column `by`.
    """
    told = {_checks.text("y", y): "what tells the rows apart"}
    keys = () if y in data and _named(data[y]) else (y,)
    RATE.extended(RATE.name, told, keys=(*RATE.keys, *keys)).check(data)
    if limits is not None:
        names = {**told, **({by: "of which panel"} if by else {})}
        limits = Schema("limit", {**names, **_LIMIT}, named=list(names)).check(
            limits, name="limits"
        )
    if y != "optimizer" and not by and not data.empty:
        _averages.the_only(data, "optimizer")
    norm = _norm(data)

    def draw(ax: Axes, rows: pd.DataFrame) -> QuadMesh:
        own = limits
        if limits is not None and by:
            own = limits[limits[by] == rows[by].iloc[0]]
        return _draw(ax, with_names(rows, [y]), y, own, norm)

    return Panels(
        draw,
        Layout(_PANEL, _HEIGHT),
        text.quantity("learning_rate"),
        "" if _named(data[y]) else text.quantity(y, data),
        lambda panels, _: colour_bar(panels, panels[0].drawn, text.quantity("height")),
        size=_size(data[y]),
    )


_MAPS = Drawing(RATE.check, _panels)

rate_map_grid = _MAPS.grid_of(
    rate_map,
    "rate_map_grid",
    "Draw a map for each value of a column in a panel of its own, with the same colours.",
    by="optimizer",
    y="momentum",
)


def _size(column: "pd.Series[object]") -> tuple[float, float] | None:
    """Return the size of a figure that is high enough to name its rows."""
    if not _named(column):
        return None
    return _facets.size(1, Layout(_PANEL, _ROW * column.nunique(), least=0.8))


def _named(column: "pd.Series[object]") -> bool:
    """Return whether rows are names: optimizers are, even if a table numbers them."""
    return column.name == "optimizer" or not is_numeric_dtype(column)


def _norm(data: pd.DataFrame) -> colors.Normalize:
    """Return a logarithmic scale over the ends that were not higher than the start."""
    heights = data["height"].to_numpy(float)[~data["diverged"].to_numpy(bool)]
    heights = heights[np.isfinite(heights)]
    low = max(float(heights.min()), _LOWEST) if len(heights) else 1.0
    return colors.LogNorm(low, max(float(np.max(heights, initial=0)), 10 * low))


class _Rows:
    """The rows of a map: names, the first on top, or numbers on an axis."""

    def __init__(self, column: "pd.Series[object]") -> None:
        self.named = _named(column)
        self.keys = list(column.unique()) if self.named else sorted(column.unique())
        self.places = np.array(range(len(self.keys)) if self.named else self.keys, dtype=float)
        self.edges = _edges(self.places)

    def number(self, column: "pd.Series[object]") -> NDArray[np.intp]:
        """Return the number of the row that each value belongs to."""
        return column.map({key: number for number, key in enumerate(self.keys)}).to_numpy(int)


def _draw(
    ax: Axes, data: pd.DataFrame, y: str, limits: pd.DataFrame | None, norm: colors.Normalize
) -> QuadMesh:
    rows, rates = _Rows(data[y]), np.sort(data["learning_rate"].unique())
    low = data[~data["diverged"].to_numpy(bool)]
    height = np.full((len(rows.keys), len(rates)), np.nan)
    height[rows.number(low[y]), np.searchsorted(rates, low["learning_rate"])] = low["height"]
    across: Values = 10 ** _edges(np.log10(rates))
    hatch(ax)
    ax.grid(visible=False)
    mesh = ax.pcolormesh(
        across,
        rows.edges,
        np.ma.masked_invalid(np.maximum(height, _LOWEST)),
        norm=norm,
        cmap=palette.sequential().reversed(),
        rasterized=True,
        zorder=1,
    )
    up = rows.edges[::-1] if rows.named else rows.edges
    ax.set(xscale="log", xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
    if limits is not None:
        _draw_limits(ax, rows, limits[limits[y].isin(rows.keys)], y)
    for _, own in low.groupby(y, sort=False) if rows.named else [("", low)]:
        _mark_lowest(ax, rows, own, y)
    if rows.named:
        _name_rows(ax, rows)
    return mesh


def _edges(middles: Values) -> Values:
    """Return the edges of cells around rising numbers, halfway between them."""
    half = np.diff(middles) / 2 if len(middles) > 1 else np.array([0.5])
    first, last = middles[0] - half[0], middles[-1] + half[-1]
    return np.array([first, *(middles[:-1] + half[: len(middles) - 1]), last])


def _draw_limits(ax: Axes, rows: _Rows, limits: pd.DataFrame, y: str) -> None:
    """Draw a line through all rows, or a stroke in each of those that have a name."""
    rates = limits["learning_rate"].to_numpy(float)
    number = rows.number(limits[y])
    lines = [(rates, rows.places[number])]
    if rows.named:
        strokes = zip(rates, number, strict=True)
        lines = [(np.array([rate, rate]), rows.edges[n : n + 2]) for rate, n in strokes]
    for line in lines:
        for color, width in ((_canvas.ground(), 2.2), (mpl.rcParams["text.color"], 1.1)):
            ax.plot(*line, color=color, linewidth=width * _canvas.stroke(), solid_capstyle="butt")


def _mark_lowest(ax: Axes, rows: _Rows, low: pd.DataFrame, y: str) -> None:
    if low.empty:
        return
    best = low.iloc[[int(np.argmin(low["height"].to_numpy(float)))]]
    ax.plot(
        best["learning_rate"].to_numpy(float),
        rows.places[rows.number(best[y])],
        "o",
        color=_canvas.ground(),
        markersize=1.3 * _canvas.dot(),
        markeredgecolor=mpl.rcParams["text.color"],
        markeredgewidth=0.6 * _canvas.stroke(),
        clip_on=False,
        zorder=4,
    )


def _name_rows(ax: Axes, rows: _Rows) -> None:
    """Write each name on one line; one that is too long ends in an ellipsis."""
    width, size = 0.5 * _canvas.width_of(ax), _canvas.small()
    whole = [text.choice(key) for key in rows.keys]
    names = _words.told_apart(whole, lambda name: _words.shortened(name, width, size))
    ax.set_yticks(rows.places, names)
    ax.tick_params(axis="y", length=0, labelsize=size)
    for words in ax.get_yticklabels():
        _words.plain(words)


register(
    rate_map,
    "Colour: how high a path ended. Hatched: higher than it began, or lost. Line: from "
    "there on no minimum is stable. Dot: the lowest end.",
    Plot(RATE, by_schema(rate_map), _headlines.of_measured),
    Plot(MOMENTUM_RATE, by_schema(rate_map_grid), _headlines.of_measured),
    grid=rate_map_grid,
)
