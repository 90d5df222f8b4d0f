"""A number over the steps, and how much of it is chance."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._language import said
from nnviz._typing import Array

__all__ = ["Missing", "Series", "at_an_end", "last_of", "scatter_of", "since"]

WINDOW = 9
"""Steps whose median stands for a step, where single ones are too noisy."""

_TOGETHER = 4096
"""Steps that are smoothed at once."""

_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


class Missing(Exception):  # noqa: N818 - it is no error: the reason a rule cannot judge
    """What a recording lacks, so that a rule cannot judge, in the language in force.

    Parameters
    ----------
    reason : str
        In English, with blanks in braces.
    **blanks : object
        What fills them.
    """

    def __init__(self, reason: str, **blanks: object) -> None:
        super().__init__(said(reason, **blanks))


class Series(NamedTuple):
    """A number over the steps, ascending."""

    step: NDArray[np.int64]
    value: Array

    def smoothed(self) -> "Series":
        """Return the median of each step and its neighbours, leaving out what is not finite."""
        wide = np.pad(np.where(np.isfinite(self.value), self.value, np.nan), WINDOW // 2, "edge")
        median = np.full(len(self.value), np.nan)
        for start in range(0, len(median), _TOGETHER):  # a window takes as much as nine steps
            part = wide[start : start + _TOGETHER + WINDOW - 1]
            windows = np.lib.stride_tricks.sliding_window_view(part, WINDOW)
            known = np.flatnonzero(~np.isnan(windows).all(axis=1))
            median[start + known] = np.nanmedian(windows[known], axis=1)
        return Series(self.step, median)


def since(series: Series, beyond: Sequence[bool] | NDArray[np.bool_]) -> int | None:
    """Return the step since which something lasts up to the end; None if it does not."""
    ends = np.flatnonzero(~np.asarray(beyond, bool))
    first = int(ends[-1]) + 1 if len(ends) else 0
    return int(series.step[first]) if first < len(series.step) else None


def last_of(series: Series) -> float:
    """Return the median of the last tenth of a series, of its last three values at least.

    Of fewer than six values, it is the second half: the first ones tell of the beginning.
    """
    n = len(series.value)
    return float(np.median(series.value[-max(at_an_end(n), n // 10) :]))


def at_an_end(n: int) -> int:
    """Return how many of `n` values tell of one end together: three, but none of both ends."""
    return max(1, min(3, n // 2))


def scatter_of(values: Array) -> float:
    """Return the standard deviation of values about a trend that is slow.

    That of the differences between neighbours over the root of two (von Neumann, 1941), by their
    median, which single outliers do not move. What the trend changes by from one value to the next
    counts as scatter. 0 for fewer than three values.
    """
    if len(values) < 3:
        return 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        steps = np.abs(np.diff(values))
    return float(_MAD * np.median(steps) / np.sqrt(2))
