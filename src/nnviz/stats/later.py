"""Tensors on another device: reduced where they lie, and fetched together, once in a while.

To ask a device for a number is to wait until it has done everything else. So what describes a
tensor stays there as a row of numbers until some steps are over; then all rows come in one copy,
which is begun with one hand-over and is there by the next.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.stats.examples import Examples
from nnviz.stats.histogram import Histogram
from nnviz.stats.moments import Moments
from nnviz.stats.summary import Summary

__all__ = ["Arrived", "Fetched", "Later", "Promise", "summary_of_all", "summary_of_sample"]

Fetched = tuple[NDArray[Any], ...]
"""The parts of a row, once they have come."""


class Promise(NamedTuple):
    """Something that is known of a tensor, while it is still on its device.

    Attributes
    ----------
    row : tuple
        Its parts, each an array of one axis there.
    start : callable
        Takes rows, and begins to copy them; returns what waits for that and returns a `Fetched`
        for each.
    read : callable
        Makes of a `Fetched` what is known.
    """

    row: tuple[Any, ...]
    start: Callable[[Sequence[tuple[Any, ...]]], Callable[[], list[Fetched]]]
    read: Callable[[Fetched], "Known"]


Known: TypeAlias = Summary | Examples | NDArray[np.bool_] | float
"""What there is to know: values; examples and units; which units are silent; a share."""


class Arrived(NamedTuple):
    """What is known of a tensor of a step."""

    step: int
    stream: int
    known: Known


class _One(NamedTuple):
    step: int
    stream: int
    promise: Promise


class _Copy(NamedTuple):
    ones: list[_One]
    wait: Callable[[], list[Fetched]]


class Later:
    """What will be known of tensors elsewhere, in the order of their steps."""

    def __init__(self) -> None:
        self._waiting: list[_One] = []
        self._begun: list[_Copy] = []

    def add(self, step: int, stream: int, promise: Promise) -> None:
        """Take in what will be known of a tensor; no step before the last one."""
        self._waiting.append(_One(step, stream, promise))

    def forget(self, step: int) -> None:
        """Forget a step and those after it, none of which was ever handed over."""
        self._waiting = [one for one in self._waiting if one.step < step]

    def begin(self, before: float, *, wait: bool) -> float:
        """Begin to fetch the steps before one; return before which one all can be taken out.

        That is, unless it is to be waited for, what was begun to be fetched earlier.
        """
        chosen = [one for one in self._waiting if one.step < before]
        there = before
        if chosen:
            self._waiting = [one for one in self._waiting if one.step >= before]
            self._begun.append(_Copy(chosen, self._started(chosen)))
            if not wait:
                there = chosen[0].step
        return there

    @staticmethod
    def _started(ones: list[_One]) -> Callable[[], list[Fetched]]:
        """Begin one copy for each device."""
        starts = dict.fromkeys(one.promise.start for one in ones)
        waits = []
        for start in starts:
            places = [k for k, one in enumerate(ones) if one.promise.start == start]
            waits.append((places, start([ones[k].promise.row for k in places])))

        def wait() -> list[Fetched]:
            found = {
                k: own for places, each in waits for k, own in zip(places, each(), strict=True)
            }
            return [found[k] for k in range(len(ones))]

        return wait

    def take_out(self, before: float) -> list[Arrived]:
        """Return what is known of the steps before one, in their order, and forget it."""
        found: list[Arrived] = []
        rest = []
        for copy in self._begun:
            if copy.ones[0].step >= before:
                rest.append(copy)
                continue
            found += [
                Arrived(one.step, one.stream, one.promise.read(fetched))
                for one, fetched in zip(copy.ones, copy.wait(), strict=True)
            ]
        self._begun = rest
        return found


def summary_of_sample(size: int, dtype: np.dtype[np.floating], fetched: Fetched) -> Summary:
    """Return the summary of a sample.

    Parameters
    ----------
    size : int
        Of the whole tensor.
    dtype : dtype
        That the sample has: float32 or float64.
    fetched : (ndarray,)
        Its values, and how many of the whole tensor's are NaN, infinite and minus infinite.
    """
    *values, nan, positive, negative = fetched[0].tolist()
    seen = Summary.of(np.array(values, dtype))
    if not nan + positive + negative:
        return Summary(seen.moments, seen.histogram, size)
    odd = {"nan": nan, "positive_inf": positive, "negative_inf": negative}
    known = {k: int(v) for k, v in odd.items()}
    return Summary(Moments(**{**vars(seen.moments), **known}), seen.histogram, size)


def summary_of_all(size: int, keys: NDArray[np.uint16], fetched: Fetched) -> Summary:
    """Return the summary of a tensor of which all values were counted.

    Parameters
    ----------
    size : int
    keys : ndarray of uint16
        The key of each bucket, as in `Histogram`.
    fetched : (ndarray, ndarray)
        Count, zeros, nan, positive_inf, negative_inf, mean, m2, min and max, as in `Moments`; and
        how many values are in each bucket.
    """
    numbers, counts = fetched
    n, zeros, nan, positive, negative = (int(x) for x in numbers[:5])
    moments = Moments(0, 0, nan, positive, negative)
    if n:
        moments = Moments(n, zeros, nan, positive, negative, *map(float, numbers[5:]))
    held = np.flatnonzero(counts)
    order = np.argsort(keys[held])
    histogram = Histogram(keys[held][order], counts[held][order].astype(np.int64))
    return Summary(moments, histogram, size)
