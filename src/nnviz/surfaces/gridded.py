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
        If the points are no such grid.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = map(np.ravel, np.meshgrid(np.linspace(-1, 1, 9), np.linspace(0, 2, 5)))
    >>> bowl = from_grid(x, y, x**2 + y**2)
    >>> round(float(bowl.value(0.3, 1.2)), 6)
    1.53
    """
    from scipy.interpolate import RectBivariateSpline

    given = {"xs": xs, "ys": ys, "values": values}
    x, y, value = (_checks.numbers(own, numbers).ravel() for own, numbers in given.items())
    across, up = np.unique(x), np.unique(y)
    points = len(set(zip(x, y, strict=False)))
    size = len(across) * len(up)
    if not points == len(x) == len(y) == len(value) == size or min(len(across), len(up)) < 4:
        raise ValueError(
            "values must be those of a grid of at least 4 × 4 points, one for each; got "
            f"{len(value)} values for {len(across)} × {len(up)} coordinates"
        )
    if not np.isfinite(value).all():
        raise _checks.fail("values", "finite", values)
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
