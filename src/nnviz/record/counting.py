"""What is kept of a few steps, from the moment a tensor is seen until it is handed over.

A tensor is counted by `Counting`, or sampled by `Pending`, which holds what comes of it.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import ArrayLike

from nnviz._typing import Array
from nnviz.record.adapter import Layout, Names, Streams
from nnviz.record.sampling import Samples
from nnviz.record.units import Units
from nnviz.stats import Summary, flattened
from nnviz.stats.block import Block
from nnviz.stats.examples import Examples
from nnviz.stats.later import Arrived, Later
from nnviz.stats.portion import Portion
from nnviz.stats.reducer import reducer
from nnviz.stats.table import Table
from nnviz.stats.values import Far, as_floats, looks_finite

__all__ = ["Counting", "Pending"]

Number = tuple[int, int, float]
"""A step, the place of a name, and a value."""

_KEPT = frozenset({np.dtype(np.float32), np.dtype(np.float64)})


class Pending:
    """What was recorded and is not yet handed over: whole steps, and the one in progress."""

    def __init__(self) -> None:
        self.counted, self.samples, self.later = Table(reducer()), Samples(), Later()
        self.follow: Callable[[Sequence[Arrived]], list[Number]] = lambda _: []
        self._numbers: list[Number] = []
        self._odd_since: dict[int, int] = {}

    def sample(self, step: int, streams: Streams, stream: str, values: ArrayLike | Far) -> None:
        """Sample any tensor; of few values, count all."""
        if isinstance(values, Far):
            if values.is_reduced:
                self.later.add(step, streams.number(stream), values.summary(step, whole=False))
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
        arrived = self.later.take_out(before)
        sampled, counted = self.samples.hand_over(before), self.counted.take_out(before)
        n = bisect_left(self._numbers, (before,))
        numbers, self._numbers = self._numbers[:n], self._numbers[n:]
        blocks = [] if counted is None else [counted.merged()]
        if arrived:
            summaries = [(k, n, known) for k, n, known in arrived if isinstance(known, Summary)]
            blocks.append(Block.of(summaries))
            numbers = sorted([*numbers, *self.follow(arrived)], key=lambda each: each[0])
        if not blocks and not sampled and not numbers:
            return None
        return Portion(blocks, sampled, numbers)


class Counting:
    """Counts tensors in full, and notes the numbers that follow; a `step.Keeper`."""

    def __init__(self, streams: Streams, names: Names, pending: Pending, units: Units) -> None:
        self._streams, self._names, self._units = streams, names, units
        self._pending, self._counted = pending, pending.counted
        pending.follow = self._follow
        self._labels: dict[str, tuple[str, str]] = {}
        self._n_names, self._pairs, self._paired = 0, list[tuple[int, int, str]](), frozenset[int]()

    def add(self, step: int, stream: str, values: ArrayLike | Far) -> None:
        """Count a tensor and, of an activation, look at its units and examples."""
        is_activation = stream.endswith("/activation")
        if type(values) is np.ndarray and values.dtype in _KEPT:
            shaped = values
        elif isinstance(values, Far) and values.is_reduced:
            self._add_later(step, stream, values)
            return
        else:
            plain = np.ma.compressed(values) if isinstance(values, np.ma.MaskedArray) else values
            shaped = as_floats(plain, stream)
        number = self._streams.number(stream)
        if not is_activation or shaped.ndim < 2:
            self._counted.add(step, number, shaped.ravel(order="K"))
        else:
            arranged, unit = self._units.by_example(stream, shaped)
            examples = self._counted.add_examples(step, number, arranged, unit)
            for name, value in self._named(stream, examples):
                self.note(step, name, value)
            self._units.here.observe(stream, examples)
        if is_activation and (share := self._units.saturated(stream, shaped)) is not None:
            self.note(step, _saturated(stream), share)

    def _add_later(self, step: int, stream: str, values: Far) -> None:
        """Promise a tensor on another device and, of an activation, its units and examples."""
        number, later = self._streams.number(stream), self._pending.later
        later.add(step, number, values.summary(step, whole=True))
        if stream.endswith("/activation"):
            for promise in self._units.promised(step, stream, values):
                later.add(step, number, promise)

    def look(self, step: int, stream: str, values: ArrayLike | Far) -> None:
        """Look at the units of a tensor that is sampled, where some are silent or may be so."""
        if not isinstance(values, Far) or not values.is_reduced:
            self._units.narrow(stream, values)
        elif stream.endswith("/activation"):
            for promise in self._units.promised_silence(stream, values):
                self._pending.later.add(step, self._streams.number(stream), promise)

    def add_parts(self, step: int, layout: Layout, flat: Array) -> None:
        """Count parameters that lie side by side."""
        if len(layout.streams):
            self._counted.add_parts(step, layout.streams, flat, layout.starts, layout.stops)

    def begin(self, step: int, due: str | None) -> None:
        """Take in that a step begins."""
        self._units.here.begin()
        if due == "sampled":
            self._pending.samples.begin(step)

    def end(self, step: int, due: str | None) -> None:
        """Note what is known as a step ends."""
        if due == "exact":
            for name, number in self._units.here.end(step):
                self.note(step, name, number)
            self._relate(step)
        if due is not None:
            self._streams.warn_if_none_is_wanted()

    def forget(self) -> None:
        """Forget what is known of units since the step began; interrupted, it is done again."""
        self._units.here.forget_step()

    def note(self, step: int, name: str, value: float) -> None:
        """Note a plain number."""
        if not isinstance(name, str):
            raise TypeError(f"the name of a number must be a string; got {name!r:.80}")
        self._pending.add_number(step, self._names.number(name), value)

    def _named(self, stream: str, examples: Examples) -> list[tuple[str, float]]:
        """Return the numbers, by name, that an activation shows."""
        labels = self._labels.get(stream)
        if labels is None:
            layer = stream.rpartition("/")[0]
            labels = self._labels[stream] = f"{layer}/equal", f"{layer}/spread"
        values = examples.equal, examples.spread
        return [each for each in zip(labels, values, strict=True) if not math.isnan(each[1])]

    def _follow(self, arrived: Sequence[Arrived]) -> list[Number]:
        """Return the numbers that follow from what has come of some steps, in their order."""
        steps = groupby(arrived, key=lambda each: each.step)
        return [number for step, own in steps for number in self._follow_step(step, own)]

    def _follow_step(self, step: int, arrived: Iterable[Arrived]) -> Iterator[Number]:
        """Yield the numbers of a step, as they would have been noted in it."""
        norms: dict[int, float] = {}
        self._units.there.begin()
        named: list[tuple[str, float]] = []
        for _, number, known in arrived:
            stream = self._streams.names[number]
            if isinstance(known, Summary):
                if known.exact:
                    norms[number] = known.norm
            elif isinstance(known, float):
                named.append((_saturated(stream), known))
            else:
                self._units.arrived(step, stream, known)
                if isinstance(known, Examples):
                    named += self._named(stream, known)
        for name, value in [*named, *self._units.there.end(step)]:
            yield step, self._names.number(name), value
        yield from self._ratios(step, norms)

    def _relate(self, step: int) -> None:
        """Set the updates of a step in relation to the weights."""
        self._pair()
        norms = self._counted.norms(step, self._paired)
        for step_, name, value in self._ratios(step, norms):
            self._pending.add_number(step_, name, value)

    def _ratios(self, step: int, norms: Mapping[int, float]) -> list[Number]:
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


def _saturated(stream: str) -> str:
    return f"{stream.rpartition('/')[0]}/saturated"
