"""What `stats.examples` says of an activation, of one on another device: nothing waits for it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from nnviz import _checks
from nnviz.record.torch.device import LARGE, promised
from nnviz.stats.examples import EXAMPLES, FEW, NEIGHBOURS, SAME, Examples
from nnviz.stats.later import Fetched, Promise

__all__ = ["examples", "share", "silent"]

torch: Any = _checks.extra("torch", extra="torch")


def examples(values: Any, unit: int) -> Promise:
    """Return what is known of the units and examples of an activation, which lie along axis 0."""
    is_finite = torch.isfinite(values)
    awake = _awake(values, unit)
    has_zeros = (values == 0).any()
    equal = _share_of_equals(values, unit, awake, is_finite)
    row = torch.stack([has_zeros.double(), equal, _spread(values, is_finite)])
    return promised(_read, row, ~awake & has_zeros)


def _read(fetched: Fetched) -> Examples:
    (has_zeros, equal, spread), silent = fetched[0].tolist(), fetched[1]
    return Examples(bool(has_zeros), silent, equal, spread)


def silent(values: Any, unit: int) -> Promise:
    """Return which units are zero for all examples."""
    return promised(lambda fetched: fetched[0], ~_awake(values, unit))


def share(values: Any, function: Callable[[Any], Any]) -> Promise:
    """Return the share of the values for which a function of all of them says yes."""
    n = values.numel()
    return promised(lambda fetched: int(fetched[0][0]) / n, function(values).sum().reshape(1))


def _awake(values: Any, unit: int) -> Any:
    """Return which units are not zero for some example; NaN is not zero."""
    return (values != 0).movedim(unit, 0).flatten(1).any(dim=1)


def _spread(values: Any, is_finite: Any) -> Any:
    """Return the mean over the entries of the standard deviation over the examples."""
    n = len(values)
    if n < 2 or not values.numel():
        return _unknown(values)
    throughout = is_finite.reshape(n, -1).all(dim=0)
    matrix = torch.where(throughout, values.reshape(n, -1), 0.0).double()
    largest = matrix.abs().amax()
    scale = torch.where(largest > LARGE, largest, 1.0)
    apart = (matrix / scale).std(dim=0, correction=0)
    return apart.sum() / throughout.sum() * scale


def _share_of_equals(values: Any, unit: int, awake: Any, is_finite: Any) -> Any:
    """Return the share of the units whose output is that of another unit.

    As in `stats.examples.share_of_equals`; but all neighbours are compared, as to leave some out
    would be to ask which.
    """
    n_units = values.shape[unit]
    if not 1 < n_units < values.numel():
        return _unknown(values)
    rows = values.movedim(unit, -1).reshape(-1, n_units)[:EXAMPLES]
    sums = torch.where(awake, _weights(values.device)[: len(rows)] @ rows.double(), torch.inf)
    sums, order = sums.sort()
    rows = rows[:, order]
    apart = SAME * values.abs().max().double() * len(rows) ** 0.5
    shared = torch.zeros_like(awake)
    for distance in range(1, min(NEIGHBOURS, n_units - 1) + 1):
        is_same = sums[distance:] - sums[:-distance] <= apart
        for part in (rows[:FEW], rows):
            size = part.abs().amax(dim=0)
            near = SAME * torch.maximum(size[distance:], size[:-distance])
            is_same &= (part[:, distance:] - part[:, :-distance]).abs().amax(dim=0) <= near
        shared[distance:] |= is_same
        shared[:-distance] |= is_same
    n_silent = n_units - awake.sum()
    n_shared = shared.sum() + torch.where(n_silent > 1, n_silent, 0)
    return torch.where(is_finite.all(), n_shared, 0).double() / n_units


def _unknown(values: Any) -> Any:
    return torch.full((), torch.nan, dtype=torch.float64, device=values.device)


@cache
def _weights(device: Any) -> Any:
    """Return a random weight for each example, always the same."""
    generator = torch.Generator(device=device)
    generator.manual_seed(0)
    return torch.randn(EXAMPLES, generator=generator, device=device, dtype=torch.float64)
