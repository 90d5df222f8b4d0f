"""Histograms in TensorBoard's old form, that of PyTorch: bins, extremes and sums."""

import math
from typing import Any

import numpy as np

from nnviz._typing import Array
from nnviz.runs.foreign_bins import MOST, Bins

__all__ = ["bins_of_proto"]

_SMALLEST, _GROWTH = 1e-12, 1.1
"""The first edge of the writers' own bins beside zero, and the ratio of one to the next."""

_DIGITS = 1e-5


def bins_of_proto(proto: Any) -> Bins:
    """Return the bins of a HistogramProto; ValueError if they make no sense.

    Its smallest and largest value cut the outermost bins, which may be endless. Values without a
    bin, by which `num` exceeds the bins' total, are not finite if one of the extremes is not;
    otherwise they are farther out than the bins: as far as the extremes.
    """
    limits, counts = (np.array(c, np.float64) for c in (proto.bucket_limit, proto.bucket))
    low, high, n = float(proto.min), float(proto.max), float(proto.num)
    if not counts.any() and not n:
        return Bins(limits[:0], limits[:0], limits[:0], (0.0, 0.0))
    missing = n - counts.sum()
    if len(limits) != len(counts) or not len(limits) or not (0 < n <= MOST and missing > -0.5):
        raise ValueError("a histogram with inconsistent bins")
    if low > high or not (limits[:-1] <= limits[1:]).all():
        raise ValueError("a histogram whose edges do not ascend")
    if not np.isfinite([low, high]).all():
        return _not_finite(limits, counts, (low, high), round(missing))
    left, right, held = _with_outer_bins(limits, counts, (low, high), round(missing))
    size, moments = round(n), _moments(proto)
    is_part = round(held.sum()) < size
    return Bins.of(left, right, held, moments=moments, size=size, is_part=is_part)


def _with_outer_bins(
    limits: Array, counts: Array, reach: tuple[float, float], missing: int
) -> tuple[Array, Array, Array]:
    """Return the bins, with one more on a side where values are beyond them.

    Beyond both sides there is one value at least on either, and nothing is known of the rest.
    """
    low, high = reach
    edges = np.clip(np.concatenate([[min(low, limits[0])], limits]), low, high)
    below, above = counts[0] == 0 and low < limits[0], high > limits[-1]
    if not missing:
        return edges[:-1], edges[1:], counts
    if missing < int(below) + int(above) or not (below or above):
        raise ValueError("a histogram with inconsistent bins")
    n = 1 if below and above else missing
    inner, outer = (limits[0], limits[-1]) if n > 1 else reach
    bins = np.column_stack([edges[:-1], edges[1:], counts])
    lower, upper = [[low, inner, n]] * int(below), [[outer, high, n]] * int(above)
    left, right, held = np.array([*lower, *bins.tolist(), *upper]).T
    return left, right, held


def _not_finite(limits: Array, counts: Array, reach: tuple[float, float], missing: int) -> Bins:
    """Return the bins of values some of which are not finite: a NaN makes both extremes NaN.

    Where the bins reach as far as the writers' own, all that is missing is not finite (or beyond
    1e20); of infinities on both sides, half. Otherwise only what the extremes say is certain.
    """
    low, high = reach
    kinds = {
        "nan": math.isnan(low) or math.isnan(high),
        "positive_inf": high == math.inf,
        "negative_inf": low == -math.inf,
    }
    found = [kind for kind, is_there in kinds.items() if is_there]
    if missing < len(found):
        raise ValueError("a histogram with inconsistent bins")
    odd = dict.fromkeys(found, 1)
    if _are_the_writers(limits):
        odd = {kind: missing // len(found) for kind in found}
        odd[found[0]] += missing % len(found)
    least, most = (end if math.isfinite(end) else None for end in reach)
    edges = np.clip(np.concatenate([[low if counts[0] else limits[0]], limits]), least, most)
    known: dict[str, int] = {"size": round(counts.sum()) + missing, **odd}
    is_part = sum(odd.values()) < missing
    return Bins.of(edges[:-1], edges[1:], counts, is_part=is_part, **known)


def _are_the_writers(limits: Array) -> bool:
    """Return whether edges are among those that the event writers take by themselves."""
    sizes = np.abs(limits[limits != 0])
    if not len(sizes) or not np.isfinite(sizes).all():
        return False
    place = np.log(sizes / _SMALLEST) / math.log(_GROWTH)
    return bool((np.abs(place - np.rint(place)) < 1e-3).all())


def _moments(proto: Any) -> tuple[float, float] | None:
    """Return mean and variance, unless too few digits are left of them.

    PyTorch adds in float32: a small difference of two large sums says nothing.
    """
    mean = proto.sum / proto.num
    m2 = max(proto.sum_squares - proto.num * mean * mean, 0.0)
    known = proto.min <= mean <= proto.max and _DIGITS * proto.sum_squares < m2 < math.inf
    return (mean, m2 / proto.num) if known else None
