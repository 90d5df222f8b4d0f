"""How a number has gone so far, at a fixed price, and as a line of blocks in a terminal."""

import math
from collections.abc import Sequence

__all__ = ["Course", "sparkline"]

_BLOCKS = "▁▂▃▄▅▆▇█"
_ODD = "×"
"""Where no value of a column is finite."""

_MOST = 1200
"""Points that a course keeps, an even number: of more, every second one goes."""


class Course:
    """A number over the steps: all points at first, of many every second, every fourth and so on.

    The last one is always among them.

    Attributes
    ----------
    steps : list of int
    values : list of float
    """

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.values: list[float] = []
        self._n = 0
        self._apart = 1

    def add(self, step: int, value: float) -> None:
        """Add a point, in place of the last one if that is not to be kept."""
        if self._n and (self._n - 1) % self._apart:
            self.steps[-1], self.values[-1] = step, value
        else:
            self.steps.append(step)
            self.values.append(value)
        self._n += 1
        if len(self.steps) > _MOST:
            self.steps, self.values = self.steps[::2], self.values[::2]
            self._apart *= 2


def sparkline(course: Course, width: int) -> str:
    """Return a course as a line of so many letters at most.

    A letter is the mean of the finite values of its share of the steps, from the lowest such mean
    to the highest.
    """
    columns = _columns(course, width)
    means = [_mean(column) for column in columns]
    known = [mean for mean in means if mean is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return "".join(
        " " if not column else _ODD if mean is None else _block(mean, low, high)
        for column, mean in zip(columns, means, strict=True)
    )


def _columns(course: Course, width: int) -> list[list[float]]:
    """Return the values by column; few points have a column each."""
    if len(course.steps) <= width:
        return [[value] for value in course.values]
    columns: list[list[float]] = [[] for _ in range(width)]
    first, span = course.steps[0], course.steps[-1] - course.steps[0]
    for step, value in zip(course.steps, course.values, strict=True):
        columns[min(width - 1, (step - first) * width // max(span, 1))].append(value)
    return columns


def _mean(values: Sequence[float]) -> float | None:
    finite = [value for value in values if math.isfinite(value)]
    return math.fsum(value / len(finite) for value in finite) if finite else None


def _block(value: float, low: float, high: float) -> str:
    half = high / 2 - low / 2  # the difference of two large numbers may be infinite
    share = (value / 2 - low / 2) / half if half > 0 else 0.0
    return _BLOCKS[min(len(_BLOCKS) - 1, int(share * len(_BLOCKS)))]
