"""How high rules end above the minimum, each at the learning rate it races with."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz.plots import _canvas, _facets, _headlines, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots.palette import Palette, Styles
from nnviz.tables import RACE, Schema

__all__ = ["race", "race_grid"]

_PANEL = 22
"""The least width of a panel, as a multiple of the size of small print: names stand beside it."""

_ROW = 1.5
"""The height of a row, likewise."""


@checked
def race(
    data: pd.DataFrame,
    *,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw where each rule ended: a dot for each start, a stroke for the median.

    Each row is named by the rule and its learning rate; the first rule is on top. Paths that
    diverged are a cross on the right edge, with their number.

    Parameters
    ----------
    data : DataFrame
        A `tables.RACE` table; `studies.optimizer_race` makes one.
    palette : str, sequence of colours or mapping, optional
        The colours of the optimizers, as `palette.styles` takes them; by default, their own.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column.
    """
    RACE.check(data)
    n_rows = len(data[["optimizer", "learning_rate"]].drop_duplicates())
    size = _facets.size_for_rows(_ROW * n_rows * _canvas.small())
    ax = _canvas.axes_or_new(ax, size=size)
    if data.empty:
        return _words.no_data(ax)
    _draw(ax, data, colours.styles(data["optimizer"], palette), _span(data))
    _words.set_labels(ax, x=text.quantity("height"))
    return ax


@checked
def race_grid(
    data: pd.DataFrame,
    *,
    by: str = "surface",
    palette: Palette | None = None,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw the race on each surface in a panel of its own; the panels share the horizontal axis.

    Parameters
    ----------
    data : DataFrame
        A `tables.RACE` table.
    by : str
        The column that tells the panels apart.
    palette
        As for `race`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    RACE.check(data)
    styles, span = colours.styles(data["optimizer"], palette), _span(data)

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        _draw(ax, rows, styles, span)
        _words.set_labels(ax, x=text.quantity("height"))

    height = 4 + _ROW * data["optimizer"].nunique()
    layout = Layout(by, columns, _PANEL, height, sharey=False, least=0.8)
    return _facets.grid(data, panel, layout, figure)


def _span(data: pd.DataFrame) -> tuple[float, float] | None:
    """Return the range of a logarithmic axis, None if a height is not above zero."""
    heights = data["height"].to_numpy(float)
    finite = heights[np.isfinite(heights)]
    if not len(finite) or finite.min() <= 0:
        return None
    low, high = float(finite.min()) / 2, float(finite.max()) * 2
    # Room for the crosses of those that diverged.
    return low, high if len(finite) == len(heights) else high * (high / low) ** 0.08


def _draw(ax: Axes, data: pd.DataFrame, styles: Styles, span: tuple[float, float] | None) -> None:
    if span is not None:
        ax.set(xscale="log", xlim=span)
    runners = list(data.groupby(["optimizer", "learning_rate"], sort=False))
    for place, ((optimizer, _), rows) in enumerate(runners):
        _row(ax, place, rows["height"].to_numpy(float), styles[optimizer].color)
    width = 0.6 * _canvas.width_of(ax)
    _name_rows(ax, [_name(name, rate, width) for (name, rate), _ in runners])


def _row(ax: Axes, place: int, heights: NDArray[np.float64], color: str) -> None:
    finite = heights[np.isfinite(heights)]
    ax.plot(
        finite,
        [place] * len(finite),
        linestyle="",
        marker="o",
        markersize=1.2 * _canvas.dot(),
        markeredgewidth=0,
        color=color,
        alpha=0.45,
        clip_on=False,
    )
    middle = float(np.median(heights))
    if np.isfinite(middle):
        reach = [place - 0.32, place + 0.32]
        ax.plot([middle, middle], reach, color=color, linewidth=1.3 * _canvas.stroke())
    if len(finite) < len(heights):
        _lost(ax, place, len(heights) - len(finite), color)


def _lost(ax: Axes, place: int, number: int, color: str) -> None:
    """Mark paths that diverged on the right edge, where there is nothing higher."""
    edge = ax.get_yaxis_transform()
    ax.plot(
        [1.0],
        [place],
        "X",
        color=color,
        markersize=1.7 * _canvas.dot(),
        transform=edge,
        clip_on=False,
    )
    words = ax.annotate(
        str(number),
        (1.0, place),
        xycoords=edge,
        xytext=(0.8 * _canvas.small(), 0),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=_canvas.small(),
        color=colours.readable(color),
    )
    _words.plain(words)


def _name(optimizer: str, rate: float, width: float) -> str:
    """Return name and rate on one line; a name that is too long for it ends in an ellipsis."""
    name, end = text.choice(optimizer), f", {text.rate(rate)}"
    while len(name) > 1 and _words.length_of(name + end, _canvas.small()) > width:
        name = name[:-2].rstrip() + "…"
    return name + end


def _name_rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    for words in ax.get_yticklabels():
        _words.plain(words)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def _drawn(data: pd.DataFrame, schema: Schema) -> Axes | _canvas.Canvas:
    return race_grid(data, by=schema.panels) if schema.panels else race(data)


register(
    "race",
    "Each rule with the learning rate at which it did best on other starts. Dot: one "
    "start. Stroke: median. Cross, with a number: paths that diverged.",
    Plot("race", RACE, _drawn, _headlines.of_median),
)
