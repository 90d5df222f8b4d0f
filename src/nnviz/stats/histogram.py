"""A histogram of any values, whose buckets are the leading bits of the numbers themselves.

A bucket is a sign, an exponent and four bits of the mantissa: 16 buckets for each power of two,
from the smallest normal number to the largest. No range has to be chosen, nothing is rebinned,
and two histograms merge exactly (compare HDR Histogram, and DDSketch: Masson et al., 2019).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.stats.values import Values

__all__ = ["RELATIVE_ERROR", "Histogram"]

BITS = 4
RELATIVE_ERROR = 2.0**-BITS / (2 + 2.0**-BITS)
"""Guarantee of `Histogram.quantile`: 3.03 %."""

_SIGN = np.uint16(1 << 15)
_LARGEST = np.uint16((2046 << BITS) | (2**BITS - 1))

Keys = NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts by bucket, only of buckets that hold something.

    Attributes
    ----------
    keys : ndarray of uint16, shape (n,)
        Sign, exponent and four bits of the mantissa of a float64, ascending as integers.
    counts : ndarray of int64, shape (n,)
        Number of values in each.
    """

    keys: Keys
    counts: NDArray[np.int64]

    @classmethod
    def empty(cls) -> "Histogram":
        """Return the histogram of no values, the zero of the addition."""
        return cls(np.zeros(0, np.uint16), np.zeros(0, np.int64))

    @classmethod
    def of(cls, values: ArrayLike | Values) -> "Histogram":
        """Return the histogram of the finite values of an array."""
        read = values if isinstance(values, Values) else Values.of(values)
        keys = _keys_of_float32 if read.finite.dtype == np.float32 else _keys_of_float64
        return cls(*keys(read))

    @property
    def count(self) -> int:
        """Number of values."""
        return int(self.counts.sum())

    @property
    def has_zero(self) -> bool:
        """Whether the bucket of zero holds something: zeros, or numbers below 2**-1026 in size."""
        return bool(len(self.keys) and self.keys[0] == 0)

    def __add__(self, other: "Histogram") -> "Histogram":
        """Merge: the counts of both, exactly."""
        if not isinstance(other, Histogram):
            return NotImplemented
        return Histogram(
            *_gathered(
                np.concatenate([self.keys, other.keys]),
                np.concatenate([self.counts, other.counts]),
            )
        )

    def __eq__(self, other: object) -> bool:
        """Return whether both hold the same counts."""
        if not isinstance(other, Histogram):
            return NotImplemented
        same_keys = np.array_equal(self.keys, other.keys)
        return same_keys and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]

    def buckets(self) -> tuple[Array, Array, NDArray[np.int64]]:
        """Return left edges, right edges and counts, ascending by value.

        Zero has a bucket of width 0.
        """
        order = np.argsort(_ordinals(self.keys))
        return *edges(self.keys[order]), self.counts[order]

    def quantile(self, q: float) -> float:
        """Return a value whose rank is q, within 3.03 % of the true one.

        The true one is ``np.quantile(values, q, method="inverted_cdf")``. For numbers below
        1e-307 in size the error is at most 1e-307 instead.

        Parameters
        ----------
        q : float
            In [0, 1].
        """
        return float(self.quantiles([_checks.rank("q", q)])[0])

    def quantiles(self, ranks: ArrayLike) -> Array:
        """Return `quantile` for many ranks in [0, 1]: float64 of their shape, NaN without values.

        Within its bucket an estimate has the same relative error to both ends.
        """
        q = _checks.numbers("ranks", ranks)
        if not self.count:
            return np.full(q.shape, np.nan)
        left, right, counts = self.buckets()
        cumulative = np.cumsum(counts)
        place = np.searchsorted(cumulative, np.maximum(q * cumulative[-1], 1) - 1e-9)
        near = np.minimum(np.abs(left), np.abs(right))[place]
        far = np.maximum(np.abs(left), np.abs(right))[place]
        share = np.divide(near, far, out=np.ones_like(near), where=far > 0)
        return np.where(left[place] < 0, -1, 1) * near * (2 / (1 + share))

    def rebin(self, edges: Array) -> Array:
        """Return counts in other bins, each bucket spread evenly over its width.

        Parameters
        ----------
        edges : ndarray of shape (n + 1,)
            Ascending. A value on an edge belongs to the bin on its right, one on the last edge
            to the last bin; what lies outside is not counted.

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        edges = _checks.numbers("edges", edges)
        left, right, counts = self.buckets()
        points = left == right
        total = np.zeros(len(edges) - 1)
        for low, high, count in zip(left[~points], right[~points], counts[~points], strict=True):
            with np.errstate(over="ignore"):  # an edge that is infinitely far away is outside
                below = np.clip((edges - low) / (high - low), 0, 1)
            total += count * np.diff(below)
        inside = np.searchsorted(edges, left[points], side="right") - 1
        inside[left[points] == edges[-1]] -= 1
        held = (inside >= 0) & (inside < len(total))
        np.add.at(total, inside[held], counts[points][held])
        return total

    def thinned(self, share: float) -> "Histogram":
        """Return the histogram of a share of the values, in whole counts."""
        cumulative = np.rint(np.cumsum(self.counts) * share).astype(np.int64)
        counts = np.diff(cumulative, prepend=0)
        return Histogram(self.keys[counts > 0], counts[counts > 0])

    def to_bytes(self) -> bytes:
        """Return bytes that `from_bytes` turns back."""
        return self.keys.astype("<u2").tobytes() + self.counts.astype("<i8").tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Histogram":
        """Return what `to_bytes` was called on; ValueError for anything else."""
        n, rest = divmod(len(content), 10)
        if rest:
            raise ValueError(f"a histogram must have 10 bytes per bucket; got {len(content)}")
        keys = np.frombuffer(content, "<u2", n).astype(np.uint16)
        counts = np.frombuffer(content, "<i8", n, offset=2 * n).astype(np.int64)
        if (np.diff(keys.astype(np.int64)) <= 0).any() or (counts <= 0).any():
            raise ValueError("a histogram must have ascending keys and positive counts")
        if ((keys & ~_SIGN) > _LARGEST).any():
            raise ValueError("a histogram must have keys of finite numbers")
        return cls(keys, counts)


def _keys_of_float64(read: Values) -> tuple[Keys, NDArray[np.int64]]:
    x = read.finite.astype(np.float64, copy=False)
    bits = np.ascontiguousarray(x).view(np.uint64) >> np.uint64(52 - BITS)
    return _used(np.bincount(bits.astype(np.intp)), negative_zero=1 << 15)


def _keys_of_float32(read: Values) -> tuple[Keys, NDArray[np.int64]]:
    """Count on the float32's own bits, 8,192 buckets, and translate the few that are used."""
    bits = np.ascontiguousarray(read.finite).view(np.uint32) >> np.uint32(23 - BITS)
    counts = np.bincount(bits)
    negative = 1 << (8 + BITS)
    small = [*counts[: 1 << BITS].tolist(), *counts[negative : negative + (1 << BITS)].tolist()]
    if any(small) and sum(small) != read.zeros:
        # Below the smallest normal float32 the leading bits say nothing of the size.
        return _keys_of_float64(read)
    keys, used = _used(counts, negative_zero=negative)
    return _WIDE.take(keys), used


