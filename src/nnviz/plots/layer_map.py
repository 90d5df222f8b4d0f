"""A statistic of every layer over the steps, as colour."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.path import Path
from matplotlib.text import Annotation
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from nnviz.plots import _canvas, _headlines, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._colour_bar import colour_bar
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots._ground import hatch
from nnviz.plots._panels import Drawing, Legend, Panel, Panels
from nnviz.plots.moving import During, Grows, Uncovers, moves
from nnviz.tables import FINDING, PROGRESS, Schema
from nnviz.tables.missing import with_names

__all__ = ["layer_map", "layer_map_grid"]

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""

_LEAP, _NEAR = 10, 2
"""Times that an interval may be wider than all so near to it, as those of `Recorder` become."""

_OVER_WINDOWS = ("dead",)
"""Statistics of a window of steps, dated by its last."""


@checked
def layer_map(
    data: pd.DataFrame,
    *,
    metric: str | None = None,
    findings: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic as colour: a row for each layer, the first on top, the steps to the right.

    The cell of a step reaches halfway to its neighbours; the first one begins, and the last one
    ends, half as far from its step as the nearest steps lie apart. An interval more than ten times
    as wide as the two before it and the two after it was not recorded, and stays blank. The share
    of dead units is counted over a window of steps: the last one is the right edge of its cell.
    Where the statistic is not finite, the map is hatched. Where it spans two decades, colours are
    logarithmic, and a zero has the lowest one. Rows that are thinner than a pixel hide each other:
    draw a part of the layers then.

    Parameters
    ----------
    data : DataFrame
        A `tables.PROGRESS` table, such as `tables.recorded_progress` makes; its rows begin with
        the first layer's. Of several seeds, the mean is drawn. A column *part* names rows that
        lie together once, and parts them from others by a line.
    metric : str, optional
        Which statistic to draw. Needed only if there are several.
    findings : DataFrame, optional
        A `tables.FINDING` table of `diagnose`: a triangle marks each layer of which something
        was found, at the step since which it lasts; beside the first of a layer stands the step.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this metric, or several and none is named.
    """
    return _MAPS.alone(data, ax, metric, findings=findings)


def _panels(data: pd.DataFrame, by: str, *, findings: pd.DataFrame | None) -> Panels[QuadMesh]:
    """Work out what panels share.

    Parameters
    ----------
    findings : DataFrame, optional
        As for `layer_map`; with the column `by`, each panel has its own.
    """
    if findings is not None:
        findings = with_names(FINDING.check(findings, name="findings"), [by])
    metric = "" if data.empty else str(data["metric"].iloc[0])
    norm = _norm(metric, data)

    def draw(ax: Axes, rows: pd.DataFrame) -> QuadMesh:
        mesh = _draw(ax, rows, metric, norm)
        if findings is not None:
            own = by and by in findings
            _mark(ax, rows, findings[findings[by] == rows[by].iloc[0]] if own else findings)
        return mesh

    def explain(panels: Sequence[Panel[QuadMesh]], _: Legend) -> None:
        colour_bar(panels, panels[0].drawn, _label(metric, data, norm))
        ends = [panel.ax.dataLim.intervalx for panel in panels]
        panels[0].ax.set_xlim(np.min(ends), np.max(ends))  # of all: they share the axis

    return Panels(draw, Layout(_PANEL), text.quantity("step"), explain=explain)


_MAPS = Drawing(PROGRESS.check, _panels, one="metric")

layer_map_grid = _MAPS.grid_of(
    layer_map,
    "layer_map_grid",
    "Draw a map for each value of a column in a panel of its own, with the same colours.",
    by="setting",
)


def _norm(metric: str, rows: pd.DataFrame) -> colors.Normalize:
    """Return a scale: of shares from none to all; logarithmic over two decades; or else linear."""
    values = rows["value"].to_numpy(np.float64)
    values = values[np.isfinite(values)]
    if not len(values) or text.quantity(metric, rows).unit == "%":
        return colors.Normalize(0, 1)
    low, high = float(values.min()), float(values.max())
    lowest = float(values[values > 0].min(initial=np.inf))  # a zero is no reason for a linear one
    if low >= 0 and lowest <= high / 100:
        return colors.LogNorm(lowest, high)
    return colors.Normalize(low, high)


