"""What is kept of a few steps, from the moment a tensor is seen until it is handed over.

A tensor is counted by `Counting`, or sampled by `Pending`, which holds what comes of it.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from nnviz._typing import Array
from nnviz.record.adapter import Layout, Names, Streams
from nnviz.record.sampling import Samples
from nnviz.record.units import Units
from nnviz.stats import Summary, flattened
from nnviz.stats.block import Block
from nnviz.stats.examples import Examples
from nnviz.stats.later import Later
from nnviz.stats.portion import Portion
from nnviz.stats.reducer import reducer
from nnviz.stats.table import Table
from nnviz.stats.values import Far, as_floats, looks_finite

__all__ = ["Counting", "Pending"]

Relate = Callable[[int, Mapping[int, float]], list[tuple[int, int, float]]]

_KEPT = frozenset({np.dtype(np.float32), np.dtype(np.float64)})


class Pending:
    """What was recorded and is not yet handed over: whole steps, and the one in progress."""

    def __init__(self) -> None:
        self.counted, self.samples, self.later = Table(reducer()), Samples(), Later()
        self.relate: Relate = lambda _, __: []
        self._numbers: list[tuple[int, int, float]] = []
        self._odd_since: dict[int, int] = {}

    def sample(self, step: int, streams: Streams, stream: str, values: ArrayLike | Far) -> None:
        """Sample any tensor; of few values, count all."""
        if isinstance(values, Far):
            if (promise := values.promise(step, whole=False)) is not None:
                self.later.add(step, streams.number(stream), values.size, promise)
                return
            places = self.samples.places(values.size)
            if places is not None:
                sample = flattened(values.take(places), stream)
                self.samples.put(streams.number(stream), values.size, sample)
                return
            values = np.asarray(values)
        flat = flattened(values, stream)
        self._sample_or_count(step, streams.number(stream), flat)

    def sample_parts(self, step: int, layout: Layout, flat: Array) -> None:
        """Sample parameters that lie side by side; of few values, count all."""
        streams, spans = layout.large
        apart: Iterable[int] = layout.small
        if not looks_finite(flat):
            apart = range(len(layout.streams))
        elif streams:
            self.samples.take_parts(streams, spans, flat)
        for place in apart:
            part = flat[layout.starts[place] : layout.stops[place]]
            self._sample_or_count(step, int(layout.streams[place]), part)

    def _sample_or_count(self, step: int, number: int, flat: Array) -> None:
        """Sample floats; count all of few, and what is not finite where that begins."""
        is_odd = number not in self._odd_since and not looks_finite(flat)
        if is_odd and not np.isfinite(flat).all():
            self._odd_since[number] = step
        elif self.samples.take(number, flat):
            return
        self.counted.add(step, number, flat)

    def add_number(self, step: int, name: int, value: float) -> None:
        """Add a number to the last step."""
        self._numbers.append((step, name, value))

    def forget(self, step: int) -> None:
        """Forget the last step; interrupted, it may be done again."""
        self.samples.forget(step)
        self.counted.forget(step)
        self.later.forget(step)
        self._odd_since = {k: since for k, since in self._odd_since.items() if since < step}
        del self._numbers[bisect_left(self._numbers, (step,)) :]

    def hand_over(self, before: float, *, wait: bool = True) -> Portion | None:
        """Return the steps before one, and forget them; None if there is nothing.

        Unless it is to be waited for, steps with tensors on another device come with the next.
        """
        before = self.later.begin(before, wait=wait)
        fetched = self.later.take_out(before)
        sampled, counted = self.samples.hand_over(before), self.counted.take_out(before)
        n = bisect_left(self._numbers, (before,))
        numbers, self._numbers = self._numbers[:n], self._numbers[n:]
        blocks = [] if counted is None else [counted.merged()]
        if fetched:
            blocks.append(Block.of(fetched))
            numbers = sorted([*numbers, *self._related(fetched)], key=lambda each: each[0])
        if not blocks and not sampled and not numbers:
            return None
        return Portion(blocks, sampled, numbers)

    def _related(self, fetched: Sequence[tuple[int, int, Summary]]) -> list[tuple[int, int, float]]:
        """Return the updates of fetched steps that were counted in full, against the weights."""
        norms: dict[int, dict[int, float]] = {}
        for step, stream, summary in fetched:
            if summary.exact:
                norms.setdefault(step, {})[stream] = summary.norm
        return [number for step, own in norms.items() for number in self.relate(step, own)]


class Counting:
    """Counts tensors in full, and notes the numbers that follow; a `step.Keeper`."""

    def __init__(self, streams: Streams, names: Names, pending: Pending, units: Units) -> None:
        self._streams, self._names, self._units = streams, names, units
        self._pending, self._counted = pending, pending.counted
        pending.relate = self._ratios
        self._labels: dict[str, tuple[str, str]] = {}
        self._n_names, self._pairs, self._paired = 0, list[tuple[int, int, str]](), frozenset[int]()

    def add(self, step: int, stream: str, values: ArrayLike | Far) -> None:
        """Count a tensor and, of an activation, look at its units and examples."""
        is_activation = stream.endswith("/activation")
        if type(values) is np.ndarray and values.dtype in _KEPT:
            shaped = values
        elif isinstance(values, Far) and self._add_later(step, stream, values):
            return
        else:
            plain = np.ma.compressed(values) if isinstance(values, np.ma.MaskedArray) else values
            shaped = as_floats(plain, stream)
        number = self._streams.number(stream)
        if not is_activation or shaped.ndim < 2:
            self._counted.add(step, number, shaped.ravel(order="K"))
        else:
            examples, unit = self._units.by_example(stream, shaped)
            self._follow(step, stream, self._counted.add_examples(step, number, examples, unit))
        if is_activation and (share := self._units.saturated(stream, shaped)) is not None:
            self.note(step, f"{stream.rpartition('/')[0]}/saturated", share)

    def _add_later(self, step: int, stream: str, values: Far) -> bool:
        """Count a tensor on another device, if nothing else of it is looked at; say whether."""
        if stream.endswith("/activation") and values.ndim > 1:
            return False
        promise = values.promise(step, whole=True)
        if promise is not None:
            self._pending.later.add(step, self._streams.number(stream), values.size, promise)
        return promise is not None

    def add_parts(self, step: int, layout: Layout, flat: Array) -> None:
        """Count parameters that lie side by side."""
        if len(layout.streams):
            self._counted.add_parts(step, layout.streams, flat, layout.starts, layout.stops)

    def begin(self, step: int, due: str | None) -> None:
        """Take in that a step begins."""
        self._units.begin()
        if due == "sampled":
            self._pending.samples.begin(step)

    def end(self, step: int, turn: int, due: str | None) -> None:
        """Note what is known as a step ends, the `turn`-th of those that are recorded."""
        if due == "exact":
            for name, number in self._units.end(turn, step):
                self.note(step, name, number)
            self._relate(step)
        if due is not None:
            self._streams.warn_if_none_is_wanted()

    def forget(self) -> None:
        """Forget what is known of units since the step began; interrupted, it is done again."""
        self._units.forget_step()

    def note(self, step: int, name: str, value: float) -> None:
        """Note a plain number."""
        if not isinstance(name, str):
            raise TypeError(f"the name of a number must be a string; got {name!r:.80}")
        self._pending.add_number(step, self._names.number(name), value)

    def _follow(self, step: int, stream: str, examples: Examples) -> None:
        labels = self._labels.get(stream)
        if labels is None:
            layer = stream.rpartition("/")[0]
            labels = self._labels[stream] = f"{layer}/equal", f"{layer}/spread"
        for name, value in zip(labels, (examples.equal, examples.spread), strict=True):
            if not math.isnan(value):
                self.note(step, name, value)
        self._units.observe(stream, examples)

    def _relate(self, step: int) -> None:
        """Set the updates of a step in relation to the weights."""
        self._pair()
        norms = self._counted.norms(step, self._paired)
        for step_, name, value in self._ratios(step, norms):
            self._pending.add_number(step_, name, value)

    def _ratios(self, step: int, norms: Mapping[int, float]) -> list[tuple[int, int, float]]:
        """Return the numbers that relate updates to weights, both by their norms."""
        self._pair()
        return [
            (step, self._names.number(name), norms[up] / norms[own] if norms[own] else math.nan)
            for up, own, name in self._pairs
            if up in norms and own in norms
        ]

    def _pair(self) -> None:
        """Find out which streams are updates of which."""
        names = self._streams.names
        if len(names) > self._n_names:
            self._n_names = len(names)
            places = {name: place for place, name in enumerate(names)}
            self._pairs = [
                (places[name], places[weights], f"{name.rpartition('/')[0]}/update_to_weight")
                for name in names
                if name.endswith("/weight_update")
                and (weights := name.removesuffix("_update")) in places
            ]
            self._paired = frozenset(place for pair in self._pairs for place in pair[:2])
