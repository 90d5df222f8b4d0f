"""Batch normalization and layer normalization."""

import numpy as np
from numpy.typing import DTypeLike

from nnviz import _checks
from nnviz._typing import Array, Backward, Params
from nnviz.nn.layer import check_features

__all__ = ["BatchNorm", "LayerNorm"]


def _normalize(x: Array, eps: float, axis: int) -> tuple[Array, Array, Array, Array]:
    """Return x normalized along an axis, with its mean, variance and the inverse deviation."""
    mean = x.mean(axis=axis, keepdims=True)
    centred = x - mean
    variance = np.mean(centred * centred, axis=axis, keepdims=True)
    scale = 1 / np.sqrt(variance + x.dtype.type(eps))
    return centred * scale, mean, variance, scale


def _normalize_backward(dz: Array, z: Array, scale: Array, axis: int) -> Array:
    """Carry the gradient of z = (x − mean)·scale back to x, the statistics included."""
    along = dz.mean(axis=axis, keepdims=True)
    across = np.mean(dz * z, axis=axis, keepdims=True)
    return scale * (dz - along - z * across)


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
        self.unbiased = unbiased
        start = _checks.non_negative("running_variance", running_variance)
        self.params: Params = {"weight": np.ones(n, dtype), "bias": np.zeros(n, dtype)}
        self.state: Params = {
            "running_mean": np.zeros(n, dtype),
            "running_variance": np.full(n, start, dtype),
        }

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:
        """Return the output and the function that carries its gradient back."""
        weight, bias = self.params["weight"], self.params["bias"]
        check_features("BatchNorm", x, len(weight))
        if not train:
            scale: Array = 1 / np.sqrt(self.state["running_variance"] + x.dtype.type(self.eps))
            z: Array = (x - self.state["running_mean"]) * scale
        else:
            if len(x) < 2:
                raise ValueError(f"x must have at least 2 rows to normalize; got {x.shape}")
            z, mean, variance, scale = _normalize(x, self.eps, axis=0)
            self._move("running_mean", mean[0])
            correction = len(x) / (len(x) - 1) if self.unbiased else 1.0
            self._move("running_variance", variance[0] * x.dtype.type(correction))

        def backward(dy: Array) -> tuple[Array, Params]:
            dz = dy * weight
            dx = _normalize_backward(dz, z, scale, axis=0) if train else dz * scale
            return dx, {"weight": np.sum(dy * z, axis=0), "bias": dy.sum(axis=0)}

        return weight * z + bias, backward

    def _move(self, name: str, value: Array) -> None:
        """Move a running statistic towards a new value."""
        running = self.state[name]
        running += running.dtype.type(self.momentum) * (value - running)


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
        self.params: Params = {"weight": np.ones(n, dtype), "bias": np.zeros(n, dtype)}

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:  # noqa: ARG002
        """Return the output and the function that carries its gradient back."""
        weight, bias = self.params["weight"], self.params["bias"]
        check_features("LayerNorm", x, len(weight))
        z, _, _, scale = _normalize(x, self.eps, axis=1)

        def backward(dy: Array) -> tuple[Array, Params]:
            dx = _normalize_backward(dy * weight, z, scale, axis=1)
            return dx, {"weight": np.sum(dy * z, axis=0), "bias": dy.sum(axis=0)}

        return weight * z + bias, backward
