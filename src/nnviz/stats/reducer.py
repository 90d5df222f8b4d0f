"""What reads a whole tensor: NumPy, or machine code that says the same in a tenth of the time."""

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.buffer import KEYS, Buffer
from nnviz.stats.examples import Examples, example_weights, share_of_equals
from nnviz.stats.summary import Summary

__all__ = ["Compiled", "Plain", "Reducer", "reducer"]

Places = NDArray[np.int64]
_Scratch = tuple[Array, Array, Array, NDArray[Any]]

_SHAPES = 64
"""Shapes of activations that arrays are kept for."""


class Reducer(Protocol):
    """Describes arrays of float32 or float64, in a row of columns that have room for it."""

    def describe(self, flat: Array, columns: Buffer, row: int, at: int) -> int:
        """Write what describes an array of one axis; return the number of buckets."""
        ...

    def describe_parts(
        self, flat: Array, starts: Places, stops: Places, columns: Buffer, row: int, at: int
    ) -> int:
        """Write what describes parts of an array, a row each, and how many buckets each has.

        Return how many they have together.
        """
        ...

    def describe_examples(
        self, values: Array, unit: int, columns: Buffer, row: int, at: int
    ) -> tuple[int, Examples]:
        """Describe an activation of two axes or more, and look at its units and examples."""
        ...


class Plain:
    """The reducer of NumPy: what the other one is to agree with, and what it leaves to it."""

    def describe(self, flat: Array, columns: Buffer, row: int, at: int) -> int:
        """Write what describes an array of one axis; return the number of buckets."""
        return columns.write(Summary.of(flat), row, at)

    def describe_parts(
        self, flat: Array, starts: Places, stops: Places, columns: Buffer, row: int, at: int
    ) -> int:
        """Write what describes parts of an array, a row each; return the number of buckets."""
        return _one_by_one(self, flat, starts, stops, columns, row, at)

    def describe_examples(
        self, values: Array, unit: int, columns: Buffer, row: int, at: int
    ) -> tuple[int, Examples]:
        """Do so for an activation of two axes or more, and look at its units and examples."""
        summary = Summary.of(values)
        examples = Examples.of(values, unit, summary.moments)
        return columns.write(summary, row, at), examples


class Compiled:
    """The reducer of machine code, made by numba; not for several threads at once."""

    def __init__(self) -> None:
        from nnviz.stats.compiled import describe, describe_parts
        from nnviz.stats.compiled_examples import describe_examples

        self._describe, self._describe_parts = describe, describe_parts
        self._describe_examples, self._plain = describe_examples, Plain()
        self._integer = {np.dtype(f"f{n}"): np.dtype(f"i{n}") for n in KEYS}
        self._lanes = {d: np.zeros((KEYS[d.itemsize], 4), np.uint32) for d in self._integer}
        self._entries: dict[tuple[int, int, int], _Scratch] = {}

    def describe(self, flat: Array, columns: Buffer, row: int, at: int) -> int:
        """Write what describes an array of one axis; return the number of buckets."""
        if not flat.size:
            return self._plain.describe(flat, columns, row, at)
        flat = _in_order(flat)
        bits = flat.view(self._integer[flat.dtype])
        into = columns.counts, columns.floats, columns.key, columns.held
        n: int = self._describe(flat, bits, self._lanes[flat.dtype], *into, row, at)
        return n if n >= 0 else self._plain.describe(flat, columns, row, at)

    def describe_parts(
        self, flat: Array, starts: Places, stops: Places, columns: Buffer, row: int, at: int
    ) -> int:
        """Write what describes parts of an array, a row each; return the number of buckets."""
        flat = _in_order(flat)
        bits = flat.view(self._integer[flat.dtype])
        n: int = self._describe_parts(
            flat, bits, starts, stops, self._lanes[flat.dtype], columns.counts, columns.floats,
            columns.key, columns.held, columns.buckets, row, at,
        )  # fmt: skip
        return n if n >= 0 else _one_by_one(self, flat, starts, stops, columns, row, at)

    def describe_examples(
        self, values: Array, unit: int, columns: Buffer, row: int, at: int
    ) -> tuple[int, Examples]:
        """Do so for an activation of two axes or more, and look at its units and examples."""
        if not values.size:
            return self._plain.describe_examples(values, unit, columns, row, at)
        n, dtype = len(values), values.dtype
        matrix = _in_order(values)
        is_plain = values.ndim == 2
        if not is_plain:
            matrix = matrix.reshape(n, -1)
        m = matrix.shape[1]
        are_units = is_plain and 1 < m < values.size
        weights, sums, weighted, awake = self._scratch(n, m, dtype)
        n_buckets, spread, zeros, may_be_equal = self._describe_examples(
            matrix, matrix.view(self._integer[dtype]), weights, self._lanes[dtype],
            columns.counts, columns.floats, columns.key, columns.held, row, at,
            sums, weighted, awake, are_units,
        )  # fmt: skip
        if n_buckets < 0:
            return self._plain.describe_examples(values, unit, columns, row, at)
        silent = awake == 0
        if not is_plain:
            others = tuple(axis - 1 for axis in range(1, values.ndim) if axis != unit)
            silent = silent.reshape(values.shape[1:]).all(axis=others)
        if not are_units or may_be_equal:
            equal = share_of_equals(values, unit, columns.moments(row), silent)
        else:  # most often
            n_silent = int(np.count_nonzero(silent)) if zeros else 0
            equal = n_silent / m if n_silent > 1 else 0.0
        return n_buckets, Examples(zeros > 0, silent, equal, spread if n > 1 else math.nan)

    def _scratch(self, n: int, m: int, dtype: np.dtype[Any]) -> _Scratch:
        """Return the weights of n examples, and arrays for what is known of m entries."""
        place = n, m, dtype.itemsize
        found = self._entries.get(place)
        if found is None:
            entries = np.empty((2, m)), np.empty(m, dtype), np.empty(m, self._integer[dtype])
            if len(self._entries) >= _SHAPES:
                self._entries.clear()
            found = self._entries[place] = example_weights(n, dtype), *entries
        return found


def _in_order(values: Array) -> Array:
    """Return an array that the machine code was made for: a copy of what lies otherwise."""
    return values if values.flags.carray else values.copy(order="C")


def _one_by_one(
    way: Reducer, flat: Array, starts: Places, stops: Places, columns: Buffer, row: int, at: int
) -> int:
    end = at
    for k, (start, stop) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
        n = way.describe(flat[start:stop], columns, row + k, end)
        columns.buckets[row + k] = n
        end += n
    return end - at


def reducer() -> Reducer:
    """Return the fastest reducer that there is."""
    try:
        return Compiled()
    except ImportError:  # without the extra fast
        return Plain()
