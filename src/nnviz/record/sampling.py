"""Samples of tensors, taken while training runs: one call of NumPy for each tensor and step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.record.portion import Sampled

__all__ = ["PASSES", "WIDTH", "Samples"]

WIDTH = 128
"""Values in a sample. A tensor of no more values is counted whole."""

PASSES = 16
"""Passes over the network whose samples are handed over together."""


@dataclass
class _Pass:
    """One pass over the network: of each stream one sample at most, marked by column."""

    step: int
    taken: bytearray


class Samples:
    """Samples of one type of numbers: passes × streams × `WIDTH`.

    The places of a stream differ from pass to pass, and those of the oldest pass in `PASSES` are
    drawn anew whenever samples are handed over: samples accumulated converge to the whole.
    Their generator is their own; that of the training is not touched.

    Parameters
    ----------
    dtype : dtype
        Float32 or float64.

    Attributes
    ----------
    places : list of ndarray of shape (WIDTH,)
        Where the streams are sampled in this pass, by column.
    rows : list of ndarray of shape (WIDTH,)
        Where their samples go.
    """

    def __init__(self, dtype: np.dtype[np.floating]) -> None:
        self.dtype = dtype
        self._rng = np.random.default_rng(0)
        self._passes: list[_Pass] = []
        self._turn = self._oldest = 0
        self._streams, self._sizes, self._starts = (np.zeros(0, np.int64) for _ in range(3))
        self._places = np.empty((PASSES, 0, WIDTH), np.intp)
        self._values: Array = np.empty((PASSES, 0, WIDTH), dtype)
        self._all_places: list[list[NDArray[np.intp]]] = [[]] * PASSES
        self._all_rows: list[list[Array]] = [[]] * PASSES
        self.places: list[NDArray[np.intp]] = []
        self.rows: list[Array] = []
        self._other_sizes: dict[tuple[int, int], int] = {}
        self._taken = bytearray()

    def __len__(self) -> int:
        """Return the number of passes."""
        return len(self._passes)

    def add(self, streams: list[int], sizes: list[int], starts: list[int]) -> int:
        """Make room for streams side by side; return the column of the first.

        Parameters
        ----------
        streams, sizes, starts : list of int
            Of each its number, its length, and its start in the array that it is taken from.
        """
        first = len(self._streams)
        self._streams = np.append(self._streams, streams)
        self._sizes = np.append(self._sizes, sizes)
        self._starts = np.append(self._starts, starts)
        if len(self._streams) > self._values.shape[1]:
            self._resize(len(self._values), 2 * len(self._streams))
        for turn in range(PASSES):
            self._draw(turn, slice(first, len(self._streams)))
        return first

    def resize(self, column: int, size: int) -> None:
        """Set the length of a stream; what was sampled so far was of another length."""
        for slot, each in enumerate(self._passes):
            if each.taken[column]:
                self._other_sizes.setdefault((slot, column), int(self._sizes[column]))
        self._sizes[column] = size
        for turn in range(PASSES):
            self._draw(turn, slice(column, column + 1))

    def begin(self, step: int) -> None:
        """Begin a pass."""
        if len(self._passes) == len(self._values):
            self._resize(2 * len(self._values), self._values.shape[1])
        self._passes.append(_Pass(step, bytearray(self._values.shape[1])))
        self._point()

    def take(self, values: Array, column: int) -> None:
        """Sample a stream; begin another pass if this one has a sample of it."""
        if self._taken[column]:
            self.begin(self._passes[-1].step)
        values.take(self.places[column], None, self.rows[column], "clip")
        self._taken[column] = True

    def take_other(self, values: Array, column: int) -> None:
        """Sample a stream that has, this time, another length."""
        self.put(values.take(self._rng.integers(0, values.size, WIDTH)), column)
        self._other_sizes[len(self._passes) - 1, column] = values.size

    def take_parts(self, values: Array, first: int, count: int) -> None:
        """Sample streams that lie side by side in one array, at once."""
        columns = slice(first, first + count)
        if any(self._taken[columns]):
            self.begin(self._passes[-1].step)
        slot = len(self._passes) - 1
        places = self._places[(self._turn + slot) % PASSES, columns]
        values.take(places, None, self._values[slot, columns], "clip")
        self._taken[columns] = b"\1" * count

    def put(self, sample: Array, column: int) -> None:
        """Take in a sample that somebody else took at `places`."""
        if self._taken[column]:
            self.begin(self._passes[-1].step)
        self.rows[column][:] = sample
        self._taken[column] = True

    def shorten(self, length: int) -> None:
        """Forget the passes after the first few."""
        del self._passes[length:]
        self._other_sizes = {key: n for key, n in self._other_sizes.items() if key[0] < length}

    def taken(self, n_passes: int) -> Sampled | None:
        """Return the samples of the first passes, if there are any, and forget them."""
        n, passes, rest = len(self._streams), self._passes[:n_passes], self._passes[n_passes:]
        taken = np.zeros((len(passes), n), bool)
        for row, each in zip(taken, passes, strict=True):
            row[:] = np.frombuffer(each.taken, bool)[:n]
        slot, column = np.nonzero(taken)
        found = None
        if len(slot):
            step = np.array([each.step for each in passes])[slot]
            size = self._sizes_of(len(passes))[slot, column]
            found = Sampled(step, self._streams[column], size, self._values_of(slot, column))
        self._values[: len(rest)] = self._values[len(passes) : len(self._passes)]
        self._other_sizes = {
            (pass_ - len(passes), stream): size
            for (pass_, stream), size in self._other_sizes.items()
            if pass_ >= len(passes)
        }
        self._passes, self._turn = rest, (self._turn + len(passes)) % PASSES
        if rest:
            self._point()
        elif passes:
            self._oldest = (self._oldest + 1) % PASSES
            self._draw(self._oldest, slice(None))
        return found

    def _sizes_of(self, n_passes: int) -> NDArray[np.int64]:
        sizes = np.tile(self._sizes, (n_passes, 1))
        for (pass_, stream), size in self._other_sizes.items():
            if pass_ < n_passes:
                sizes[pass_, stream] = size
        return sizes

    def _values_of(self, slot: NDArray[np.intp], column: NDArray[np.intp]) -> Array:
        n, n_passes = len(self._streams), int(slot[-1]) + 1
        if self._values.shape[1] > n:
            self._resize(len(self._values), n)
        if len(slot) == n_passes * n:  # all of them: a copy of one piece
            return self._values[:n_passes].reshape(-1, WIDTH).copy()
        values: Array = self._values[slot, column]
        return values

    def _draw(self, turn: int, columns: slice) -> None:
        """Choose where to sample some streams in one pass in `PASSES`: one value of each part.

        A tensor is cut into `WIDTH` equal parts and one place of each is drawn, which is
        never worse than places drawn from the whole, and reads memory in its order.
        """
        sizes, starts = self._sizes[columns, np.newaxis], self._starts[columns, np.newaxis]
        parts = np.arange(WIDTH) + self._rng.random((len(sizes), WIDTH))
        drawn = np.minimum((parts * (sizes / WIDTH)).astype(np.intp), sizes - 1) + starts
        self._places[turn, columns][: len(drawn)] = drawn

    def _resize(self, n_passes: int, n_columns: int) -> None:
        places = np.empty((PASSES, n_columns, WIDTH), np.intp)
        values = np.empty((n_passes, n_columns, WIDTH), self._values.dtype)
        kept = min(n_columns, self._values.shape[1])
        places[:, :kept] = self._places[:, :kept]
        values[: len(self._values), :kept] = self._values[:, :kept]
        rows = [list(p) for p in places], [list(v) for v in values]
        for each in self._passes:
            each.taken = each.taken[:kept].ljust(n_columns, b"\0")
        # All at once: an interrupt in between would leave rows of what is no longer there.
        self._places, self._values, (self._all_places, self._all_rows) = places, values, rows
        if self._passes:
            self._point()

    def _point(self) -> None:
        """Turn to the last pass."""
        slot = len(self._passes) - 1
        self._taken = self._passes[slot].taken
        self.places = self._all_places[(self._turn + slot) % PASSES]
        self.rows = self._all_rows[slot]
