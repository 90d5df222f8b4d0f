"""Reading what was recorded: the same for a live recorder, a run file and foreign logs."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._names import matches
from nnviz._typing import Array
from nnviz.stats import Summary
from nnviz.stats.block import Block

__all__ = ["Columns", "Recording"]

Columns = dict[str, NDArray[Any]]
"""Equally long arrays by name: ``pandas.DataFrame(columns)`` makes a table of them."""


class Recording(ABC):
    """Summaries of tensors and plain numbers, by name and step.

    A tensor's name is a stream, such as ``"relu2/activation"``. Wherever a pattern is asked
    for, ``*`` stands for any text. A range of steps includes `start` and excludes `stop`.
    """

    @property
    @abstractmethod
    def streams(self) -> Sequence[str]:
        """The names of all tensors, in order of appearance."""

    @property
    @abstractmethod
    def names(self) -> Sequence[str]:
        """The names of all numbers, in order of appearance."""

    @property
    def layers(self) -> Sequence[str]:
        """The layers that have a stream, in order of appearance: what precedes the last slash.

        Parts of a layer, such as "lstm.ih_l0", follow it.
        """
        layers = dict.fromkeys(stream.rpartition("/")[0] for stream in self.streams)
        parts: dict[str | None, list[str]] = {}
        for layer in layers:
            owner, dot, _ = layer.rpartition(".")
            parts.setdefault(owner if dot and owner in layers else None, []).append(layer)

        def within(owner: str | None) -> Iterator[str]:
            for layer in parts.get(owner, ()):
                yield layer
                yield from within(layer)

        return list(within(None))

    @property
    def kinds(self) -> Sequence[str]:
        """The kinds of tensors, in order of appearance: what follows the last slash."""
        return list(dict.fromkeys(stream.rpartition("/")[2] for stream in self.streams))

    @property
    def meta(self) -> Mapping[str, Any]:
        """What is known of the recording as a whole; nothing, unless it comes from disk."""
        return {}

    @abstractmethod
    def blocks(
        self, start: int | None = None, stop: int | None = None, *, buckets: bool = True
    ) -> Iterator[Block]:
        """Yield everything that touches a range of steps, one block after the other.

        Without `buckets`, only what `statistics` needs is read.
        """

    @property
    def steps(self) -> list[int]:
        """The steps at which a tensor was recorded, ascending."""
        parts = [np.unique(block.step) for block in self.blocks(buckets=False)]
        return [int(step) for step in np.unique(np.concatenate([np.zeros(0, np.int64), *parts]))]

    @property
    def exact_steps(self) -> list[int]:
        """The steps at which every tensor was counted in full, ascending."""
        columns = self.statistics()
        sampled = np.unique(columns["step"][~columns["exact"]])
        return [int(k) for k in np.setdiff1d(columns["step"], sampled)]

    def at(self, step: int) -> Mapping[str, Summary]:
        """Return the summaries of a step by stream; ValueError for one that was not recorded."""
        _checks.step("step", step)
        found = {
            int(block.stream[place]): block.summary(int(place))
            for block in self.blocks(step, step + 1)
            for place in np.flatnonzero(block.step == step)
        }
        if not found:
            raise _checks.fail("step", f"one of the {len(self.steps)} recorded steps", step)
        return {self.streams[stream]: found[stream] for stream in sorted(found)}

    def summaries(
        self, pattern: str = "*", *, start: int | None = None, stop: int | None = None
    ) -> Iterator[tuple[int, str, Summary]]:
        """Return an iterator of (step, stream, summary), block by block, ordered by step."""
        _check_range(start, stop)
        return self._summaries(_matching(pattern, self.streams), start, stop)

    def _summaries(
        self, wanted: NDArray[np.int64], start: int | None, stop: int | None
    ) -> Iterator[tuple[int, str, Summary]]:
        for block in self.blocks(start, stop):
            chosen = np.flatnonzero(
                np.isin(block.stream, wanted) & _within(block.step, start, stop)
            )
            order = np.lexsort((block.stream[chosen], block.step[chosen]))
            for place in chosen[order]:
                name = self.streams[int(block.stream[place])]
                yield int(block.step[place]), name, block.summary(int(place))

    def total(self, stream: str, *, start: int | None = None, stop: int | None = None) -> Summary:
        """Return the summary of a stream over a range of steps.

        Where some steps were counted in full, of those alone: mixed with samples, they would
        outweigh the rest.
        """
        _check_range(start, stop)
        wanted = self.streams.index(_checks.one_of("stream", stream, self.streams))
        exact, sampled = Summary.empty(), Summary.empty()
        for block in self.blocks(start, stop):
            here = (block.stream == wanted) & _within(block.step, start, stop)
            for place in np.flatnonzero(here):
                summary = block.summary(int(place))
                if summary.exact:
                    exact += summary
                else:
                    sampled += summary
        return exact if exact.size else sampled

    def statistics(
        self, pattern: str = "*", *, start: int | None = None, stop: int | None = None
    ) -> Columns:
        """Return the statistics of the chosen streams at each step, one row per summary.

        Returns
        -------
        dict of str to ndarray
            ``step, stream, exact, size, count, mean, std, rms`` (root mean square: the norm
            over the root of the size, which tensors of unlike sizes can be compared by), ``min,
            max, norm, zero`` (the share of exact zeros), ``nan, positive_inf, negative_inf``
            (numbers of values among those seen), sorted by step, streams in order of appearance.
            Where `exact` is False they describe a sample, and `norm` is an estimate for the
            whole tensor.
        """
        _check_range(start, stop)
        wanted = _matching(pattern, self.streams)
        parts = [
            _statistics(b, wanted, start, stop) for b in self.blocks(start, stop, buckets=False)
        ]
        columns = _sorted(parts or [_statistics(Block.of(), wanted, None, None)], "stream")
        columns["stream"] = np.array(self.streams, np.str_)[columns["stream"]]
        return self.corrected(columns)

    def corrected(self, columns: Columns) -> Columns:
        """Return `statistics` without what is not known of foreign logs."""
        return columns

    def numbers(
        self, pattern: str = "*", *, start: int | None = None, stop: int | None = None
    ) -> Columns:
        """Return the plain numbers: ``step, name, value``, by step and order of appearance."""
        _check_range(start, stop)
        wanted = _matching(pattern, self.names)
        blocks = [Block.of(), *self.blocks(start, stop, buckets=False)]
        columns = _sorted([_numbers(block, wanted, start, stop) for block in blocks], "name")
        columns["name"] = np.array(self.names, np.str_)[columns["name"]]
        return columns


def _check_range(start: int | None, stop: int | None) -> None:
    for name, step in (("start", start), ("stop", stop)):  # a step below 0 is before the first one
        if step is not None:
            _checks.integer(name, step, at_least=-sys.maxsize)


def _matching(pattern: str, names: Sequence[str]) -> NDArray[np.int64]:
    """Return the places of the names that match; ValueError if there are names but none does."""
    _checks.text("pattern", pattern)
    found = [place for place, name in enumerate(names) if matches(name, pattern)]
    if names and not found:
        _checks.one_of("pattern", pattern, names)
    return np.array(found, np.int64)


def _within(step: NDArray[np.int64], start: int | None, stop: int | None) -> NDArray[np.bool_]:
    after = np.ones(len(step), bool) if start is None else step >= start
    return after if stop is None else after & (step < stop)


def _statistics(
    block: Block, wanted: NDArray[np.int64], start: int | None, stop: int | None
) -> Columns:
    chosen = np.isin(block.stream, wanted) & _within(block.step, start, stop)
    odd = block.nan + block.positive_inf + block.negative_inf
    count = block.count.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        std = np.sqrt(block.m2 / count)
        rms: Array = np.hypot(std, block.mean)
        columns = {
            "step": block.step,
            "stream": block.stream,
            "exact": block.count + odd == block.size,
            "size": block.size,
            "count": block.count,
            "mean": block.mean,
            "std": std,
            "rms": rms,
            "min": block.min,
            "max": block.max,
            "norm": np.where(
                count > 0,
                rms * np.sqrt(count * (block.size / np.maximum(count + odd, 1))),
                np.where(odd > 0, np.nan, 0.0),  # nothing is known of what is all NaN
            ),
            "zero": block.zeros / count,
            "nan": block.nan,
            "positive_inf": block.positive_inf,
            "negative_inf": block.negative_inf,
        }
    return {name: column[chosen] for name, column in columns.items()}


def _numbers(
    block: Block, wanted: NDArray[np.int64], start: int | None, stop: int | None
) -> Columns:
    chosen = np.isin(block.number_name, wanted) & _within(block.number_step, start, stop)
    return {
        "step": block.number_step[chosen],
        "name": block.number_name[chosen],
        "value": block.number[chosen],
    }


def _sorted(parts: Sequence[Columns], second: str) -> Columns:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns[second], columns["step"]))
    return {name: column[order] for name, column in columns.items()}
