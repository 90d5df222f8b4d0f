"""The reducer as machine code: moments and histogram of a tensor while it lies in the cache.

It describes tensors of ordinary numbers. One that holds NaN, infinities, subnormal or huge numbers
is refused, and left to NumPy. What numba compiles is kept beside this file or, where that cannot
be written, in the user's cache.
"""

import math
from collections.abc import Callable
from typing import Any

import numba  # an extra: whoever imports this looks whether it is there
import numpy as np
from numba.extending import overload

from nnviz.stats.histogram import BITS

__all__ = ["CHUNK", "REFUSED", "compiled", "count", "describe", "describe_parts", "finish", "look"]

if numba.config.DISABLE_JIT:
    raise ImportError("numba is told to compile nothing, by NUMBA_DISABLE_JIT")

REFUSED = -1
"""In place of a number of buckets: nothing was written."""

CHUNK = 4096
"""Numbers that are read at once: few enough to stay in the first-level cache meanwhile."""

_LARGE = 1e150
_NARROW = 0.1
"""As in `moments`."""

_ONE = np.uint32(1)
_LANE_1, _LANE_2, _LANE_3 = map(np.uint64, (1, 2, 3))
_INTEGERS: dict[int, tuple[Any, Any]] = {32: (np.int32, np.uint32), 64: (np.int64, np.uint64)}


