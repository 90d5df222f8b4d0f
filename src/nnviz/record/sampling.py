"""Samples of tensors, taken while training runs: one call of NumPy for each tensor and step."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from math import inf
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.record.portion import Sampled

__all__ = ["MANY", "MOST", "WIDTH", "Samples", "Spans"]

WIDTH = 128
"""Values in a sample. A tensor of no more values is counted whole."""

MOST = 16
"""Samples of a stream and step that are kept, on average: a layer may be called many times."""

MANY = 1 << 14
"""Samples of a step beyond which those are thinned to `MOST` of a stream while it lasts."""

_TURNS = 16
"""Sets of places, which the steps use in turn."""


class Samples:
    """Takes the values at some places of each tensor, and holds them until they are handed over.

    A tensor is cut into `WIDTH` equal parts, and one place of each is drawn: never worse than
    places drawn from the whole, and memory is read in its order. The places depend on the size
    of the tensor, and differ from step to step: there are `_TURNS` sets of them, one of which is
    drawn anew whenever all have had their turn, so that samples accumulated converge to the
    whole. The generator is their own; that of the training is not touched.

    Threads may take samples at once, without a lock: it would cost as much as the sample.
    """

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)
        self._turns: list[dict[Any, NDArray[np.intp]]] = [{} for _ in range(_TURNS)]
        self._places = self._turns[0]
        self._n_begun = self._step = 0
        types = np.dtype(np.float32), np.dtype(np.float64)
        self._held = {dtype: _Held(dtype) for dtype in types}
        self._lock = RLock()

    def __len__(self) -> int:
        """Return how many calls took samples that are held."""
        return sum([len(held.notes) + len(held.groups) for held in self._held.values()])

    def begin(self, step: int) -> None:
        """Begin a step, after that of the last one."""
        self._step, self._n_begun = step, self._n_begun + 1
        self._places = self._turns[self._n_begun % _TURNS]
        if not self._n_begun % (_TURNS + 1):
            self._places.clear()
        for held in self._held.values():
            if not held.notes:
                held.start_over()

    def take(self, stream: int, values: Any) -> bool:
        """Sample a tensor, and return True; False for what is no plain array, or too small."""
        if type(values) is not np.ndarray or (held := self._held.get(values.dtype)) is None:
            return False
        size = values.size
        places = self._places.get(size)
        if places is None and (places := self.places(size)) is None:
            return False
        row = held.next_row()
        if row >= len(held.rows):
            held, row = self._with_room(held, row)
        values.take(places, None, held.rows[row], "clip")
        held.notes.append((self._step, stream, size, row))
        return True

    def take_parts(self, streams: Sequence[int], spans: "Spans", values: Any) -> bool:
        """Sample tensors that lie side by side in one array, at once; False as in `take`."""
        if type(values) is not np.ndarray or (held := self._held.get(values.dtype)) is None:
            return False
        if values.shape != (spans.length,):
            return False
        places = self._places.get(spans)
        if places is None:
            places = self._places.setdefault(spans, self._drawn_from(spans))
        held.groups.append((self._step, streams, spans.sizes, values.take(places)))
        return True

    def places(self, size: int) -> NDArray[np.intp] | None:
        """Return where a tensor of some size is sampled in this step; None if all is wanted."""
        if size <= WIDTH:
            return None
        places = self._places.get(size)
        return self._places.setdefault(size, self._drawn(size)[0]) if places is None else places

    def put(self, stream: int, size: int, sample: Array) -> None:
        """Take in a sample, float32 or float64, taken elsewhere at the `places` of that size."""
        held = self._held[sample.dtype]
        row = held.next_row()
        if row >= len(held.rows):
            held, row = self._with_room(held, row)
        held.rows[row][:] = sample
        held.notes.append((self._step, stream, size, row))

    def forget(self, step: int) -> None:
        """Forget the samples of the last step."""
        for held in self._held.values():
            for entries in (held.notes, held.groups):
                del entries[bisect_left(entries, (step,)) :]

    def hand_over(self, before: float) -> list[Sampled]:
        """Return the samples of the steps before one, by type, and forget them."""
        with self._lock:
            parts = [held.hand_over(before) for held in self._held.values()]
        return [_fewer(part, self._rng) for part in parts if len(part.step)]

    def _with_room(self, held: "_Held", row: int) -> "tuple[_Held, int]":
        """Return what has room for another sample, and the row for it."""
        with self._lock:
            if held is self._held[held.dtype] and row >= 2 * MANY:
                self._held[held.dtype] = self._thinned(held)
            if held is not self._held[held.dtype]:
                held = self._held[held.dtype]
                row = held.next_row()
            while row >= len(held.rows):
                held.make_room()
        return held, row

    def _thinned(self, held: "_Held") -> "_Held":
        """Return the same, but less of the step in progress."""
        fewer = _Held(held.dtype)
        fewer.add(held.hand_over(self._step))
        fewer.add(_fewer(held.hand_over(inf), self._rng))
        return fewer

    def _drawn_from(self, spans: "Spans") -> NDArray[np.intp]:
        sizes, starts = (
            np.array(column, np.intp)[:, np.newaxis] for column in (spans.sizes, spans.starts)
        )
        return (self._drawn(sizes) + starts).ravel()

    def _drawn(self, size: int | NDArray[np.intp]) -> NDArray[np.intp]:
        """Return a place in each of `WIDTH` equal parts: a row of them for each size."""
        within = np.arange(WIDTH) + self._rng.random((np.size(size), WIDTH))
        return np.minimum((within * (size / WIDTH)).astype(np.intp), size - 1)


@dataclass(frozen=True, eq=False)
class Spans:
    """Where several tensors lie in one array.

    Attributes
    ----------
    starts, sizes : tuple of int
    length : int
        Of the array.
    """

    starts: tuple[int, ...]
    sizes: tuple[int, ...]
    length: int


class _Held:
    """Samples of one type, each in a row that is used again, or in groups.

    Attributes
    ----------
    notes : list of (int, int, int, int)
        Of each sample the step, the number of its stream, the size of the tensor, and the row.
    rows : list of ndarray of shape (WIDTH,)
    next_row : callable
        Returns another row's number; not always one that there is.
    groups : list of (int, sequence of int, sequence of int, ndarray)
        Step, numbers of streams, sizes, and all samples in one array.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.notes: list[tuple[int, int, int, int]] = []
        self.groups: list[tuple[int, Sequence[int], Sequence[int], Array]] = []
        self.rows: list[Array] = []
        self._blocks: list[Array] = []
        self.start_over()

    def start_over(self) -> None:
        """Use all rows again."""
        if len(self._blocks) > 1:
            rows = np.empty((min(len(self.rows), MANY), WIDTH), self.dtype)
            self._blocks, self.rows = [rows], list(rows)
        self.next_row = count().__next__

    def make_room(self) -> None:
        """Make more rows."""
        rows = np.empty((max(len(self.rows), 64), WIDTH), self.dtype)
        self._blocks.append(rows)
        self.rows.extend(rows)

    def add(self, samples: Sampled) -> None:
        """Add samples, as a group for each step."""
        for step in np.unique(samples.step).tolist():
            here = samples.step == step
            streams, sizes = (x[here].tolist() for x in (samples.stream, samples.size))
            self.groups.append((step, streams, sizes, samples.values[here].ravel()))

    def hand_over(self, before: float) -> Sampled:
        """Return the samples of the steps before one, and forget them."""
        n, m = (bisect_left(entries, (before,)) for entries in (self.notes, self.groups))
        notes, groups = self.notes[:n], self.groups[:m]
        del self.notes[:n], self.groups[:m]
        table = np.fromiter(chain.from_iterable(notes), np.int64, 4 * n)
        step, stream, size, row = table.reshape(n, 4).T.copy()
        steps, streams, sizes, parts = zip(*groups, strict=True) if groups else ((),) * 4
        lengths = [len(each) for each in streams]
        values = np.empty((n + sum(lengths), WIDTH), self.dtype)
        if n:
            np.take(self._pool(), row, 0, values[:n], "clip")
        if groups:
            np.concatenate(parts, out=values[n:].reshape(-1))
        return Sampled(
            step=np.concatenate([step, np.repeat(np.array(steps, np.int64), lengths)]),
            stream=np.concatenate([stream, np.fromiter(chain.from_iterable(streams), np.int64)]),
            size=np.concatenate([size, np.fromiter(chain.from_iterable(sizes), np.int64)]),
            values=values,
        )

    def _pool(self) -> Array:
        return self._blocks[0] if len(self._blocks) == 1 else np.concatenate(self._blocks)


def _fewer(samples: Sampled, rng: np.random.Generator) -> Sampled:
    """Return `MOST` samples of each stream and step, if there are more than that on average.

    Of a stream's samples in a step, each sixteenth is stood for by one of them, drawn at random
    with their sizes as weights.
    """
    step, stream, size = samples.step, samples.stream, samples.size
    if len(step) <= MOST * np.count_nonzero(np.bincount(stream)):
        return samples
    pair = step * (stream.max() + 1) + stream
    _, group, count = np.unique(pair, return_inverse=True, return_counts=True)
    if len(pair) <= MOST * len(count):
        return samples
    order = np.argsort(group, kind="stable")
    count = count[group[order]]
    rank = np.arange(len(pair)) - np.searchsorted(group[order], group[order])
    share = rank * np.minimum(count, MOST) // count
    first = np.flatnonzero(np.diff(share, prepend=-1) | np.diff(group[order], prepend=-1))
    total = np.add.reduceat(size[order], first)
    up_to = np.cumsum(size[order])
    drawn = up_to[first] - size[order][first] + rng.integers(0, total)
    kept = order[np.searchsorted(up_to, drawn, side="right")]
    return Sampled(step[kept], stream[kept], total, samples.values[kept])
