"""How wide the activations of one network are, layer by layer."""

import numpy as np

from nnviz import nn
from nnviz._typing import Array
from nnviz.train import Dataset
from nnviz.train.cache import Tables

__all__ = ["by_layer", "measure"]


def measure(
    *,
    data: Dataset,
    scale: float,
    batch_norm: str | None,
    activation: str,
    width: int,
    depth: int,
    eps: float,
    batch_size: int,
    seed: int,
) -> Tables:
    """Return how wide the activations of one network are, layer by layer."""
    net = nn.mlp(
        [data.n_features, *[width] * depth, data.n_classes],
        activation=activation,
        init=nn.normal(scale),
        batch_norm=batch_norm,
        eps=eps,
        rng=np.random.default_rng(seed),
        dtype=np.float64,  # without batch normalization float32 ends before the last layer does
    )
    seen: dict[str, Array] = {}
    net(data.x_train[:batch_size], train=True, observe=seen.__setitem__)
    names = [f"{activation}{k}/activation" for k in range(1, depth + 1)]
    return {"statistics": by_layer(np.array([seen[name].std() for name in names]))}


def by_layer(spread: Array) -> dict[str, np.ndarray]:
    """Return a number for each layer as columns ``layer, statistic, value``."""
    layers = np.arange(1, len(spread) + 1)
    return {"layer": layers, "statistic": np.full(len(spread), "std"), "value": spread}
