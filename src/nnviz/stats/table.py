"""Summaries as they come: a row each, and their buckets one after the other."""

import math
from collections.abc import Container
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.block import Block
from nnviz.stats.buffer import KEYS, Buffer
from nnviz.stats.examples import Examples
from nnviz.stats.reducer import Reducer

__all__ = ["Table"]

_ROWS, _BUCKETS = 256, 1 << 16
"""Room to begin with."""

_MANY = 1 << 12
"""Rows beyond which it is looked whether streams came again and again within a step."""


class _Written(NamedTuple):
    """The columns, and how much of them is written: replaced as a whole.

    So an interrupt finds what was or what is, whole rows in either case.
    """

    columns: Buffer
    rows: int
    buckets: int


class Table:
    """Describes tensors, and keeps what describes them.

    Parameters
    ----------
    reducer : Reducer
    """

    def __init__(self, reducer: Reducer) -> None:
        self._reducer = reducer
        self._written = _Written(Buffer.empty(_ROWS, _BUCKETS), 0, 0)
        self._many = _MANY

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._written.rows

    def add(self, step: int, stream: int, flat: Array) -> None:
        """Describe a tensor, given in one axis; no step before the last one."""
        columns, row, at = self._room(1, flat)
        columns.buckets[row] = n = self._reducer.describe(flat, columns, row, at)
        columns.step[row], columns.stream[row], columns.size[row] = step, stream, flat.size
        self._written = _Written(columns, row + 1, at + n)

    def add_parts(
        self,
        step: int,
        streams: NDArray[np.int64],
        flat: Array,
        starts: NDArray[np.int64],
        stops: NDArray[np.int64],
    ) -> None:
        """Describe tensors that lie side by side, each between a start and a stop."""
        columns, row, at = self._room(len(streams), flat)
        n = self._reducer.describe_parts(flat, starts, stops, columns, row, at)
        rows = slice(row, row + len(streams))
        columns.step[rows], columns.stream[rows], columns.size[rows] = step, streams, stops - starts
        self._written = _Written(columns, rows.stop, at + n)

    def add_examples(self, step: int, stream: int, values: Array, unit: int) -> Examples:
        """Describe an activation, and return what is known of its units and its examples."""
        columns, row, at = self._room(1, values)
        n, examples = self._reducer.describe_examples(values, unit, columns, row, at)
        columns.step[row], columns.stream[row], columns.size[row] = step, stream, values.size
        columns.buckets[row] = n
        self._written = _Written(columns, row + 1, at + n)
        return examples

    def norms(self, step: int, wanted: Container[int]) -> dict[int, float]:
        """Return the Euclidean norm of the finite values of some streams at a step, the last.

        NaN for one of which no value is finite.
        """
        columns, rows, _ = self._written
        own = slice(int(np.searchsorted(columns.step[:rows], step)), rows)
        parts = (columns.stream[own], columns.size[own], columns.counts[own, 0])
        means, m2s = columns.floats[own, 0].tolist(), columns.floats[own, 1].tolist()
        found: dict[int, float] = {}
        for stream, size, count, mean, m2 in zip(
            *(part.tolist() for part in parts), means, m2s, strict=True
        ):
            if stream not in wanted:
                continue
            norm = math.hypot(math.sqrt(m2), math.sqrt(count) * mean) if count else 0.0
            if count or not size:
                before = found.get(stream, 0.0)  # it may have been seen before in the step
                found[stream] = norm if math.isnan(before) else math.hypot(before, norm)
            else:
                found.setdefault(stream, math.nan)
        return found

    def forget(self, step: int) -> None:
        """Forget the rows of a step and of what follows; interrupted, it may be done again."""
        columns, rows, _ = self._written
        first = int(np.searchsorted(columns.step[:rows], step))
        self._written = _Written(columns, first, int(columns.buckets[:first].sum()))

    def take_out(self, before: float) -> Block | None:
        """Return the rows before a step, and forget them; None if there are none."""
        columns, rows, buckets = self._written
        first = int(np.searchsorted(columns.step[:rows], before))
        if not first:
            return None
        block = columns.block(slice(first), slice(int(columns.buckets[:first].sum())))
        rest = None
        if first < rows:
            rest = columns.block(slice(first, rows), slice(len(block.key), buckets))
        self._replace(rest)
        return block

    def _replace(self, block: Block | None) -> None:
        if block is None:
            self._written = _Written(self._written.columns, 0, 0)
        else:
            columns = Buffer.of(block)
            self._written = _Written(columns, len(columns.step), len(columns.key))

    def _room(self, rows: int, values: Array) -> _Written:
        """Return the columns with room for so many rows of some values."""
        if len(self) >= self._many:
            columns, n, m = self._written
            self._replace(columns.block(slice(n), slice(m)).merged())
            self._many = max(_MANY, 2 * len(self))
        columns, row, at = self._written
        buckets = min(values.size, rows * KEYS[values.itemsize])
        if row + rows > len(columns.step) or at + buckets > len(columns.key):
            columns = columns.grown(max(rows, row), max(buckets, at))
            self._written = _Written(columns, row, at)
        return self._written
