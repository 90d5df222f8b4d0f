"""Where the steps and the last numbers of a run are: what is found without reading its blocks.

Of each block the index has four columns, its *marks*: ``step`` and ``exact``, the steps at which
tensors were recorded, and whether all of them were counted in full; ``name`` and ``last``, the
numbers that it holds, and the last step of each. In the file a row has them as a blob, the CRC-32
of the block's entries, and one of all that with the block's own: it fits this very block or none.
"""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz.record import Block
from nnviz.runs.format import Columns, checksum, pack, views, wide
from nnviz.stats.statistics import STATISTICS, Steps, among, distinct, ends_of

__all__ = ["Index", "fits", "index_row", "marks_of", "unpack_marks"]

MARKS = ("step", "exact", "name", "last")

_TOGETHER = 512
"""Blocks whose marks are put together at once: apart, they take several times as much memory."""


def marks_of(block: Block) -> Columns:
    """Return the marks of a block."""
    step, exact = Steps.of(block.step, STATISTICS["exact"](block))
    order = np.lexsort((block.number_step, block.number_name))
    name, last = block.number_name[order], block.number_step[order]
    ends = ends_of(name)
    return {"step": step, "exact": exact.astype(np.int64), "name": name[ends], "last": last[ends]}


def index_row(
    block: Block, entries: bytes, number: int, first: int, last: int, own: int
) -> tuple[int, bytes, int]:
    """Return what the index says of a block, by its id, span and checksum."""
    marks, content = pack(marks_of(block)), zlib.crc32(entries)
    return content, marks, checksum(number, first, last, own, content, marks)


def fits(
    row: Sequence[object],
    number: int,
    first: int,
    last: int,
    own: int,
    entries: object = None,
) -> bool:
    """Return whether a row of the index, or what stands in its place, is of this block.

    And, if they are given, of these entries.
    """
    content, marks, whole = row
    if not isinstance(marks, bytes):
        return False
    if whole != checksum(number, first, last, own, content, marks):
        return False
    return entries is None or (isinstance(entries, bytes) and zlib.crc32(entries) == content)


def unpack_marks(content: bytes) -> Columns:
    """Return marks by name; ValueError for bytes that are none."""
    found = {name: column.astype(wide(name)) for name, column in views(content, MARKS).items()}
    step, exact, name, last = found.values()
    if (
        len(step) != len(exact)
        or len(name) != len(last)
        or any((c < 0).any() for c in (step, name))
    ):
        raise ValueError("damaged (inconsistent marks)")
    return found


class Index:
    """The marks of the blocks of a run, up to one.

    Attributes
    ----------
    head : (int, int)
        Id and checksum of the last block it has; both 0 if it has none.
    """

    def __init__(self) -> None:
        self.head = (0, 0)
        self._new: list[tuple[int, Columns]] = []
        self._steps: Steps | None = None
        none = np.zeros(0, np.int64)
        self._columns: Columns = dict.fromkeys((*MARKS, "step_in", "name_in"), none)

    def add(self, number: int, own: int, marks: Columns) -> None:
        """Take in the next block, by its id and checksum."""
        self._new.append((number, marks))
        self._steps = None
        self.head = (number, own)
        if len(self._new) >= _TOGETHER:
            self._joined()

    @property
    def steps(self) -> Steps:
        """The steps at which tensors were recorded."""
        if self._steps is None:
            columns = self._joined()
            self._steps = Steps.of(columns["step"], columns["exact"] > 0)
        return self._steps

    def holding(self, steps: NDArray[np.int64]) -> list[int]:
        """Return the ids of the blocks with tensors of some steps, given in ascending order."""
        columns = self._joined()
        return [int(k) for k in distinct(columns["step_in"][among(columns["step"], steps)])]

    def naming(self, names: NDArray[np.int64]) -> list[int]:
        """Return the ids of the blocks with some numbers, by the places of their names."""
        columns = self._joined()
        return [int(k) for k in distinct(columns["name_in"][among(columns["name"], names)])]

    def ending(self) -> list[int]:
        """Return the ids of the blocks that hold the last value of a number."""
        columns = self._joined()
        order = np.lexsort((columns["name_in"], columns["last"], columns["name"]))
        ends = order[ends_of(columns["name"][order])]
        return [int(k) for k in distinct(columns["name_in"][ends])]

    def _joined(self) -> Columns:
        """Return all marks, and in which block (``step_in``, ``name_in``) each is."""
        new, self._new = self._new, []
        if new:
            numbers = [number for number, _ in new]
            added = {name: np.concatenate([marks[name] for _, marks in new]) for name in MARKS}
            for name in ("step", "name"):
                added[f"{name}_in"] = np.repeat(numbers, [len(marks[name]) for _, marks in new])
            self._columns = {k: np.append(own, added[k]) for k, own in self._columns.items()}
        return self._columns
