"""Samples of tensors, taken while training runs: one call of NumPy for each tensor and step."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat
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
    """

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)
        self._turns: list[dict[Any, NDArray[np.intp]]] = [{} for _ in range(_TURNS)]
        self._places = self._turns[0]
        self._n_begun = self._step = 0
        types = np.dtype(np.float32), np.dtype(np.float64)
        self._held = {dtype: _Held(dtype) for dtype in types}

    def __len__(self) -> int:
        """Return the number of samples that are held."""
        return sum(self.mark())

    def begin(self, step: int) -> None:
        """Begin a step."""
        self._step, self._n_begun = step, self._n_begun + 1
        self._places = self._turns[self._n_begun % _TURNS]
        if not self._n_begun % (_TURNS + 1):
            self._places.clear()
        for held in self._held.values():
            held.begun = len(held.notes)

    def take(self, stream: int, values: Any) -> bool:
        """Sample a tensor, and return True; False for what is no plain array, or too small."""
        if type(values) is not np.ndarray or (held := self._held.get(values.dtype)) is None:
            return False
        size = values.size
        places = self._places.get(size)
        if places is None and (places := self.places(size)) is None:
            return False
        n = len(held.notes)
        if n == len(held.rows):
            n = held.make_room(1, self._rng)
        values.take(places, None, held.rows[n], "clip")
        held.notes.append((self._step, stream, size))
        return True

    def take_parts(self, streams: Sequence[int], spans: "Spans", values: Any) -> bool:
        """Sample tensors that lie side by side in one array, at once; False as in `take`."""
        if type(values) is not np.ndarray or (held := self._held.get(values.dtype)) is None:
            return False
        if values.shape != (spans.length,):
            return False
        places = self._places.get(spans)
        if places is None:
            places = self._places[spans] = self._drawn_from(spans)
        n = len(held.notes)
        if n + len(streams) > len(held.rows):
            n = held.make_room(len(streams), self._rng)
        values.take(places, None, held.values[n * WIDTH : (n + len(streams)) * WIDTH], "clip")
        held.notes.extend(zip(repeat(self._step), streams, spans.sizes))
        return True

    def places(self, size: int) -> NDArray[np.intp] | None:
        """Return where a tensor of some size is sampled in this step; None if all is wanted."""
        if size <= WIDTH:
            return None
        if size not in self._places:
            self._places[size] = self._drawn(size)[0]
        return self._places[size]

    def put(self, stream: int, size: int, sample: Array) -> None:
        """Take in a sample, float32 or float64, taken elsewhere at the `places` of that size."""
        held = self._held[sample.dtype]
        n = len(held.notes)
        if n == len(held.rows):
            n = held.make_room(1, self._rng)
        held.rows[n][:] = sample
        held.notes.append((self._step, stream, size))

    def mark(self) -> tuple[int, ...]:
        """Return how many samples of each type are held."""
        return tuple([len(held.notes) for held in self._held.values()])

    def shorten(self, mark: tuple[int, ...]) -> None:
        """Forget the samples since `mark` was asked."""
        for held, n in zip(self._held.values(), mark, strict=True):
            del held.notes[n:]

    def hand_over(self, mark: tuple[int, ...]) -> list[Sampled]:
        """Return the samples before `mark` was asked, by type, and forget them."""
        both = zip(self._held.values(), mark, strict=True)
        return [_fewer(held.hand_over(n), self._rng) for held, n in both if n]

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
    """Samples of one type, in rows that are used again.

    Attributes
    ----------
    begun : int
        How many there were before the step in progress.
    notes : list of (int, int, int)
        Of each sample the step, the number of its stream, and the size of the tensor.
    values : ndarray of shape (n * WIDTH,)
    rows : list of ndarray of shape (WIDTH,)
        Parts of `values`: one for each sample, and for some more to come.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.begun = 0
        self.notes: list[tuple[int, int, int]] = []
        self.values: Array = np.empty(0, dtype)
        self.rows: list[Array] = []

    def make_room(self, n: int, rng: np.random.Generator) -> int:
        """Make room for so many more; return how many there are."""
        if len(self.notes) - self.begun >= MANY:
            self._thin(rng)
        if len(self.notes) + n > len(self.rows):
            self._resize(max(2 * len(self.rows), 64, n))
        return len(self.notes)

    def hand_over(self, n: int) -> Sampled:
        """Return a copy of the first few, and forget them."""
        found = self._part(0, n)
        rest = len(self.notes) - n
        self.values[: rest * WIDTH] = self.values[n * WIDTH : len(self.notes) * WIDTH]
        del self.notes[:n]
        self.begun = max(0, self.begun - n)
        if len(self.rows) > MANY and rest < MANY // 2:
            self._resize(MANY // 2)
        return found

    def _part(self, start: int, end: int) -> Sampled:
        n = end - start
        notes = np.fromiter(chain(*self.notes[start:end]), np.int64, 3 * n)
        step, stream, size = notes.reshape(n, 3).T.copy()
        values = self.values[start * WIDTH : end * WIDTH].reshape(n, WIDTH).copy()
        return Sampled(step, stream, size, values)

    def _thin(self, rng: np.random.Generator) -> None:
        """Thin the samples of the step in progress."""
        fewer = _fewer(self._part(self.begun, len(self.notes)), rng)
        end = self.begun + len(fewer.step)
        self.values[self.begun * WIDTH : end * WIDTH] = fewer.values.ravel()
        columns = (column.tolist() for column in (fewer.step, fewer.stream, fewer.size))
        self.notes[self.begun :] = zip(*columns, strict=True)

    def _resize(self, n: int) -> None:
        values = np.empty(n * WIDTH, self.values.dtype)
        kept = min(len(values), len(self.values))
        values[:kept] = self.values[:kept]
        # All at once: an interrupt in between would leave rows of what is no longer there.
        self.values, self.rows = values, list(values.reshape(-1, WIDTH))


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
