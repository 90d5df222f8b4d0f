"""Histograms as TensorBoard keeps them, and what can be known from them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnviz._typing import Array
from nnviz.stats import Moments, Summary, from_bins

__all__ = ["Bins"]

_TINY = 1.000001e-12
"""The smallest bin of the event writers ends here; it holds the zeros."""

_DIGITS = 1e-5
_MOST = 2**53
"""Values in a histogram: beyond, float64 does not count."""


@dataclass(frozen=True, eq=False)
class Bins:
    """Counts in bins, and moments where they are known.

    Attributes
    ----------
    left, right, count : ndarray of shape (n,)
        Only of bins that hold something, ascending.
    moments : tuple of float, optional
        Mean, and sum of squares around it. By default, estimated from the bins.
    """

    left: Array
    right: Array
    count: Array
    moments: tuple[float, float] | None

    @classmethod
    def of_proto(cls, proto: Any) -> "Bins":
        """Return the bins of a HistogramProto; ValueError if they make no sense.

        Its smallest and largest value cut the outermost bins, which may be endless.
        """
        limits, counts = (np.array(c, np.float64) for c in (proto.bucket_limit, proto.bucket))
        low, high, n = proto.min, proto.max, proto.num
        if not counts.any():
            return cls(limits[:0], limits[:0], limits[:0], (0.0, 0.0))
        fits = len(limits) == len(counts) and math.isclose(counts.sum(), n, rel_tol=1e-6)
        if not fits or n <= 0 or not (np.isfinite([low, high, n]).all() and low <= high):
            raise ValueError("a histogram with inconsistent bins")
        edges = np.concatenate([[min(low, limits[0])], limits])
        if not (np.diff(edges) >= 0).all():
            raise ValueError("a histogram whose edges do not ascend")
        edges = np.clip(edges, low, high)
        mean = proto.sum / n
        m2 = max(proto.sum_squares - n * mean * mean, 0.0)
        # PyTorch adds in float32: a small difference of two large sums says nothing.
        known = low <= mean <= high and _DIGITS * proto.sum_squares < m2 < math.inf
        return cls._of(edges[:-1], edges[1:], counts, (mean, m2) if known else None)

    @classmethod
    def of_rows(cls, rows: Array) -> "Bins":
        """Return the bins in rows of left edge, right edge and count; ValueError as above."""
        left, right, counts = rows.reshape(-1, 3).T
        if len(left) == 1 and right[0] - left[0] == 1:
            # The first version of the plugin put half a unit around a value that is the only one.
            left = right = (left + right) / 2
        return cls._of(left, right, counts, None)

    @classmethod
    def _of(
        cls, left: Array, right: Array, counts: Array, moments: tuple[float, float] | None
    ) -> "Bins":
        used = counts != 0
        left, right, counts = left[used], right[used], counts[used]
        finite = np.isfinite([left, right, counts]).all()
        if not finite or (counts < 0).any() or counts.sum() > _MOST:
            raise ValueError("a histogram of something other than numbers")
        if (left > right).any() or (right[:-1] > left[1:]).any():
            raise ValueError("a histogram of bins that overlap")
        right = np.where((left == 0) & (right <= _TINY), 0.0, right)
        return cls(left, right, counts, moments)

    @property
    def knows_zeros(self) -> bool:
        """Whether zero has a bin of its own, or none of those in use."""
        return not ((self.left <= 0) & (self.right > 0)).any()

    def summary(self) -> Summary:
        """Return the summary, with buckets in place of the bins."""
        histogram = from_bins(self.left, self.right, self.count)
        n = histogram.count
        if not n:
            return Summary.empty()
        mean, m2 = self.moments or self._estimated()
        zeros = self.count[(self.left == 0) & (self.right == 0)].sum()
        low, high = float(self.left[0]), float(self.right[-1])
        moments = Moments(count=n, zeros=int(zeros), mean=mean, m2=m2, min=low, max=high)
        return Summary(moments, histogram, n)

    def _estimated(self) -> tuple[float, float]:
        """Return mean and sum of squares around it for values spread evenly over each bin."""
        middle, width = self.left / 2 + self.right / 2, self.right - self.left
        mean = float(np.average(middle, weights=self.count))
        with np.errstate(over="ignore"):
            m2 = float(self.count @ ((middle - mean) ** 2 + width**2 / 12))
        return mean, m2
