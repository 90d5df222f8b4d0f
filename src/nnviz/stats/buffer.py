"""The columns that summaries are written to, with room for more."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.block import Block
from nnviz.stats.moments import Moments
from nnviz.stats.summary import Summary

__all__ = ["KEYS", "Buffer"]

KEYS = {4: 1 << 13, 8: 1 << 16}
"""Buckets that there are, by bytes of a number."""

_COUNTS = ("count", "zeros", "nan", "positive_inf", "negative_inf")
_FLOATS = ("mean", "m2", "min", "max")


@dataclass(frozen=True)
class Buffer:
    """Arrays with room for summaries, some of which are written.

    Attributes
    ----------
    step, stream, size, buckets : ndarray of int64, shape (n,)
    counts : ndarray of int64, shape (n, 5)
        count, zeros, nan, positive_inf, negative_inf, as in `Moments`.
    floats : ndarray of float64, shape (n, 4)
        mean, m2, min, max.
    key, held : ndarray of uint16, int64
        Buckets, as in `Histogram`, of one summary after the other.
    """

    step: NDArray[np.int64]
    stream: NDArray[np.int64]
    size: NDArray[np.int64]
    buckets: NDArray[np.int64]
    counts: NDArray[np.int64]
    floats: Array
    key: NDArray[np.uint16]
    held: NDArray[np.int64]

    @classmethod
    def empty(cls, rows: int, buckets: int) -> "Buffer":
        """Return columns with room for so many summaries and buckets."""
        step, stream, size, own = np.empty((4, rows), np.int64)
        counts, floats = np.empty((rows, len(_COUNTS)), np.int64), np.empty((rows, len(_FLOATS)))
        key, held = np.empty(buckets, np.uint16), np.empty(buckets, np.int64)
        return cls(step, stream, size, own, counts, floats, key, held)

    def grown(self, rows: int, buckets: int) -> "Buffer":
        """Return columns with room for so many more, and what is written here."""
        more = Buffer.empty(len(self.step) + rows, len(self.key) + buckets)
        for field in fields(self):
            own = getattr(self, field.name)
            getattr(more, field.name)[: len(own)] = own
        return more

    @classmethod
    def of(cls, block: Block) -> "Buffer":
        """Return columns in which a block is written, without room for more."""
        columns = cls.empty(len(block), len(block.key))
        for name in ("step", "stream", "size", "buckets", "key", "held"):
            getattr(columns, name)[:] = getattr(block, name)
        for place, name in enumerate(_COUNTS):
            columns.counts[:, place] = getattr(block, name)
        for place, name in enumerate(_FLOATS):
            columns.floats[:, place] = getattr(block, name)
        return columns

    def block(self, rows: slice, buckets: slice) -> Block:
        """Return a part of what is written, copied."""
        own = ("step", "stream", "size", "buckets")
        none = np.zeros(0, np.int64)
        return Block(
            **{name: getattr(self, name)[rows].copy() for name in own},
            **{name: self.counts[rows, place].copy() for place, name in enumerate(_COUNTS)},
            **{name: self.floats[rows, place].copy() for place, name in enumerate(_FLOATS)},
            key=self.key[buckets].copy(),
            held=self.held[buckets].copy(),
            number_step=none,
            number_name=none,
            number=np.zeros(0),
        )

    def write(self, summary: Summary, row: int, at: int) -> int:
        """Write a summary, its buckets from a place on; return how many there are."""
        m, h = summary.moments, summary.histogram
        self.counts[row] = m.count, m.zeros, m.nan, m.positive_inf, m.negative_inf
        self.floats[row] = m.mean, m.m2, m.min, m.max
        n = len(h.keys)
        self.key[at : at + n], self.held[at : at + n] = h.keys, h.counts
        return n

    def moments(self, row: int) -> Moments:
        """Return what is written in a row."""
        return Moments(*self.counts[row].tolist(), *self.floats[row].tolist())
