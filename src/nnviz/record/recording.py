"""Reading what was recorded: the same for a live recorder, a run file and foreign logs."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._displayed import Displayed
from nnviz._names import matches
from nnviz.stats import Summary
from nnviz.stats.block import Block
from nnviz.stats.statistics import (
    STATISTICS,
    Columns,
    Steps,
    among,
    in_order,
    numbers_of,
    statistics_of,
    within,
)

__all__ = ["Recording"]


class Recording(Displayed, ABC):
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

    def refresh(self) -> None:
        """Take in the names that somebody else has written meanwhile."""

    @abstractmethod
    def blocks(
        self, start: int | None = None, stop: int | None = None, *, buckets: bool = True
    ) -> Iterator[Block]:
        """Yield everything that touches a range of steps, one block after the other.

        Without `buckets`, only what `statistics` needs is read.
        """

    def recorded_at(self) -> Steps:
        """Return the steps at which a tensor was recorded, and which of them were so in full."""
        parts = [
            Steps.of(block.step, STATISTICS["exact"](block))
            for block in self.blocks(buckets=False)
            if len(block)
        ]
        none = Steps(np.zeros(0, np.int64), np.zeros(0, bool))
        return Steps.of(*(np.concatenate(each) for each in zip(none, *parts, strict=True)))

    @property
    def steps(self) -> list[int]:
        """The steps at which a tensor was recorded, ascending."""
        return [int(k) for k in self.recorded_at().step]

    @property
    def exact_steps(self) -> list[int]:
        """The steps at which every tensor was counted in full, ascending."""
        return [int(k) for k in self.recorded_at().whole]

    def blocks_holding(self, steps: NDArray[np.int64], *, buckets: bool = True) -> Iterator[Block]:
        """Yield the blocks with tensors of some steps, given in ascending order."""
        if len(steps):
            for block in self.blocks(int(steps[0]), int(steps[-1]) + 1, buckets=buckets):
                if among(block.step, steps).any():
                    yield block

    def last_numbers(self) -> dict[str, tuple[int, float]]:
        """Return the last step of each number and its value, in order of appearance."""
        last: dict[int, tuple[int, float]] = {}
        for block in self.ending_blocks():
            order = np.lexsort((block.number_step, block.number_name))
            columns = (block.number_name, block.number_step, block.number)
            for name, step, value in zip(*(c[order].tolist() for c in columns), strict=True):
                if name not in last or step >= last[name][0]:
                    last[name] = step, value
        return {self.names[place]: last[place] for place in sorted(last)}

    def blocks_naming(self, names: NDArray[np.int64]) -> Iterator[Block]:  # noqa: ARG002
        """Yield the blocks with some numbers, by the places of their names, and others, maybe."""
        return self.blocks(buckets=False)

    def ending_blocks(self) -> Iterator[Block]:
        """Yield the blocks in which the last value of a number is, and others, maybe."""
        return self.blocks(buckets=False)

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
        self.refresh()
        return self._summaries(_matching(pattern, self.streams), start, stop)

    def _summaries(
        self, wanted: NDArray[np.int64], start: int | None, stop: int | None
    ) -> Iterator[tuple[int, str, Summary]]:
        for block in self.blocks(start, stop):
            chosen = np.flatnonzero(np.isin(block.stream, wanted) & within(block.step, start, stop))
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
        self.refresh()
        wanted = self.streams.index(_checks.one_of("stream", stream, self.streams))
        exact, sampled = Summary.empty(), Summary.empty()
        for block in self.blocks(start, stop):
            here = (block.stream == wanted) & within(block.step, start, stop)
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
        self.refresh()
        wanted = _matching(pattern, self.streams)
        parts = []
        for block in chain([Block.of()], self.blocks(start, stop, buckets=False)):
            chosen = np.isin(block.stream, wanted) & within(block.step, start, stop)
            columns = statistics_of(block)
            parts.append({name: column[chosen] for name, column in columns.items()})
        columns = self.corrected(in_order(parts, "stream"))
        columns["stream"] = np.array(self.streams, np.str_)[columns["stream"]]
        return columns

    def corrected(self, columns: Columns) -> Columns:
        """Return statistics, streams by place, without what is not known of foreign logs."""
        return columns

    def numbers(
        self, pattern: str = "*", *, start: int | None = None, stop: int | None = None
    ) -> Columns:
        """Return the plain numbers: ``step, name, value``, by step and order of appearance."""
        _check_range(start, stop)
        self.refresh()
        wanted = _matching(pattern, self.names)
        is_all = start is None and stop is None
        found = self.blocks_naming(wanted) if is_all else self.blocks(start, stop, buckets=False)
        blocks = chain([Block.of()], found)
        columns = in_order([numbers_of(block, wanted, start, stop) for block in blocks], "name")
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
