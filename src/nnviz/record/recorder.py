"""What is kept of a network's tensors, step by step."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._typing import Array, Observe
from nnviz.errors import RecordingWarning
from nnviz.nn import Sequential
from nnviz.record.adapter import Dropped, Names, Parameters, Streams, detached
from nnviz.record.counting import Counting
from nnviz.record.recording import Recording
from nnviz.record.sink import Outbox, Sink, checked_sink
from nnviz.record.step import CurrentStep
from nnviz.record.units import Units
from nnviz.stats import flattened
from nnviz.stats.block import Block
from nnviz.stats.values import Far, looks_finite

__all__ = ["Recorder"]


class Recorder(Recording):
    """Keeps statistics and a histogram of every tensor at every step.

    A stream is a name such as ``"relu2/activation"``: a layer and a kind. A tensor is reduced the
    moment it is observed; a stream seen twice in a step is merged. A step that ends in an exception
    is dropped as a whole, and may be tried again.

    >>> for k in range(1000):
    ...     with recorder.step(k):
    ...         y, backward = net(x, train=True, observe=recorder.observer())
    ...         recorder.observe_parameters(net, gradients, updates)
    ...         recorder.scalar("loss", loss)

    Every tenth step, later every hundredth, is counted in full. At the others, 128 values of each
    tensor are sampled, which the column *exact* says: a cumulative distribution is off by .065
    where it is worst, over 16 steps by .015 to .022, and rare tails are missed.

    Numbers that follow from the exact steps are recorded beside those of `scalar`:
    ``"<layer>/dead"``, ``saturated``, ``equal`` and ``spread`` (see `Units`, `stats.examples`), and
    ``update_to_weight``, a ratio of norms. What is not finite is counted in full where it begins.

    Recording never raises into training: what cannot be recorded is warned about once a stream, and
    counted. Threads may observe within a step, until it ends. A forked process records nothing.

    Parameters
    ----------
    layers : str or iterable of str, default "*"
        Patterns; a layer is recorded if one matches. Two stars ask for layers that have parts,
        too, where an adapter knows of such: ``"**"`` is all, ``"encoder.**"`` those within.
    kinds : str or iterable of str, optional
        Patterns such as "weight*". By default every kind but biases, their gradients and updates.
    every : int, default 1
        Record each step whose number is a multiple of this.
    exact_every : int, optional
        Of the recorded steps, count one in so many in full: those whose number is a multiple of
        ``every * exact_every``. By default each tenth up to the hundredth, then each hundredth.
    exact : bool, default False
        Count all in full; the extra ``fast`` makes it several times as fast.
    activations : mapping of str to str, optional
        Functions by layer pattern, where a layer's name does not say it: ``{"hidden*": "tanh"}``.
    sink : Sink, optional
        Where to: a `runs.RunWriter`; by default, memory.
    strict : bool, default False
        Whether what cannot be recorded is an error.

    Attributes
    ----------
    dropped : dict of str to int
        How often each stream could not be recorded; under "whole steps", of how many steps tensors
        were not kept for want of room.
    """

    def __init__(
        self,
        *,
        layers: str | Iterable[str] = "*",
        kinds: str | Iterable[str] | None = None,
        every: int = 1,
        exact_every: int | None = None,
        exact: bool = False,
        activations: Mapping[str, str] | None = None,
        sink: Sink | None = None,
        strict: bool = False,
    ) -> None:
        self.every = _checks.integer("every", every)
        if exact_every is not None:
            exact_every = _checks.integer("exact_every", exact_every)
        self.exact_every = 1 if _checks.flag("exact", exact) else exact_every
        self.strict = _checks.flag("strict", strict)
        functions = {} if activations is None else activations
        self.units = Units(_checks.mapping("activations", functions, _checks.text), self.every)
        self._sink = checked_sink(sink)
        self._sink.before_close(self._finish)
        self.dropped = self._sink.dropped
        self._drops = Dropped(self.dropped, self.strict)
        self._streams = Streams(layers, kinds, self._sink.streams)
        self._names = Names(self._sink.names)
        self._outbox = Outbox(self._sink, self._drops.warn_of_sink)
        self._lock, self._pending = self._outbox.lock, self._outbox.pending
        self._samples = self._pending.samples
        self._parameters = Parameters(self._streams)
        self._counting = Counting(self._streams, self._names, self._pending, self.units)
        self._steps = CurrentStep(
            self._counting, self._outbox, self.every, self.exact_every, self._sink
        )

    @property
    def due(self) -> str | None:
        """How the step in progress is recorded, if it is: "exact" or "sampled"."""
        return self._steps.due

    def step(self, number: int, *, exact: bool = False) -> AbstractContextManager[None]:
        """Record what is observed inside the ``with`` block, if the step is due.

        Parameters
        ----------
        number : int
            After that of the last step.
        exact : bool, default False
            Record this step, due or not, and count it in full: the last one, say.

        Raises
        ------
        ValueError
            For a step not after the last one, or inside another.
        """
        number = _checks.integer("number", number, at_least=0)
        return self._steps.step(number, _checks.flag("exact", exact))

    @property
    def in_step(self) -> bool:
        """Whether a step is in progress, due or not."""
        return self._outbox.step is not None

    @property
    def begun(self) -> bool:
        """Whether a step was ever begun, due or not."""
        return self._steps.last >= 0

    @property
    def last_step(self) -> int | None:
        """The step that was begun last, or the last one of a run that is continued."""
        return self._steps.last if self._steps.last >= 0 else None

    def wants(self, stream: str) -> bool:
        """Return whether a stream is among those to record."""
        return self._streams.wants(stream)

    def wants_whole(self, layer: str) -> bool:
        """Return whether the output of a layer that has parts is asked for, as by "**"."""
        return self._streams.wants_whole(layer)

    def announce(self, stream: str) -> None:
        """Give a stream its place among the others before it is observed."""
        if self._streams.wants(stream):
            with self._lock:
                self._streams.number(stream)

    def notice(self, text: str, *, quiet: bool = False) -> None:
        """Say once, in the run and in a warning unless quiet, what cannot be recorded, and why."""
        if text in self._sink.notices:
            return
        self._sink.notices.append(text)
        if not quiet:
            warnings.warn(text, RecordingWarning, stacklevel=3)

    def observer(self) -> Observe | None:
        """Return `observe` if this step is due, else None, with which a network skips it all."""
        return None if self.due is None else self.observe

    def observe(self, stream: str, values: ArrayLike | Far) -> None:
        """Add values to a stream; outside a step that is due, do nothing."""
        if (due := self._steps.due) is None:
            return
        try:
            number = self._streams.numbers.get(stream)
            if due == "exact":
                if number is not None or self._streams.wants(stream):
                    with self._lock:
                        self._counting.add(self._steps.last, stream, detached(values))
                return
            if number is None or not looks_finite(values) or not self._samples.take(number, values):
                if not self._streams.wants(stream):
                    return
                values = detached(values)
                with self._lock:
                    self._pending.sample(self._steps.last, self._streams, stream, values)
            if type(values) is not np.ndarray or stream in self.units.here.silent:
                with self._lock:
                    self._counting.look(self._steps.last, stream, values)
        except Exception as error:  # whatever a foreign tensor raises must not stop training
            self.drop(stream, error)

    def scalar(self, name: str, value: Any) -> None:
        """Add a number to the step in progress or, between steps, to the last one.

        Parameters
        ----------
        name : str
        value : number
            NaN and infinities are recorded as such.
        """
        try:
            if self._steps.last < 0:
                raise ValueError("a number must belong to a step; none has begun yet")
            with self._lock:
                self._counting.note(self._steps.last, name, float(detached(value)))
        except Exception as error:  # as above
            self.drop(name, error)

    def observe_parameters(self, net: Sequential, gradients: Array, updates: Array) -> None:
        """Add a network's weights, their gradients and what is about to be added to them.

        Parameters
        ----------
        net : nn.Sequential
        gradients, updates : ndarray of shape (n_params,)
            In the order of ``net.flat``.
        """
        if (due := self._steps.due) is None:
            return
        for suffix, flat in (("", net.flat), ("_gradient", gradients), ("_update", updates)):
            try:
                layout = self._parameters.layout(net, suffix)
                plain = self._parameters.plain(net, suffix, flat)
                keep = self._counting.add_parts if due == "exact" else self._pending.sample_parts
                with self._lock:
                    keep(self._steps.last, layout, plain)
            except Exception as error:  # as above
                self.drop(f"*/weight{suffix}", error)

    def places(self, size: int) -> NDArray[np.intp] | None:
        """Return which values of a tensor of some size are a sample in this step; None if all."""
        return self._samples.places(size) if self.due == "sampled" else None

    def observe_sample(self, stream: str, size: int, sample: Array) -> None:
        """Add a sample of a tensor of some size, taken at its `places` in this step."""
        if self.due != "sampled" or not self._streams.wants(stream):
            return
        try:
            plain = flattened(sample, stream)
            self._samples.put(self._streams.number(stream), size, plain)
        except Exception as error:  # as above
            self.drop(stream, error)

    def drop(self, stream: str, error: Exception) -> None:
        """Count that a stream could not be recorded, and warn the first time; raise if strict."""
        self._drops.add(stream, error)

    def flush(self) -> None:
        """Hand what waits to the sink, and commit it there."""
        self._outbox.send()
        self._outbox.commit()

    @property
    def streams(self) -> Sequence[str]:
        """The names of all tensors, in order of appearance."""
        return list(self._sink.streams)

    @property
    def names(self) -> Sequence[str]:
        """The names of all numbers, in order of appearance."""
        return list(self._sink.names)

    def blocks(
        self, start: int | None = None, stop: int | None = None, *, buckets: bool = True
    ) -> Iterator[Block]:
        """Yield everything that touches a range of steps, one block after the other."""
        self.flush()
        return self._sink.blocks(start, stop, buckets=buckets)

    def _finish(self) -> None:
        """Hand over what waits: whole steps."""
        self._steps.forget()
        self.flush()