def wide(keys: Keys) -> Keys:
    """Return the buckets of float64 for those of float32, of normal numbers and zero."""
    sign = keys & np.uint16(1 << (8 + BITS))
    moved: Keys = keys + sign * np.uint16(7) + np.uint16((1023 - 127) << BITS)
    moved *= keys != 0
    return moved


_WIDE = wide(np.arange(1 << (9 + BITS), dtype=np.uint16))
"""Of all of them: faster than the arithmetic where they are few."""


def edges(keys: Keys) -> tuple[Array, Array]:
    """Return the left and the right edges of buckets."""
    near, far = _edges(keys & ~_SIGN)
    negative = (keys & _SIGN) != 0
    return np.where(negative, -far, near), np.where(negative, -near, far)


def _used(counts: NDArray[np.int64], *, negative_zero: int) -> tuple[Keys, NDArray[np.int64]]:
    if len(counts) > negative_zero:
        counts[0] += counts[negative_zero]
        counts[negative_zero] = 0
    (keys,) = (counts != 0).nonzero()  # ten times as fast on booleans
    return keys.astype(np.uint16), counts[keys].astype(np.int64, copy=False)


def _gathered(keys: Keys, counts: NDArray[np.int64]) -> tuple[Keys, NDArray[np.int64]]:
    """Return the keys in order, each once."""
    unique, place = np.unique(keys, return_inverse=True)
    total = np.zeros(len(unique), np.int64)
    np.add.at(total, place, counts)
    return unique, total


def _ordinals(keys: Keys) -> NDArray[np.int64]:
    """Return integers in the order of the values."""
    size = (keys & ~_SIGN).astype(np.int64)
    return np.where(keys & _SIGN, -size, size)


def _edges(keys: Keys) -> tuple[Array, Array]:
    """Return the edges of non-negative buckets: the one nearer to zero, and the other."""
    near = (keys.astype(np.uint64) << np.uint64(52 - BITS)).view(np.float64)
    above = (keys.astype(np.uint64) + np.uint64(1)) << np.uint64(52 - BITS)
    far = np.where(keys == _LARGEST, np.finfo(np.float64).max, above.view(np.float64))
    return near, np.where(keys == 0, 0.0, far)