def compiled(*, loose: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what compiles a function; `loose` lets several adders take part in a sum."""
    options: dict[str, Any] = {"nogil": True}
    if loose:
        options["fastmath"] = {"reassoc", "contract", "nsz"}

    def compile_it(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            kernel: Callable[..., Any] = numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no folder to keep it in
            kernel = numba.njit(**options)(function)
        return kernel

    return compile_it


@compiled(loose=True)
def _add(x: Any) -> Any:
    total = squares = 0.0
    for k in range(x.size):
        value = np.float64(x[k])
        total += value
        squares += value * value
    return total, squares


@compiled(loose=True)
def _squares_around(x: Any, mean: Any) -> Any:
    total = 0.0
    for start in range(0, x.size, CHUNK):
        squares = 0.0
        for k in range(start, min(start + CHUNK, x.size)):
            apart = np.float64(x[k]) - mean
            squares += apart * apart
        total += squares
    return total


def look(bits: Any) -> Any:
    """Return the extremes, as integers in the order of the values, and the least size but 0."""
    raise NotImplementedError


@overload(look)  # type: ignore[untyped-decorator]
def _look_at(bits: Any) -> Any:
    # Where the types are not written out, or one is wider, it takes three times as long.
    signed, unsigned = _INTEGERS[bits.dtype.bitwidth]
    last, most = bits.dtype.bitwidth - 1, np.iinfo(signed).max

    def look(bits: Any) -> Any:
        low, high, least = signed(most), signed(~most), unsigned(~unsigned(0))
        for k in range(bits.size):
            own = bits[k]
            place = signed(own ^ signed(signed(own >> signed(last)) & signed(most)))
            low, high = min(low, place), max(high, place)
            least = min(least, unsigned(unsigned(own & signed(most)) - unsigned(1)))
        return np.int64(low), np.int64(high), np.int64(unsigned(least + unsigned(1)))

    return look


@compiled()
def _layout(bits: Any) -> Any:
    """Return how many bits a mantissa has, and what is added to an exponent."""
    return (23, 127) if bits.itemsize == 4 else (52, 1023)


def count(bits: Any, lanes: Any) -> None:
    """Count in four lanes: in one, equal neighbours would wait for each other."""
    raise NotImplementedError


@overload(count)  # type: ignore[untyped-decorator]
def _count_in(bits: Any, lanes: Any) -> Any:  # noqa: ARG001
    # Of a flat table, by unsigned numbers of the width of the values, in two thirds of the time.
    unsigned = _INTEGERS[bits.dtype.bitwidth][1]
    shift = unsigned((23 if bits.dtype.bitwidth == 32 else 52) - BITS - 2)

    def count(bits: Any, lanes: Any) -> None:
        own, flat, used = bits.view(unsigned), lanes.reshape(-1), unsigned(4 * lanes.shape[0] - 4)
        whole = own.size // 4 * 4
        for k in range(0, whole, 4):
            flat[np.uint64(own[k] >> shift & used)] += _ONE
            flat[np.uint64(own[k + 1] >> shift & used) + _LANE_1] += _ONE
            flat[np.uint64(own[k + 2] >> shift & used) + _LANE_2] += _ONE
            flat[np.uint64(own[k + 3] >> shift & used) + _LANE_3] += _ONE
        for k in range(whole, own.size):
            flat[np.uint64(own[k] >> shift & used)] += _ONE

    return count


@compiled()
def _gather(lanes: Any, least: Any, largest: Any, moved: Any, key: Any, held: Any, at: Any) -> Any:
    """Write the buckets between two sizes, and zero, from a place on; return where they end.

    The lanes are empty again then.
    """
    negative = lanes.shape[0] // 2
    end = at
    zeros = np.int64(0)
    for sign in range(2):
        for lane in range(4):
            zeros += lanes[sign * negative, lane]
            lanes[sign * negative, lane] = 0
    if zeros:
        key[end], held[end] = 0, zeros
        end += 1
    for sign in range(2):
        for place in range(sign * negative + least, sign * negative + largest + 1):
            number = np.int64(0)
            for lane in range(4):
                number += lanes[place, lane]
                lanes[place, lane] = 0
            if number:
                key[end] = (sign << 15) + place - sign * negative + moved
                held[end] = number
                end += 1
    return end


@compiled()
def _value(place: Any, bits: Any) -> Any:
    """Return the number at a place in the order of the values; infinite for what is none."""
    n_mantissa, bias = _layout(bits)
    size = np.int64(~place if place < 0 else place)
    exponent = size >> n_mantissa
    if exponent == 2 * bias + 1:
        value = np.inf
    elif exponent == 0:
        value = 0.0
    else:
        digits = (size & ((1 << n_mantissa) - 1)) | (1 << n_mantissa)
        value = math.ldexp(float(digits), exponent - bias - n_mantissa)
    return -value if place < 0 else value


@compiled()
def finish(
    x: Any, bits: Any, sums: Any, found: Any, lanes: Any, counts: Any, floats: Any, key: Any,
    held: Any, row: Any, at: Any,
) -> Any:  # fmt: skip
    """Write what was found into a row, and leave the lanes empty."""
    n_mantissa, bias = _layout(bits)
    shift = n_mantissa - BITS
    low, high = _value(found[0], bits) + 0.0, _value(found[1], bits) + 0.0  # −0 is 0
    largest = max(-low, high)
    least = found[2]
    is_subnormal = 0 < least < 1 << n_mantissa
    if is_subnormal or largest > _LARGE or 0 < largest < 1 / _LARGE:
        lanes[:] = 0
        return REFUSED
    last = np.int64(math.frexp(largest)[1] + bias << BITS) if largest else np.int64(0)
    end = _gather(lanes, max(least >> shift, 1), last, (1023 - bias) << BITS, key, held, at)
    total, squares = sums
    n = x.size
    mean = total / n
    m2 = squares - n * mean * mean
    if m2 < _NARROW * squares:
        m2 = _squares_around(x, mean)
    counts[row, 2:] = 0
    counts[row, 0], counts[row, 1] = n, held[at] if end > at and key[at] == 0 else 0
    floats[row, 0], floats[row, 1] = min(max(mean, low), high), m2
    floats[row, 2], floats[row, 3] = low, high
    return end - at


@compiled()
def describe(
    x: Any, bits: Any, lanes: Any, counts: Any, floats: Any, key: Any, held: Any, row: Any, at: Any
) -> Any:
    """Write what `Moments` and `Histogram` say of numbers.

    Parameters
    ----------
    x, bits : ndarray of shape (n,), C-contiguous
        Float32 or float64, and the same as signed integers.
    lanes : ndarray of uint32, shape (2^13 or 2^16, 4)
        Zeros, before and after: one row for each key of the type.
    counts, floats : ndarray of int64, float64
        Of a `row` the first become count and zeros, and mean, m2, min and max.
    key, held : ndarray of uint16, int64
        Get the buckets from the place `at` on.

    Returns
    -------
    int
        Number of buckets, or `REFUSED`.
    """
    total = squares = 0.0
    low, high, least = look(bits[:1])
    for start in range(0, x.size, CHUNK):
        part = bits[start : start + CHUNK]
        own_low, own_high, own_least = look(part)
        low, high = min(low, own_low), max(high, own_high)
        if own_least and not 0 < least < own_least:
            least = own_least
        own = _add(x[start : start + CHUNK])
        total, squares = total + own[0], squares + own[1]
        count(part, lanes)
    found = low, high, least
    return finish(x, bits, (total, squares), found, lanes, counts, floats, key, held, row, at)


@compiled()
def describe_parts(
    x: Any, bits: Any, starts: Any, stops: Any, lanes: Any, counts: Any, floats: Any, key: Any,
    held: Any, buckets: Any, row: Any, at: Any,
) -> Any:  # fmt: skip
    """Describe parts of an array, in as many rows of `buckets`, too; return how many there are."""
    end = at
    for k in range(starts.size):
        own = slice(starts[k], stops[k])
        n = describe(x[own], bits[own], lanes, counts, floats, key, held, row + k, end)
        if n == REFUSED:
            return REFUSED
        buckets[row + k] = n
        end += n
    return end - at
