"""Where each stream is sampled."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz._typing import Array
from nnviz.record.far import Far
from nnviz.record.portion import Sampled
from nnviz.record.sampling import WIDTH, Samples
from nnviz.stats import flattened, kept_type

__all__ = ["Plans"]


@dataclass
class _Plan:
    """Where a stream is sampled, as long as its tensors keep shape and type."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.floating]
    samples: Samples
    column: int
    other: tuple[int, ...] = ()
    """A shape that was met instead."""


@dataclass(frozen=True)
class _Parts:
    """Where the streams are sampled that lie side by side in one array."""

    size: int
    samples: Samples
    column: int
    count: int
    few: dict[str, slice]
    """The streams of so few values that all are wanted."""


class Plans:
    """Decides which streams are wanted, and where each is sampled.

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
        self._known: dict[tuple[str, str], _Plan] = {}
        self._parts: dict[tuple[str, tuple[str, ...]], _Parts] = {}
        self._samples: dict[str, Samples] = {}
        self._step = 0

    def wants(self, stream: str) -> bool:
        """Return whether a stream is to be recorded."""
        if stream in self._places:
            return True
        if not isinstance(stream, str):
            raise TypeError(f"a stream must be named by a string; got {stream!r:.80}")
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

    def begin(self, step: int) -> None:
        """Begin a step that is sampled."""
        self._step = step
        for samples in self._samples.values():
            samples.begin(step)

    def sample(self, stream: str, values: ArrayLike) -> bool:
        """Sample the values, and return True; False if they are so few that all are wanted."""
        plan = self._plans.get(stream)
        if plan is None or type(values) is not np.ndarray:
            return self._sample_any(stream, values)
        if values.shape != plan.shape or values.dtype is not plan.dtype:
            return self._sample_any(stream, values)
        plan.samples.take(values, plan.column)
        return True

    def sample_parts(
        self, parts: Mapping[str, Array], suffix: str, flat: Array
    ) -> dict[str, slice]:
        """Sample streams that lie side by side in one array, at once.

        Parameters
        ----------
        parts : mapping of str to ndarray
            Arrays as large as the parts, in their order.
        suffix : str
            What the streams are called beyond the names of the parts.
        flat : ndarray of shape (n,)

        Returns
        -------
        dict of str to slice
            The streams of so few values that all are wanted, and where they lie.
        """
        names = tuple(parts)
        found = self._parts.get((suffix, names))
        if found is None or found.size != flat.size or found.samples.dtype != flat.dtype:
            found = self._parts[suffix, names] = self._find_parts(parts, suffix, flat)
        if found.count:
            found.samples.take_parts(flat, found.column, found.count)
        return found.few

    def places(self, stream: str, values: Array | Far) -> NDArray[np.intp] | None:
        """Return where such values are sampled in this pass; None if all or none are wanted."""
        if math.prod(values.shape) <= WIDTH or not self.wants(stream):
            return None
        plan = self._plan(stream, values.shape, np.dtype(kept_type(values.dtype)))
        return plan.samples.places[plan.column]

    def put(self, stream: str, sample: Array) -> None:
        """Take in a sample of a stream whose `places` were asked for."""
        plan = self._plans[stream]
        plan.samples.put(sample, plan.column)

    def passes(self) -> dict[str, int]:
        """Return how many passes of each type there are."""
        return {key: len(samples) for key, samples in self._samples.items()}

    def shorten(self, passes: dict[str, int]) -> None:
        """Forget what was sampled since `passes` was asked."""
        for key, samples in self._samples.items():
            samples.shorten(passes.get(key, 0))

    def taken(self, passes: dict[str, int]) -> list[Sampled]:
        """Return the samples of the first so many passes of each type, and forget them."""
        taken = [samples.taken(passes.get(key, 0)) for key, samples in self._samples.items()]
        return [each for each in taken if each is not None]

    def _sample_any(self, stream: str, values: ArrayLike) -> bool:
        if not self.wants(stream):
            return True
        if isinstance(values, Far):
            return self._sample_far(stream, values)
        flat = flattened(values, stream)
        if flat.size <= WIDTH:
            return False
        plain = type(values) is np.ndarray and values.dtype == flat.dtype
        shape = values.shape if plain and isinstance(values, np.ndarray) else flat.shape
        before = self._plans.get(stream)
        if before is None or before.dtype != flat.dtype or before.other == shape:
            plan = self._plan(stream, shape, flat.dtype)
        elif before.shape == shape:
            plan = before
        else:
            before.other = shape
            before.samples.take_other(flat, before.column)
            return True
        plan.samples.take(flat, plan.column)
        return True

    def _sample_far(self, stream: str, values: Far) -> bool:
        places = self.places(stream, values)
        if places is None:
            return False
        self.put(stream, values.take(places))
        return True

    def _plan(self, stream: str, shape: tuple[int, ...], dtype: np.dtype[np.floating]) -> _Plan:
        """Return how a stream of such values is sampled."""
        key, size = (stream, dtype.str), math.prod(shape)
        plan = self._known.get(key)
        if plan is None:
            samples = self._samples_of(dtype)
            column = samples.add([self.place(stream)], [size], [0])
            plan = self._known[key] = _Plan(shape, dtype, samples, column)
        elif plan.shape != shape:
            plan.samples.resize(plan.column, size)
            plan.shape = shape
        self._plans[stream] = plan
        return plan

    def _find_parts(self, parts: Mapping[str, Array], suffix: str, flat: Array) -> _Parts:
        sizes = np.array([part.size for part in parts.values()])
        if sizes.sum() != flat.size:
            raise ValueError(f"all parts must have {sizes.sum()} numbers; got {flat.size}")
        starts = np.cumsum(sizes) - sizes
        wanted = [
            (f"{name}{suffix}", int(size), int(start))
            for name, size, start in zip(parts, sizes, starts, strict=True)
            if self.wants(f"{name}{suffix}")
        ]
        few = {name: slice(start, start + size) for name, size, start in wanted if size <= WIDTH}
        many = [(self.place(name), size, start) for name, size, start in wanted if size > WIDTH]
        samples = self._samples_of(flat.dtype)
        column = samples.add(*map(list, zip(*many, strict=True))) if many else 0
        return _Parts(flat.size, samples, column, len(many), few)

    def _samples_of(self, dtype: np.dtype[np.floating]) -> Samples:
        key = dtype.str
        if key not in self._samples:
            self._samples[key] = Samples(dtype)
            self._samples[key].begin(self._step)
        return self._samples[key]
