"""What is known of an activation beside the distribution of its values."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.moments import Moments

__all__ = [
    "EXAMPLES",
    "FEW",
    "NEIGHBOURS",
    "SAME",
    "Examples",
    "are_silent",
    "example_weights",
    "share_of_equals",
]

SAME = 1e-5
"""Relative difference up to which outputs are the same: a matrix product rounds its last columns
in another order than the others, so that the outputs of equal units differ by a few 1e-7."""

NEIGHBOURS = 3
"""How far apart units may lie in the order of their sums to be compared."""

FEW, _TOGETHER = 8, 4096
"""Examples that are looked at first, and pairs of units compared at once."""

EXAMPLES = 1024
"""Examples, or positions of an image, at which units are compared, at most."""


class Examples(NamedTuple):
    """What a layer answers to its examples, which lie along the first axis of an activation.

    Attributes
    ----------
    has_zeros : bool
        Whether any value is zero.
    silent : ndarray of bool, shape (units,)
        Which units are zero for every example. NaN is not zero.
    equal : float
        Share of the units whose output is, for every example, that of another unit; NaN where
        there are not several units and several examples.
    spread : float
        Standard deviation over the examples, averaged over all entries of an example that are
        finite throughout: 0 for a layer that outputs the same for any input, however different
        its units are. NaN for a single example.
    """

    has_zeros: bool
    silent: NDArray[np.bool_]
    equal: float
    spread: float

    @classmethod
    def of(cls, values: Array, unit: int, moments: Moments) -> "Examples":
        """Look at an activation.

        Parameters
        ----------
        values : ndarray of float32 or float64, two axes or more
        unit : int
            The axis of its units.
        moments : Moments
            Of the same values.
        """
        has_zeros = moments.zeros > 0
        silent = are_silent(values, unit) if has_zeros else np.zeros(values.shape[unit], bool)
        return cls(
            has_zeros, silent, share_of_equals(values, unit, moments, silent), _spread(values)
        )


def are_silent(values: Array, unit: int) -> NDArray[np.bool_]:
    """Return which units are zero for all examples; NaN is not zero."""
    others = tuple(axis for axis in range(values.ndim) if axis != unit)
    return ~np.asarray(values.any(axis=others))


def _spread(values: Array) -> float:
    """Return the mean over the entries of the standard deviation over the examples."""
    if len(values) < 2:
        return math.nan
    matrix = values.reshape(len(values), -1)
    if not (is_finite := np.isfinite(matrix).all(axis=0)).all():
        matrix = matrix[:, is_finite]
    if not matrix.size:
        return math.nan
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(matrix.std(axis=0, dtype=np.float64).mean())
    if math.isfinite(spread):
        return spread
    largest = float(np.abs(matrix).max())  # whose square overflows
    return float((matrix / largest).std(axis=0).mean()) * largest


def share_of_equals(values: Array, unit: int, moments: Moments, silent: NDArray[np.bool_]) -> float:
    """Return the share of the units whose output is that of another unit.

    Silent units are the same. Others that may be are found by the sum of their outputs with
    random weights, in one pass, and then compared.
    """
    if not 1 < values.shape[unit] < values.size:
        return math.nan
    if moments.count < moments.seen:  # what is not finite is not the same as anything
        return 0.0
    rows = np.moveaxis(values, unit, -1).reshape(-1, values.shape[unit])[:EXAMPLES]
    shared = silent & (np.count_nonzero(silent) > 1)
    heard = np.flatnonzero(~silent)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = (example_weights(len(rows), rows.dtype) @ rows).astype(np.float64)[heard]
        order = np.argsort(sums)
        sums, order = sums[order], heard[order]
        apart = SAME * max(-moments.min, moments.max) * math.sqrt(len(rows))
        for distance in range(1, NEIGHBOURS + 1):
            near = sums[distance:] - sums[:-distance] <= apart
            if not near.any():  # nor are those farther apart
                break
            one, other = order[:-distance][near], order[distance:][near]
            for part in (rows[:FEW], rows):  # most that differ do so at once
                is_same = _are_same(part, one, other)
                one, other = one[is_same], other[is_same]
            shared[one] = shared[other] = True
    return float(np.count_nonzero(shared)) / len(shared)


def _are_same(rows: Array, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return of pairs of columns which are the same but for rounding."""
    found = np.zeros(len(one), bool)
    for start in range(0, len(one), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        a, b = rows[:, one[part]], rows[:, other[part]]
        size = np.maximum(np.abs(a).max(axis=0), np.abs(b).max(axis=0))
        found[part] = np.abs(a - b).max(axis=0) <= SAME * size
    return found


@lru_cache(maxsize=8)
def example_weights(n: int, dtype: np.dtype[np.floating]) -> Array:
    """Return a random weight for each of n examples, always the same; 0 beyond `EXAMPLES`."""
    weights = np.zeros(n, dtype)
    weights[:EXAMPLES] = np.random.default_rng(0).standard_normal(min(n, EXAMPLES))
    return weights