def _label(metric: str, rows: pd.DataFrame, norm: object) -> str:
    words = text.quantity(metric, rows)
    if isinstance(norm, colors.LogNorm) and (rows["value"] == 0).any():
        return text.NOTES["zero is lowest"].format(quantity=words)
    return words


def _draw(ax: Axes, rows: pd.DataFrame, metric: str, norm: colors.Normalize) -> QuadMesh:
    layers = list(rows["layer"].unique())
    cells = rows.groupby(["layer", "step"], sort=False)["value"].agg(["mean", "size"])
    mean = cells["mean"].unstack("layer")[layers].sort_index()
    odd = cells["size"].unstack("layer")[layers].sort_index().notna() & ~np.isfinite(mean)
    steps = mean.index.to_numpy(np.float64)
    edges, breaks = _edges(steps, before=1.0 if metric in _OVER_WINDOWS else 0.5)
    values = np.insert(mean.to_numpy(np.float64), breaks, np.nan, axis=0)
    if isinstance(norm, colors.LogNorm):
        values = np.maximum(values, norm.vmin or 0.0)
    ax.grid(visible=False)
    mesh = ax.pcolormesh(
        edges,
        np.arange(len(layers) + 1) - 0.5,
        np.ma.masked_invalid(values.T),
        norm=norm,
        cmap=palette.sequential(),
        rasterized=True,
        zorder=1,
    )
    place = np.arange(len(steps))
    columns = Uncovers(steps, edges[place + np.searchsorted(breaks, place, side="right") + 1])
    moves(mesh, columns)
    _hatch_cells(ax, edges, np.insert(odd.to_numpy(bool), breaks, False, axis=0), columns)
    ax.set_xlim(edges[0], edges[-1])
    ax.locator_params(axis="x", integer=True, min_n_ticks=1)
    ax.set_ylim(len(layers) - 0.5, -0.5)
    if "part" in rows:
        of_layer = rows.drop_duplicates("layer").set_index("layer")["part"]
        _name_parts(ax, [of_layer[layer] for layer in layers])
    else:
        _name_rows(ax, layers)
    return mesh


