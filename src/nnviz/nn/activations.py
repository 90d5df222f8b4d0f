"""Activation functions: their values, their derivatives, and where they saturate."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._typing import Array, Backward, Params

__all__ = ["ACTIVATIONS", "Activation"]


@dataclass(frozen=True)
class Activation:
    """An elementwise function, which is also a layer without parameters.

    Parameters
    ----------
    name : str
        As in `ACTIVATIONS`.
    value : callable
        ``value(x)``, of the shape and type of x.
    slope : callable
        ``slope(x, y)``, the derivative at x where y = value(x): some functions, such as the
        sigmoid, are cheaper to differentiate from their output.
    saturated : callable, optional
        ``saturated(y)``: where the output is so close to a bound that next to no gradient
        passes. None for a function without two bounds, which cannot saturate.
    """

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]
    saturated: Callable[[Array], NDArray[np.bool_]] | None = None
    params: Params = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        _checks.function("value", self.value)
        _checks.function("slope", self.slope)
        if self.saturated is not None:
            _checks.function("saturated", self.saturated)
        _checks.mapping("params", self.params)

    def derivative(self, x: Array) -> Array:
        """Return the derivative at x, of the same shape."""
        return self.slope(x, self.value(x))

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:  # noqa: ARG002
        """Return the output and the function that carries its gradient back."""
        y = self.value(x)

        def backward(dy: Array) -> tuple[Array, Params]:
            return dy * self.slope(x, y), {}

        return y, backward


def _sigmoid(x: Array) -> Array:
    # exp(−x) may overflow to inf, of which 1/(1 + inf) = 0 is right. Half a tanh would not
    # overflow, but it is exactly 0 from x = −17 in float32, where the sigmoid is 4e-8.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


@lru_cache(maxsize=8)
def _zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    zeros = np.zeros(shape, dtype)
    zeros.flags.writeable = False
    return zeros


def _relu(x: Array) -> Array:
    # Beside zeros NumPy needs a third of the time that it needs beside a single 0. Only small
    # ones are kept, and of large arrays memory is what takes the time.
    return np.maximum(x, _zeros(x.shape, x.dtype) if x.size <= 2**17 else 0)


def _positive(x: Array) -> Array:
    return (x > 0).astype(x.dtype)


def _softplus(x: Array) -> Array:
    # log(1 + exp(x)) without overflow, and seven times as fast as np.logaddexp(x, 0).
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _elu(x: Array) -> Array:
    return np.maximum(x, 0) + np.expm1(np.minimum(x, 0))


def _normal_cdf(x: Array) -> Array:
    # SciPy only where GELU is used: NumPy has no error function.
    from scipy.special import ndtr

    result: Array = ndtr(x)
    return result


def _gelu_slope(x: Array, y: Array) -> Array:  # noqa: ARG001
    bounded = np.clip(x, -40, 40)  # the density is 0 out there, and x² might overflow
    density = np.exp(-0.5 * bounded * bounded) / math.sqrt(2 * math.pi)
    return _normal_cdf(x) + x * density


def _silu_slope(x: Array, y: Array) -> Array:
    gate = _sigmoid(x)
    return gate + y * (1 - gate)


def _table(*functions: Activation) -> Mapping[str, Activation]:
    return {function.name: function for function in functions}


def _outside(low: float, high: float) -> Callable[[Any], NDArray[np.bool_]]:
    return lambda y: (y < low) | (y > high)


ACTIVATIONS: Mapping[str, Activation] = _table(
    Activation("sigmoid", _sigmoid, lambda x, y: y * (1 - y), _outside(0.05, 0.95)),
    Activation("tanh", np.tanh, lambda x, y: 1 - y * y, _outside(-0.95, 0.95)),
    Activation("relu", _relu, lambda x, y: _positive(x)),
    Activation(
        "leaky_relu",
        lambda x: np.maximum(x, 0.01 * x),
        lambda x, y: np.maximum(_positive(x), 0.01),
    ),
    Activation("elu", _elu, lambda x, y: np.minimum(y, 0) + 1),
    Activation("gelu", lambda x: x * _normal_cdf(x), _gelu_slope),
    Activation("silu", lambda x: x * _sigmoid(x), _silu_slope),
    Activation("softplus", _softplus, lambda x, y: _sigmoid(x)),
    Activation("identity", lambda x: x, lambda x, y: np.ones_like(x)),
)
"""By name. ReLU's derivative at 0 is 0, leaky ReLU's slope 0.01, ELU's alpha 1; GELU is exact."""
