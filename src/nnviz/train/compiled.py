# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
"""A descent as machine code: the lines of a surface and of a rule, on one number after another.

What is compiled are the functions that NumPy runs on arrays. Nothing is contracted or put in
another order, so that both give the same bits.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import numba  # an extra: whoever imports this looks whether it is there
import numpy as np
from numba.extending import overload

from nnviz.optim.base import mix, mix_square, over_root

__all__ = ["Advance", "compiled"]

if numba.config.DISABLE_JIT:
    raise ImportError("numba is told to compile nothing, by NUMBA_DISABLE_JIT")

Advance: TypeAlias = Callable[[Any, Any, Any], None]
"""``advance(points, remembered, numbers)`` fills points, shape (steps + 1, 2, n), from the first
on, and changes what is remembered, a tuple of arrays of shape (2, n), to what is in the end. The
numbers of a rule are a tuple of arrays of shape (steps,)."""

CHUNK = 1024
"""Points that go all steps of a block before the next ones do: they stay in the cache."""

# In numba, a division by zero raises unless this is said, and nothing is vectorized.
_jit = numba.njit(error_model="numpy", nogil=True)


@cache
def compiled(gradient: Callable[..., Any], move: Callable[..., Any]) -> Advance:
    """Return the steps of a rule down a surface; the first call takes a second or two.

    Parameters
    ----------
    gradient : callable
        Of a surface, one of `surfaces.surface.ARITHMETIC`.
    move : callable
        As in `optim.elementwise.Elementwise`.
    """
    slopes_at, updated = _gradients(gradient), _updates(move)

    @_jit
    def advance(points: Any, remembered: Any, numbers: Any) -> None:
        n = points.shape[2]
        room = np.empty((2, CHUNK))
        for first in range(0, n, CHUNK):
            part = slice(first, min(first + CHUNK, n))
            slopes = room[0, : part.stop - first], room[1, : part.stop - first]
            for step in range(points.shape[0] - 1):
                now = _at(numbers, step)
                slopes_at(points[step, 0, part], points[step, 1, part], *slopes)
                for axis in range(2):
                    before, after = points[step, axis, part], points[step + 1, axis, part]
                    updated(slopes[axis], _rows(remembered, axis, part), now)
                    for k in range(before.size):
                        after[k] = before[k] + slopes[axis][k]

    return advance


def _gradients(gradient: Callable[..., Any]) -> Any:
    own = _jit(gradient)

    @_jit
    def slopes_at(x: Any, y: Any, along_x: Any, along_y: Any) -> None:
        """Write the gradient at each point."""
        for k in range(x.size):
            along_x[k], along_y[k] = own(x[k], y[k])

    return slopes_at


def _updates(move: Callable[..., Any]) -> Any:
    own = _jit(move)

    @_jit
    def updated(slopes: Any, remembered: Any, numbers: Any) -> None:
        """Turn gradients into updates, in place: LLVM gives up where more arrays take part."""
        for k in range(slopes.size):
            found = own(slopes[k], *_at(remembered, k), *numbers)
            slopes[k] = found[0]
            _put(remembered, k, found[1:])

    return updated


def _at(arrays: Any, k: Any) -> Any:
    """Return an entry of each array of a tuple."""
    raise NotImplementedError


@overload(_at)
def _compiled_at(arrays, k):
    if len(arrays) == 0:
        return lambda arrays, k: ()
    return lambda arrays, k: (arrays[0][k], *_at(arrays[1:], k))


def _rows(arrays: Any, axis: Any, part: Any) -> Any:
    """Return a part of a row of each array of a tuple."""
    raise NotImplementedError


@overload(_rows)
def _compiled_rows(arrays, axis, part):
    if len(arrays) == 0:
        return lambda arrays, axis, part: ()
    return lambda arrays, axis, part: (arrays[0][axis, part], *_rows(arrays[1:], axis, part))


def _put(arrays: Any, k: Any, values: Any) -> None:
    """Change an entry of each array of a tuple."""
    raise NotImplementedError


@overload(_put)
def _compiled_put(arrays, k, values):
    if len(arrays) == 0:
        return lambda arrays, k, values: None

    def put(arrays, k, values):
        arrays[0][k] = values[0]
        _put(arrays[1:], k, values[1:])

    return put


@overload(mix)
def _compiled_mix(old, new, weight):
    return lambda old, new, weight: (new - old) * (1 - weight) + old


@overload(mix_square)
def _compiled_mix_square(old, new, weight):
    return lambda old, new, weight: (new * new - old) * (1 - weight) + old


@overload(over_root)
def _compiled_over_root(numerator, square, small):
    return lambda numerator, square, small: numerator / (np.sqrt(square) + small)
