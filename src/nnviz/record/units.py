"""What is known of single units: whether they are dead or saturated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._names import DEAD_SINCE, matches
from nnviz._typing import Array
from nnviz.nn import ACTIVATIONS, Activation
from nnviz.stats.examples import Examples, are_silent
from nnviz.stats.values import Far

__all__ = ["WINDOW", "Units"]

WINDOW = 10
"""Recorded steps over which a unit must be silent, at least, to be called dead."""


@dataclass(frozen=True)
class Window:
    """Since when a layer is watched, and how many units it has.

    Attributes
    ----------
    start : int
        Number of the recorded step, counted without gaps.
    n_units : int
    step : int
        The step itself.
    """

    start: int
    n_units: int
    step: int


@dataclass
class _Calls:
    """What the calls of a layer in a step have in common: which units were silent in each."""

    silent: NDArray[np.bool_]
    has_zeros: bool


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
    example_axes : dict of str to int
        The axis of the examples, by stream, where it is not the first one.
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
        self.example_axes: dict[str, int] = {}
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
        unit = self.axis(stream, values)
        if values.ndim < 2 or values.shape[unit] != self.windows[stream].n_units:
            return
        few = values.take(silent, axis=unit)
        if np.count_nonzero(few):  # faster than any()
            still = silent[are_silent(few, unit)]
            self._set(stream, self.windows[stream], still)

    def axis(self, stream: str, values: Array | Far) -> int:
        """Return the axis along which the units of an activation lie, which has two or more."""
        axis = self.axes.get(stream, values.ndim)
        if axis < values.ndim:
            return axis
        return 1 if values.ndim >= 4 else values.ndim - 1

    def by_example(self, stream: str, values: Array) -> tuple[Array, int]:
        """Return an activation with its examples along the first axis, and the axis of its units.

        One without a batch, whose units lie along the first axis, is a single example.
        """
        unit, example = self.axis(stream, values), self.example_axes.get(stream, 0)
        if not unit:
            return values[None], 1
        if 0 < example < values.ndim and example != unit:
            return np.moveaxis(values, example, 0), unit + (unit < example)
        return values, unit

    def saturated(self, stream: str, values: Array) -> float | None:
        """Return the share of an activation that is saturated; None if it cannot be."""
        function = self._function(stream.rpartition("/")[0])
        if function is None or function.saturated is None or not values.size:
            return None
        return float(np.mean(function.saturated(values)))

    def observe(self, stream: str, examples: Examples) -> None:
        """Take in an activation that is counted in full; a layer without zeros is not followed."""
        known = self._calls.get(stream)
        if known is None:
            self._calls[stream] = _Calls(examples.silent, examples.has_zeros)
            return
        known.has_zeros |= examples.has_zeros
        if len(known.silent) == len(examples.silent):
            known.silent = known.silent & examples.silent
        else:  # a layer that is shared by others of several widths
            known.silent = np.zeros(0, bool)

    def end(self, turn: int, step: int) -> Iterator[tuple[str, float]]:
        """Take in that a step ends that was counted in full; yield (name, number) for its windows.

        Parameters
        ----------
        turn : int
            Number of the recorded step, counted without gaps.
        step : int
            The step itself.
        """
        for stream, calls in self._calls.items():
            window = self.windows.get(stream)
            if not (calls.has_zeros or window):
                continue
            n_units = len(calls.silent)
            if window is None or window.n_units != n_units:
                self._set(stream, Window(turn, n_units, step), np.flatnonzero(calls.silent))
            elif turn - window.start + 1 >= WINDOW and window.n_units:
                silent = np.flatnonzero(calls.silent)
                before = self.silent.get(stream, silent[:0])
                still = np.intersect1d(before, silent, assume_unique=True)
                layer = stream.rpartition("/")[0]
                yield f"{layer}/dead", len(still) / window.n_units
                yield f"{layer}/{DEAD_SINCE}", window.step
                self._set(stream, Window(turn, n_units, step), silent)
            elif stream in self.silent:
                before = self.silent[stream]
                self._set(stream, window, before[calls.silent[before]])

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
