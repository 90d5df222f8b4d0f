"""How draws of one network scatter that is not infinitely wide: the cell of `finite_width`."""

import numpy as np

from nnviz._typing import Array
from nnviz.studies.cells.propagation import by_layer
from nnviz.train.cache import Tables

__all__ = ["measure"]


@np.errstate(divide="ignore", over="ignore", invalid="ignore")  # no unit may be left
def measure(*, width: int, depth: int, draws: int, seed: int) -> Tables:
    """Return by layer how ReLU networks with He's weights scatter, each drawn anew.

    Returns
    -------
    Tables
        ``statistics`` of the mean square of a layer's outputs over that of the first layer's:
        ``median``; ``log_spread``, the standard deviation of its natural logarithm;
        ``scatter_factor``, e to the power of that.
    """
    rng = np.random.default_rng(seed)
    logs = np.array([_one(rng, width, depth) for _ in range(draws)])
    spread = logs.std(axis=0, ddof=1)
    return {
        "statistics": by_layer(
            {
                "median": np.exp(np.median(logs, axis=0)),
                "log_spread": spread,
                "scatter_factor": np.exp(spread),
            }
        )
    }


def _one(rng: np.random.Generator, width: int, depth: int) -> Array:
    """Return the logarithm of the mean square of each layer of one draw, less that of the first.

    The input is normal, as a row of data is whose length does not matter; biases are zero.
    """
    x = rng.standard_normal(width, dtype=np.float32)
    logs = np.empty(depth)
    scale = np.float32(np.sqrt(2 / width))
    for k in range(depth):
        x = np.maximum(x @ rng.standard_normal((width, width), dtype=np.float32) * scale, 0)
        logs[k] = np.log(np.mean(x * x, dtype=np.float64))
    return logs - logs[0]