def _edges(
    steps: NDArray[np.float64], *, before: float
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the edges of cells around the steps, and before which of them there is a gap.

    A cell takes up the intervals around it, a part of them before its step; a gap has a cell of
    its own, and the cells beside it are as wide as the narrowest interval near.
    """
    interval = np.diff(steps) if len(steps) > 1 else np.ones(1)
    near = sliding_window_view(np.pad(interval, _NEAR, constant_values=np.nan), 2 * _NEAR + 1)
    beside = np.delete(near, _NEAR, axis=1)
    is_gap = interval > _LEAP * np.fmax.reduce(beside, axis=1)  # never wider than NaN
    width = np.where(is_gap, np.fmin.reduce(beside, axis=1), interval)
    first = width[:1] if before == 1 else [width.min()]  # a window is as long as the next one
    left = steps - before * np.concatenate([first, width])[: len(steps)]
    right = steps + (1 - before) * np.concatenate([width[: len(steps) - 1], [width.min()]])
    breaks = np.flatnonzero(is_gap) + 1
    return np.sort(np.concatenate([left, right[breaks - 1], right[-1:]])), breaks


def _hatch_cells(
    ax: Axes, edges: NDArray[np.float64], odd: NDArray[np.bool_], columns: Uncovers
) -> None:
    """Hatch cells, given by step and layer; neighbours in a row as one."""
    corners = []
    for place, row in enumerate(odd.T):
        turns = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]])))
        for left, right in edges[turns].reshape(-1, 2):
            top, bottom = place - 0.5, place + 0.5
            box = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
            corners.append(box)
    if corners:
        codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
        moves(hatch(ax, Path(np.concatenate(corners), np.tile(codes, len(corners)))), columns)


def _mark(ax: Axes, rows: pd.DataFrame, findings: pd.DataFrame) -> None:
    """Put a triangle on each layer, at the step since which something was found there.

    What began before the first step of the map is marked at its edge.
    """
    places = {str(layer): place for place, layer in enumerate(rows["layer"].unique())}
    found = findings[(findings["verdict"] == "found") & findings["layer"].isin(list(places))]
    if found.empty:
        return  # a line without points would claim room below the axes
    found = found.sort_values("step", kind="stable")
    since = found["step"].to_numpy(np.float64)
    (marks,) = ax.plot(
        since.clip(*ax.get_xlim()),
        [places[layer] for layer in found["layer"]],
        linestyle="",
        marker=">",
        markersize=2.2 * _canvas.dot(),
        markerfacecolor=_canvas.ground(),
        markeredgecolor=mpl.rcParams["text.color"],
        markeredgewidth=0.6 * _canvas.stroke(),
        clip_on=False,
        zorder=3,
    )
    first, last = rows["step"].min(), rows["step"].max()
    comes = since.clip(first, last)
    moves(marks, Grows(comes, np.column_stack(marks.get_data()), strokes=False))
    if len(places) * 2.5 * _canvas.small() > _canvas.height_of(ax):
        return  # rows too low for words
    for layer, begin in found.assign(since=since).groupby("layer")["since"].min().items():
        if np.isfinite(begin):
            words = _date(ax, int(begin), places[str(layer)])
            moves(words, During(float(np.clip(begin, first, last))))


def _date(ax: Axes, since: int, place: int) -> Annotation:
    """Write the step beside a triangle, on the side where there is more room."""
    low, high = ax.get_xlim()
    right = since < (low + high) / 2
    away = 2.0 * _canvas.dot()
    words = ax.annotate(
        text.NOTES["since"].format(step=since),
        (float(np.clip(since, low, high)), place),
        xytext=(away if right else -away, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=_canvas.small(),
        zorder=4,
    )
    _words.backed(_words.plain(words))
    return words


def _name_rows(ax: Axes, layers: list[object]) -> None:
    """Write the layers' names, as many as find room."""
    room = 0.7 * _canvas.height_of(ax)  # titles, labels and a caption take the rest
    every = int(np.ceil(1.4 * _canvas.small() * len(layers) / room))
    places = range(0, len(layers), max(every, 1))
    _write_names(ax, list(places), [text.layer(layers[place]) for place in places])


def _name_parts(ax: Axes, parts: list[object]) -> None:
    """Write the names of parts, each in the middle of its rows, and draw lines between them.

    Parts of a single row that follow each other are named together.
    """
    size = Counter(parts)
    groups = groupby(enumerate(parts), lambda row: row[1] if size[row[1]] > 1 else None)
    rows = [list(group) for _, group in groups]
    for group in rows[1:]:
        ax.axhline(group[0][0] - 0.5, color=_canvas.ground(), linewidth=_canvas.stroke(), zorder=2)
    room = 1.1 * _canvas.small() * len(parts) / (0.7 * _canvas.height_of(ax))  # in rows
    middles = [(group[0][0] + group[-1][0]) / 2 for group in rows]
    if len(rows[0]) < room / 2:
        middles[0] = -0.5  # at the edge, where most room is
    if len(rows[-1]) < room / 2:
        middles[-1] = len(parts) - 0.5
    places: dict[float, str] = {}
    for middle, group in sorted(zip(middles, rows, strict=True), key=lambda each: -len(each[1])):
        if all(abs(middle - other) >= room for other in places):
            own = dict.fromkeys(text.layer(part) for _, part in group)
            places[middle] = ", ".join(own)
    _write_names(ax, list(places), list(places.values()))


def _write_names(ax: Axes, places: Sequence[float], names: Sequence[str]) -> None:
    """Write names beside rows; one that is too long ends in an ellipsis."""
    size = _canvas.small()
    width = 0.4 * _canvas.width_of(ax)
    ax.set_yticks(places, [_words.shortened(name, width, size) for name in names])
    ax.tick_params(axis="y", length=0, labelsize=size)
    for words in ax.get_yticklabels():
        _words.plain(words)


def _drawn(data: pd.DataFrame, schema: Schema) -> Axes | _canvas.Canvas:
    return layer_map_grid(data, by=schema.panels) if schema.panels else layer_map(data)


register(
    layer_map,
    "Colour: the statistic, a row for each layer. Hatched: not finite. Blank: not counted.",
    Plot(PROGRESS, _drawn, _headlines.of_layers),
    grid=layer_map_grid,
)
