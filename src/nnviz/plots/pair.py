"""Two measurements of the same against each other: on the diagonal they agree."""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from nnviz import _checks
from nnviz.plots import _canvas, _headlines, _parts, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._panels import Drawing, Legend, Panel, Panels, kinds_in
from nnviz.plots.palette import Palette
from nnviz.tables import PAIR, Schema

__all__ = ["pair_grid", "pairs"]

_PANEL = 13
"""The least width and height of a panel, as a multiple of the size of small print."""

Values = NDArray[np.float64]

_MARGIN = 0.06
"""What is left free beside the lowest and the highest dot, as a part of their distance."""


@checked
def pairs(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    alike: float | None = None,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a dot for each pair of measurements, and the diagonal on which both are equal.

    Both axes are the same. Pairs of which one is not finite are left out.

    Parameters
    ----------
    data : DataFrame
        A `tables.PAIR` table with the columns named. Rows may come in any order.
    x, y : str
        Names of the two numeric columns, which also name the axes.
    alike : float, optional
        Up to which difference two measurements are called alike: their dots are hollow, all
        others filled.

    Raises
    ------
    ValueError
        If the table lacks one of the columns.
    """
    return _PAIRS.alone(data, ax, x=x, y=y, alike=alike, palette=palette)


def _panels(
    data: pd.DataFrame,
    _: str,
    *,
    x: str,
    y: str,
    alike: float | None,
    palette: Palette | None,
) -> Panels[list[Hashable]]:
    both = {_checks.text("x", x): "a measurement", _checks.text("y", y): "another"}
    Schema("pair", both).check(data)
    limit = -np.inf if alike is None else _checks.non_negative("alike", alike)
    styles = colours.styles(data["setting"], palette)
    limits = _limits(data[[x, y]].to_numpy(np.float64))

    def draw(ax: Axes, rows: pd.DataFrame) -> list[Hashable]:
        ax.plot(limits, limits, color=_canvas.muted(), linewidth=0.6 * _canvas.stroke())
        for name, own in rows.groupby("setting", sort=False):
            one, other = (own[column].to_numpy(np.float64) for column in (x, y))
            with _parts.part(ax, text.choice(name) if len(styles) > 1 else ""):
                _dots(ax, one, other, styles[name].color, np.abs(one - other) > limit)
        ax.set(xlim=limits, ylim=limits)
        return list(rows["setting"].unique())

    def explain(panels: Sequence[Panel[list[Hashable]]], legend: Legend) -> None:
        if names := kinds_in(panels):
            handles = [_handle(text.choice(name), styles[name].color) for name in names]
            legend(handles, inside=len(panels) == 1)

    layout = Layout(_PANEL, _PANEL, least=0.8)
    return Panels(draw, layout, text.quantity(x, data), text.quantity(y, data), explain)


_PAIRS = Drawing(PAIR.check, _panels)

pair_grid = _PAIRS.grid_of(
    pairs,
    "pair_grid",
    "Draw the pairs of each setting, or of each value of another column, in a panel of its own.",
    by="setting",
)


def _limits(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the limits of both axes: some room around all that is finite."""
    finite = values[np.isfinite(values).all(axis=1)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    room = _MARGIN * (high - low) or 0.5
    return low - room, high + room


def _dots(ax: Axes, x: Values, y: Values, color: str, apart: NDArray[np.bool_]) -> None:
    """Draw hollow dots, and above them filled ones, of those that are apart."""
    for chosen, face in ((~apart, "none"), (apart, color)):
        if not chosen.any():
            continue  # what is not clipped, and empty, has no place that a layout could find
        ax.plot(
            x[chosen],
            y[chosen],
            linestyle="",
            marker="o",
            color=color,
            markersize=1.5 * _canvas.dot(),
            markerfacecolor=face,
            markeredgewidth=0.6 * _canvas.stroke(),
            alpha=0.8,
            clip_on=False,
            zorder=3,
        )


def _handle(name: str, color: str) -> Line2D:
    return Line2D([], [], linestyle="", marker="o", color=color, label=name)


register(
    pairs,
    "Dot: a pair of measurements. Line: where both are equal. Filled, if some are hollow: they "
    "differ by more than counts as alike.",
    Plot(PAIR, by_schema(pair_grid, by="panels", x="over", y="measured"), _headlines.of_pairs),
    grid=pair_grid,
)
