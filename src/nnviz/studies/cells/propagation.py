"""How activations and gradients of one untrained network change with depth."""

from collections.abc import Mapping

import numpy as np

from nnviz import nn
from nnviz._typing import Array, Backward
from nnviz.train.cache import Tables

__all__ = ["by_layer", "measure"]


def measure(
    *, activation: str, gain: float, width: int, depth: int, samples: int, seed: int
) -> Tables:
    """Return the statistics of one draw."""
    rng = np.random.default_rng(seed)
    function = nn.ACTIVATIONS[activation]
    init = nn.normal(float(np.sqrt(gain / width)))
    x: Array = rng.standard_normal((samples, width))
    variance, output_variance = np.empty(depth), np.empty(depth)
    backwards: list[tuple[Backward, Backward]] = []
    for k in range(depth):
        linear = nn.Linear(width, width, init=init, bias=False, rng=rng, dtype=np.float64)
        x, through_linear = linear(x)
        variance[k] = x.var()
        x, through_activation = function(x)
        output_variance[k] = x.var()
        backwards.append((through_linear, through_activation))
    gradient: Array = rng.standard_normal(x.shape)
    rms = np.empty(depth)
    for k in reversed(range(depth)):
        rms[k] = np.sqrt(np.mean(gradient * gradient))
        through_linear, through_activation = backwards[k]
        gradient, _ = through_activation(gradient)
        gradient, _ = through_linear(gradient)
    return {
        "statistics": by_layer(
            {
                "preactivation_variance": variance,
                "activation_variance": output_variance,
                "gradient_rms": rms / rms[-1],
            }
        )
    }


def by_layer(values: Mapping[str, Array]) -> dict[str, np.ndarray]:
    """Return arrays over the layers as columns ``layer, statistic, value``."""
    depth = len(next(iter(values.values())))
    return {
        "layer": np.tile(np.arange(1, depth + 1), len(values)),
        "statistic": np.repeat(list(values), depth),
        "value": np.concatenate(list(values.values())),
    }
