"""Histograms as others keep them, and what can be known from them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnviz._typing import Array
from nnviz.stats import Moments, Summary, from_bins

__all__ = ["MOST", "TINY", "Bins"]

TINY = 1.000001e-12
"""The smallest bin of the event writers ends here; it holds the zeros."""

MOST = 2**53
"""Values in a histogram: beyond, float64 does not count."""

_ULPS = 4 * np.finfo(np.float64).eps


@dataclass(frozen=True, eq=False)
class Bins:
    """Counts in bins, and what is known beside them.

    Attributes
    ----------
    left, right, count : ndarray of shape (n,)
        Only of bins that hold something, ascending.
    moments : tuple of float, optional
        Mean and variance of all finite values, as their writer summed them up. By default, both
        are estimated from the bins.
    nan, positive_inf, negative_inf : int
        How many values are not finite; of a part, at least so many.
    size : int, optional
        Number of values. By default, there are no others than those counted.
    is_part : bool
        Whether there may be values of which nothing is known.
    """

    left: Array
    right: Array
    count: Array
    moments: tuple[float, float] | None = None
    nan: int = 0
    positive_inf: int = 0
    negative_inf: int = 0
    size: int | None = None
    is_part: bool = False

    @classmethod
    def of(cls, left: Array, right: Array, count: Array, **known: Any) -> "Bins":
        """Return the bins that hold something; ValueError if they make no sense.

        A bin from zero on that is too narrow to hold anything but zeros is a point, unless the
        largest value is inside it.
        """
        used = count != 0
        left, right, count = left[used], right[used], count[used]
        finite = np.isfinite([left, right, count]).all()
        if not finite or (count < 0).any() or count.sum() > MOST:
            raise ValueError("a histogram of something other than numbers")
        if (left > right).any() or (right[:-1] > left[1:]).any():
            raise ValueError("a histogram of bins that overlap")
        if len(right) and right[-1] > TINY:
            right = np.where((left == 0) & (right <= TINY), 0.0, right)
        return cls(left, right, count, **known)

    @classmethod
    def of_rows(cls, rows: Array) -> "Bins":
        """Return the bins in rows of left edge, right edge and count; ValueError as above.

        Where an edge is not finite, some of the values were not: nothing else is known.
        """
        left, right, count = rows.reshape(-1, 3).T
        edges = np.concatenate([left, right])
        odd = edges[~np.isfinite(edges)]
        if len(left) > 1 and len(odd):
            if not 0 <= count.sum() <= MOST:
                raise ValueError("a histogram of something other than numbers")
            kind = "nan" if np.isnan(odd).any() else _SIGN[bool(odd[0] > 0)]
            certain: Any = {kind: 1}
            size = max(round(count.sum()), 1)
            nothing = left[:0]
            return cls(nothing, nothing, nothing, None, size=size, is_part=True, **certain)
        if _is_around_a_value(left, right):
            left = right = (left + right) / 2
        return cls.of(left, right, count)

    @property
    def n_odd(self) -> int:
        """Number of values that are not finite."""
        return self.nan + self.positive_inf + self.negative_inf

    @property
    def knows_zeros(self) -> bool:
        """Whether zero has a bin of its own, or none of those in use."""
        return not ((self.left <= 0) & (self.right > 0)).any()

    def summary(self) -> Summary:
        """Return the summary, with buckets in place of the bins."""
        histogram = from_bins(self.left, self.right, self.count)
        n = histogram.count
        odd = (self.nan, self.positive_inf, self.negative_inf)
        if n:
            mean, variance = self.moments or self._estimated()
            zeros = int(self.count[(self.left == 0) & (self.right == 0)].sum())
            low, high = float(self.left[0]), float(self.right[-1])
            moments = Moments(n, zeros, *odd, mean=mean, m2=variance * n, min=low, max=high)
        else:
            moments = Moments(0, 0, *odd)
        return Summary(moments, histogram, max(self.size or 0, moments.seen))

    def _estimated(self) -> tuple[float, float]:
        """Return mean and variance of values that are spread evenly over each bin."""
        middle, width = self.left / 2 + self.right / 2, self.right - self.left
        mean = float(np.average(middle, weights=self.count))
        with np.errstate(over="ignore"):
            m2 = float(self.count @ ((middle - mean) ** 2 + width**2 / 12))
        return mean, m2 / float(self.count.sum())


_SIGN = {True: "positive_inf", False: "negative_inf"}


def _is_around_a_value(left: Array, right: Array) -> bool:
    """Return whether the only bin is what the plugin's first version put around a single value.

    That is half a unit to either side. Between two whole numbers there may be anything: it is
    what a single bin of values from 0 to 1 looks like.
    """
    if len(left) != 1 or left[0] == np.rint(left[0]):
        return False
    return bool(abs(right[0] - left[0] - 1) <= _ULPS * max(abs(left[0]), 1))
