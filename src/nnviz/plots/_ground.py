"""The surface under a path: shading, contours, minima, and which part of it is seen."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from nnviz.plots import _canvas
from nnviz.surfaces import Range, Surface

__all__ = ["draw_ground", "hatch", "levels", "reach", "value_of", "view_of"]

Points = NDArray[np.float64]

_GRID = 200
_LEVELS = 18
_MARGIN = 0.12
_DEEPEST = 0.3
"""How much ink the lowest ground gets; the highest gets none."""


def view_of(paths: pd.DataFrame, surface: Surface | None) -> Range:
    """Return the box that holds the starts, and of the surface's view the points and minima."""
    points = paths[["x", "y"]].to_numpy(dtype=np.float64)
    kept = np.isfinite(points).all(axis=1)
    minima = np.empty((0, 2))
    if surface is not None:
        low, high = np.array(surface.view).T
        kept &= ((points >= low) & (points <= high)).all(axis=1) | (paths["step"] == 0)
        minima = np.array(surface.minima).reshape(-1, 2)
        minima = minima[((minima >= low) & (minima <= high)).all(axis=1)]
    if not kept.any():
        return ((-1.0, 1.0), (-1.0, 1.0)) if surface is None else surface.view
    box = np.vstack([points[kept], minima])
    low, high = box.min(axis=0), box.max(axis=0)
    size = high - low
    # a path along an axis gets some room across it; a single point, a unit square
    size = np.maximum(size, 0.2 * size.max() or 1.0)
    middle = (low + high) / 2
    reach = (0.5 + _MARGIN) * size
    (x0, y0), (x1, y1) = middle - reach, middle + reach
    return (float(x0), float(x1)), (float(y0), float(y1))


def draw_ground(ax: Axes, surface: Surface, view: Range) -> None:
    """Shade the surface, draw its contours, and mark its minima with a star."""
    x, y = np.meshgrid(np.linspace(*view[0], _GRID), np.linspace(*view[1], _GRID))
    value = value_of(surface, x, y)
    steps, ink = levels(value, surface), _canvas.muted()
    if len(steps):
        wash = [(ink, alpha) for alpha in np.linspace(_DEEPEST, 0, len(steps) + 1)]
        value = np.ma.masked_invalid(value)
        shade = ax.contourf(x, y, value, levels=steps, colors=wash, extend="both", zorder=0)
        shade.set_rasterized(True)  # a few kB in an SVG, where its outlines would be a megabyte
        ax.contour(x, y, value, levels=steps, colors=ink, linewidths=0.5, alpha=0.45, zorder=1)
    for at in surface.minima:
        ax.plot(
            *at,
            marker="*",
            color=mpl.rcParams["text.color"],
            markersize=3 * _canvas.dot(),
            zorder=2,
        )


def value_of(surface: Surface, x: Points, y: Points) -> Points:
    """Return the values of a surface, without a word where it has none."""
    with np.errstate(all="ignore"):
        return np.asarray(surface.value(x, y), dtype=np.float64)


def hatch(ax: Axes, path: Path | None = None) -> PathPatch:
    """Hatch a path, or all the ground: it shows where nothing is drawn over it."""
    transform = ax.transAxes if path is None else ax.transData
    patch = PathPatch(
        Path.unit_rectangle() if path is None else path,
        transform=transform,
        fill=False,
        linewidth=0,
        hatch="////",
    )
    patch.set_hatchcolor(_canvas.muted())
    patch.set_zorder(-1)
    ax.add_patch(patch)
    return patch


def levels(value: NDArray[np.float64], surface: Surface) -> NDArray[np.float64]:
    """Return at most 30 contour levels, chosen from the values of the function in view.

    Spaced by the logarithm of the height above the minimum where the surface asks for it,
    otherwise so that a parabola's contours are equally far apart; a surface without a minimum
    gets equal steps. None for a surface that is flat in view.
    """
    finite = value[np.isfinite(value)]
    if not len(finite) or np.ptp(finite) == 0:
        return np.empty(0)
    if not np.isfinite(surface.minimum):
        return np.linspace(finite.min(), finite.max(), _LEVELS + 2)[1:-1]
    height = finite[finite > surface.minimum] - surface.minimum
    top = float(height.max())
    if not surface.log_levels:
        return surface.minimum + top * (np.arange(1, _LEVELS) / _LEVELS) ** 2
    low = float(np.quantile(height, 0.002))
    return np.unique(surface.minimum + np.geomspace(low, top, _LEVELS, endpoint=False))


def reach(values: Points) -> tuple[float, float]:
    """Return the outer edges of the cells around some coordinates, in increasing order."""
    half = (values[-1] - values[0]) / max(len(values) - 1, 1) / 2 or 0.5
    return float(values[0] - half), float(values[-1] + half)
