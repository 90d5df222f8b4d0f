"""How a small difference grows from layer to layer of tanh: the cell of `phase_diagram`."""

from collections.abc import Sequence

import numpy as np

from nnviz import nn
from nnviz._typing import Array
from nnviz.train.cache import Tables

__all__ = ["measure"]


def measure(
    *,
    weight_variances: Sequence[float],
    bias_variance: float,
    width: int,
    depth: int,
    samples: int,
    seed: int,
) -> Tables:
    """Return the growth of a small difference, for each variance of the weights.

    One draw of standard normal weights and biases serves for all variances. The difference is
    infinitely small: it passes through the derivative of the network, and is measured in the
    second half of the layers, where inputs no longer matter.

    Returns
    -------
    Tables
        ``growth`` with columns ``weight_variance`` and ``growth``, the mean over layers and
        inputs of the ratio of squared lengths.
    """
    rng = np.random.default_rng(seed)
    function = nn.ACTIVATIONS["tanh"]
    std = np.sqrt(np.asarray(weight_variances))[:, None, None]
    one_input = rng.standard_normal((2, samples, width))
    h, moved = (np.broadcast_to(each, (len(std), samples, width)) for each in one_input)
    ratios = []
    for _ in range(depth):
        weight = rng.standard_normal((width, width)) / np.sqrt(width)
        bias = np.sqrt(bias_variance) * rng.standard_normal(width)
        moved = moved / np.sqrt(_square(moved))[:, :, None]
        moved = std * ((function.derivative(h) * moved) @ weight)
        h = std * (function.value(h) @ weight) + bias
        ratios.append(_square(moved))
    growth = np.mean(ratios[depth // 2 :], axis=(0, 2))
    return {"growth": {"weight_variance": np.array(weight_variances), "growth": growth}}


def _square(rows: Array) -> Array:
    """Return the squared length of each row."""
    length: Array = np.einsum("...i,...i->...", rows, rows)
    return length
