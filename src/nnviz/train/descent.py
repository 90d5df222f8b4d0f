"""Paths of an update rule on a surface: any number of starts and settings in one call."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks, surfaces
from nnviz._typing import Array
from nnviz.optim import Optimizer
from nnviz.surfaces import Point, Range, Surface
from nnviz.train._course import Course, empty_points, remembered

__all__ = ["Arrival", "Descent", "arrive", "descend"]


@dataclass(frozen=True, eq=False)
class Descent:
    """Paths on a surface, step by step.

    The leading axes (...) are those of the starts and of the hyperparameters, broadcast.

    Attributes
    ----------
    surface : Surface
        What was descended.
    points : array, shape (steps + 1, ..., 2)
        Where each path is after each number of updates; the first is its start. NaN after the
        path has diverged.
    diverged : array of bool, shape (...)
        Whether the path left the bounds or stopped being finite. Its last point is the first one
        out of bounds, if that is finite.
    states : dict of str to array, shape (steps + 1, ..., 2)
        What the rule remembers after each number of updates (velocity, mean square, …), by the
        name of its field; empty unless asked for. Rules of PyTorch and optax have the names of
        nnviz where it knows theirs, and NaN before they first remember.
    """

    surface: Surface
    points: Array
    diverged: NDArray[np.bool_]
    states: dict[str, Array]

    @cached_property
    def last(self) -> NDArray[np.intp]:
        """Last step that has a point, shape (...)."""
        return np.sum(~np.isnan(self.points[..., 0]), axis=0) - 1

    @cached_property
    def value(self) -> Array:
        """Value of the surface at each point, shape (steps + 1, ...)."""
        with np.errstate(all="ignore"):
            return self.surface.value(self.points[..., 0], self.points[..., 1])

    @cached_property
    def gradient_norm(self) -> Array:
        """Euclidean norm of the surface's own gradient, without noise, shape (steps + 1, ...)."""
        with np.errstate(all="ignore"):
            return np.hypot(*self.surface.gradient(self.points[..., 0], self.points[..., 1]))

    @cached_property
    def distance(self) -> Array:
        """Distance to the nearest minimum, infinite if there is none, shape (steps + 1, ...)."""
        return np.sqrt(_squared_distance(self.surface.minima, self.points))

    @cached_property
    def step_size(self) -> Array:
        """How far each update moved each coordinate, shape (steps, ..., 2)."""
        return np.abs(np.diff(self.points, axis=0))

    @property
    def path_length(self) -> Array:
        """Sum of the lengths of all updates, shape (...)."""
        return np.nansum(np.hypot(self.step_size[..., 0], self.step_size[..., 1]), axis=0)

    @property
    def sign_changes(self) -> NDArray[np.intp]:
        """How often each coordinate changed its sign from one point to the next, shape (..., 2)."""
        return np.sum(self.points[:-1] * self.points[1:] < 0, axis=0)


@dataclass(frozen=True, eq=False)
class Arrival:
    """Where paths ended and how long they took, without the paths.

    Attributes
    ----------
    points : array, shape (..., 2)
        Where each path ended; NaN if it diverged.
    minimum : array of int, shape (...)
        Which of the surface's minima it ended at, -1 for none.
    steps : array of int, shape (...)
        Number of updates after which it stayed there, -1 for never.
    diverged : array of bool, shape (...)
        Whether the path left the bounds or stopped being finite.
    """

    points: Array
    minimum: NDArray[np.intp]
    steps: NDArray[np.intp]
    diverged: NDArray[np.bool_]


