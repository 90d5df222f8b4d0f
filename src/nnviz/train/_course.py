"""The one loop that moves points down a surface, a block of steps at a time."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._memory import keep_freed_memory
from nnviz._typing import Array
from nnviz.optim import Optimizer
from nnviz.optim.base import DOORS, Objective, here
from nnviz.optim.elementwise import Elementwise
from nnviz.surfaces import Range, Surface
from nnviz.surfaces.surface import ARITHMETIC
from nnviz.train.foreign import ForeignState

__all__ = ["Course", "empty_points", "remembered"]

ROOM = 10
"""How much wider than the surface's domain the default bounds are."""

BLOCK = 2**17
"""About how many numbers a block has: few enough to stay in the cache."""


WORTH = 2**29
"""Updates of a number, four seconds of NumPy's time, after which machine code is made: that takes
two, so that no process waits much longer for it than it would have done without."""

_updated: Counter[object] = Counter()
"""How many were asked for of each gradient and rule that can be compiled."""


class Course:
    """Points on their way down a surface.

    In memory the coordinates are the slow axis, so that all x are contiguous; what the rule sees
    has shape (..., 2) all the same.

    Attributes
    ----------
    starts : array, shape (..., 2)
        Broadcast with the hyperparameters.
    diverged : array of bool, shape (...)
        Which points have left so far.
    state
        What the rule remembers now.
    """

    def __init__(
        self,
        surface: Surface,
        optimizer: Optimizer,
        starts: ArrayLike,
        *,
        steps: int,
        noise: float,
        rng: np.random.Generator | None,
        bounds: Range | None,
    ) -> None:
        _checks.instance("optimizer", optimizer, Optimizer, hint=DOORS)
        keep_freed_memory()
        self.surface = surface
        self.steps = _checks.integer("steps", steps)
        self.bounds = _room(surface.domain) if bounds is None else _checks.box("bounds", bounds)
        self.noise = _checks.non_negative("noise", noise)
        if self.noise and rng is None:
            raise _checks.fail("rng", "a numpy.random.Generator where there is noise", rng)
        _checks.optional("rng", rng, _checks.generator)
        self._rng = rng if self.noise else None
        if optimizer.on is not None:
            if self.noise:
                raise _checks.fail("noise", "0 for a rule that evaluates the surface", noise)
            optimizer = optimizer.on(_objective(surface))
        self._rule = optimizer
        self.starts = _laid_out(_broadcast(_checked(starts, self.bounds), optimizer.shape))
        surface.check(self.starts[..., 0], self.starts[..., 1])
        self.diverged: NDArray[np.bool_] = np.zeros(self.starts.shape[:-1], dtype=bool)
        self.state = optimizer.init(self.starts)

    def blocks(
        self, room: Array | None = None, history: list[dict[str, Array]] | None = None
    ) -> Iterator[Array]:
        """Yield the points after each update, some updates at a time, until all have left.

        A block has the shape (updates, ..., 2). Blocks lie one after another in the room, of shape
        (steps + 1, ..., 2), if there is one; otherwise each overwrites the one before. What the
        rule remembers after each update is added to the history, if there is one.
        """
        compiled = None
        if history is None and not self.noise:
            compiled = _compiled(self.surface, self._rule, self.starts.size * self.steps)
        numbers = BLOCK if compiled is None else 4 * BLOCK  # it has smaller blocks of its own
        size = int(np.clip(numbers // self.starts.size, 1, 128))
        ring = empty_points(size + 1, self.starts.shape) if room is None else room
        latest = self.starts
        for first in range(0, self.steps, size):
            count = min(size, self.steps - first)
            row = 0 if room is None else first
            block = ring[row : row + count + 1]
            block[0] = latest
            if compiled is None:
                self._advance(block, history)
            else:
                self._advance_compiled(*compiled, block)
            self._blank(block[1:])
            yield block[1:]
            if self.diverged.all():
                return
            latest = block[-1]

    @np.errstate(all="ignore")
    def _advance(self, points: Array, history: list[dict[str, Array]] | None) -> None:
        """Fill all points but the first, each from the one before."""
        gradient, state = self.surface.gradient, self.state
        update, gradient_at = self._rule.update, self._rule.gradient_at
        last_axis_first = (*range(1, points.ndim - 1), 0)
        rows = zip(points[:-1], points[1:], points[:-1, ..., 0], points[:-1, ..., 1], strict=True)
        for params, there, x, y in rows:
            if gradient_at is not here:
                x, y = np.moveaxis(gradient_at(state, params), -1, 0)
            grads = np.array(gradient(x, y), dtype=np.float64).transpose(last_axis_first)
            if self._rng is not None:
                grads += self.noise * self._rng.standard_normal(grads.shape)
            updates, state = update(grads, state, params)
            np.add(params, updates, out=there)
            if history is not None:
                history.append(remembered(state, params.shape))
        self.state = state

    def _advance_compiled(self, update: Elementwise, advance: Any, points: Array) -> None:
        """Do the same as machine code."""
        shape = self.starts.shape
        steps, *remembered = self.state
        own = tuple(np.array(np.moveaxis(part, -1, 0)).reshape(2, -1) for part in remembered)
        each = [update.numbers(step) for step in range(steps, steps + len(points) - 1)]
        numbers = tuple(np.array(values, dtype=np.float64) for values in zip(*each, strict=True))
        advance(np.moveaxis(points, -1, 1).reshape(len(points), 2, -1), own, numbers)
        after = (np.moveaxis(part.reshape(2, *shape[:-1]), 0, -1) for part in own)
        self.state = update.state(steps + len(points) - 1, *after)

    @np.errstate(all="ignore")
    def _blank(self, points: Array) -> None:
        """Overwrite with NaN what follows the first point out of bounds, or is not finite."""
        # In two passes, the common case: all numbers within both ranges. NaN fails it.
        (x0, x1), (y0, y1) = self.bounds
        if points.min() >= max(x0, y0) and points.max() <= min(x1, y1):
            return
        outside = _outside(points, self.bounds)
        outside[0] |= self.diverged
        outside = np.logical_or.accumulate(outside)
        finite = np.isfinite(points)
        blank: NDArray[np.bool_] = ~(finite[..., 0] & finite[..., 1])
        blank[0] |= self.diverged
        blank[1:] |= outside[:-1]
        points[blank] = np.nan
        self.diverged = outside[-1]


def _objective(surface: Surface) -> Objective:
    """Return a surface as a function of points, shape (..., 2).

    A surface is written for arrays, and a single point would be two scalars.
    """

    @np.errstate(all="ignore")
    def value(points: Array) -> Array:
        x, y = np.moveaxis(points[None], -1, 0)
        return np.asarray(surface.value(x, y), dtype=np.float64)[0]

    @np.errstate(all="ignore")
    def gradient(points: Array) -> Array:
        x, y = np.moveaxis(points[None], -1, 0)
        return np.stack(surface.gradient(x, y), axis=-1, dtype=np.float64)[0]

    return Objective(value, gradient)


def _compiled(surface: Surface, rule: Optimizer, updates: int) -> tuple[Elementwise, Any] | None:
    """Return a descent as machine code, if there is one and the work done is worth it."""
    gradient = surface.gradient
    update: object = rule.update
    if not isinstance(update, Elementwise) or rule.shape or rule.gradient_at is not here:
        return None
    if not any(gradient is known for known in ARITHMETIC):
        return None
    _updated[gradient, update.move] += updates
    if _updated[gradient, update.move] < WORTH:
        return None
    try:
        from nnviz.train.compiled import compiled
    except ImportError:  # without the extra fast
        return None
    return update, compiled(gradient, update.move)


def empty_points(rows: int, shape: tuple[int, ...]) -> Array:
    """Return room for points of a shape (..., 2), laid out as in `Course`."""
    return np.moveaxis(np.empty((rows, 2, *shape[:-1])), 1, -1)


def remembered(state: Any, shape: tuple[int, ...]) -> dict[str, Array]:
    """Return the fields of a state that have one number per parameter, of all parts of a chain."""
    if isinstance(state, ForeignState):
        return state.read()
    fields = {}
    for name, value in state._asdict().items() if hasattr(state, "_asdict") else ():
        if isinstance(value, np.ndarray) and value.shape == shape:
            fields[name] = value
        elif isinstance(value, tuple):
            for part in (value,) if hasattr(value, "_asdict") else value:
                fields |= remembered(part, shape)
    return fields


def _laid_out(points: Array) -> Array:
    room: Array = empty_points(1, points.shape)[0]
    room[...] = points
    return room


def _room(domain: Range) -> Range:
    (x0, x1), (y0, y1) = domain
    dx, dy = (ROOM - 1) / 2 * (x1 - x0), (ROOM - 1) / 2 * (y1 - y0)
    return (x0 - dx, x1 + dx), (y0 - dy, y1 + dy)


def _checked(starts: ArrayLike, bounds: Range) -> Array:
    points = _checks.numbers("starts", starts)
    if points.ndim == 0 or points.shape[-1] != 2 or not points.size:
        raise ValueError(f"starts must be of shape (..., 2), not empty; got shape {points.shape}")
    finite = np.isfinite(points)
    if not finite.all():
        wrong = points[~finite.all(axis=-1)][0]
        raise _checks.fail("starts", "finite", tuple(wrong.tolist()))
    outside = _outside(points, bounds)
    if outside.any():
        rule = f"within the bounds {bounds}"
        raise _checks.fail("starts", rule, tuple(points[outside][0].tolist()))
    return points


def _outside(points: Array, bounds: Range) -> NDArray[np.bool_]:
    """Return which points are not within the bounds; NaN is not."""
    (x0, x1), (y0, y1) = bounds
    x, y = points[..., 0], points[..., 1]
    return ~((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))


def _broadcast(points: Array, shape: tuple[int, ...]) -> Array:
    try:
        whole = np.broadcast_shapes(points.shape, shape)
    except ValueError:
        whole = ()
    if whole[-1:] != (2,):
        raise ValueError(
            f"the optimizer's hyperparameters, of shape {shape}, must broadcast with the starts, "
            f"of shape {points.shape}, whose last axis is (x, y): "
            "a sweep over rates from one start is rates[:, None]"
        )
    return np.broadcast_to(points, whole)
