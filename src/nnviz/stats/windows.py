"""Which units of activation layers are silent step after step, and so dead."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz._names import DEAD_SINCE
from nnviz.stats.examples import Examples

__all__ = ["WINDOW", "Window", "Windows"]

WINDOW = 10
"""Recorded steps over which a unit must be silent, at least, to be called dead."""


@dataclass(frozen=True)
class Window:
    """Since when a layer is watched, and how many units it has.

    Attributes
    ----------
    step : int
        The first step.
    n_units : int
    """

    step: int
    n_units: int


@dataclass
class _Calls:
    """What the calls of a layer in a step have in common: which units were silent in each."""

    silent: NDArray[np.bool_]
    has_zeros: bool


class Windows:
    """Follows which units of activation layers are silent, step by step.

    A unit is *dead* if its output was exactly zero for every example of every recorded step of
    a window: from one step that was counted in full to another, `WINDOW` recorded steps at least.

    Parameters
    ----------
    every : int
        One step in so many is recorded.

    Attributes
    ----------
    windows : dict of str to Window
        By stream.
    silent : dict of str to ndarray of int
        The units that have been silent since their window began, of streams that have some.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self.windows: dict[str, Window] = {}
        self.silent: dict[str, NDArray[np.intp]] = {}
        self.begin()

    def begin(self) -> None:
        """Begin a step."""
        self._before = self.windows, self.silent
        self._calls: dict[str, _Calls] = {}

    def forget_step(self) -> None:
        """Forget what came since the step began; interrupted, it may be done again."""
        self.windows, self.silent = self._before

    def n_units(self, stream: str) -> int | None:
        """Return how many units an activation has, of which some are silent so far; else None."""
        return self.windows[stream].n_units if stream in self.silent else None

    def narrow(self, stream: str, are_silent: NDArray[np.bool_]) -> None:
        """Take in which of the units that were silent so far are so in one more activation."""
        if not are_silent.all():
            self._set(stream, self.windows[stream], self.silent[stream][are_silent])

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

    def end(self, step: int) -> Iterator[tuple[str, float]]:
        """Take in that a step ends; yield (name, number) for the windows that end with it."""
        for stream, calls in self._calls.items():
            window = self.windows.get(stream)
            if not (calls.has_zeros or window):
                continue
            n_units = len(calls.silent)
            if window is None or window.n_units != n_units:
                self._set(stream, Window(step, n_units), np.flatnonzero(calls.silent))
            elif self._is_over(window, step) and window.n_units:
                silent = np.flatnonzero(calls.silent)
                before = self.silent.get(stream, silent[:0])
                still = np.intersect1d(before, silent, assume_unique=True)
                layer = stream.rpartition("/")[0]
                yield f"{layer}/dead", len(still) / window.n_units
                yield f"{layer}/{DEAD_SINCE}", window.step
                self._set(stream, Window(step, n_units), silent)
            elif stream in self.silent:
                before = self.silent[stream]
                self._set(stream, window, before[calls.silent[before]])

    def _is_over(self, window: Window, step: int) -> bool:
        return step // self._every - window.step // self._every + 1 >= WINDOW

    def _set(self, stream: str, window: Window, silent: NDArray[np.intp]) -> None:
        """Set what is known of a stream, and leave what was known before the step as it is."""
        if self.windows is self._before[0]:
            self.windows, self.silent = dict(self.windows), dict(self.silent)
        self.windows[stream] = window
        self.silent[stream] = silent
        if not len(silent):
            del self.silent[stream]
