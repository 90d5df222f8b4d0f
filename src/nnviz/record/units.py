"""What is known of single units: whether they are dead, saturated, or all the same."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._names import matches
from nnviz._typing import Array
from nnviz.nn import ACTIVATIONS, Activation
from nnviz.record.far import Far
from nnviz.stats import Moments

__all__ = ["WINDOW", "Units"]

WINDOW = 10
"""Recorded steps over which a unit must be silent, at least, to be called dead."""

SAME = 1e-5
"""Relative difference up to which outputs are the same: a matrix product rounds its last columns
in another order than the others, so that the outputs of equal units differ by a few 1e-7."""

_NEIGHBOURS = 3
"""How far apart units may lie in the order of their sums to be compared."""

_FEW, _TOGETHER = 8, 4096
"""Examples that are looked at first, and pairs of units compared at once."""

EXAMPLES = 1024
"""Examples, or positions of an image, at which units are compared, at most."""


@dataclass(frozen=True)
class Window:
    """The recorded step since which a layer is watched, and how many units it has."""

    start: int
    n_units: int


@dataclass
class _Calls:
    """What the calls of a layer in a step have in common: which units were silent in each."""

    silent: NDArray[np.bool_]
    has_zeros: bool = False


class Units:
    """Follows the units of activation layers.

    A unit is an entry of the last axis of an activation, or of axis 1 (the channels) if there
    are four axes or more, unless `axes` says otherwise. It is *dead* if its output was
    exactly zero for every example of every recorded step of a window: from one step that was
    counted in full to another, `WINDOW` recorded steps at least. It is *saturated*, for an example,
    where its activation function is next to flat: below .05 or above .95 for the sigmoid, beyond
    ±.95 for tanh. It is *equal* if its output is, for every example of a step, the same as that
    of another unit of the layer.

    Parameters
    ----------
    activations : mapping of str to str
        Names of activation functions by layer pattern. A layer that none matches is known by
        its own name: "tanh2" is a tanh.

    Attributes
    ----------
    windows : dict of str to Window
        By stream.
    silent : dict of str to ndarray of int
        The units that have been silent since their window began, of streams that have some.
    axes : dict of str to int
        The axis of the units, by stream, where it is known to be another than said above.
    """

    def __init__(self, activations: Mapping[str, str]) -> None:
        self._patterns = {
            pattern: _checks.lookup("activations", name, ACTIVATIONS)
            for pattern, name in activations.items()
        }
        self._functions: dict[str, Activation | None] = {}
        self.windows: dict[str, Window] = {}
        self.silent: dict[str, NDArray[np.intp]] = {}
        self.axes: dict[str, int] = {}
        self.begin()

    def follow(self, layer: str, activation: str) -> None:
        """Say which function a layer applies."""
        self._functions[layer] = _checks.lookup("activation", activation, ACTIVATIONS)

    def begin(self) -> None:
        """Begin a step."""
        self._before = self.windows, self.silent
        self._calls: dict[str, _Calls] = {}

    def forget_step(self) -> None:
        """Forget what came since the step began; interrupted, it may be done again."""
        self.windows, self.silent = self._before

    def narrow(self, stream: str, values: ArrayLike | Far) -> None:
        """Look whether units that were silent so far are so in this activation."""
        if (silent := self.silent.get(stream)) is None:
            return
        if type(values) is not np.ndarray and not isinstance(values, Far):
            values = np.asarray(values)
        unit = self._unit_axis(stream, values)
        if values.ndim < 2 or values.shape[unit] != self.windows[stream].n_units:
            return
        few = values.take(silent, axis=unit)
        if np.count_nonzero(few):  # faster than any()
            still = silent[~_awake(few, unit)]
            self._set(stream, self.windows[stream], still)

    def observe(self, stream: str, values: Array, moments: Moments) -> Iterator[tuple[str, float]]:
        """Take in an activation that is counted in full; yield (name, number) for what follows.

        Parameters
        ----------
        moments : Moments
            Of the same values. A layer that never outputs zero is not followed.
        """
        layer = stream.rpartition("/")[0]
        function = self._function(layer)
        if function is not None and function.saturated is not None and values.size:
            yield f"{layer}/saturated", float(np.mean(function.saturated(values)))
        if values.ndim < 2:
            return
        unit = self._unit_axis(stream, values)
        few = ~_awake(values, unit) if moments.zeros else np.zeros(values.shape[unit], bool)
        if 1 < values.shape[unit] < values.size:
            yield f"{layer}/equal", _share_of_equals(values, unit, moments, few)
        known = self._calls.setdefault(stream, _Calls(few))
        known.has_zeros |= moments.zeros > 0
        if len(known.silent) == len(few):
            known.silent &= few
        else:  # a layer that is shared by others of several widths
            known.silent = np.zeros(0, bool)

    def end(self, turn: int) -> Iterator[tuple[str, float]]:
        """Take in that a step ends that was counted in full; yield (name, number) for its windows.

        Parameters
        ----------
        turn : int
            Number of the recorded step, counted without gaps.
        """
        for stream, calls in self._calls.items():
            window = self.windows.get(stream)
            if not (calls.has_zeros or window):
                continue
            fresh, silent = Window(turn, len(calls.silent)), np.flatnonzero(calls.silent)
            if window is None or window.n_units != fresh.n_units:
                self._set(stream, fresh, silent)
            elif turn - window.start + 1 >= WINDOW and window.n_units:
                before = self.silent.get(stream, silent[:0])
                still = np.intersect1d(before, silent, assume_unique=True)
                yield f"{stream.rpartition('/')[0]}/dead", len(still) / window.n_units
                self._set(stream, fresh, silent)
            elif stream in self.silent:
                still = np.intersect1d(self.silent[stream], silent, assume_unique=True)
                self._set(stream, window, still)

    def _set(self, stream: str, window: Window, silent: NDArray[np.intp]) -> None:
        """Set what is known of a stream, and leave what was known before the step as it is."""
        if self.windows is self._before[0]:
            self.windows, self.silent = dict(self.windows), dict(self.silent)
        self.windows[stream] = window
        self.silent[stream] = silent
        if not len(silent):
            del self.silent[stream]

    def _function(self, layer: str) -> Activation | None:
        if layer not in self._functions:
            named = (f for pattern, f in self._patterns.items() if matches(layer, pattern))
            own = ACTIVATIONS.get(layer.rpartition(".")[2].rstrip("0123456789"))
            self._functions[layer] = next(named, own)
        return self._functions[layer]

    def _unit_axis(self, stream: str, values: Array | Far) -> int:
        axis = self.axes.get(stream, values.ndim)
        if axis < values.ndim:
            return axis
        return 1 if values.ndim >= 4 else values.ndim - 1


def _awake(values: Array, unit: int) -> NDArray[np.bool_]:
    """Return which units are not zero for some example; NaN is not zero."""
    others = tuple(axis for axis in range(values.ndim) if axis != unit)
    return np.asarray(values.any(axis=others))


def _share_of_equals(
    values: Array, unit: int, moments: Moments, silent: NDArray[np.bool_]
) -> float:
    """Return the share of the units whose output is that of another unit.

    Silent units are the same. Others that may be are found by the sum of their outputs with
    random weights, in one pass, and then compared.
    """
    if moments.count < moments.seen:  # what is not finite is not the same as anything
        return 0.0
    if unit != values.ndim - 1:
        values = np.moveaxis(values, unit, -1)
    rows = values.reshape(-1, values.shape[-1])[:EXAMPLES]
    rows = rows.astype(np.result_type(rows.dtype, np.float32), copy=False)
    largest = max(-moments.min, moments.max)
    shared = silent & (np.count_nonzero(silent) > 1)
    heard = np.flatnonzero(~silent)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = (_random_weights(len(rows), rows.dtype) @ rows).astype(np.float64)[heard]
        order = np.argsort(sums)
        sums, order = sums[order], heard[order]
        for apart in range(1, _NEIGHBOURS + 1):
            near = sums[apart:] - sums[:-apart] <= SAME * largest * math.sqrt(len(rows))
            if not near.any():  # nor are those farther apart
                break
            one, other = order[:-apart][near], order[apart:][near]
            for part in (rows[:_FEW], rows):  # most that differ do so at once
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
def _random_weights(n: int, dtype: np.dtype[np.floating]) -> Array:
    return np.random.default_rng(0).standard_normal(n).astype(dtype)
