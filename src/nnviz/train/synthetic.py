"""Small problems in the plane, drawn at random: their decision boundaries can be seen."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.train.datasets import Dataset

__all__ = ["blobs", "moons", "spirals"]

Rows = tuple[Array, NDArray[np.int64]]


def moons(
    n_train: int = 1000, n_test: int = 1000, *, noise: float = 0.1, rng: np.random.Generator
) -> Dataset:
    """Return two interleaved half circles of radius 1.

    Parameters
    ----------
    n_train, n_test : int
        Number of rows of each split, half of them in each class.
    noise : float
        Standard deviation of the normal noise added to both coordinates.
    rng : numpy.random.Generator
        Source of the rows.
    """
    spread = _checks.non_negative("noise", noise)

    def draw(n: int) -> Rows:
        y = np.arange(n) % 2
        angle = rng.uniform(0, np.pi, n)
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
        x = np.where(y[:, None] == 0, upper, lower)
        return x + spread * rng.standard_normal(x.shape), y

    _checks.generator("rng", rng)
    return _dataset("moons", draw, n_train, n_test, classes=2)


def spirals(
    n_train: int = 1000,
    n_test: int = 1000,
    *,
    classes: int = 3,
    turns: float = 0.75,
    noise: float = 0.05,
    rng: np.random.Generator,
) -> Dataset:
    """Return spiral arms around the origin, of radius 0 to 1: no straight line separates them.

    Parameters
    ----------
    n_train, n_test, noise, rng
        As in `moons`.
    classes : int
        Number of arms.
    turns : float
        How often each arm goes round.
    """
    arms = _checks.integer("classes", classes, at_least=2)
    length = 2 * np.pi * _checks.positive("turns", turns)
    spread = _checks.non_negative("noise", noise)

    def draw(n: int) -> Rows:
        y = np.arange(n) % arms
        radius = rng.uniform(0, 1, n)
        angle = 2 * np.pi * y / arms + length * radius
        x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return x + spread * rng.standard_normal(x.shape), y

    _checks.generator("rng", rng)
    return _dataset("spirals", draw, n_train, n_test, classes=arms)


def blobs(
    n_train: int = 1000,
    n_test: int = 1000,
    *,
    classes: int = 3,
    noise: float = 0.3,
    rng: np.random.Generator,
) -> Dataset:
    """Return round clouds whose centres are evenly spaced on the unit circle.

    Parameters
    ----------
    n_train, n_test, noise, rng
        As in `moons`; the noise is the width of a cloud.
    classes : int
        Number of clouds.
    """
    clouds = _checks.integer("classes", classes, at_least=2)
    spread = _checks.non_negative("noise", noise)

    def draw(n: int) -> Rows:
        y = np.arange(n) % clouds
        angle = 2 * np.pi * y / clouds
        centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return centres + spread * rng.standard_normal((n, 2)), y

    _checks.generator("rng", rng)
    return _dataset("blobs", draw, n_train, n_test, classes=clouds)


def _dataset(
    name: str, draw: Callable[[int], Rows], n_train: int, n_test: int, *, classes: int
) -> Dataset:
    train = draw(_checks.integer("n_train", n_train, at_least=classes))
    test = draw(_checks.integer("n_test", n_test))
    return Dataset(name, *train, *test)


SYNTHETIC: Mapping[str, Callable[..., Dataset]] = {
    "moons": moons,
    "spirals": spirals,
    "blobs": blobs,
}
"""By name. Each takes ``n_train``, ``n_test`` and ``rng``."""