def descend(
    surface: str | Surface,
    optimizer: Optimizer,
    starts: ArrayLike,
    *,
    steps: int,
    noise: float = 0.0,
    rng: np.random.Generator | None = None,
    bounds: Range | None = None,
    keep_states: bool = False,
) -> Descent:
    """Follow an update rule down a surface.

    Starts and hyperparameters broadcast as NumPy arrays do, the last axis being (x, y): three
    starts are of shape (3, 2), a sweep over rates from one start is ``sgd(rates[:, None])``, from
    three starts ``sgd(rates[:, None, None])``. Each path is the same as if it had been alone, bit
    for bit, unless there is noise.

    Parameters
    ----------
    surface : str or Surface
        A name in `surfaces.SURFACES`, or a surface.
    optimizer : Optimizer
        From `nnviz.optim`, or made by `from_torch`, `from_optax` or `from_keras`.
    starts : array_like, shape (..., 2)
        Finite, and within the bounds.
    steps : int
        Number of updates, at least 1.
    noise : float
        Standard deviation of the normal noise that is added to each coordinate of each gradient,
        to show what mini-batches do.
    rng : numpy.random.Generator, optional
        Where the noise comes from; must be given with noise.
    bounds : ((x0, x1), (y0, y1)), optional
        A path that leaves them has diverged. By default, ten times as wide as the domain.
    keep_states : bool, default False
        Whether to keep what the rule remembers.

    Raises
    ------
    ValueError
        For an argument that breaks these rules, and for a surface whose gradient is not shaped
        like the points.
    """
    _checks.flag("keep_states", keep_states)
    course = Course(
        surfaces.get(surface), optimizer, starts, steps=steps, noise=noise, rng=rng, bounds=bounds
    )
    points = empty_points(steps + 1, course.starts.shape)
    history = [remembered(course.state, course.starts.shape)] if keep_states else None
    done = sum(map(len, course.blocks(points, history)))
    points[done + 1 :] = np.nan
    states = _stacked(history, points) if history else {}
    return Descent(course.surface, points, course.diverged, states)


def arrive(
    surface: str | Surface,
    optimizer: Optimizer,
    starts: ArrayLike,
    *,
    steps: int,
    tolerance: float = 1e-2,
    noise: float = 0.0,
    rng: np.random.Generator | None = None,
    bounds: Range | None = None,
) -> Arrival:
    """Follow an update rule and keep only where it ends: memory does not grow with the steps.

    Parameters
    ----------
    surface, optimizer, starts, steps, noise, rng, bounds
        As in `descend`.
    tolerance : float
        A path has arrived as long as it is no further than this from a minimum.

    Raises
    ------
    ValueError
        As `descend`.
    """
    course = Course(
        surfaces.get(surface), optimizer, starts, steps=steps, noise=noise, rng=rng, bounds=bounds
    )
    minima = course.surface.minima
    reach = _checks.positive("tolerance", tolerance) ** 2
    points = course.starts
    since = np.where(_squared_distance(minima, points) <= reach, 0, -1)
    step = 0
    for block in course.blocks():
        for inside in _squared_distance(minima, block) <= reach:
            step += 1
            since = np.where(inside, np.where(since < 0, step, since), -1)
        points = block[-1]
    points = np.where(course.diverged[..., None], np.nan, points)
    distances = [_squared_distance([minimum], points) for minimum in minima]
    which = np.argmin(distances, axis=0) if minima else -1
    return Arrival(points, np.where(since < 0, -1, which), since, course.diverged)


def _squared_distance(minima: Iterable[Point], points: Array) -> Array:
    """Return the square of the distance to the nearest minimum; infinite where there is none."""
    x, y = points[..., 0], points[..., 1]
    nearest: Array = np.full(x.shape, np.inf)
    for x0, y0 in minima:
        dx, dy = x - x0, y - y0
        dx *= dx
        dy *= dy
        dx += dy
        np.minimum(nearest, dx, out=nearest)
    return nearest


def _stacked(history: list[dict[str, Array]], points: Array) -> dict[str, Array]:
    """Return what was remembered, step by step, NaN where there is no point."""
    states = {name: np.full_like(points, np.nan) for fields in history for name in fields}
    for step, fields in enumerate(history):
        for name, value in fields.items():
            states[name][step] = value
    for whole in states.values():
        whole[np.isnan(points)] = np.nan
    return states
