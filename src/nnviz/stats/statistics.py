"""Columns of what was recorded: the steps, and the statistics of each tensor at each step."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.block import Block

__all__ = [
    "STATISTICS",
    "Columns",
    "Steps",
    "among",
    "distinct",
    "ends_of",
    "in_order",
    "numbers_of",
    "statistics_of",
    "within",
]

Columns = dict[str, NDArray[Any]]
"""Equally long arrays by name: ``pandas.DataFrame(columns)`` makes a table of them."""


class Steps(NamedTuple):
    """The steps at which tensors were recorded.

    Attributes
    ----------
    step : ndarray of int64, shape (n,)
        Ascending.
    exact : ndarray of bool, shape (n,)
        Whether every tensor was counted in full.
    """

    step: NDArray[np.int64]
    exact: NDArray[np.bool_]

    @classmethod
    def of(cls, step: NDArray[np.int64], exact: NDArray[np.bool_]) -> "Steps":
        """Return the steps of some tensors, each counted in full or not."""
        known = distinct(step)
        return cls(known, ~among(known, distinct(step[~exact])))

    @property
    def whole(self) -> NDArray[np.int64]:
        """Those at which every tensor was counted in full."""
        return self.step[self.exact]

    @property
    def last_known(self) -> int:
        """The last one counted in full if it lies in the second half, or else the last one."""
        known = self.whole[self.whole >= self.step[-1] - self.whole]
        return int((known if len(known) else self.step)[-1])


def _odd(block: Block) -> NDArray[np.int64]:
    return np.asarray(block.nan + block.positive_inf + block.negative_inf)


def _std(block: Block) -> Array:
    return np.sqrt(block.m2 / block.count)


def _rms(block: Block) -> Array:
    return np.hypot(_std(block), block.mean)


def _norm(block: Block) -> Array:
    odd, count = _odd(block), block.count.astype(np.float64)
    share = block.size / np.maximum(count + odd, 1)
    unknown = np.where(odd > 0, np.nan, 0.0)  # nothing is known of what is all NaN
    return np.where(count > 0, _rms(block) * np.sqrt(count * share), unknown)


STATISTICS: Mapping[str, Callable[[Block], NDArray[Any]]] = {
    "step": lambda block: block.step,
    "stream": lambda block: block.stream,
    "exact": lambda block: block.count + _odd(block) == block.size,
    "size": lambda block: block.size,
    "count": lambda block: block.count,
    "mean": lambda block: block.mean,
    "std": _std,
    "rms": _rms,
    "min": lambda block: block.min,
    "max": lambda block: block.max,
    "norm": _norm,
    "zero": lambda block: block.zeros / block.count,
    "nan": lambda block: block.nan,
    "positive_inf": lambda block: block.positive_inf,
    "negative_inf": lambda block: block.negative_inf,
}
"""The columns of `Recording.statistics`, each of a block; streams are places in the list."""


def statistics_of(block: Block, names: Iterable[str] = STATISTICS) -> Columns:
    """Return columns of `STATISTICS` of everything in a block: no others are computed, or read."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return {name: STATISTICS[name](block) for name in names}


def distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each value once, ascending: faster than ``np.unique`` where they ascend already."""
    ordered = np.sort(values, kind="stable")
    return ordered[ends_of(ordered)]


def ends_of(values: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where, of equal values that follow each other, the last one is."""
    return np.append(values[1:] != values[:-1], True)[: len(values)]


def among(values: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which values are among some known ones, which ascend."""
    if not len(known):
        return np.zeros(len(values), bool)
    return np.asarray(known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values)


def within(step: NDArray[np.int64], start: int | None, stop: int | None) -> NDArray[np.bool_]:
    """Return which steps are in a range."""
    after = np.ones(len(step), bool) if start is None else step >= start
    return after if stop is None else after & (step < stop)


def numbers_of(
    block: Block, wanted: NDArray[np.int64], start: int | None, stop: int | None
) -> Columns:
    """Return step, name and value of some numbers of a block, the names by their places."""
    chosen = np.isin(block.number_name, wanted) & within(block.number_step, start, stop)
    return {
        "step": block.number_step[chosen],
        "name": block.number_name[chosen],
        "value": block.number[chosen],
    }


def in_order(parts: Sequence[Columns], second: str) -> Columns:
    """Return several tables as one, sorted by step and another column."""
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns[second], columns["step"]))
    return {name: column[order] for name, column in columns.items()}
