"""Statistics and histograms of the rows of a matrix, all rows at once.

For many small samples: one call of NumPy for each row would cost more than the arithmetic.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.histogram import BITS, widened

__all__ = ["Rows"]

_LARGE = {4: 1e15, 8: 1e150}
"""By bytes per number: beyond this, a sum of squares might overflow in the type itself."""


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
        Accumulated in the type of the rows, around the mean.
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
        """Describe the rows of a float32 or float64 matrix of at least one column."""
        n, length = values.shape
        ordered = np.sort(values, axis=1)
        ordered += 0  # −0 becomes 0
        low, high = ordered[:, 0].astype(np.float64), ordered[:, -1].astype(np.float64)
        ordinary = np.maximum(-low, high) < _LARGE[values.itemsize]  # False for NaN
        key, start, buckets = _runs(ordered)
        held = np.diff(start, append=values.size)
        size = key & (0x7FFF if values.itemsize == 8 else 0x0FFF)
        small = np.flatnonzero(size < 1 << BITS)
        row, last = start[small] // length, ordered.ravel()[start[small] + held[small] - 1]
        ordinary[row[(key[small] != 0) | (last != 0)]] = False
        zeros = np.zeros(n, np.int64)
        zeros[row] = held[small]
        with np.errstate(over="ignore", invalid="ignore"):
            mean = ordered @ np.full(length, 1 / length, values.dtype)
            ordered -= mean[:, np.newaxis]
            m2 = np.einsum("ij,ij->i", ordered, ordered)
        return cls(
            ordinary=ordinary,
            zeros=zeros,
            mean=np.clip(mean.astype(np.float64), low, high),
            m2=m2.astype(np.float64),
            min=low,
            max=high,
            buckets=buckets,
            key=key if values.itemsize == 8 else widened(key),
            held=held,
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
    return key[start], start, np.diff(firsts)
