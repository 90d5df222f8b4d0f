"""Initial weights: what a layer knows before it has seen anything."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from nnviz import _checks
from nnviz._renamed import current
from nnviz._typing import Array

__all__ = [
    "INITIALIZERS",
    "RENAMED",
    "Initializer",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "initializer_name",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "orthogonal",
    "xavier",
    "zeros",
]

Initializer: TypeAlias = Callable[[np.random.Generator, int, int], Array]
"""``(rng, n_in, n_out)`` → float64 weights of shape (n_in, n_out)."""


def _checked(rng: np.random.Generator, n_in: int, n_out: int) -> tuple[int, int]:
    _checks.generator("rng", rng)
    return _checks.integer("n_in", n_in), _checks.integer("n_out", n_out)


def _normal(rng: np.random.Generator, shape: tuple[int, int], variance: float) -> Array:
    return rng.standard_normal(shape) * np.sqrt(variance)


def _uniform(rng: np.random.Generator, shape: tuple[int, int], variance: float) -> Array:
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, shape)


def zeros(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return weights that are all zero: every unit of a layer starts, and stays, the same."""
    return np.zeros(_checked(rng, n_in, n_out))


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


def lecun_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return normal weights with variance 1/n_in, which keeps the scale of a linear layer.

    LeCun et al. (1998, eq. 16). As in PyTorch, no normal initializer here is truncated; Keras and
    JAX cut theirs off at two standard deviations.
    """
    return _normal(rng, _checked(rng, n_in, n_out), 1 / n_in)


def lecun_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return uniform weights with variance 1/n_in, between ±√(3/n_in)."""
    return _uniform(rng, _checked(rng, n_in, n_out), 1 / n_in)


def xavier(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return normal weights with variance 1/n_in: what the chapter's notes call Xavier.

    PyTorch, Keras and JAX call this LeCun's (`lecun_normal`, which draws the same weights), and
    mean by Xavier the initializer of Glorot and Bengio, with variance 2/(n_in + n_out):
    `glorot_normal`. In a layer with as many inputs as outputs the two are equal.
    """
    return lecun_normal(rng, n_in, n_out)


def glorot_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return normal weights with variance 2/(n_in + n_out), which others call Xavier too.

    A compromise between keeping the scale of activations and that of gradients
    (Glorot and Bengio, 2010, eq. 12).
    """
    return _normal(rng, _checked(rng, n_in, n_out), 2 / (n_in + n_out))


def glorot_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return uniform weights with variance 2/(n_in + n_out), between ±√(6/(n_in + n_out)).

    Glorot and Bengio (2010, eq. 16).
    """
    return _uniform(rng, _checked(rng, n_in, n_out), 2 / (n_in + n_out))


def he_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return normal weights with variance 2/n_in, which keeps the scale of a ReLU layer.

    The factor 2 makes up for the half that ReLU sets to zero (He et al., 2015, eq. 10).
    """
    return _normal(rng, _checked(rng, n_in, n_out), 2 / n_in)


def he_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return uniform weights with variance 2/n_in, between ±√(6/n_in)."""
    return _uniform(rng, _checked(rng, n_in, n_out), 2 / n_in)


def orthogonal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return weights with orthonormal rows or columns, whichever are fewer.

    Drawn uniformly from all such matrices (Saxe et al., 2014): the Q of a random normal
    matrix, with the signs of R's diagonal moved into it.
    """
    _checked(rng, n_in, n_out)
    tall = rng.standard_normal((max(n_in, n_out), min(n_in, n_out)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))
    return q if n_in >= n_out else np.ascontiguousarray(q.T)


INITIALIZERS: Mapping[str, Initializer] = {
    "zeros": zeros,
    "lecun_normal": lecun_normal,
    "lecun_uniform": lecun_uniform,
    "xavier": xavier,
    "glorot_normal": glorot_normal,
    "glorot_uniform": glorot_uniform,
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "orthogonal": orthogonal,
}

RENAMED: Mapping[str, str] = {"glorot": "glorot_normal", "he": "he_normal"}
"""New names by old ones."""


def initializer_name(name: str, value: Any) -> str:
    """Return the name of an initializer, checked; in place of an old name, today's."""
    return _checks.one_of(name, current(value, RENAMED), INITIALIZERS)
