"""How a number has gone so far, at a fixed price, and as a line of blocks in a terminal."""

import math
from collections.abc import Sequence

__all__ = ["DownsampledSeries", "sparkline"]

_BLOCKS = "▁▂▃▄▅▆▇█"
_ODD = "×"
"""Where no value of a column is finite."""

_MOST = 1200
"""Points that a course keeps, an even number: of more, every second one goes."""


class DownsampledSeries:
    """A number over the steps: all points at first, of many every second, every fourth and so on.

    The last one is always among them, and so are the lowest, the highest, and the first of those
    that are not finite.

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
        self._ends: dict[str, tuple[float, int]] = {}

    def add(self, step: int, value: float) -> None:
        """Add a point, in place of the last one if that is not to be kept."""
        if math.isfinite(value):
            self._ends["low"] = min(self._ends.get("low", (value, step)), (value, step))
            self._ends["high"] = max(self._ends.get("high", (value, -step)), (value, -step))
        is_spare = self._n and (self._n - 1) % self._apart and not self._tells(len(self.steps) - 1)
        if is_spare:
            self.steps[-1], self.values[-1] = step, value
        else:
            self.steps.append(step)
            self.values.append(value)
        self._n += 1
        if len(self.steps) > _MOST:
            self._thin()

    def _thin(self) -> None:
        last = len(self.steps) - 1
        places = [k for k in range(last + 1) if not k % 2 or k == last or self._tells(k)]
        self.steps, self.values = [self.steps[k] for k in places], [self.values[k] for k in places]
        self._apart *= 2

    def _tells(self, place: int) -> bool:
        """Return whether a point is the lowest, the highest, or the first that is not finite."""
        if not math.isfinite(self.values[place]):
            return not place or math.isfinite(self.values[place - 1])
        extremes = {abs(step) for _, step in self._ends.values()}
        return self.steps[place] in extremes


def sparkline(course: DownsampledSeries, width: int) -> str:
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


def _columns(course: DownsampledSeries, width: int) -> list[list[float]]:
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
