"""What `Examples` says of an activation, in the machine code's one pass over it."""

import math
from typing import Any

import numpy as np

from nnviz.stats.compiled import CHUNK, REFUSED, compiled, count, finish, look
from nnviz.stats.examples import EXAMPLES, NEIGHBOURS, SAME

__all__ = ["describe_examples"]

_NARROW = 0.01
"""Where less than this is left of an entry's sum of squares, the differences are squared."""


@compiled(loose=True)
def _add_example(x: Any, bits: Any, weight: Any, sums: Any, weighted: Any, awake: Any) -> None:
    for k in range(x.size):
        value = np.float64(x[k])
        sums[0, k] += value
        sums[1, k] += value * value
        weighted[k] += weight * x[k]
        awake[k] |= bits[k]


@compiled(loose=True)
def _add_four(x: Any, bits: Any, weights: Any, sums: Any, weighted: Any, awake: Any) -> None:
    """Add four examples at once, so that the sums are fetched a quarter as often."""
    x0, x1, x2, x3 = x[0], x[1], x[2], x[3]
    b0, b1, b2, b3 = bits[0], bits[1], bits[2], bits[3]
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    totals, squares = sums[0], sums[1]
    for k in range(totals.size):
        v0, v1, v2, v3 = np.float64(x0[k]), np.float64(x1[k]), np.float64(x2[k]), np.float64(x3[k])
        totals[k] += (v0 + v1) + (v2 + v3)
        squares[k] += (v0 * v0 + v1 * v1) + (v2 * v2 + v3 * v3)
    for k in range(weighted.size):
        weighted[k] += (w0 * x0[k] + w1 * x1[k]) + (w2 * x2[k] + w3 * x3[k])
    for k in range(awake.size):
        awake[k] |= (b0[k] | b1[k]) | (b2[k] | b3[k])


@compiled(loose=True)
def _add_apart(x: Any, means: Any, squares: Any) -> None:
    for k in range(x.size):
        apart = np.float64(x[k]) - means[k]
        squares[k] += apart * apart


@compiled()
def _spread(x: Any, sums: Any) -> Any:
    """Return the mean of the standard deviations of the columns, whose sums are used up."""
    n, m = x.shape
    is_narrow = False  # of some, so that all are computed again
    for k in range(m):
        sums[0, k] /= n
        left = sums[1, k] - n * sums[0, k] * sums[0, k]
        is_narrow |= left < _NARROW * sums[1, k]
        sums[1, k] = max(left, 0.0)
    if is_narrow:
        sums[1] = 0.0
        for row in range(n):
            _add_apart(x[row], sums[0], sums[1])
    total = 0.0
    for k in range(m):
        total += math.sqrt(sums[1, k] / n)
    return total / m


@compiled()
def _nearest(sums: Any) -> Any:
    """Return the least difference of two numbers."""
    ordered = np.sort(sums)
    nearest = np.inf
    for k in range(1, ordered.size):
        nearest = min(nearest, ordered[k] - ordered[k - 1])
    return nearest


@compiled()
def _may_be_same(x: Any, weighted: Any, awake: Any, largest: Any) -> Any:
    """Return whether two entries that are not silent may be the same in each example.

    Then neither their weighted sums nor two of their values are far apart.
    """
    same = SAME * largest
    apart = same * math.sqrt(x.shape[0])
    if _nearest(weighted[awake != 0]) > apart:  # most often, and found out in half the time
        return False
    heard = np.flatnonzero(awake)
    order = heard[np.argsort(weighted[heard])]
    for k in range(1, order.size):
        own = order[k]
        for other in order[max(k - NEIGHBOURS, 0) : k]:
            if weighted[own] - weighted[other] <= apart:
                row = 0
                while row < x.shape[0] and abs(x[row, own] - x[row, other]) <= same:
                    row += 1
                if row == x.shape[0]:
                    return True
    return False


@compiled()
def describe_examples(
    x: Any, bits: Any, weights: Any, lanes: Any, counts: Any, floats: Any, key: Any, held: Any,
    row: Any, at: Any, sums: Any, weighted: Any, awake: Any, are_units: Any,
) -> Any:  # fmt: skip
    """Describe a matrix of examples, and what is known of their entries, in the same pass.

    Parameters
    ----------
    x, bits : ndarray of shape (n, m), C-contiguous
    weights : ndarray of shape (n,)
        Of the examples, in the sums that tell entries apart.
    sums : ndarray of float64, shape (2, m)
        Is used up.
    weighted, awake : ndarray of the types of x and bits, shape (m,)
        Become the weighted sums, and what is not 0 for an entry that is not 0 for each example.
    are_units : bool
        Whether the entries are units, of which is asked whether two may be the same.

    Returns
    -------
    n_buckets : int
        As `describe`.
    spread : float
        The standard deviation over the examples, averaged over the entries.
    zeros : int
        How many values are zero.
    may_be_equal : bool
        Whether two units may be the same.
    """
    n, m = x.shape
    flat, flat_bits = x.reshape(-1), bits.reshape(-1)
    sums[:], weighted[:], awake[:] = 0.0, 0, 0
    low, high, least = look(flat_bits[:1])
    example = start = 0
    while example < n:
        if example + 4 <= n:
            four = slice(example, example + 4)
            _add_four(x[four], bits[four], weights[four], sums, weighted, awake)
            example += 4
        else:
            _add_example(x[example], bits[example], weights[example], sums, weighted, awake)
            example += 1
        end = example * m
        if end - start >= CHUNK or example == n:
            part = flat_bits[start:end]
            own_low, own_high, own_least = look(part)
            low, high = min(low, own_low), max(high, own_high)
            if own_least and not 0 < least < own_least:
                least = own_least
            count(part, lanes)
            start = end
    total = squares = 0.0
    for k in range(m):
        total, squares = total + sums[0, k], squares + sums[1, k]
        awake[k] += awake[k]  # without the sign, so that −0 is 0
    found = low, high, least
    n_buckets = finish(
        flat, flat_bits, (total, squares), found, lanes, counts, floats, key, held, row, at
    )
    if n_buckets == REFUSED:
        return REFUSED, 0.0, 0, False
    zeros, largest = counts[row, 1], max(-floats[row, 2], floats[row, 3])
    may_be_equal = are_units and _may_be_same(x[:EXAMPLES], weighted, awake, largest)
    return n_buckets, _spread(x, sums), zeros, may_be_equal
