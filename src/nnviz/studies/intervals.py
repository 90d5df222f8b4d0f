"""How far a number may be from what more seeds would give: 95 % intervals."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Interval", "of_mean", "of_ratio"]

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


def _quantile(n: int) -> float:
    """Return Student's quantile for a 95 % interval of the mean of n numbers."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 0.975))
