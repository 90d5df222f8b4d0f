"""Initial weights: what a layer knows before it has seen anything."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from nnviz import _checks
from nnviz._typing import Array

__all__ = ["INITIALIZERS", "Initializer", "glorot", "he", "normal", "orthogonal", "xavier", "zeros"]

Initializer: TypeAlias = Callable[[np.random.Generator, int, int], Array]
"""``(rng, n_in, n_out)`` → float64 weights of shape (n_in, n_out)."""


def _check(rng: np.random.Generator, n_in: int, n_out: int) -> None:
    _checks.generator("rng", rng)
    _checks.integer("n_in", n_in)
    _checks.integer("n_out", n_out)


def zeros(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return weights that are all zero: every unit of a layer starts, and stays, the same."""
    _check(rng, n_in, n_out)
    return np.zeros((n_in, n_out))


def normal(std: float) -> Initializer:
    """Return an initializer that draws from a normal distribution of fixed width.

    Parameters
    ----------
    std : float
        Standard deviation, at least 0.
    """
    width = _checks.non_negative("std", std)

    def draw(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return width * rng.standard_normal((n_in, n_out))

    return draw


def xavier(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return normal weights with variance 1/n_in, which keeps the scale of a linear layer.

    This is the form of the chapter "Techniques for training" (and of LeCun et al., 1998);
    see `glorot` for the one that also looks at n_out.
    """
    _check(rng, n_in, n_out)
    return rng.standard_normal((n_in, n_out)) * np.sqrt(1 / n_in)


def glorot(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return normal weights with variance 2/(n_in + n_out).

    A compromise between keeping the scale of activations and that of gradients
    (Glorot and Bengio, 2010, eq. 12).
    """
    _check(rng, n_in, n_out)
    return rng.standard_normal((n_in, n_out)) * np.sqrt(2 / (n_in + n_out))


def he(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return normal weights with variance 2/n_in, which keeps the scale of a ReLU layer.

    The factor 2 makes up for the half that ReLU sets to zero (He et al., 2015, eq. 10).
    """
    _check(rng, n_in, n_out)
    return rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)


def orthogonal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return weights with orthonormal rows or columns, whichever are fewer.

    Drawn uniformly from all such matrices (Saxe et al., 2014): the Q of a random normal
    matrix, with the signs of R's diagonal moved into it.
    """
    _check(rng, n_in, n_out)
    tall = rng.standard_normal((max(n_in, n_out), min(n_in, n_out)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))
    return q if n_in >= n_out else np.ascontiguousarray(q.T)


INITIALIZERS: Mapping[str, Initializer] = {
    "zeros": zeros,
    "xavier": xavier,
    "glorot": glorot,
    "he": he,
    "orthogonal": orthogonal,
}
