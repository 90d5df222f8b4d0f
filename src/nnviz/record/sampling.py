"""Samples of tensors, taken while training runs: one call of NumPy for each tensor and step."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.sampled import Sampled

__all__ = ["MANY", "MOST", "WIDTH", "Samples", "Spans", "fewer"]

WIDTH = 128
"""Values in a sample. A tensor of no more values is counted in full."""

MOST = 16
"""Samples of a stream and step that are kept, on average: a layer may be called many times."""

MANY = 1 << 14
"""Samples of a step beyond which those are thinned to `MOST` of a stream while it lasts."""

_TURNS = 16
"""Sets of places, which the steps use in turn."""

_Taken = tuple[int, Sequence[int], Sequence[int], Array]


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


class Samples:
    """Takes the values at some places of each tensor, and holds them until they are handed over.

    A tensor is cut into `WIDTH` equal parts, and one place of each is drawn: never worse than
    places drawn from the whole, and memory is read in its order. The places depend on the size
    of the tensor, and differ from step to step: there are `_TURNS` sets of them, one of which is
    drawn anew whenever all have had their turn, so that samples accumulated converge to the
    whole. The generator is their own; that of the training is not touched.

    Threads may take samples at once, without a lock, which would cost as much as the sample: all
    that they share are lists, to whose ends they add.
    """

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)
        self._turns: list[dict[Any, NDArray[np.intp]]] = [{} for _ in range(_TURNS)]
        self._places = self._turns[0]
        self._n_begun = self._step = self._n = 0
        types = np.dtype(np.float32), np.dtype(np.float64)
        self._taken: dict[Any, list[_Taken]] = {dtype: [] for dtype in types}
        self._lock = RLock()

    def __len__(self) -> int:
        """Return how many samples are held, about: threads may be adding to them."""
        return self._n

    def begin(self, step: int) -> None:
        """Begin a step, after that of the last one."""
        self._step, self._n_begun = step, self._n_begun + 1
        self._places = self._turns[self._n_begun % _TURNS]
        if not self._n_begun % (_TURNS + 1):
            self._places.clear()

    def take(self, stream: int, values: Any) -> bool:
        """Sample a tensor, and return True; False for what is no plain array, or too small."""
        if type(values) is not np.ndarray or (taken := self._taken.get(values.dtype)) is None:
            return False
        step, size = self._step, values.size
        places = self._places.get(size)
        if places is None and (places := self.places(size)) is None:
            return False
        if self._n > 2 * MANY:
            self._thin(taken)
        taken.append((step, (stream,), (size,), values.take(places, None, None, "clip")))
        self._n += 1
        return True

    def take_parts(self, streams: Sequence[int], spans: Spans, values: Array) -> None:
        """Sample tensors that lie side by side in one array of float32 or float64, at once."""
        taken = self._taken[values.dtype]
        places = self._places.get(spans)
        if places is None:
            places = self._places.setdefault(spans, self._drawn_from(spans))
        if self._n > 2 * MANY:
            self._thin(taken)
        taken.append((self._step, streams, spans.sizes, values.take(places)))
        self._n += len(streams)

    def places(self, size: int) -> NDArray[np.intp] | None:
        """Return where a tensor of some size is sampled in this step; None if all is wanted."""
        if size <= WIDTH:
            return None
        places = self._places.get(size)
        return self._places.setdefault(size, self._drawn(size)[0]) if places is None else places

    def put(self, stream: int, size: int, sample: Array) -> None:
        """Take in a sample, float32 or float64, taken elsewhere at the `places` of that size."""
        if sample.shape != (WIDTH,):
            raise ValueError(f"a sample must have {WIDTH} values; got {sample.size}")
        self._taken[sample.dtype].append((self._step, (stream,), (size,), sample.copy()))
        self._n += 1

    def forget(self, step: int) -> None:
        """Forget the samples of a step."""
        with self._lock:
            for taken in self._taken.values():
                self._replace(taken, len(taken), step, step + 1, [])

    def hand_over(self, before: float) -> list[Sampled]:
        """Return the samples of the steps before one, by type, and forget them."""
        with self._lock:
            numbers = {dtype: len(taken) for dtype, taken in self._taken.items()}
            parts = [self._part(t, numbers[dtype], 0, before) for dtype, t in self._taken.items()]
            found = [fewer(samples, self._rng) for samples in parts if samples is not None]
            for dtype, taken in self._taken.items():
                self._replace(taken, numbers[dtype], 0, before, [])
        return found

    def _thin(self, taken: list[_Taken]) -> None:
        """Keep fewer samples of the step in progress."""
        with self._lock:
            n, step = len(taken), self._step
            if self._n <= 2 * MANY or (samples := self._part(taken, n, step, step + 1)) is None:
                return
            kept = fewer(samples, self._rng)
            streams, sizes = kept.stream.tolist(), kept.size.tolist()
            self._replace(taken, n, step, step + 1, [(step, streams, sizes, kept.values.ravel())])

    def _replace(
        self, taken: list[_Taken], n: int, start: float, stop: float, instead: list[_Taken]
    ) -> None:
        """Put others in the place of those of the first n that are of a range of steps."""
        taken[:n] = [each for each in taken[:n] if not start <= each[0] < stop] + instead
        self._n = sum([len(each[1]) for own in self._taken.values() for each in own.copy()])

    @staticmethod
    def _part(taken: list[_Taken], n: int, start: float, stop: float) -> Sampled | None:
        """Return those of the first n that are of a range of steps."""
        chosen = [each for each in taken[:n] if start <= each[0] < stop]
        if not chosen:
            return None
        steps, streams, sizes, values = zip(*chosen, strict=True)
        lengths = [len(each) for each in streams]
        return Sampled(
            step=np.repeat(np.array(steps, np.int64), lengths),
            stream=np.fromiter(chain.from_iterable(streams), np.int64),
            size=np.fromiter(chain.from_iterable(sizes), np.int64),
            values=np.concatenate(values).reshape(-1, WIDTH),
        )

    def _drawn_from(self, spans: Spans) -> NDArray[np.intp]:
        sizes, starts = (
            np.array(column, np.intp)[:, np.newaxis] for column in (spans.sizes, spans.starts)
        )
        return (self._drawn(sizes) + starts).ravel()

    def _drawn(self, size: int | NDArray[np.intp]) -> NDArray[np.intp]:
        """Return a place in each of `WIDTH` equal parts: a row of them for each size."""
        within = np.arange(WIDTH) + self._rng.random((np.size(size), WIDTH))
        return np.minimum((within * (size / WIDTH)).astype(np.intp), size - 1)


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
