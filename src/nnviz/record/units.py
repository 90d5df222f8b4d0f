"""What is known of single units: whether they are dead or saturated."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.nn import ACTIVATIONS, Activation

__all__ = ["WINDOW", "Units"]

WINDOW = 10
"""Exact steps over which a unit must be silent to be called dead."""


class Units:
    """Follows the units of activation layers through the steps that are counted whole.

    A unit is an entry of the last axis of an activation, or of axis 1 (the channels) if there
    are four axes or more. It is *dead* if its output was exactly zero for every example of all
    the exact steps of a window. It is *saturated*, for an example, where its activation
    function is next to flat: beyond .05 and .95 for the sigmoid, ±.95 for tanh.

    Parameters
    ----------
    activations : mapping of str to str
        Names of activation functions by layer pattern. A layer that none matches is known by
        its own name: "tanh2" is a tanh.
    """

    def __init__(self, activations: Mapping[str, str]) -> None:
        self._patterns = {
            pattern: _checks.lookup("activations", name, ACTIVATIONS)
            for pattern, name in activations.items()
        }
        self._functions: dict[str, Activation | None] = {}
        self._silent: dict[str, NDArray[np.bool_]] = {}
        self._seen: dict[str, int] = {}

    def follow(self, layer: str, activation: str) -> None:
        """Say which function a layer applies."""
        self._functions[layer] = _checks.lookup("activation", activation, ACTIVATIONS)

    def observe(self, layer: str, values: Array, *, zeros: bool) -> Iterator[tuple[str, float]]:
        """Take in one activation; yield (name, number) for what can be said now.

        Parameters
        ----------
        zeros : bool
            Whether any of the values is zero. A layer that never outputs zero is not followed.
        """
        function = self._function(layer)
        if function is not None and function.saturated is not None and values.size:
            yield f"{layer}/saturated", float(np.mean(function.saturated(values)))
        if values.ndim < 2 or not (zeros or layer in self._silent):
            return
        unit = 1 if values.ndim >= 4 else values.ndim - 1
        others = tuple(axis for axis in range(values.ndim) if axis != unit)
        silent = ~(values != 0).any(axis=others)
        before = self._silent.get(layer)
        if before is not None and before.shape == silent.shape:
            silent &= before
            self._seen[layer] += 1
        else:
            self._seen[layer] = 1
        self._silent[layer] = silent
        if self._seen[layer] == WINDOW:
            yield f"{layer}/dead", float(silent.mean())
            self._silent[layer] = np.ones_like(silent)
            self._seen[layer] = 0

    def _function(self, layer: str) -> Activation | None:
        if layer not in self._functions:
            named = (f for pattern, f in self._patterns.items() if fnmatchcase(layer, pattern))
            own = ACTIVATIONS.get(layer.rpartition(".")[2].rstrip("0123456789"))
            self._functions[layer] = next(named, own)
        return self._functions[layer]
