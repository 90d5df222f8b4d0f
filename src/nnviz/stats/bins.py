"""Histograms that others made, in bins of their own."""

import numpy as np
from numpy.typing import ArrayLike

from nnviz import _checks
from nnviz.stats.histogram import BITS, Histogram, edges

__all__ = ["from_bins"]

_SIGN = np.uint16(1 << 15)
_SPAN = 128 << BITS
"""Buckets of each sign that are used: down to 2⁻¹²⁸ of the largest value."""


def from_bins(left: ArrayLike, right: ArrayLike, counts: ArrayLike) -> Histogram:
    """Return the histogram of values that are known only by bins.

    Each bin is spread evenly over its width; a bin of no width is that value. Buckets hold whole
    numbers, so that every cumulative count is rounded, by half a value at most. Hence a quantile
    lies in the bin that the true one lies in, but for the width of a bucket.

    Parameters
    ----------
    left, right : array-like of shape (n,)
        Edges; finite, ascending, and no bin overlaps the next one.
    counts : array-like of shape (n,)
        Numbers of values, which need not be whole.
    """
    columns = {"left": left, "right": right, "counts": counts}
    low, high, held = (_checks.numbers(name, column) for name, column in columns.items())
    points = low == high
    spread = _spread(low[~points], high[~points], held[~points])
    values, numbers = low[points], np.rint(held[points]).astype(np.int64)
    for value, number in zip(values[numbers > 0], numbers[numbers > 0], strict=True):
        point = Histogram.of([value])
        spread += Histogram(point.keys, point.counts * number)
    return spread


def _spread(
    low: np.ndarray[tuple[int], np.dtype[np.float64]],
    high: np.ndarray[tuple[int], np.dtype[np.float64]],
    held: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> Histogram:
    if not len(low):
        return Histogram.empty()
    largest = max(abs(low[0]), abs(high[-1]))
    last = max(int(Histogram.of([largest]).keys[0]), 1)
    sizes = np.arange(max(last - _SPAN, 1), last + 1).astype(np.uint16)
    near, far = edges(sizes)
    near[0] = 0.0  # what is smaller goes here
    grid = np.concatenate([-far[::-1], near, far[-1:]])
    keys = np.concatenate([sizes[::-1] | _SIGN, sizes])
    total = np.concatenate([[0.0], np.cumsum(held)])
    _, power = np.frexp(largest)
    ends, grid = (np.ldexp(x, -power) for x in (np.stack([low, high], 1).ravel(), grid))
    # around 1, where no difference overflows and no quotient
    below = np.interp(grid, ends, np.stack([total[:-1], total[1:]], 1).ravel())
    found = np.diff(np.rint(below)).astype(np.int64)
    order = np.argsort(keys[found > 0])
    return Histogram(keys[found > 0][order], found[found > 0][order])
