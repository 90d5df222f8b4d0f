"""A few steps of a recording on their way to the sink, of which the samples are still as taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.record.block import Block, Numbers, numbers_table
from nnviz.stats import Rows, Summary

__all__ = ["Portion", "Sampled"]


@dataclass(frozen=True, eq=False)
class Sampled:
    """Samples of one length and type, of any streams and steps.

    Attributes
    ----------
    step, stream : ndarray of int64, shape (n,)
        When, and which.
    size : ndarray of int64, shape (n,)
        Number of values in the tensor.
    values : ndarray of float32 or float64, shape (n, length)
        Those that were taken.
    """

    step: NDArray[np.int64]
    stream: NDArray[np.int64]
    size: NDArray[np.int64]
    values: Array

    def blocks(self) -> list[Block]:
        """Return what describes the samples, and leave each in ascending order.

        One row after the other would take many times as long as all at once, which does for
        ordinary numbers only.
        """
        rows = Rows.of(self.values)
        if rows.ordinary.all():
            return [self._block(rows)]
        odd = [self._summary(place) for place in np.flatnonzero(~rows.ordinary).tolist()]
        plain = np.flatnonzero(rows.ordinary)
        if not len(plain):
            return [Block.of(odd)]
        rest = Sampled(self.step[plain], self.stream[plain], self.size[plain], self.values[plain])
        return [Block.of(odd), *rest.blocks()]

    def _summary(self, place: int) -> tuple[int, int, Summary]:
        seen = Summary.of(self.values[place])
        summary = Summary(seen.moments, seen.histogram, int(self.size[place]))
        return int(self.step[place]), int(self.stream[place]), summary

    def _block(self, rows: Rows) -> Block:
        none = np.zeros(len(self.step), np.int64)
        return Block(
            step=self.step,
            stream=self.stream,
            size=self.size,
            count=np.full(len(self.step), self.values.shape[1], np.int64),
            zeros=rows.zeros,
            nan=none,
            positive_inf=none,
            negative_inf=none,
            mean=rows.mean,
            m2=rows.m2,
            min=rows.min,
            max=rows.max,
            buckets=rows.buckets,
            key=rows.key,
            held=rows.held.astype(np.uint16),
            number_step=none[:0],
            number_name=none[:0],
            number=rows.mean[:0],
        )


class Portion:
    """What a recorder hands over: put into a block when that is asked for, and only once.

    Parameters
    ----------
    summaries : sequence of (int, int, Summary), default ()
        As in `Block.of`, by step.
    numbers : sequence of (int, int, float), or an array as of `numbers_table`, default ()
        As in `Block.of`, by step.
    sampled : sequence of Sampled, default ()
    block : Block, optional
        All of it, instead.

    Attributes
    ----------
    steps : ndarray of int64
        Those of which there is anything, ascending.
    """

    def __init__(
        self,
        summaries: Sequence[tuple[int, int, Summary]] = (),
        numbers: Numbers = (),
        sampled: Sequence[Sampled] = (),
        *,
        block: Block | None = None,
    ) -> None:
        self._summaries, self._sampled = summaries, sampled
        self._numbers = numbers_table(numbers)
        self._block = block
        numbers_at = self._numbers["step"] if block is None else block.number_step
        self.steps = np.union1d(numbers_at, self._summarized())

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last step."""
        return int(self.steps[0]), int(self.steps[-1])

    def _summarized(self) -> NDArray[np.int64]:
        """Return the steps that tensors were seen at, as often as they were."""
        if self._block is not None:
            return self._block.step
        counted = np.array([step for step, _, _ in self._summaries], np.int64)
        return np.concatenate([counted, *(each.step for each in self._sampled)])

    @property
    def n_bytes(self) -> int:
        """Memory taken by summaries and samples, in bytes, the latter's names not counted."""
        if self._block is not None:
            numbers = (self._block.number_step, self._block.number_name, self._block.number)
            return self._block.n_bytes - sum(column.nbytes for column in numbers)
        summaries = sum(each.n_bytes for _, _, each in self._summaries)
        return summaries + sum(each.values.nbytes for each in self._sampled)

    def block(self) -> Block:
        """Return the whole of it; no stream appears twice in a step."""
        if self._block is None:
            parts = [block for each in self._sampled for block in each.blocks()]
            counted = Block.of(self._summaries, self._numbers)
            self._block = Block.joined([*parts, counted]).merged()
            self._summaries = self._sampled = ()
            self._numbers = numbers_table(())
        return self._block

    def forget_summaries(self) -> int:
        """Keep the numbers only; return at how many steps there was more."""
        n_steps = len(np.unique(self._summarized()))
        self._summaries = self._sampled = ()
        if self._block is not None:
            self._block = self._block.numbers_alone()
        return n_steps

    def touches(self, start: int | None, stop: int | None) -> bool:
        """Return whether there is anything in a range of steps."""
        first, last = self.span
        return (stop is None or first < stop) and (start is None or last >= start)
