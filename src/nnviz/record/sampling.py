"""Samples of tensors: taken while training runs, reduced many at a time.

A few calls of NumPy for each tensor and step would cost more than a training step. So a sample
is one call, and its statistics and buckets are computed for a dozen steps together.
"""

from array import array

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.record.block import Block
from nnviz.stats import Rows, Summary

__all__ = ["Samples"]

_ROWS = 1024


class Samples:
    """Samples of equal length and type, waiting to be reduced.

    Parameters
    ----------
    width : int
        Length of a sample.
    dtype : dtype
        Float32 or float64.
    """

    def __init__(self, width: int, dtype: np.dtype[np.floating]) -> None:
        self.width, self.dtype = width, dtype
        self._origins = array("q")
        self._rows: list[Array] = []
        self._matrix: Array = np.empty((0, width), dtype)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self._origins) // 3

    def take(
        self, values: Array, indices: NDArray[np.intp], *, step: int, stream: int, size: int
    ) -> None:
        """Copy the values at some flat indices; `size` is what they stand for."""
        place = len(self._origins) // 3
        if place == len(self._rows):
            self._grow()
        values.take(indices, None, self._rows[place], "clip")
        self._origins.extend((step, stream, size))

    def shorten(self, length: int) -> None:
        """Forget the samples after the first few."""
        del self._origins[3 * length :]

    def reduce(self) -> list[Block]:
        """Return the summaries of all samples, and forget them."""
        origins = np.array(self._origins, np.int64).reshape(-1, 3)
        self.shorten(0)
        values = self._matrix[: len(origins)]
        if not len(origins):
            return []
        rows = Rows.of(values)
        if rows.ordinary.all():
            return [_block(origins, self.width, rows)]
        odd = Block.of(
            [
                (int(step), int(stream), _summary(values[place], int(size)))
                for place, (step, stream, size) in enumerate(origins)
                if not rows.ordinary[place]
            ]
        )
        plain = np.flatnonzero(rows.ordinary)
        if not len(plain):
            return [odd]
        return [odd, _block(origins[plain], self.width, Rows.of(values[plain]))]

    def _grow(self) -> None:
        longer = np.empty((len(self._rows) + _ROWS, self.width), self.dtype)
        longer[: len(self._matrix)] = self._matrix
        self._matrix, self._rows = longer, list(longer)


def _summary(values: Array, size: int) -> Summary:
    seen = Summary.of(values)
    return Summary(seen.moments, seen.histogram, size)


def _block(origins: NDArray[np.int64], width: int, rows: Rows) -> Block:
    step, stream, size = np.ascontiguousarray(origins.T)
    none = np.zeros(len(step), np.int64)
    return Block(
        step=step,
        stream=stream,
        size=size,
        count=np.full(len(step), width, np.int64),
        zeros=rows.zeros,
        nan=none,
        positive_inf=none,
        negative_inf=none,
        mean=rows.mean,
        m2=rows.m2,
        min=rows.min,
        max=rows.max,
        buckets=rows.buckets,
        key=rows.key,
        held=rows.held.astype(np.uint16 if width < 1 << 16 else np.int64),
        number_step=none[:0],
        number_name=none[:0],
        number=rows.mean[:0],
    )
