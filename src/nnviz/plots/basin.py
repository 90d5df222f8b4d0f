"""Which minimum each start reaches, and how soon."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.patches import Patch
from numpy.typing import NDArray

from nnviz import surfaces
from nnviz.plots import _canvas, _headlines, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._colour_bar import colour_bar
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots._ground import hatch, reach
from nnviz.plots._panels import Drawing, Panel, Panels
from nnviz.plots.moving import Fills, moves
from nnviz.surfaces import Point, Surface
from nnviz.tables import BASIN, Schema

__all__ = ["basin_grid", "basins"]

_PANEL, _HEIGHT = 13, 17
"""The least size of a panel and its part of the bar, as a multiple of the size of small print."""

_PALEST = 0.75
"""How much of the background is mixed into the colour of the slowest start."""


@checked
def basins(
    data: pd.DataFrame,
    *,
    optimizer: str | int | None = None,
    surface: str | Surface | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each start in the colour of the minimum that it reaches, the paler the later.

    Starts that reach none are hatched, starts that diverge are of the colour of the text.

    Parameters
    ----------
    data : DataFrame
        A `tables.BASIN` table, of a full grid of starts; `studies.basins_of_attraction` makes one.
    optimizer : str or int, optional
        Which optimizer to draw. Needed only if there are several.
    surface : str or Surface, optional
        What was descended, itself or by its name in `surfaces.SURFACES`: its minima are marked by
        stars of their colours.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several optimizers and none is named.
    """
    return _BASINS.alone(data, ax, optimizer, surface=surface)


def _panels(data: pd.DataFrame, _: str, *, surface: str | Surface | None) -> Panels[None]:
    minima, norm = _minima(surface), _norm(data)
    latest = float(data["steps"].max(skipna=True)) if data["steps"].notna().any() else 0.0
    return Panels(
        lambda ax, rows: _draw(ax, rows, minima, norm, latest),
        Layout(_PANEL, _HEIGHT),
        text.quantity("x"),
        text.quantity("y"),
        lambda panels, _: _explain(panels, data, norm),
    )


_BASINS = Drawing(BASIN.check, _panels, one="optimizer")

basin_grid = _BASINS.grid_of(
    basins,
    "basin_grid",
    "Draw the basins of each optimizer in a panel of its own, with the same colours and shades.",
    by="optimizer",
)


def _minima(surface: str | Surface | None) -> Sequence[Point]:
    return () if surface is None else surfaces.get(surface).minima


def _norm(data: pd.DataFrame) -> colors.Normalize:
    """Return the logarithmic scale of the shades; who starts at a minimum counts as one update."""
    steps = np.maximum(data["steps"].dropna().to_numpy(float), 1)
    low, high = np.min(steps, initial=1e9), np.max(steps, initial=1)
    return colors.LogNorm(low, high) if low < high else colors.LogNorm(high, 10 * high)


def _draw(
    ax: Axes,
    rows: pd.DataFrame,
    minima: Sequence[Point],
    norm: colors.Normalize,
    latest: float,
) -> None:
    x, y = (np.sort(rows[name].unique()) for name in ("x", "y"))
    place = np.searchsorted(y, rows["y"]), np.searchsorted(x, rows["x"])
    picture = np.zeros((len(y), len(x), 4))
    picture[place] = _colours(rows, norm)
    (x0, x1), (y0, y1) = reach(x), reach(y)
    hatch(ax)
    ax.grid(visible=False)
    shown = ax.imshow(
        picture, extent=(x0, x1, y0, y1), origin="lower", aspect="auto", interpolation="nearest"
    )
    steps = rows["steps"].to_numpy(float)
    arrives = np.zeros(picture.shape[:2])
    arrives[place] = np.where(np.isfinite(steps), steps, latest)  # that one never does is seen last
    moves(shown, Fills(arrives, picture, np.array(colors.to_rgba(_canvas.ground()))))
    for at, color in zip(minima, _of_minima(len(minima)), strict=True):
        ax.plot(
            *at,
            marker="*",
            color=color,
            markersize=4 * _canvas.dot(),
            markeredgecolor=mpl.rcParams["text.color"],
            markeredgewidth=0.5 * _canvas.stroke(),
        )
    ax.set(xlim=(x0, x1), ylim=(y0, y1))


