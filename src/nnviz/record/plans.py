"""How each stream is sampled."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.record.block import Block
from nnviz.record.sampling import Samples
from nnviz.stats import flattened

__all__ = ["WIDTH", "Plans"]

WIDTH = 256
"""Values in a sample. A tensor of no more values is counted whole."""


@dataclass
class _Plan:
    """Where to look in the tensors of a stream, as long as they keep shape and type."""

    place: int
    shape: tuple[int, ...]
    dtype: np.dtype[np.floating]
    size: int
    indices: NDArray[np.intp]
    samples: Samples


class Plans:
    """Decides which streams are wanted, and where each is sampled.

    The places are drawn anew for every block of steps, so that what they miss changes, and
    samples accumulated over steps converge to the whole. Their generator is the recorder's
    own: that of the training is not touched.

    Parameters
    ----------
    is_wanted : callable
        Whether a stream is to be recorded, by its name. Asked once for each.
    streams : list of str
        Names by place; a new one is appended.
    """

    def __init__(self, is_wanted: Callable[[str], bool], streams: list[str]) -> None:
        self._is_wanted = is_wanted
        self._streams = streams
        self._unwanted: set[str] = set()
        self._places: dict[str, int] = {}
        self._plans: dict[str, _Plan] = {}
        self._samples: dict[str, Samples] = {}
        self._rng = np.random.default_rng(0)

    def wants(self, stream: str) -> bool:
        """Return whether a stream is to be recorded."""
        if stream in self._places:
            return True
        if stream not in self._unwanted and not self._is_wanted(stream):
            self._unwanted.add(stream)
        return stream not in self._unwanted

    def place(self, stream: str) -> int:
        """Return the place of a stream among the names, to which it is added if it is new."""
        if stream not in self._places:
            if stream not in self._streams:
                self._streams.append(stream)
            self._places[stream] = self._streams.index(stream)
        return self._places[stream]

    def sample(self, stream: str, values: ArrayLike, step: int) -> bool:
        """Sample the values, and return True; False if they are so few that all are wanted."""
        if stream in self._unwanted:
            return True
        plan = self._plans.get(stream)
        if plan is None or type(values) is not np.ndarray:
            return self._sample_any(stream, values, step)
        if values.shape != plan.shape or values.dtype != plan.dtype:
            return self._sample_any(stream, values, step)
        plan.samples.take(values, plan.indices, step=step, stream=plan.place, size=plan.size)
        return True

    def lengths(self) -> dict[str, int]:
        """Return how many samples of each type there are."""
        return {key: len(samples) for key, samples in self._samples.items()}

    def shorten(self, lengths: dict[str, int]) -> None:
        """Forget what was sampled since `lengths` was asked."""
        for key, samples in self._samples.items():
            samples.shorten(lengths.get(key, 0))

    def reduce(self) -> list[Block]:
        """Return the summaries of all samples, and look elsewhere from now on."""
        plans = list(self._plans.values())
        if plans:
            sizes = np.array([[plan.size] for plan in plans])
            indices = (self._rng.random((len(plans), WIDTH)) * sizes).astype(np.intp)
            for plan, own in zip(plans, indices, strict=True):
                plan.indices = own
        return [block for samples in self._samples.values() for block in samples.reduce()]

    def _sample_any(self, stream: str, values: ArrayLike, step: int) -> bool:
        if not self.wants(stream):
            return True
        flat = flattened(values, stream)
        if flat.size <= WIDTH:
            return False
        place = self.place(stream)
        samples = self._samples.setdefault(flat.dtype.str, Samples(WIDTH, flat.dtype))
        indices = self._rng.integers(0, flat.size, WIDTH)
        samples.take(flat, indices, step=step, stream=place, size=flat.size)
        if type(values) is np.ndarray and values.dtype == flat.dtype:
            shape = values.shape
            self._plans[stream] = _Plan(place, shape, flat.dtype, flat.size, indices, samples)
        return True
