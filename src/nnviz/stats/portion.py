"""What is handed over of a few steps: blocks, samples and numbers, until one block is asked for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz.stats.block import Block, Numbers, numbers_table
from nnviz.stats.sampled import Sampled

__all__ = ["Portion"]


class Portion:
    """What a recorder hands over: put into one block when that is asked for, and only once.

    Parameters
    ----------
    blocks : sequence of Block, default ()
        What is described already.
    sampled : sequence of Sampled, default ()
        Samples as they were taken.
    numbers : sequence of (int, int, float), or an array as of `numbers_table`, default ()
        Steps, places of names, and values, by step.

    Attributes
    ----------
    steps : ndarray of int64
        Those of which there is anything, ascending.
    """

    def __init__(
        self,
        blocks: Sequence[Block] = (),
        sampled: Sequence[Sampled] = (),
        numbers: Numbers = (),
    ) -> None:
        self._blocks, self._sampled = blocks, sampled
        self._numbers = numbers_table(numbers)
        numbered = [self._numbers["step"], *(block.number_step for block in blocks)]
        self.steps = np.unique(np.concatenate([*numbered, self._summarized()]))

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last step."""
        return int(self.steps[0]), int(self.steps[-1])

    def _summarized(self) -> NDArray[np.int64]:
        """Return the steps that tensors were seen at, as often as they were."""
        parts: list[Block | Sampled] = [*self._blocks, *self._sampled]
        return np.concatenate([np.zeros(0, np.int64), *(each.step for each in parts)])

    @property
    def n_bytes(self) -> int:
        """Memory taken by summaries and samples, in bytes, the latter's names not counted."""
        numbers = (c for b in self._blocks for c in (b.number_step, b.number_name, b.number))
        blocks = sum(block.n_bytes for block in self._blocks)
        sampled = sum(each.values.nbytes for each in self._sampled)
        return blocks + sampled - sum(column.nbytes for column in numbers)

    def block(self) -> Block:
        """Return the whole of it; no stream appears twice in a step."""
        if len(self._blocks) != 1 or self._sampled or len(self._numbers):
            parts = [block for each in self._sampled for block in each.blocks()]
            numbers = Block.of((), self._numbers)
            self._blocks = [Block.joined([*parts, *self._blocks, numbers]).merged()]
            self._sampled, self._numbers = (), numbers_table(())
        return self._blocks[0]

    def forget_summaries(self) -> int:
        """Keep the numbers only; return at how many steps there was more."""
        n_steps = len(np.unique(self._summarized()))
        self._blocks, self._sampled = [block.numbers_alone() for block in self._blocks], ()
        return n_steps

    def touches(self, start: int | None, stop: int | None) -> bool:
        """Return whether there is anything in a range of steps."""
        first, last = self.span
        return (stop is None or first < stop) and (start is None or last >= start)