def _colours(rows: pd.DataFrame, norm: colors.Normalize) -> NDArray[np.float64]:
    """Return the colour of each start, shape (rows, 4)."""
    minimum = rows["minimum"].to_numpy(int)
    known = np.array([colors.to_rgba(c) for c in _of_minima(int(minimum.max(initial=0)) + 1)])
    steps = rows["steps"].to_numpy(float)
    late = np.asarray(norm(np.maximum(np.nan_to_num(steps), 1)))
    found = _paler(known[minimum], late)
    found[minimum < 0] = 0  # transparent
    found[rows["diverged"].to_numpy(bool)] = colors.to_rgba(mpl.rcParams["text.color"])
    return found


def _of_minima(number: int) -> list[str]:
    """Return a colour for each minimum; grey, which is that of the hatching, is left out."""
    slots = [slot for slot in range(6) if slot != palette.GREY]
    return [palette.colour(slots[place % len(slots)]) for place in range(number)]


def _paler(ink: NDArray[np.float64], late: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return colours (n, 4), mixed with the background by how late (0 … 1) a start arrives."""
    part = _PALEST * late[:, None]
    mixed: NDArray[np.float64] = (1 - part) * ink + part * np.array(
        colors.to_rgba(_canvas.ground())
    )
    return mixed


def _handles(data: pd.DataFrame) -> list[Patch]:
    """Return what stands in the legend: the starts that do not arrive, if there are any."""
    diverged = data["diverged"].to_numpy(bool)
    handles = []
    if ((data["minimum"] < 0).to_numpy() & ~diverged).any():
        none = Patch(fill=False, linewidth=0, hatch="////", label=text.NOTES["no minimum"])
        none.set_hatchcolor(_canvas.muted())
        handles.append(none)
    if diverged.any():
        ink = mpl.rcParams["text.color"]
        handles.append(Patch(facecolor=ink, linewidth=0, label=text.NOTES["diverged"]))
    return handles


def _decades(norm: colors.Normalize) -> list[float]:
    """Return the powers of ten on a scale, or its ends if they are fewer than two."""
    low, high = float(norm.vmin or 1), float(norm.vmax or 1)
    inside = [10.0**power for power in range(9) if low <= 10**power <= high]
    return inside if len(inside) > 1 else [low, high]


def _explain(panels: Sequence[Panel[None]], data: pd.DataFrame, norm: colors.Normalize) -> None:
    """Draw a bar for the shades, in the colour of the first minimum, and a legend beside it."""
    ink = np.tile(colors.to_rgba(_of_minima(1)[0]), (64, 1))
    shades = ScalarMappable(norm, colors.ListedColormap(_paler(ink, np.linspace(0, 1, 64))))
    bar = colour_bar(
        panels,
        shades,
        text.quantity("steps"),
        location="bottom",
        shrink=0.5,
        anchor=(0.0, 1.0),
        aspect=25,
    )
    bar.set_ticks(_decades(norm), minor=False)
    bar.set_ticks([], minor=True)
    bar.ax.xaxis.set_major_formatter(lambda steps, _: text.number(steps))
    if handles := _handles(data):
        bar.ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.05, 1.5))


def _drawn(data: pd.DataFrame, _: Schema, *, surface: str | None = None) -> _canvas.Canvas:
    return basin_grid(data, surface=surface if surface in surfaces.SURFACES else None)


register(
    basins,
    "Colour: the minimum that a start ends at, marked by a star. Shade: after how many "
    "updates, the fainter the later. Hatched: it ends elsewhere.",
    Plot(BASIN, _drawn, _headlines.of_starts),
    grid=basin_grid,
)
