"""A line without the noise of its single values."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks

__all__ = ["smooth"]


def smooth(values: NDArray[np.floating[Any]], *, window: int = 11) -> NDArray[np.float64]:
    """Return a centred moving average along the last axis, constant towards both ends.

    Half a window from an end the average is already that of the first, or last, values; a
    narrower window there would let the noise of single values back in.
    """
    data = np.atleast_1d(_checks.numbers("values", values))
    n = data.shape[-1]
    width = min(_checks.integer("window", window), n)
    sums = np.cumsum(np.concatenate([np.zeros((*data.shape[:-1], 1)), data], axis=-1), axis=-1)
    start = np.clip(np.arange(n) - width // 2, 0, n - width)
    return (sums[..., start + width] - sums[..., start]) / max(width, 1)
