"""The fully connected layer."""

import numpy as np
from numpy.typing import DTypeLike

from nnviz import _checks
from nnviz._typing import Array, Backward, Params
from nnviz.nn.initializers import Initializer, initializer_of
from nnviz.nn.layer import check_features, floating

__all__ = ["Linear"]


class Linear:
    """Affine map ``y = x @ weight + bias``.

    Shapes: x (batch, n_in), weight (n_in, n_out), bias (n_out,), y (batch, n_out).

    Parameters
    ----------
    n_in, n_out : int
        Number of inputs and of outputs.
    init : str or callable, default "he_normal"
        How the weight is drawn: a name from `INITIALIZERS`, or a function of
        ``(rng, n_in, n_out)``.
    bias : bool, default True
        Whether there is a bias.
    bias_init : str or callable, default "zeros"
        How the bias is drawn, after the weight: as one row of a weight with this initializer.
    rng : numpy.random.Generator
        Source of the initial weight and bias.
    dtype : dtype, default float32
        Of the parameters.

    Raises
    ------
    ValueError
        If a size is not positive, an initializer is unknown or returns another shape, or, when it
        is called, x has another number of columns than n_in.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        init: str | Initializer = "he_normal",
        bias: bool = True,
        bias_init: str | Initializer = "zeros",
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> None:
        _checks.integer("n_in", n_in)
        _checks.integer("n_out", n_out)
        _checks.flag("bias", bias)
        _checks.generator("rng", rng)
        dtype = floating(dtype)
        self.params: Params = {"weight": _drawn("init", init, rng, n_in, n_out).astype(dtype)}
        if bias:
            rows = _drawn("bias_init", bias_init, rng, n_in, n_out)
            self.params["bias"] = rows[0].astype(dtype)

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:  # noqa: ARG002
        """Return the output and the function that carries its gradient back."""
        weight, bias = self.params["weight"], self.params.get("bias")
        check_features("Linear", x, weight.shape[0])
        y = x @ weight
        if bias is not None:
            y += bias

        def backward(dy: Array) -> tuple[Array, Params]:
            grads: Params = {"weight": x.T @ dy}
            if bias is not None:
                grads["bias"] = dy.sum(axis=0)
            return dy @ weight.T, grads

        return y, backward


def _drawn(
    name: str, init: str | Initializer, rng: np.random.Generator, n_in: int, n_out: int
) -> Array:
    """Return what an initializer, checked, draws for a weight."""
    drawn = np.asarray(initializer_of(name, init)(rng, n_in, n_out))
    if drawn.shape != (n_in, n_out):
        raise ValueError(f"{name} must return shape ({n_in}, {n_out}); got {drawn.shape}")
    return drawn
