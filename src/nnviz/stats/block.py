"""A block: what was recorded over a few steps, as columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.stats.histogram import Histogram
from nnviz.stats.moments import Moments
from nnviz.stats.summary import Summary

__all__ = ["Block", "Numbers", "numbers_table"]

Column = NDArray[Any]

Numbers = Sequence[tuple[int, int, float]] | NDArray[np.void]
"""Of each number the step, the place of its name, and its value."""

_NUMBER = np.dtype([("step", np.int64), ("name", np.int64), ("value", np.float64)])


@dataclass(frozen=True, eq=False)
class Block:
    """A small table of summaries, and one of numbers, over a few steps.

    The first columns have one entry for each summary, in any order. `key` and `held` have one
    for each bucket, those of the first summary first, each time in any order. The last three
    have one for each number.

    Attributes
    ----------
    step, stream : ndarray of int64
        When, and which: a stream is a place in the list of names.
    size : ndarray of int64
        Number of values in the tensor; more than were seen if only a sample was.
    count, zeros, nan, positive_inf, negative_inf : ndarray of int64
        As in `stats.Moments`.
    mean, m2, min, max : ndarray of float64
        As in `stats.Moments`.
    buckets : ndarray of int64
        Number of buckets of each summary.
    key, held : ndarray of uint16 and int64
        Buckets and their counts, as in `stats.Histogram`.
    number_step, number_name : ndarray of int64
        When, and which: a name is a place in the list of names.
    number : ndarray of float64
        The numbers.
    """

    step: Column
    stream: Column
    size: Column
    count: Column
    zeros: Column
    nan: Column
    positive_inf: Column
    negative_inf: Column
    mean: Column
    m2: Column
    min: Column
    max: Column
    buckets: Column
    key: Column
    held: Column
    number_step: Column
    number_name: Column
    number: Column

    @classmethod
    def of(
        cls,
        summaries: Sequence[tuple[int, int, Summary]] = (),
        numbers: Numbers = (),
    ) -> "Block":
        """Return a block from (step, stream, summary) and (step, name, number)."""
        moments = [summary.moments for _, _, summary in summaries]
        histograms = [summary.histogram for _, _, summary in summaries]
        table = numbers_table(numbers)
        counted = ("count", "zeros", "nan", "positive_inf", "negative_inf")
        measured = ("mean", "m2", "min", "max")
        return cls(
            step=np.array([step for step, _, _ in summaries], np.int64),
            stream=np.array([stream for _, stream, _ in summaries], np.int64),
            size=np.array([summary.size for _, _, summary in summaries], np.int64),
            **{k: np.array([getattr(m, k) for m in moments], np.int64) for k in counted},
            **{k: np.array([getattr(m, k) for m in moments], np.float64) for k in measured},
            buckets=np.array([len(h.keys) for h in histograms], np.int64),
            key=np.concatenate([np.zeros(0, np.uint16), *(h.keys for h in histograms)]),
            held=np.concatenate([np.zeros(0, np.int64), *(h.counts for h in histograms)]),
            number_step=table["step"].copy(),
            number_name=table["name"].copy(),
            number=table["value"].copy(),
        )

    @classmethod
    def joined(cls, parts: Iterable["Block"]) -> "Block":
        """Return the entries of several blocks, one after the other."""
        blocks = list(parts)
        if len(blocks) == 1:
            return blocks[0]
        columns = {
            field.name: np.concatenate([getattr(block, field.name) for block in blocks])
            for field in fields(cls)
        }
        return cls(**columns)

    def merged(self) -> "Block":
        """Return a block in which no stream appears twice in a step."""
        pairs = self.step * (self.stream.max(initial=0) + 1) + self.stream
        order = np.argsort(pairs, kind="stable")
        starts = np.flatnonzero(np.diff(pairs[order], prepend=-1))
        if len(starts) == len(pairs):
            return self
        if self._is_of_like_rates(order, starts):
            return self._gathered(order, starts)
        parts: dict[tuple[int, int], list[Summary]] = {}
        for place, pair in enumerate(zip(self.step.tolist(), self.stream.tolist(), strict=True)):
            parts.setdefault(pair, []).append(self.summary(place))
        numbers = zip(self.number_step, self.number_name, self.number, strict=True)
        return Block.of([(*pair, _sum(own)) for pair, own in parts.items()], list(numbers))

    def _is_of_like_rates(self, order: Column, starts: Column) -> bool:
        """Return whether those that are to be merged are samples of the same rate, or whole."""
        seen = self.count + self.nan + self.positive_inf + self.negative_inf
        rate = np.divide(seen, self.size, out=np.ones(len(seen)), where=self.size > 0)[order]
        least, most = (ufunc.reduceat(rate, starts) for ufunc in (np.minimum, np.maximum))
        return bool((most <= 1.01 * least).all())

    def _gathered(self, order: Column, starts: Column) -> "Block":
        """Return the sums of summaries: in an order, some that follow each other are one.

        Moments are merged after Chan, Golub and LeVeque (1983), as in `Moments`.
        """
        group = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(order)))
        summed = ("size", "count", "zeros", "nan", "positive_inf", "negative_inf")
        sums = {k: np.add.reduceat(getattr(self, k)[order], starts) for k in summed}
        count = self.count[order]
        share = np.divide(count, sums["count"][group], out=np.zeros(len(group)), where=count > 0)
        own = np.where(count > 0, self.mean[order], 0.0)
        mean = np.add.reduceat(own * share, starts)
        with np.errstate(over="ignore"):
            apart = np.square(own - mean[group]) * count
        m2 = np.add.reduceat(self.m2[order] + apart, starts)
        place = np.empty_like(group)
        place[order] = group
        bucket = np.repeat(place, self.buckets) << 16 | self.key
        bucket, held = _added(bucket, self.held)
        return Block(
            step=self.step[order][starts],
            stream=self.stream[order][starts],
            **sums,
            mean=np.where(sums["count"] > 0, mean, np.nan),
            m2=m2,
            min=np.minimum.reduceat(self.min[order], starts),
            max=np.maximum.reduceat(self.max[order], starts),
            buckets=np.bincount(bucket >> 16, minlength=len(starts)),
            key=(bucket & 0xFFFF).astype(np.uint16),
            held=held,
            number_step=self.number_step,
            number_name=self.number_name,
            number=self.number,
        )

    def __len__(self) -> int:
        """Return the number of summaries."""
        return len(self.step)

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last step."""
        steps = np.concatenate([self.step, self.number_step])
        return int(steps.min()), int(steps.max())

    @property
    def n_bytes(self) -> int:
        """Memory taken, in bytes."""
        return sum(int(getattr(self, field.name).nbytes) for field in fields(self))

    def summary(self, place: int) -> Summary:
        """Return one of the summaries."""
        end = int(self.buckets[: place + 1].sum())
        part = slice(end - int(self.buckets[place]), end)
        moments = Moments(
            count=int(self.count[place]),
            zeros=int(self.zeros[place]),
            nan=int(self.nan[place]),
            positive_inf=int(self.positive_inf[place]),
            negative_inf=int(self.negative_inf[place]),
            mean=float(self.mean[place]),
            m2=float(self.m2[place]),
            min=float(self.min[place]),
            max=float(self.max[place]),
        )
        order = np.argsort(self.key[part])
        histogram = Histogram(self.key[part][order], self.held[part][order].astype(np.int64))
        return Summary(moments, histogram, int(self.size[place]))

    def before(self, step: float) -> "Block":
        """Return the part before a step."""
        return self._part(self.step < step, self.number_step < step)

    def since(self, step: float) -> "Block":
        """Return the part from a step on."""
        return self._part(self.step >= step, self.number_step >= step)

    def _part(self, entries: NDArray[np.bool_], numbers: NDArray[np.bool_]) -> "Block":
        parts = {}
        for field in fields(self):
            if field.name.startswith("number"):
                rows = numbers
            elif field.name in ("key", "held"):
                rows = np.repeat(entries, self.buckets)
            else:
                rows = entries
            parts[field.name] = getattr(self, field.name)[rows]
        return Block(**parts)

    def numbers_alone(self) -> "Block":
        """Return the block without its summaries."""
        kept = {k: getattr(self, k) for k in ("number_step", "number_name", "number")}
        # Copies: a view would keep the whole column alive.
        empty = {
            f.name: getattr(self, f.name)[:0].copy() for f in fields(self) if f.name not in kept
        }
        return Block(**empty, **kept)


def numbers_table(numbers: Numbers) -> NDArray[np.void]:
    """Return (step, name, number) as an array with these fields: a fifth of the memory."""
    return np.array(numbers, _NUMBER) if len(numbers) else np.zeros(0, _NUMBER)


def _added(keys: Column, counts: Column) -> tuple[Column, Column]:
    """Return keys in order, each once, with the sums of their counts."""
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    if not len(starts):
        return keys, counts
    return keys[order][starts], np.add.reduceat(counts[order].astype(np.int64), starts)


def _sum(parts: Sequence[Summary]) -> Summary:
    """Return the sum of summaries; of samples of unlike rates, those of higher ones thinned."""
    rates = [part.moments.seen / part.size if part.size else 1.0 for part in parts]
    least = min(rates)
    return sum(
        (
            part if rate <= 1.01 * least else part.thinned(least / rate)
            for part, rate in zip(parts, rates, strict=True)
        ),
        start=Summary.empty(),
    )
