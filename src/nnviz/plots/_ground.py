"""The surface under a path: shading, contours, minima, and which part of it is seen."""

import numpy as np
from matplotlib import colors
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz.plots import _canvas
from nnviz.surfaces import Range, Surface

__all__ = ["draw_ground", "levels", "view_of"]

_GRID = 200
_LEVELS = 18


def view_of(
    x: NDArray[np.float64], y: NDArray[np.float64], surface: Surface | None, *, margin: float = 0.12
) -> Range:
    """Return the box that holds the points inside the domain, and the minima among them."""
    inside = np.isfinite(x) & np.isfinite(y)
    if surface is None:
        return _widened(x[inside], margin), _widened(y[inside], margin)
    (x0, x1), (y0, y1) = surface.domain
    inside &= (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    if not inside.any():
        return surface.domain
    near = np.array(surface.minima).reshape(-1, 2)
    xs, ys = np.append(x[inside], near[:, 0]), np.append(y[inside], near[:, 1])
    return _widened(xs, margin), _widened(ys, margin)


def draw_ground(ax: Axes, surface: Surface, view: Range) -> None:
    """Shade the surface, draw its contours, and mark its minima with a cross."""
    x, y = np.meshgrid(np.linspace(*view[0], _GRID), np.linspace(*view[1], _GRID))
    value = np.asarray(surface.value(x, y), dtype=np.float64)
    steps = levels(value, surface)
    ink = _canvas.muted()
    ranks = np.searchsorted(steps, value) / max(len(steps), 1)
    ax.imshow(
        ranks,
        extent=(*view[0], *view[1]),
        origin="lower",
        aspect="auto",
        cmap=_shades(ink),
        vmin=0,
        vmax=1,
        interpolation="bilinear",
        zorder=0,
    )
    ax.contour(x, y, value, levels=steps, colors=ink, linewidths=0.5, alpha=0.45, zorder=1)
    for at in surface.minima:
        ax.plot(*at, marker="+", color=ink, markeredgewidth=_canvas.stroke(), zorder=2)


def levels(value: NDArray[np.float64], surface: Surface) -> NDArray[np.float64]:
    """Return at most 30 contour levels, chosen from the values of the function in view.

    Spaced by the logarithm of the height above the minimum where the surface asks for it,
    otherwise so that a parabola's contours are equally far apart; a surface without a minimum
    gets equal steps.
    """
    finite = value[np.isfinite(value)]
    if not np.isfinite(surface.minimum):
        return np.linspace(finite.min(), finite.max(), _LEVELS + 2)[1:-1]
    height = finite - surface.minimum
    top = float(height.max())
    if not surface.log_levels:
        return surface.minimum + top * (np.arange(1, _LEVELS) / _LEVELS) ** 2
    low = float(np.quantile(height[height > 0], 0.002))
    return surface.minimum + np.geomspace(low, top, _LEVELS, endpoint=False)


def _shades(ink: str) -> colors.Colormap:
    """Return the ink of the axes, from a light wash in the valley to nothing on the heights."""
    wash = [(*colors.to_rgb(ink), alpha) for alpha in (0.28, 0.0)]
    return colors.LinearSegmentedColormap.from_list("ground", wash)


def _widened(values: NDArray[np.float64], margin: float) -> tuple[float, float]:
    if not len(values):
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    pad = margin * (high - low) or 1.0
    return low - pad, high + pad
