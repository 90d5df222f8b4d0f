"""Samples of tensors, taken while training runs: one call of NumPy for each tensor and step."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.record.held import WIDTH, Held, fewer
from nnviz.record.portion import Sampled

__all__ = ["MANY", "Samples", "Spans"]

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

    Threads may take samples at once, without a lock, which would cost as much as the sample: all
    that they share are lists, from whose ends they take and to whose ends they add.
    """

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)
        self._turns: list[dict[Any, NDArray[np.intp]]] = [{} for _ in range(_TURNS)]
        self._places = self._turns[0]
        self._n_begun = self._step = 0
        types = np.dtype(np.float32), np.dtype(np.float64)
        self._held = {dtype: Held(dtype) for dtype in types}
        self._lock = RLock()

    def __len__(self) -> int:
        """Return about how many samples are held."""
        return sum([len(held.notes) + held.n_grouped for held in self._held.values()])

    def begin(self, step: int) -> None:
        """Begin a step, after that of the last one."""
        self._step, self._n_begun = step, self._n_begun + 1
        self._places = self._turns[self._n_begun % _TURNS]
        if not self._n_begun % (_TURNS + 1):
            self._places.clear()
        for dtype, held in self._held.items():
            if held.n_blocks > 1 and not held.notes:
                self._held[dtype] = Held(dtype, min(len(held.rows), MANY))

    def take(self, stream: int, values: Any) -> bool:
        """Sample a tensor, and return True; False for what is no plain array, or too small."""
        if type(values) is not np.ndarray or (held := self._held.get(values.dtype)) is None:
            return False
        step, size = self._step, values.size
        places = self._places.get(size)
        if places is None and (places := self.places(size)) is None:
            return False
        try:
            row = held.free.pop()
        except IndexError:
            row = self._made_free(held)
        values.take(places, None, held.rows[row], "clip")
        held.notes.append((step, stream, size, row))
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
        held.n_grouped += len(streams)
        if held.n_grouped > 2 * MANY:
            self._thin(held)
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
        try:
            row = held.free.pop()
        except IndexError:
            row = self._made_free(held)
        held.rows[row][:] = sample
        held.notes.append((self._step, stream, size, row))

    def forget(self, step: int) -> None:
        """Forget the samples of a step."""
        with self._lock:
            for held in self._held.values():
                _, replace = held.part(step, step + 1)
                replace([])

    def hand_over(self, before: float) -> list[Sampled]:
        """Return the samples of the steps before one, by type, and forget them."""
        with self._lock:
            parts = [held.part(0, before) for held in self._held.values()]
            found = [fewer(samples, self._rng) for samples, _ in parts if len(samples.step)]
            for _, replace in parts:
                replace([])
        return found

    def _made_free(self, held: Held) -> int:
        """Return a row that is free, if need be a new one."""
        with self._lock:
            if len(held.rows) >= 2 * MANY:
                self._thin(held)
            while True:
                try:
                    return held.free.pop()
                except IndexError:  # none, or other threads were faster
                    held.make_room(max(len(held.rows), 64))

    def _thin(self, held: Held) -> None:
        """Keep fewer samples of the step in progress."""
        with self._lock:
            samples, replace = held.part(self._step, self._step + 1)
            kept = fewer(samples, self._rng)
            streams, sizes = kept.stream.tolist(), kept.size.tolist()
            replace([(self._step, streams, sizes, kept.values.ravel())])

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
