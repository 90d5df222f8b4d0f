"""Statistics and histograms of the rows of a matrix, all rows at once.

For many small samples: one call of NumPy for each row would cost more than the arithmetic.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.block import Block
from nnviz.stats.histogram import BITS, wide

__all__ = ["Rows"]

_LARGE = {4: 1e15, 8: 1e150}
"""By bytes per number: beyond this, a sum of squares might overflow in the type itself."""

_SMALL = 1e-30
"""Of float32, a sum of squares below this has lost digits."""

_NARROW = 0.01
"""A variance that is a smaller share of the mean square than this is computed in two passes."""


@dataclass(frozen=True, eq=False)
class Rows:
    """What `Moments` and `Histogram` say of each row, as columns.

    Attributes
    ----------
    ordinary : ndarray of bool, shape (n,)
        Whether the row was described. One with NaN, infinities, subnormal or huge numbers is
        not: its other entries mean nothing.
    zeros : ndarray of int64, shape (n,)
    mean, m2, min, max : ndarray of float64, shape (n,)
        Accumulated in the type of the rows.
    buckets : ndarray of int64, shape (n,)
        Number of buckets of each row.
    key, held : ndarray of uint16 and int64, shape (buckets.sum(),)
        Buckets and their counts, row by row, ascending by value.
    """

    ordinary: NDArray[np.bool_]
    zeros: NDArray[np.int64]
    mean: Array
    m2: Array
    min: Array
    max: Array
    buckets: NDArray[np.int64]
    key: NDArray[np.uint16]
    held: NDArray[np.int64]

    @classmethod
    def of(cls, values: Array) -> "Rows":
        """Describe the rows of a C-contiguous float32 or float64 matrix with columns.

        Every row of `values` is sorted where it is.
        """
        n, length = values.shape
        values.sort(axis=1)
        values += 0  # −0 becomes 0
        low, high = values[:, 0].astype(np.float64), values[:, -1].astype(np.float64)
        ordinary = np.maximum(-low, high) < _LARGE[values.itemsize]  # False for NaN
        key, start, buckets = _runs(values)
        held = np.empty_like(start)
        np.subtract(start[1:], start[:-1], out=held[:-1])
        held[-1:] = values.size - start[-1:]
        magnitude = key & (0x7FFF if values.itemsize == 8 else 0x0FFF)
        small = np.flatnonzero(magnitude < 1 << BITS)
        row, last = start[small] // length, values.ravel()[start[small] + held[small] - 1]
        ordinary[row[(key[small] != 0) | (last != 0)]] = False
        zeros = np.zeros(n, np.int64)
        zeros[row] = held[small]
        mean, m2 = _mean_and_m2(values)
        return cls(
            ordinary=ordinary,
            zeros=zeros,
            mean=np.clip(mean.astype(np.float64), low, high),
            m2=m2,
            min=low,
            max=high,
            buckets=buckets,
            key=key if values.itemsize == 8 else wide(key),
            held=held,
        )

    def block(
        self, step: NDArray[np.int64], stream: NDArray[np.int64], size: NDArray[np.int64], seen: int
    ) -> Block:
        """Return the block of rows that are all ordinary: samples of so many values each."""
        none = np.zeros(len(step), np.int64)
        return Block(
            step=step,
            stream=stream,
            size=size,
            count=np.full(len(step), seen, np.int64),
            zeros=self.zeros,
            nan=none,
            positive_inf=none,
            negative_inf=none,
            mean=self.mean,
            m2=self.m2,
            min=self.min,
            max=self.max,
            buckets=self.buckets,
            key=self.key,
            held=self.held.astype(np.uint16),
            number_step=none[:0],
            number_name=none[:0],
            number=self.mean[:0],
        )


def _runs(ordered: Array) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64]]:
    """Return the bucket and the start of each run of equal buckets, and how many a row has."""
    n, length = ordered.shape
    if ordered.itemsize == 8:
        key = (ordered.view(np.uint64) >> np.uint64(52 - BITS)).astype(np.uint16).ravel()
    else:
        key = (ordered.view(np.uint32) >> np.uint32(23 - BITS)).astype(np.uint16).ravel()
    new = np.empty(key.size, bool)
    np.not_equal(key[1:], key[:-1], out=new[1:])
    new[::length] = True
    start = np.flatnonzero(new)
    firsts = np.searchsorted(start, np.arange(n + 1) * length)
    return key.take(start), start, np.diff(firsts)


def _mean_and_m2(values: Array) -> tuple[Array, Array]:
    """Return the mean of each row and the sum of squared differences from it."""
    length = values.shape[1]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        # vecdot, whose rows do not depend on how many there are: @ adds up one row otherwise than
        # several, and how many come together is a matter of time.
        mean = np.vecdot(values, np.full(length, 1 / length, values.dtype))
        squares = np.vecdot(values, values)
        m2 = squares - length * mean * mean
        # Where little is left of the squares, what is left is mostly rounding.
        narrow = np.flatnonzero(m2 < _NARROW * squares)
        apart = values[narrow] - mean[narrow, np.newaxis]
        m2[narrow] = np.vecdot(apart, apart)
    m2 = m2.astype(np.float64)
    small = np.flatnonzero(squares < _SMALL)
    if len(small) and values.itemsize == 4:  # float32 cannot hold their squares
        apart = values[small].astype(np.float64) - mean[small, np.newaxis]
        m2[small] = np.vecdot(apart, apart)
    return mean, m2
