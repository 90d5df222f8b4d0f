"""Tensors on another device, reduced there: nothing here waits for the device, or asks it."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz.record.sampling import WIDTH
from nnviz.stats.histogram import BITS
from nnviz.stats.later import Fetched, Known, Promise, summary_of_all, summary_of_sample

__all__ = ["LARGE", "counted", "gathered", "promised", "sampled"]

torch: Any = _checks.extra("torch", extra="torch")

LARGE = 1e150  # beyond this, a square overflows
_FIRST, _LAST = 1023 - 149, 1023 + 127  # exponents, as float64 has them, of float32's numbers
_WIDE = (_LAST - _FIRST + 1) << BITS
_KEYS = {
    False: np.array(
        [0, *(s << 15 | (_FIRST << BITS) + k for s in (0, 1) for k in range(_WIDE))], np.uint16
    ),
    True: np.arange(1 << 16, dtype=np.uint16),
}
"""The keys of the buckets of float32, and of float64."""


class _Places:
    """Where tensors are sampled: drawn on the device itself, by a generator of our own."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self._generator = torch.Generator(device=device)
        self._generator.manual_seed(0)
        self._turn: int | None = None
        self._of: dict[int, Any] = {}

    def of(self, size: int, turn: int) -> Any:
        """Return a place in each of `WIDTH` equal parts, the same throughout a step."""
        if turn != self._turn:
            self._turn, self._of = turn, {}
        if size not in self._of:
            kind = {"device": self._device, "dtype": torch.float64}
            within = torch.rand(WIDTH, generator=self._generator, **kind)
            within += torch.arange(WIDTH, **kind)
            self._of[size] = (within * (size / WIDTH)).long().clamp_(max=size - 1)
        return self._of[size]


@cache
def _places(device: Any) -> _Places:
    return _Places(device)


def gathered(tensor: Any, turn: int) -> Any:
    """Return a sample of a tensor, where it lies; of few values, all."""
    flat = tensor.detach().reshape(-1)
    if flat.numel() > WIDTH:
        flat = flat.index_select(0, _places(flat.device).of(flat.numel(), turn))
    return flat.double()


def _odd(flat: Any) -> Any:
    """Return how many values are NaN, infinite and minus infinite."""
    odd = torch.isnan(flat), flat == torch.inf, flat == -torch.inf
    return torch.stack([each.sum() for each in odd])


def sampled(tensor: Any, turn: int, dtype: np.dtype[np.floating], sample: Any = None) -> Promise:
    """Return a sample, or one that was taken, with what is not finite of the whole tensor."""
    values = gathered(tensor, turn) if sample is None else sample
    row = torch.cat([values, _odd(tensor.detach()).double()])
    return promised(partial(summary_of_sample, tensor.numel(), dtype), row)


def counted(tensor: Any, dtype: np.dtype[np.floating]) -> Promise:
    """Return moments and histogram of all values."""
    x = tensor.detach().reshape(-1).double()
    finite = torch.isfinite(x)
    n = finite.sum()
    inner = torch.where(finite, x, 0.0)
    low = torch.where(finite, x, torch.inf).amin() if len(x) else x.new_tensor(torch.inf)
    high = torch.where(finite, x, -torch.inf).amax() if len(x) else x.new_tensor(-torch.inf)
    largest = torch.maximum(-low, high)
    is_far = (largest > LARGE) | ((largest > 0) & (largest < 1 / LARGE))
    scale = torch.where(is_far, largest, 1.0)
    inner = inner / scale
    mean = inner.sum() / n
    m2 = torch.where(finite, inner - mean, 0.0).square().sum().sqrt().mul(scale).square()
    mean = torch.minimum(torch.maximum(mean * scale, low), high)
    zeros = (x == 0).sum()
    counts = torch.cat([torch.stack([n, zeros]), _odd(x)]).double()
    row = torch.cat([counts, torch.stack([mean, m2, low, high])])
    is_wide = dtype.itemsize == 8
    buckets = _buckets(x, finite, is_wide=is_wide)
    return promised(partial(summary_of_all, len(x), _KEYS[is_wide]), row, buckets)


def _buckets(x: Any, finite: Any, *, is_wide: bool) -> Any:
    """Return how many finite values are in each bucket: by sign, exponent and leading bits."""
    bits = x.view(torch.int64) >> (52 - BITS)
    size = bits & 0x7FFF
    place = torch.where(size == 0, 0, bits & 0xFFFF)
    if not is_wide:
        place = torch.where(size == 0, 0, 1 + (bits < 0) * _WIDE + size - (_FIRST << BITS))
    n = len(_KEYS[is_wide])
    place = torch.where(finite, place, n)
    counts = torch.zeros(n + 1, dtype=torch.int32, device=x.device)
    counts.index_add_(0, place, torch.ones_like(place, dtype=torch.int32))
    return counts[:n]


def promised(read: Callable[[Fetched], Known], *row: Any) -> Promise:
    """Return the promise of what is read from tensors of one axis, once they have come."""
    return Promise(row, _starting(row[0].device), read)


@cache
def _starting(_: Any) -> Callable[[Sequence[Any]], Callable[[], list[Fetched]]]:
    """Return what fetches rows from a device."""
    return lambda rows: _start(rows)


def _start(rows: Sequence[tuple[Any, ...]]) -> Callable[[], list[Fetched]]:
    """Begin to copy rows to main memory, all parts of a type at once."""
    parts: dict[Any, list[Any]] = {}
    for part in (part for row in rows for part in row):
        parts.setdefault(part.dtype, []).append(part)
    copies = {dtype: _Copy(own) for dtype, own in parts.items()}

    def wait() -> list[Fetched]:
        there = {dtype: iter(copy.wait()) for dtype, copy in copies.items()}
        return [tuple(next(there[part.dtype]) for part in row) for row in rows]

    return wait


class _Copy:
    """Tensors on their way to main memory."""

    def __init__(self, parts: Sequence[Any]) -> None:
        self._ends = np.cumsum([len(part) for part in parts])
        self._event = None
        self._there = torch.cat(list(parts))
        if self._there.is_cuda:
            stream = torch.cuda.current_stream(self._there.device)  # not the current device's
            self._there = self._there.to("cpu", non_blocking=True)
            self._event = stream.record_event()

    def wait(self) -> list[Any]:
        """Return them, once they have come."""
        if self._event is not None:
            self._event.synchronize()
        return np.split(self._there.numpy(), self._ends[:-1])
