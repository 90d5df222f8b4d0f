"""Batch normalization and layer normalization."""

import numpy as np
from numpy.typing import DTypeLike

from nnviz import _checks
from nnviz._typing import Array, Backward, Params
from nnviz.nn.layer import check_features, floating

__all__ = ["BatchNorm", "LayerNorm"]


class BatchNorm:
    """Normalize each feature over the batch, then scale and shift (Ioffe and Szegedy, 2015).

    ``y = weight · (x − mean) / √(variance + eps) + bias``. In training, mean and variance are
    those of the batch, and the running ones move towards them; evaluation uses the running
    ones. Shapes: x and y (batch, n); weight, bias and the running statistics (n,).

    The defaults are those of torch. The notes' form is
    ``BatchNorm(n, momentum=0.1, eps=1e-6, unbiased=False, running_variance=0.0)``: there,
    "momentum .9" is the weight of the old value.

    Parameters
    ----------
    n : int
        Number of features.
    momentum : float, default 0.1
        Weight of the new value in the running statistics.
    eps : float, default 1e-5
        Added to the variance.
    unbiased : bool, default True
        Whether the running variance divides by batch − 1. The batch's own never does.
    running_variance : float, default 1
        Where the running variance starts; the running mean starts at 0.
    dtype : dtype, default float32
        Of the parameters.

    Attributes
    ----------
    state : dict of str to ndarray
        ``running_mean`` and ``running_variance``, changed by every forward pass in training.

    Raises
    ------
    ValueError
        When it is called: if x has another number of columns than n, or, in training, a single
        row, whose variance is undefined.
    """

    def __init__(
        self,
        n: int,
        *,
        momentum: float = 0.1,
        eps: float = 1e-5,
        unbiased: bool = True,
        running_variance: float = 1.0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        _checks.integer("n", n)
        self.momentum = _checks.fraction("momentum", momentum)
        self.eps = _checks.positive("eps", eps)
        self.unbiased = _checks.flag("unbiased", unbiased)
        start = _checks.non_negative("running_variance", running_variance)
        dtype = floating(dtype)
        self.params: Params = {"weight": np.ones(n, dtype), "bias": np.zeros(n, dtype)}
        self.state: Params = {
            "running_mean": np.zeros(n, dtype),
            "running_variance": np.full(n, start, dtype),
        }

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:
        """Return the output and the function that carries its gradient back."""
        weight, bias = self.params["weight"], self.params["bias"]
        check_features("BatchNorm", x, len(weight))
        if train and len(x) < 2:
            raise ValueError(f"x must have at least 2 rows for BatchNorm to train; got {x.shape}")
        mean = x.sum(axis=0) / len(x) if train else self.state["running_mean"]
        centered = x - mean
        if train:
            variance = np.einsum("ij,ij->j", centered, centered) / len(x)
            self._move(len(x), mean, variance)
        else:
            variance = self.state["running_variance"]
        scale = 1 / np.sqrt(variance + self.eps)
        y = centered * (weight * scale)
        y += bias

        def backward(dy: Array) -> tuple[Array, Params]:
            grads: Params = {
                "weight": np.einsum("ij,ij->j", dy, centered) * scale,
                "bias": dy.sum(axis=0),
            }
            if not train:
                return dy * (weight * scale), grads
            # Mean and variance depend on x, too. In place: a fresh array costs a pass of its own.
            dx = centered * (scale * grads["weight"] / -len(x))
            dx += dy
            dx -= grads["bias"] / len(x)
            dx *= weight * scale
            return dx, grads

        return y, backward

    def _move(self, batch: int, mean: Array, variance: Array) -> None:
        """Move the running statistics towards those of a batch."""
        correction = batch / (batch - 1) if self.unbiased else 1.0
        now = {"running_mean": mean, "running_variance": variance * correction}
        for name, running in self.state.items():
            running += self.momentum * (now[name] - running)


class LayerNorm:
    """Normalize each row over its features, then scale and shift (Ba et al., 2016).

    The same in training and in evaluation. Shapes: x and y (batch, n); weight and bias (n,).

    Parameters
    ----------
    n : int
        Number of features.
    eps : float, default 1e-5
        Added to the variance.
    dtype : dtype, default float32
        Of the parameters.
    """

    def __init__(self, n: int, *, eps: float = 1e-5, dtype: DTypeLike = np.float32) -> None:
        _checks.integer("n", n)
        self.eps = _checks.positive("eps", eps)
        dtype = floating(dtype)
        self.params: Params = {"weight": np.ones(n, dtype), "bias": np.zeros(n, dtype)}

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:  # noqa: ARG002
        """Return the output and the function that carries its gradient back."""
        weight, bias = self.params["weight"], self.params["bias"]
        check_features("LayerNorm", x, len(weight))
        centered = x - x.mean(axis=1, keepdims=True)
        variance = np.mean(centered * centered, axis=1, keepdims=True)
        scale = 1 / np.sqrt(variance + self.eps)
        z = centered * scale

        def backward(dy: Array) -> tuple[Array, Params]:
            grads: Params = {"weight": np.einsum("ij,ij->j", dy, z), "bias": dy.sum(axis=0)}
            dz = dy * weight
            along = dz.mean(axis=1, keepdims=True)
            across = np.mean(dz * z, axis=1, keepdims=True)
            return scale * (dz - along - z * across), grads

        y = z * weight
        y += bias
        return y, backward
