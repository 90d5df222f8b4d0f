"""A surface through values on a grid, such as a loss that takes long to evaluate."""

import numpy as np
from numpy.typing import ArrayLike

from nnviz import _checks
from nnviz._typing import Array
from nnviz.surfaces.custom import from_function
from nnviz.surfaces.surface import Surface

__all__ = ["from_grid"]


def from_grid(xs: ArrayLike, ys: ArrayLike, values: ArrayLike, *, name: str = "grid") -> Surface:
    """Return a smooth surface through the values of a function on a grid.

    Between the points it is a bicubic spline (de Boor, 1978, A Practical Guide to Splines);
    outside of them it has no value.

    Parameters
    ----------
    xs, ys, values : array_like of the same shape
        Coordinates of the points, in any order, and the value at each, finite. They must be all
        the points of a grid of at least four coordinates along each axis.
    name : str
        As in `Surface`.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite, a point comes twice, or the points are no grid.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = map(np.ravel, np.meshgrid(np.linspace(-1, 1, 9), np.linspace(0, 2, 5)))
    >>> bowl = from_grid(x, y, x**2 + y**2)
    >>> round(float(bowl.value(0.3, 1.2)), 6)
    1.53
    """
    from scipy.interpolate import RectBivariateSpline

    x, y, value = _points(xs, ys, values)
    across, up = np.unique(x), np.unique(y)
    if min(len(across), len(up)) < 4 or len(x) != len(across) * len(up):
        raise ValueError(
            "xs and ys must be all the points of a grid of at least 4 × 4; got "
            f"{len(x)} points of {len(across)} × {len(up)} coordinates"
        )
    order = np.lexsort((y, x))
    spline = RectBivariateSpline(across, up, value[order].reshape(len(across), len(up)))

    def outside(x: Array, y: Array) -> Array:
        within = (across[0] <= x) & (x <= across[-1]) & (up[0] <= y) & (y <= up[-1])
        return np.where(within, 0.0, np.nan)

    def at(x: Array, y: Array) -> Array:
        return np.asarray(spline.ev(x, y) + outside(x, y))

    def slopes(x: Array, y: Array) -> tuple[Array, Array]:
        along_x, along_y = spline.ev(x, y, dx=1), spline.ev(x, y, dy=1)
        return np.asarray(along_x + outside(x, y)), np.asarray(along_y + outside(x, y))

    domain = ((float(across[0]), float(across[-1])), (float(up[0]), float(up[-1])))
    return from_function(at, slopes, name=name, domain=domain)


def _points(xs: ArrayLike, ys: ArrayLike, values: ArrayLike) -> list[Array]:
    """Return coordinates and values one after the other, of points that are all different."""
    given = {"xs": xs, "ys": ys, "values": values}
    found = {own: _checks.numbers(own, numbers) for own, numbers in given.items()}
    shape = found["xs"].shape
    for own, numbers in found.items():
        if numbers.shape != shape:
            raise _checks.fail(own, f"of the shape of xs, {shape}", numbers.shape)
        if not np.isfinite(numbers).all():
            raise _checks.fail(own, "finite", given[own])
    x, y, value = (numbers.ravel() for numbers in found.values())
    points, counts = np.unique(np.column_stack([x, y]), axis=0, return_counts=True)
    if (counts > 1).any():
        twice = tuple(points[np.argmax(counts)].tolist())
        raise ValueError(f"xs and ys must be different points; got {twice} more than once")
    return [x, y, value]
