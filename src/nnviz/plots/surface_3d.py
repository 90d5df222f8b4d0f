"""The paths of optimizers on a surface in three dimensions, seen at an angle from above."""

from dataclasses import dataclass
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox
from mpl_toolkits.mplot3d import Axes3D
from numpy.typing import NDArray

from nnviz import surfaces
from nnviz.plots import _canvas, _legends, _parts, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import register
from nnviz.plots._ground import levels, value_of, view_of
from nnviz.plots._lines import handle
from nnviz.plots._paths import visible
from nnviz.plots.palette import Palette, Style
from nnviz.surfaces import Point, Range, Surface
from nnviz.tables import TRAJECTORY

__all__ = ["surface_3d"]

Values = NDArray[np.float64]

_GRID = 80
_ELEVATION, _AZIMUTH = 45, -120
_LIGHT, _DARK = 0.06, 0.45
"""How much ink the slopes have that face the light, and those that face away."""

_LABEL_AWAY, _TICK_AWAY = 21, 8
"""How many points away from an axis matplotlib writes in 3-D, whatever the size of the font."""

_PARTS = 8
"""Points on each straight part of a path."""

_LOWEST = 1e-3
"""On a logarithmic axis, heights below this part of the greatest count as this."""


@checked
def surface_3d(
    data: pd.DataFrame,
    *,
    surface: str | Surface,
    view: Range | None = None,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one path per optimizer and start on the surface in three dimensions.

    Paths lie on the surface and are drawn over it, so that no slope hides them. Heights are
    those above the minimum on a logarithmic axis if the surface asks for it, otherwise values.

    Parameters
    ----------
    data : DataFrame
        A `tables.TRAJECTORY` table. Rows may come in any order.
    surface : str or Surface
        What the paths run on, itself or by its name in `surfaces.SURFACES`.
    view : ((x_low, x_high), (y_low, y_high)), optional
        The part of the plane that is seen. By default, as for `trajectories`.
    ax : Axes3D, optional
        Where to draw, made with ``projection="3d"``. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, the surface is unknown, or the view is no box.
    TypeError
        If the axes have no third dimension.
    """
    data = TRAJECTORY.check(data)
    ground = surfaces.get(surface)
    solid = _solid(ax)
    view = view_of(data, ground) if view is None else view
    height = _draw_ground(solid, ground, view)
    given = colours.styles(data["optimizer"], palette)
    for (optimizer, _), rows in data.groupby(["optimizer", "start"], sort=False):
        points = rows.sort_values("step")[["x", "y"]].to_numpy(dtype=np.float64)
        with _parts.part(solid, text.choice(optimizer)):
            _draw_path(solid, points, view, height, given[optimizer])
    names = data["optimizer"].unique()
    if len(names) > 1:
        _legends.legend_beside(solid, [handle(text.choice(name), given[name]) for name in names])
    return solid


@dataclass(frozen=True)
class _Height:
    """How high values are drawn; on a logarithmic axis, as the exponent of ten."""

    surface: Surface
    floor: float | None

    def of(self, value: Values) -> Values:
        if self.floor is None:
            return value
        exponent: Values = np.log10(np.maximum(value - self.surface.minimum, self.floor))
        return exponent

    def at(self, x: Values, y: Values) -> Values:
        return self.of(value_of(self.surface, x, y))


def _solid(ax: Axes | None) -> Axes3D:
    """Return the axes given, or those of a new figure."""
    if ax is None:
        return _canvas.figure_or_new(None).add_subplot(projection="3d")
    if not isinstance(_canvas.axes_or_new(ax), Axes3D):
        raise TypeError(f'ax must have three dimensions (projection="3d"); got {ax!r:.80}')
    return ax


def _draw_ground(ax: Axes3D, surface: Surface, view: Range) -> _Height:
    """Draw the surface with its contours and minima, and return how high it is drawn."""
    x, y = np.meshgrid(np.linspace(*view[0], _GRID), np.linspace(*view[1], _GRID))
    value = value_of(surface, x, y)
    height = _Height(surface, _floor(surface, value))
    z = height.of(np.where(np.isfinite(value), value, np.nan))
    ax.computed_zorder = False  # paths are drawn after the slopes, whatever lies in front
    slopes = ax.plot_surface(
        x, y, z, facecolors=_shaded(z), rstride=1, cstride=1, linewidth=0, shade=False, zorder=0
    )
    slopes.set_rasterized(True)
    steps = np.unique(height.of(levels(value, surface)))
    if len(steps):
        ax.contour(x, y, z, steps, colors=_canvas.muted(), linewidths=0.5, alpha=0.6, zorder=1)
    for at in surface.minima:
        if _within(at, view):
            _mark(ax, np.array([at]), height, "*", mpl.rcParams["text.color"])
    _dress(ax, height, view)
    return height


def _floor(surface: Surface, value: Values) -> float | None:
    """Return the lowest height above the minimum that a logarithmic axis shows."""
    heights = value[np.isfinite(value)] - surface.minimum
    if not surface.log_levels or not len(heights) or heights.max() <= 0:
        return None
    return float(_LOWEST * heights.max())


def _shaded(z: Values) -> NDArray[np.float64]:
    """Return colours of the parts of a surface: background with ink, more where light is less."""
    known = z[np.isfinite(z)]
    size = np.ptp(known) if known.size and np.ptp(known) > 0 else 1.0
    light = colors.LightSource(azdeg=45, altdeg=50)
    bright = light.hillshade(np.nan_to_num(z) / size * _GRID / 2)
    ink, ground = (np.array(colors.to_rgb(c)) for c in (_canvas.muted(), _canvas.ground()))
    share = (_DARK + (_LIGHT - _DARK) * bright)[..., None]
    return np.asarray(share * ink + (1 - share) * ground)


def _dress(ax: Axes3D, height: _Height, view: Range) -> None:
    """Set limits, ticks and names of the three axes."""
    ax.set_box_aspect((4, 4, 3), zoom=1.25)
    ax.view_init(elev=_ELEVATION, azim=_AZIMUTH)
    ax.set(xlim=view[0], ylim=view[1])
    log = height.floor is not None
    ax.set_xlabel(text.quantity("x"))
    ax.set_ylabel(text.quantity("y"))
    ax.set_zlabel(text.quantity("height" if log else "value"))
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], prune="both"))
        axis.set_major_formatter(lambda at, _: text.number(at))
        axis.set_pane_color((0, 0, 0, 0))
        axis.set_tick_params(pad=0.6 * _canvas.small() - _TICK_AWAY)
        axis.line.set_color(_canvas.muted())
        away = 2.6 if axis is ax.zaxis else 1.8  # its numbers stand across, not along
        axis.labelpad = away * _canvas.small() - _LABEL_AWAY
        _words.plain(axis.label)
    if log:
        ax.zaxis.set_major_locator(MaxNLocator(4, integer=True))
        ax.zaxis.set_major_formatter(lambda at, _: text.number(10.0**at))
    ax.grid(False)
    ax.add_artist(_Room(ax)).set_clip_on(False)


class _Room(Artist):
    """Takes room for the names of the axes, which matplotlib's layout forgets in 3-D."""

    def __init__(self, ax: Axes3D) -> None:
        super().__init__()
        self._all = (ax.xaxis, ax.yaxis, ax.zaxis)

    def get_tightbbox(self, renderer: RendererBase | None = None) -> Bbox:
        return Bbox.union([axis.get_tightbbox(renderer) for axis in self._all])


def _draw_path(ax: Axes3D, points: Values, view: Range, height: _Height, style: Style) -> None:
    """Draw one path as far as it can be seen, on the surface also between two points."""
    inside, until = visible(points, view)
    if not until:
        return
    way = _refined(inside)
    ax.plot(*way.T, height.at(*way.T), color=style.color, linestyle=style.linestyle, zorder=3)
    _mark(ax, inside[:1], height, "o", mpl.rcParams["text.color"], hollow=True)
    _mark(ax, inside[-1:], height, "o" if until == len(points) else "X", style.color)


def _refined(points: Values) -> Values:
    """Return the path with points on each of its straight parts, so that it follows the slopes."""
    parts = np.linspace(0, 1, _PARTS, endpoint=False)[:, None]
    between = [a + parts * (b - a) for a, b in pairwise(points)]
    return np.vstack([*between, points[-1:]])


def _mark(
    ax: Axes3D, at: Values, height: _Height, marker: str, color: str, *, hollow: bool = False
) -> None:
    ax.plot(
        *at.T,
        height.at(*at.T),
        marker=marker,
        linestyle="",
        markersize=2 * _canvas.dot(),
        markerfacecolor=_canvas.ground() if hollow else color,
        markeredgecolor=color if hollow else _canvas.ground(),
        markeredgewidth=_canvas.stroke() * (1.0 if hollow else 0.5),
        zorder=4,
    )


def _within(at: Point, view: Range) -> bool:
    return all(low <= value <= high for value, (low, high) in zip(at, view, strict=True))


register(
    surface_3d,
    "Ring: start. Dot: end. Star: minimum. Lines: equal height. Cross: where a path "
    "leaves the view.",
)
