"""What every layer promises, and the checks that they share."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike

from nnviz import _checks
from nnviz._typing import Array, Backward, Params

__all__ = ["Layer"]


class Layer(Protocol):
    """A differentiable function with parameters.

    The forward pass returns the output together with the function that carries its gradient
    back. What the gradient needs lives in that closure, so that no cache can go stale. A layer that
    keeps arrays beside its parameters, such as running statistics, has them in a dict `state`.
    """

    @property
    def params(self) -> Params:
        """The parameters by name; none for a fixed function."""
        ...

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:
        """Return the output, and the function from its gradient to those of input and params."""
        ...


def floating(dtype: DTypeLike) -> np.dtype[Any]:
    """Return a type of floating-point numbers."""
    try:
        kind = np.dtype(dtype)
    except TypeError:
        kind = np.dtype(object)
    if dtype is None or kind.kind != "f":
        raise _checks.fail("dtype", "a floating-point type", dtype)
    return kind


def check_features(layer: str, x: Array, n_features: int) -> None:
    """Raise ValueError unless x is a batch of rows with n_features columns."""
    if x.ndim != 2 or x.shape[1] != n_features:
        raise ValueError(f"x must have shape (batch, {n_features}) for {layer}; got {x.shape}")
