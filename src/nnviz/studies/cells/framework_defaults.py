"""What one untrained network makes of its inputs, layer by layer: in all, and over the examples."""

import numpy as np

from nnviz import nn
from nnviz._typing import Array
from nnviz.studies.cells.propagation import by_layer
from nnviz.train import Dataset
from nnviz.train.cache import Tables

__all__ = ["measure"]

_ROUNDING = 1e-13
"""What differs between examples by less than this, relative to its size, float64 cannot tell."""


def measure(
    *,
    data: Dataset | None = None,
    init: str,
    bias_init: str,
    activation: str,
    width: int,
    depth: int,
    samples: int,
    seed: int,
) -> Tables:
    """Return the statistics of one draw of weights, biases and, without data, of inputs."""
    rng = np.random.default_rng(seed)
    x: Array = (
        rng.standard_normal((samples, width))
        if data is None
        else data.x_train[:samples].astype(np.float64)
    )
    function = nn.ACTIVATIONS[activation]
    std, spread = np.empty(depth), np.empty(depth)
    for k in range(depth):
        linear = nn.Linear(
            x.shape[1], width, init=init, bias_init=bias_init, rng=rng, dtype=np.float64
        )
        x, _ = function(linear(x)[0])
        std[k], spread[k] = x.std(), x.std(axis=0).mean()
        if spread[k] < _ROUNDING * np.sqrt(np.mean(x * x)):
            spread[k] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):  # a network may die out
        statistics = {
            "std_kept": std / std[0],
            "spread_kept": spread / spread[0],
            "std_over_spread": std / spread,
        }
    return {"statistics": by_layer(statistics)}
