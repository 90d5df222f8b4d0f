"""How far a number may be from what more seeds would give: 95 % intervals."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Interval", "of_mean", "of_quotient", "of_ratio"]

Interval: TypeAlias = tuple[float, float]


def of_mean(values: Sequence[float]) -> Interval | None:
    """Return Student's interval of a mean; None for fewer than two values, or one not finite."""
    n = len(values)
    if n < 2 or not np.isfinite(values).all():
        return None
    mean, half = float(np.mean(values)), _quantile(n) * float(np.std(values, ddof=1)) / n**0.5
    return mean - half, mean + half


def of_ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> Interval | None:
    """Return the jackknife's interval of mean(a) / mean(b), on logarithms."""
    n = len(a)
    if n < 2 or n != len(b):
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        left_out = np.log(((a.sum() - a) / (b.sum() - b)).astype(float))
        middle = np.log(a.sum() / b.sum())
    if not np.isfinite([*left_out, middle]).all():
        return None
    error = np.sqrt((n - 1) / n * np.sum((left_out - left_out.mean()) ** 2))
    half = _quantile(n) * error
    return float(np.exp(middle - half)), float(np.exp(middle + half))


def of_quotient(a: NDArray[np.float64], b: NDArray[np.float64]) -> Interval:
    """Return Fieller's interval of mean(a) / mean(b), as far as that is positive.

    All r for which Student's test does not tell the mean of ``a − r b`` from 0: the solutions of
    a quadratic inequality (Fieller, 1954, Journal of the Royal Statistical Society B 16). Where
    the mean of b may be 0 there is no upper end, and it is infinite. Of numbers that are not
    finite, or whose squares are not, both ends are NaN.

    Parameters
    ----------
    a, b : array of shape (n,)
        Pairs of numbers, of two pairs or more.
    """
    reach = _quantile(len(a)) ** 2 / len(a)
    with np.errstate(over="ignore", invalid="ignore"):
        above, below, both = a.mean(), b.mean(), np.cov(a, b)
        square = below**2 - reach * both[1, 1]
        half = above * below - reach * both[0, 1]
        rest = above**2 - reach * both[0, 0]
        inside = half**2 - square * rest
    if not np.isfinite(inside):
        return np.nan, np.nan
    if inside < 0:
        return 0.0, np.inf
    low, high = sorted((half + side * np.sqrt(inside)) / square for side in (-1, 1))
    if square > 0:
        return max(0.0, float(low)), max(0.0, float(high))
    return (float(high) if low <= 0 <= high else 0.0), np.inf


def _quantile(n: int) -> float:
    """Return Student's quantile for a 95 % interval of the mean of n numbers."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 0.975))
