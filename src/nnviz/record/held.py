"""Where samples lie until they are handed over, and how of very many some are kept."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from nnviz._typing import Array
from nnviz.record.portion import Sampled

__all__ = ["MOST", "WIDTH", "Held", "fewer"]

WIDTH = 128
"""Values in a sample. A tensor of no more values is counted in full."""

MOST = 16
"""Samples of a stream and step that are kept, on average: a layer may be called many times."""

_Note = tuple[int, int, int, int]
_Group = tuple[int, Sequence[int], Sequence[int], Array]


class Held:
    """Samples of one type, each in a row that is used again, or in groups.

    A row is free, or a note names it, or a thread is about to write the note.

    Attributes
    ----------
    notes : list of (int, int, int, int)
        Of each sample the step, the number of its stream, the size of the tensor, and the row.
    rows : list of ndarray of shape (WIDTH,)
    free : list of int
        Rows that hold nothing.
    groups : list of (int, sequence of int, sequence of int, ndarray)
        Step, numbers of streams, sizes, and all samples in one array.
    n_grouped : int
        Number of samples in them.
    """

    def __init__(self, dtype: np.dtype[Any], n_rows: int = 0) -> None:
        self.notes: list[_Note] = []
        self.rows: list[Array] = []
        self.free: list[int] = []
        self.groups: list[_Group] = []
        self.n_grouped = 0
        self._dtype, self._blocks = dtype, list[Array]()
        if n_rows:
            self.make_room(n_rows)

    @property
    def n_blocks(self) -> int:
        """How many arrays the rows lie in."""
        return len(self._blocks)

    def make_room(self, n_rows: int) -> None:
        """Make more rows."""
        block = np.empty((n_rows, WIDTH), self._dtype)
        self._blocks.append(block)
        self.rows.extend(block)
        self.free.extend(range(len(self.rows) - 1, len(self.rows) - n_rows - 1, -1))

    def part(self, start: float, stop: float) -> tuple[Sampled, Callable[[Sequence[_Group]], None]]:
        """Return the samples of a range of steps, and what puts groups in their place.

        An error or an interrupt in between changes nothing, and what threads add meanwhile stays.
        """
        n, m = len(self.notes), len(self.groups)
        notes = [note for note in self.notes[:n] if start <= note[0] < stop]
        groups = [each for each in self.groups[:m] if start <= each[0] < stop]

        def replace(instead: Sequence[_Group]) -> None:
            others = [each for each in self.groups[:m] if not start <= each[0] < stop]
            self.groups[:m] = [*others, *instead]
            self.n_grouped = sum([len(streams) for _, streams, _, _ in self.groups])
            self.notes[:n] = [note for note in self.notes[:n] if not start <= note[0] < stop]
            self.free.extend([row for _, _, _, row in reversed(notes)])

        return self._read(notes, groups), replace

    def _read(self, notes: list[_Note], groups: list[_Group]) -> Sampled:
        n = len(notes)
        table = np.fromiter(chain.from_iterable(notes), np.int64, 4 * n)
        step, stream, size, row = table.reshape(n, 4).T.copy()
        steps, streams, sizes, parts = zip(*groups, strict=True) if groups else ((),) * 4
        lengths = [len(each) for each in streams]
        values = np.empty((n + sum(lengths), WIDTH), self._dtype)
        if n:
            rows = self._blocks[0] if self.n_blocks == 1 else np.concatenate(self._blocks)
            rows.take(row, 0, values[:n], "clip")
        if groups:
            np.concatenate(parts, out=values[n:].reshape(-1))
        return Sampled(
            step=np.concatenate([step, np.repeat(np.array(steps, np.int64), lengths)]),
            stream=np.concatenate([stream, np.fromiter(chain.from_iterable(streams), np.int64)]),
            size=np.concatenate([size, np.fromiter(chain.from_iterable(sizes), np.int64)]),
            values=values,
        )


def fewer(samples: Sampled, rng: np.random.Generator) -> Sampled:
    """Return `MOST` samples of each stream and step, if there are more than that on average.

    Of what all samples of a stream in a step stand for, one after the other, `MOST` equal shares
    are made; the sample that a random place in a share belongs to stands for the share, maybe
    for two. So it may be done again and again as samples come.
    """
    step, stream, size = samples.step, samples.stream, samples.size
    if len(step) <= MOST * np.count_nonzero(np.bincount(stream)):
        return samples
    pair = step * (stream.max() + 1) + stream
    _, group, count = np.unique(pair, return_inverse=True, return_counts=True)
    if len(pair) <= MOST * len(count):
        return samples
    order = np.argsort(group, kind="stable")
    up_to, last = np.cumsum(size[order]), np.cumsum(count) - 1
    many = count > MOST
    end = up_to[last[many]]
    total = np.bincount(group, size)[many].astype(np.int64)
    edges = (end - total)[:, np.newaxis] + total[:, np.newaxis] * np.arange(MOST + 1) // MOST
    places = edges[:, :-1] + (rng.random((len(total), MOST)) * np.diff(edges)).astype(np.int64)
    drawn = np.searchsorted(up_to, places.ravel(), side="right")
    few = np.flatnonzero(~many[group[order]])
    kept = order[np.concatenate([few, drawn])]
    sizes = np.concatenate([size[order[few]], np.diff(edges).ravel()])
    return Sampled(step[kept], stream[kept], sizes, samples.values[kept])
