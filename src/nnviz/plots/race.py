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
from nnviz.plots._panels import Drawing, Panels
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

    Raises
    ------
    ValueError
        If the table lacks a column.
    """
    return _RACES.alone(data, ax, palette=palette)


def _panels(data: pd.DataFrame, _: str, *, palette: Palette | None) -> Panels[None]:
    styles, span = colours.styles(data["optimizer"], palette), _span(data)
    n_rows = len(data[["optimizer", "learning_rate"]].drop_duplicates())
    height = 4 + _ROW * data["optimizer"].nunique()
    return Panels(
        lambda ax, rows: _draw(ax, rows, styles, span),
        Layout(_PANEL, height, sharey=False, least=0.8),
        text.quantity("height"),
        size=_facets.size_for_rows(_ROW * n_rows * _canvas.small()),
    )


_RACES = Drawing(RACE.check, _panels)

race_grid = _RACES.grid_of(
    race,
    "race_grid",
    "Draw the race on each surface in a panel of its own; the panels share the horizontal axis.",
    by="surface",
)


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
    written, size = {"rate": text.rate(rate)}, _canvas.small()
    rest = _words.length_of(text.NOTES["at a rate"].format(name="", **written), size)
    name = _words.shortened(text.choice(optimizer), width - rest, size)
    return text.NOTES["at a rate"].format(name=name, **written)


def _name_rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    for words in ax.get_yticklabels():
        _words.plain(words)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def _drawn(data: pd.DataFrame, schema: Schema) -> Axes | _canvas.Canvas:
    return race_grid(data, by=schema.panels) if schema.panels else race(data)


register(
    race,
    "Each rule with the learning rate at which it did best on other starts. Dot: one "
    "start. Stroke: median. Cross, with a number: paths that diverged.",
    Plot(RACE, _drawn, _headlines.of_median),
    grid=race_grid,
)
