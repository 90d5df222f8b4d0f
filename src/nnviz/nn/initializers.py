"""Initial weights: what a layer knows before it has seen anything."""

import math
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
    "haiku_truncated",
    "he_normal",
    "he_uniform",
    "initializer_name",
    "initializer_of",
    "lecun_normal",
    "lecun_truncated",
    "lecun_uniform",
    "normal",
    "orthogonal",
    "pytorch_uniform",
    "sklearn_logistic",
    "xavier",
    "zeros",
]

Initializer: TypeAlias = Callable[[np.random.Generator, int, int], Array]
"""``(rng, n_in, n_out)`` → float64 weights of shape (n_in, n_out)."""

_CUT = 2.0
"""Where truncated normals end, in standard deviations before the cut."""

_LEFT = math.sqrt(
    1 - _CUT * math.sqrt(2 / math.pi) * math.exp(-(_CUT**2) / 2) / math.erf(_CUT / math.sqrt(2))
)
"""The standard deviation of a standard normal distribution after the cut: .8796."""


def _checked(rng: np.random.Generator, n_in: int, n_out: int) -> tuple[int, int]:
    _checks.generator("rng", rng)
    return _checks.integer("n_in", n_in), _checks.integer("n_out", n_out)


def _normal(rng: np.random.Generator, shape: tuple[int, int], variance: float) -> Array:
    return rng.standard_normal(shape) * np.sqrt(variance)


def _uniform(rng: np.random.Generator, shape: tuple[int, int], variance: float) -> Array:
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, shape)


def _truncated(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    drawn = rng.standard_normal(shape)
    while (beyond := np.abs(drawn) > _CUT).any():
        drawn[beyond] = rng.standard_normal(int(beyond.sum()))
    return drawn


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

    LeCun et al. (1998, eq. 16). As in PyTorch, no initializer here whose name ends in "normal" is
    truncated; Keras and JAX cut theirs off at two standard deviations (`lecun_truncated`).
    """
    return _normal(rng, _checked(rng, n_in, n_out), 1 / n_in)


def lecun_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return uniform weights with variance 1/n_in, between ±√(3/n_in)."""
    return _uniform(rng, _checked(rng, n_in, n_out), 1 / n_in)


def lecun_truncated(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return truncated normal weights with variance 1/n_in, as Flax draws them by default.

    A normal distribution cut off at two standard deviations keeps .8796 of its own; it is made
    as much wider before the cut. JAX (``nn.initializers.lecun_normal``) and Keras
    (``LecunNormal``) mean this by LeCun's normal initializer.
    """
    shape = _checked(rng, n_in, n_out)
    return _truncated(rng, shape) / (_LEFT * np.sqrt(n_in))


def haiku_truncated(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return truncated normal weights within ±2/√n_in, as Haiku draws them by default.

    As `lecun_truncated`, but what the cut takes is not made up for: the standard deviation is
    .8796/√n_in (``haiku.Linear``, ``haiku.initializers.TruncatedNormal``).
    """
    shape = _checked(rng, n_in, n_out)
    return _truncated(rng, shape) / np.sqrt(n_in)


def pytorch_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return uniform weights between ±1/√n_in, as PyTorch draws them by default.

    The variance is 1/(3 n_in), a third of LeCun's. ``torch.nn.Linear.reset_parameters`` asks for
    ``kaiming_uniform_(a=sqrt(5))``, which is the same, and draws its bias likewise; Equinox, MLX
    and tinygrad follow it. The form is that of Torch7, by way of LeCun et al. (1998, section 4.6).
    """
    return _uniform(rng, _checked(rng, n_in, n_out), 1 / (3 * n_in))


def sklearn_logistic(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Return uniform weights between ±√(2/(n_in + n_out)), scikit-learn's for logistic units.

    For every other activation, ``MLPClassifier`` and ``MLPRegressor`` draw `glorot_uniform`; the
    bias is drawn as the weights are (``BaseMultilayerPerceptron._init_coef``).
    """
    return _uniform(rng, _checked(rng, n_in, n_out), 2 / (3 * (n_in + n_out)))


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
    "lecun_truncated": lecun_truncated,
    "xavier": xavier,
    "glorot_normal": glorot_normal,
    "glorot_uniform": glorot_uniform,
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "orthogonal": orthogonal,
    "pytorch_uniform": pytorch_uniform,
    "haiku_truncated": haiku_truncated,
    "sklearn_logistic": sklearn_logistic,
}

RENAMED: Mapping[str, str] = {"glorot": "glorot_normal", "he": "he_normal"}
"""New names by old ones."""


def initializer_name(name: str, value: Any) -> str:
    """Return the name of an initializer, checked; in place of an old name, today's."""
    return _checks.one_of(name, current(value, RENAMED), INITIALIZERS)


def initializer_of(name: str, value: Any) -> Initializer:
    """Return an initializer by its name, or as it is given."""
    return value if callable(value) else INITIALIZERS[initializer_name(name, value)]
