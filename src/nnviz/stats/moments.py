"""Exact statistics that merge: two of them added are those of both sets of values."""

import math
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nnviz._typing import Array
from nnviz.stats.values import Values

__all__ = ["Moments"]

_LAYOUT = struct.Struct("<qqqqq4d")
_LARGE = 1e150
"""Beyond this, a square overflows."""
_NARROW = 0.1
"""Where less than this is left of the sum of squares, the differences are squared instead:
what cancels never costs more than one digit."""


@dataclass(frozen=True)
class Moments:
    """Counts, mean, spread and extremes of the values seen.

    Attributes
    ----------
    count, zeros : int
        Number of finite values, and of zeros among them.
    nan, positive_inf, negative_inf : int
        Numbers of values that were not finite; they take no part in what follows.
    mean : float
        NaN without values.
    m2 : float
        Sum of squared differences from the mean.
    min, max : float
        +inf and −inf without values.
    """

    count: int = 0
    zeros: int = 0
    nan: int = 0
    positive_inf: int = 0
    negative_inf: int = 0
    mean: float = math.nan
    m2: float = 0.0
    min: float = math.inf
    max: float = -math.inf

    @classmethod
    def of(cls, values: ArrayLike | Values, *, zeros: int | None = None) -> "Moments":
        """Return the moments of an array, accumulated in float64.

        Parameters
        ----------
        values : array_like or Values
        zeros : int, optional
            Number of zeros among them, if that is known.
        """
        read = values if isinstance(values, Values) else Values.of(values)
        x = read.finite
        if not len(x):
            return cls(0, 0, read.nan, read.positive_inf, read.negative_inf)
        low, high = read.low, read.high
        mean, m2 = _mean_and_m2(x.astype(np.float64), max(-low, high))
        return cls(
            count=len(x),
            zeros=read.zeros if zeros is None else zeros,
            nan=read.nan,
            positive_inf=read.positive_inf,
            negative_inf=read.negative_inf,
            mean=min(max(mean, low), high),
            m2=m2,
            min=low,
            max=high,
        )

    def __add__(self, other: "Moments") -> "Moments":
        """Merge, after Chan, Golub and LeVeque (1983), eq. 2.1."""
        if not isinstance(other, Moments):
            return NotImplemented
        mean, m2 = self._merged(other)
        return Moments(
            count=self.count + other.count,
            zeros=self.zeros + other.zeros,
            nan=self.nan + other.nan,
            positive_inf=self.positive_inf + other.positive_inf,
            negative_inf=self.negative_inf + other.negative_inf,
            mean=mean,
            m2=m2,
            min=min(self.min, other.min),
            max=max(self.max, other.max),
        )

    def _merged(self, other: "Moments") -> tuple[float, float]:
        """Return mean and m2 of both; those of one, unchanged, if the other has no values."""
        if not self.count or not other.count:
            full = self if self.count else other
            return full.mean, full.m2
        share = other.count / (self.count + other.count)
        with np.errstate(over="ignore"):
            shift = np.float64(other.mean) - np.float64(self.mean)
            m2 = float(self.m2 + other.m2 + shift * shift * (self.count * share))
        return self.mean * (1 - share) + other.mean * share, m2

    def thinned(self, share: float, count: int) -> "Moments":
        """Return the moments of `count` of the values, a share of them; extremes stay."""
        return Moments(
            count=count,
            zeros=min(round(self.zeros * share), count),
            nan=round(self.nan * share),
            positive_inf=round(self.positive_inf * share),
            negative_inf=round(self.negative_inf * share),
            mean=self.mean if count else math.nan,
            m2=self.variance * count if count else 0.0,
            min=self.min,
            max=self.max,
        )

    @property
    def seen(self) -> int:
        """Number of values, finite or not."""
        return self.count + self.nan + self.positive_inf + self.negative_inf

    @property
    def variance(self) -> float:
        """Mean squared difference from the mean; NaN without values."""
        return self.m2 / self.count if self.count else math.nan

    @property
    def std(self) -> float:
        """Square root of the variance."""
        return math.sqrt(self.variance) if self.count else math.nan

    @property
    def norm(self) -> float:
        """Square root of the sum of squares of the finite values; NaN if there are only others."""
        if not self.count:
            return math.nan if self.seen else 0.0
        return math.hypot(math.sqrt(self.m2), math.sqrt(self.count) * self.mean)

    def to_bytes(self) -> bytes:
        """Return 72 bytes that `from_bytes` turns back."""
        counts = (self.count, self.zeros, self.nan, self.positive_inf, self.negative_inf)
        return _LAYOUT.pack(*counts, self.mean, self.m2, self.min, self.max)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Moments":
        """Return what `to_bytes` was called on; ValueError for anything else."""
        if len(content) != _LAYOUT.size:
            raise ValueError(f"moments must have {_LAYOUT.size} bytes; got {len(content)}")
        moments = cls(*_LAYOUT.unpack(content))
        counts = (moments.nan, moments.positive_inf, moments.negative_inf, moments.zeros)
        if min(counts) < 0 or moments.zeros > moments.count or not moments.m2 >= 0:
            raise ValueError("moments must have counts of at least 0; the bytes are damaged")
        return moments


def _mean_and_m2(x: Array, largest: float) -> tuple[float, float]:
    """Return the mean and the sum of squared differences from it; x is changed."""
    if largest > _LARGE or 0 < largest < 1 / _LARGE:
        mean, m2 = _mean_and_m2(x / largest, 1.0)
        with np.errstate(over="ignore"):  # to infinity: that is what it is
            return mean * largest, float(np.square(np.sqrt(m2) * largest))
    mean, squares = float(x.sum()) / len(x), float(x @ x)
    m2 = squares - len(x) * mean * mean
    if m2 < _NARROW * squares:
        x -= mean
        m2 = float(x @ x)
    return mean, m2
