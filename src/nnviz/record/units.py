"""What is looked at in an activation beside its values: which axes, which function, which units."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._names import matches
from nnviz._typing import Array
from nnviz.nn import ACTIVATIONS, Activation
from nnviz.stats.examples import Examples, are_silent
from nnviz.stats.later import Promise
from nnviz.stats.values import Far
from nnviz.stats.windows import Windows

__all__ = ["Units"]

AnyArray = TypeVar("AnyArray", Array, Far)


class Units:
    """Looks at the units of activation layers.

    A unit is an entry of the last axis of an activation, or of axis 1 (the channels) if there
    are four axes or more, unless `axes` says otherwise. Whether it is dead, `Windows` tell. It
    is *saturated*, for an example, where its activation function is next to flat: below .05 or
    above .95 for the sigmoid, beyond ±.95 for tanh. It is *equal* if its output is, for every
    example of a step, the same as that of another unit of the layer.

    Parameters
    ----------
    activations : mapping of str to str
        Names of activation functions by layer pattern. A layer that none matches is known by
        its own name: "tanh2" is a tanh.
    every : int
        As of `Windows`.

    Attributes
    ----------
    here, there : Windows
        Of activations that are looked at at once, and of those on a device that is not waited
        for: what is known of these lies some steps back.
    axes : dict of str to int
        The axis of the units, by stream, where it is known to be another than said above.
    example_axes : dict of str to int
        The axis of the examples, by stream, where it is not the first one.
    """

    def __init__(self, activations: Mapping[str, str], every: int) -> None:
        self._patterns = {
            pattern: _checks.lookup("activations", name, ACTIVATIONS)
            for pattern, name in activations.items()
        }
        self._functions: dict[str, Activation | None] = {}
        self.here, self.there = Windows(every), Windows(every)
        self._awaited: dict[str, int] = {}
        self.axes: dict[str, int] = {}
        self.example_axes: dict[str, int] = {}

    def follow(self, layer: str, activation: str) -> None:
        """Say which function a layer applies."""
        self._functions[layer] = _checks.lookup("activation", activation, ACTIVATIONS)

    def narrow(self, stream: str, values: ArrayLike | Far) -> None:
        """Look whether units that were silent so far are so in this activation."""
        if (silent := self.here.silent.get(stream)) is None:
            return
        if type(values) is not np.ndarray and not isinstance(values, Far):
            values = np.asarray(values)
        if values.ndim < 2:
            return
        unit = self.axis(stream, values)
        if values.shape[unit] != self.here.n_units(stream):
            return
        few = values.take(silent, axis=unit)
        if np.count_nonzero(few):  # faster than any()
            self.here.narrow(stream, are_silent(few, unit))

    def promised(self, step: int, stream: str, values: Far) -> Iterator[Promise]:
        """Yield what is asked of an activation on a device, at a step that is counted in full."""
        if values.ndim > 1:
            self._awaited[stream] = step
            arranged, unit = self.by_example(stream, values)
            yield arranged.examples(unit)
        if values.size and (function := self._saturates(stream)) is not None:
            yield values.share(function)

    def promised_silence(self, stream: str, values: Far) -> Iterator[Promise]:
        """Yield what is asked of an activation on a device, at another step.

        That is nothing if it is known already that no unit is silent.
        """
        if values.ndim > 1 and (stream in self.there.silent or stream in self._awaited):
            yield values.silent(self.axis(stream, values))

    def axis(self, stream: str, values: Array | Far) -> int:
        """Return the axis along which the units of an activation lie, which has two or more."""
        axis = self.axes.get(stream, values.ndim)
        if axis < values.ndim:
            return axis
        return 1 if values.ndim >= 4 else values.ndim - 1

    def by_example(self, stream: str, values: AnyArray) -> tuple[AnyArray, int]:
        """Return an activation with its examples along the first axis, and the axis of its units.

        One without a batch, whose units lie along the first axis, is a single example.
        """
        unit, example = self.axis(stream, values), self.example_axes.get(stream, 0)
        if not unit:
            return values.reshape((1, *values.shape)), 1
        if 0 < example < values.ndim and example != unit:
            others: list[int] = [axis for axis in range(values.ndim) if axis != example]
            return values.transpose([example, *others]), unit + (unit < example)
        return values, unit

    def saturated(self, stream: str, values: Array) -> float | None:
        """Return the share of an activation that is saturated; None if it cannot be."""
        function = self._saturates(stream)
        return None if function is None or not values.size else float(np.mean(function(values)))

    def arrived(self, step: int, stream: str, known: Examples | NDArray[np.bool_]) -> None:
        """Take in what has come of an activation on a device: what step comes after which."""
        if isinstance(known, Examples):
            self.there.observe(stream, known)
            if self._awaited.get(stream) == step:
                del self._awaited[stream]
        elif len(known) == self.there.n_units(stream):
            self.there.narrow(stream, known[self.there.silent[stream]])

    def _saturates(self, stream: str) -> Callable[[Any], Any] | None:
        """Return what says which values of an activation are saturated; None if none can be."""
        layer = stream.rpartition("/")[0]
        if layer not in self._functions:
            named = (f for pattern, f in self._patterns.items() if matches(layer, pattern))
            own = ACTIVATIONS.get(layer.rpartition(".")[2].rstrip("0123456789"))
            self._functions[layer] = next(named, own)
        function = self._functions[layer]
        return None if function is None else function.saturated
