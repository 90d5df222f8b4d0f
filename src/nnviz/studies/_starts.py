"""What paths run on and where they begin, checked."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnviz import _checks, surfaces
from nnviz._typing import Array
from nnviz.surfaces import Surface

__all__ = ["one_start", "starts_of", "with_minimum"]


def with_minimum(surface: str | Surface) -> Surface:
    """Return a surface, itself or by its name, whose minima are known."""
    chosen = surfaces.get(surface)
    if not chosen.minima:
        raise ValueError(f"surface must have a known minimum; got {chosen.name!r}")
    return chosen


def starts_of(start: Sequence[Any] | None, surface: Surface) -> Array:
    """Return one start or several as rows; by default, the surface's own."""
    points = _checks.numbers("start", surface.start if start is None else start)
    if points.shape[-1:] != (2,) or points.ndim > 2 or not np.isfinite(points).all():
        raise _checks.fail("start", "two finite numbers, or a sequence of such pairs", start)
    points = np.atleast_2d(points)
    with np.errstate(all="ignore"):
        finite = np.isfinite(surface.value(points[:, 0], points[:, 1]))
    if not finite.all():
        lost = tuple(points[~finite][0].tolist())
        raise _checks.fail("start", f"where surface {surface.name!r} is finite", lost)
    return points


def one_start(start: Sequence[Any] | None, surface: Surface) -> Array:
    """Return the only start, shape (2,)."""
    points = starts_of(start, surface)
    if len(points) != 1:
        raise _checks.fail("start", "two finite numbers", start)
    return points[0]
