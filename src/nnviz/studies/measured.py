"""A number over seeds with its scatter: a mean, a difference of means, a ratio of means."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nnviz.studies.intervals import Interval, of_mean, of_ratio
from nnviz.studies.picks import Numbers

__all__ = ["Measured", "difference_of", "mean_of", "ratio_of", "seeds_in"]


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Attributes
    ----------
    number : float
        What decides.
    seeds : tuple of float
        The same for each seed; empty where there are no seeds.
    interval : (low, high), optional
        In which the number lies with 95 % confidence, by the scatter of the seeds.
    sides : mapping of str to float
        What was compared, in the unit of what it is: means over seeds.
    parts : mapping
        What else a sentence may say: where an extreme lies, how many cases there were.
    """

    number: float
    seeds: tuple[float, ...] = ()
    interval: Interval | None = None
    sides: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, Any] = field(default_factory=dict)


def seeds_in(each: Numbers) -> tuple[float, ...]:
    """Return the number of each seed; none where there are no seeds."""
    return tuple(map(float, each)) if each.index.name == "seed" else ()


def _number(each: Numbers) -> float:
    return float(each.mean(skipna=False)) if len(each) else float("nan")


def mean_of(each: Numbers, **sides: float) -> Measured:
    """Return the mean over seeds."""
    seeds = seeds_in(each)
    return Measured(_number(each), seeds, of_mean(seeds), sides)


def difference_of(a: Numbers, b: Numbers) -> Measured:
    """Return the mean of one less the other, seed by seed; what is rounding is none."""
    each = a - b
    rounding = 1e-12 * a.abs()
    mean = mean_of(each.mask(each.abs() < rounding, 0.0), a=_number(a), b=_number(b))
    if abs(mean.number) < rounding.mean():  # seeds cancel, and the rounding of their sum is left
        return replace(mean, number=0.0)
    return mean


def ratio_of(a: Numbers, b: Numbers) -> Measured:
    """Return the ratio of means; its interval by leaving out one seed after the other."""
    with np.errstate(divide="ignore", invalid="ignore"):
        number = float(np.float64(_number(a)) / np.float64(_number(b)))
        each = a / b
    seeds, sides = seeds_in(each), {"a": _number(a), "b": _number(b)}
    interval = of_ratio(a.to_numpy(), b.to_numpy()) if seeds else None
    return Measured(number, seeds, interval, sides)
