"""What is kept of a network's tensors, step by step."""

import math
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._typing import Array, Observe
from nnviz.errors import RecordingWarning
from nnviz.nn import Sequential
from nnviz.record.block import Block
from nnviz.record.choice import Choice
from nnviz.record.far import Far
from nnviz.record.outbox import Outbox
from nnviz.record.parameters import Parameters
from nnviz.record.recording import Recording
from nnviz.record.sink import Memory, Sink
from nnviz.record.step import Step
from nnviz.record.streams import Names, Streams
from nnviz.record.units import Units
from nnviz.stats import Summary, flattened

__all__ = ["Recorder"]

_AT_FIRST, _LATER = 10, 100
"""One recorded step in so many is counted in full: in the first hundred, and after that."""


class Recorder(Recording):
    """Keeps statistics and a histogram of every tensor at every step.

    A stream is a name such as ``"relu2/activation"``: a layer and a kind. A tensor is reduced,
    or sampled, the moment it is observed, and no reference is kept. A stream seen twice within
    a step is merged. A step that ends in an exception is dropped as a whole, and may be tried
    again.

    >>> for k in range(1000):
    ...     with recorder.step(k):
    ...         y, backward = net(x, train=True, observe=recorder.observer())
    ...         loss, dy = nn.softmax_cross_entropy(y, labels)
    ...         gradients = net.flatten(backward(dy)[1])
    ...         updates, state = rule.update(gradients, state, net.flat)
    ...         recorder.observe_parameters(net, gradients, updates)
    ...         net.flat += updates
    ...         recorder.scalar("loss", loss)

    Every tenth step, later every hundredth, is counted in full. At the others, 128 values of each
    tensor are sampled, which ``summary.exact`` and the column *exact* say. A cumulative
    distribution from one such sample is off by .065 where it is worst (median; .12 in one case of
    twenty), and rare tails are missed: the standard deviation of gradients is off by up to 39 %
    in nine cases of ten. The places differ from step to step: over 16 steps together,
    distributions are off by .015 to .022.

    Numbers that follow from the exact steps are recorded beside those of `scalar`:
    ``"<layer>/dead"``, ``"<layer>/saturated"`` and ``"<layer>/equal"`` (see `Units`) and
    ``"<layer>/update_to_weight"``, the norm of an update over that of the weights.

    Recording never raises into training: what cannot be recorded is warned about once for each
    stream, and counted in `dropped`. Threads may observe within a step, and must be done with it
    before it ends. A process that was forked off records nothing.

    Parameters
    ----------
    layers : str or iterable of str, default "*"
        Patterns; a layer is recorded if one matches.
    kinds : str or iterable of str, optional
        Patterns such as "activation" or "weight*". By default every kind but biases, their
        gradients and updates.
    every : int, default 1
        Record each step whose number is a multiple of this.
    exact_every : int, optional
        Of the recorded steps, count one in so many in full: those whose number is a multiple of
        ``every * exact_every``. By default each tenth up to the hundredth, while networks change
        the most, and from there on each hundredth. It costs as much as a few training steps.
    exact : bool, default False
        Count all of them in full.
    activations : mapping of str to str, optional
        Activation functions by layer pattern, for saturation, where a layer's name does not
        say it: ``{"hidden*": "tanh"}``.
    sink : Sink, optional
        Where to: a `runs.RunWriter`. By default, memory.
    strict : bool, default False
        Whether what cannot be recorded is an error, for tests.

    Attributes
    ----------
    dropped : dict of str to int
        How often each stream could not be recorded; under "whole steps", of how many steps
        tensors were not kept, since the disk or the memory set aside for them was full.
    due : {"exact", "sampled"} or None
        How the step in progress is recorded, if it is.
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
        self.units = Units(
            _checks.mapping("activations", {} if activations is None else activations, _checks.text)
        )
        if sink is not None and not hasattr(sink, "before_close"):
            raise TypeError(
                f"sink must be what nnviz.runs.create_run(path) returns; got {sink!r:.80}"
            )
        self._sink: Sink = Memory() if sink is None else sink
        self._sink.before_close(self._finish)
        self.dropped = self._sink.dropped
        self._streams = Streams(Choice(layers, kinds), self._sink.streams)
        self._number_of = self._streams.numbers
        self._names = Names(self._sink.names)
        self._lock = RLock()
        self._outbox = Outbox(self._sink, self._lock, self._warn_of_sink)
        self._pending = self._outbox.pending
        self._samples = self._pending.samples
        self._parameters = Parameters(self._streams, self._samples)
        self._last = -1 if self._sink.last_step is None else self._sink.last_step
        self.due: str | None = None
        self._previous = self._last
        self._context: Callable[[], Step | None] = lambda: None
        self._has_looked = self._has_warned = False

    def step(self, number: int, *, exact: bool = False) -> AbstractContextManager[None]:
        """Record what is observed inside the ``with`` block, if the step is due.

        Parameters
        ----------
        number : int
            Of the step: after that of the last one.
        exact : bool, default False
            Record this step, due or not, and count it in full: the last one, say.

        Raises
        ------
        ValueError
            For a step that does not come after the last one, or inside another step.
        """
        number = _checks.integer("number", number, at_least=0)
        if self._outbox.is_forked:
            return nullcontext()
        if self._outbox.step is not None:
            self._leave_behind(number)
        if number <= self._last:
            raise _checks.fail("number", f"a step after the last one, {self._last}", number)
        return Step(self, number, _checks.flag("exact", exact))

    @property
    def begun(self) -> bool:
        """Whether a step was ever begun, due or not."""
        return self._last >= 0

    @property
    def last_step(self) -> int | None:
        """The step that was begun last, or the last one of a run that is continued."""
        return self._last if self._last >= 0 else None

    def wants(self, stream: str) -> bool:
        """Return whether a stream is among those to record."""
        return self._streams.wants(stream)

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
        if self.due is None:
            return
        try:
            number = self._number_of.get(stream) if self.due == "sampled" else None
            if number is None or not self._samples.take(number, values):
                values = _detached(values)
                with self._lock:
                    self._observe(stream, values)
            if stream in self.units.silent and self.due == "sampled":
                with self._lock:
                    self.units.narrow(stream, values)
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
            if self._last < 0:
                raise ValueError("a number must belong to a step; none has begun yet")
            with self._lock:
                self._add_number(name, float(_detached(value)))
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
        if self.due is None:
            return
        for suffix, flat in (("", net.flat), ("_gradient", gradients), ("_update", updates)):
            try:
                few = self.due == "sampled"
                look = self._parameters.sample if few else self._parameters.parts
                rest = look(net, suffix, flat)
            except Exception as error:  # as above
                self.drop(f"*/weight{suffix}", error)
            else:
                for stream, values in rest.items():
                    self.observe(stream, values)

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
        if self.strict:
            raise error
        name = stream if isinstance(stream, str) else repr(stream)
        self.dropped[name] = self.dropped.get(name, 0) + 1
        if self.dropped[name] == 1:
            named = "" if str(error).startswith(name) else f"{name}: "
            warnings.warn(f"not recorded: {named}{error}", RecordingWarning, stacklevel=3)

    def _warn_of_sink(self, error: OSError) -> None:
        """Warn, the first time, that the sink took nothing, which it counts itself."""
        if self.strict:
            raise error
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(f"not recorded: {error}", RecordingWarning, stacklevel=3)

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

    def begin(self, number: int, context: Step, *, exact: bool) -> None:
        """Begin a step, which lasts as long as its context or until it ends."""
        self._context = weakref.ref(context)
        self.units.begin()
        self._previous = self._last
        self._outbox.begin(number)
        self._last = number
        turn, rest = divmod(number, self.every)
        often = self.exact_every or (_AT_FIRST if turn < _LATER else _LATER)
        if exact or not (rest or turn % often):
            self.due = "exact"
        elif not rest:
            self._samples.begin(number)
            self.due = "sampled"

    def end(self, context: Step) -> None:
        """End a step, if it is in progress: from now on it is recorded."""
        if self._context() is not context:
            return
        with self._lock:
            if self.due == "exact":
                for name, number in self.units.end(self._last // self.every):
                    self._add_number(name, number)
                self._relate()
            if not self._has_looked and self.due is not None:
                self._see_what_is_wanted()
            self.due = None
            self._outbox.end()
        if self._outbox.is_full:
            self._outbox.send()

    def abandon(self, context: Step) -> None:
        """End a step, if it is in progress: nothing of it is recorded."""
        if self._context() is context:
            self._forget()
            self.flush()

    def _leave_behind(self, number: int) -> None:
        """Forget the step in progress, before another, if it cannot end any more."""
        context = self._context()
        if context is not None and context.is_entered():
            raise ValueError(
                f"number must be given after the step in progress has ended; got {number}"
            )
        self._forget()
        if context is not None:
            warnings.warn(
                f"step {context.number} was left unfinished; nothing of it is recorded",
                RecordingWarning,
                stacklevel=3,
            )

    def _forget(self) -> None:
        """Forget the step in progress, if any; interrupted, it is done again."""
        with self._lock:
            if (step := self._outbox.step) is None:
                return
            self.due = None
            self.units.forget_step()
            self._last = self._previous
            self._outbox.forget(step)

    def _finish(self) -> None:
        """Hand over what waits, without a step in progress: a run holds whole steps."""
        self._forget()
        self.flush()

    def _see_what_is_wanted(self) -> None:
        """Warn, once, if a step was recorded and nothing of it was wanted."""
        others = self._streams.only_others()
        self._has_looked = bool(others or self._number_of)
        if others:
            warnings.warn(
                "nothing is recorded: kinds and layers must match some of "
                f"{', '.join(others[:10])}{' …' if len(others) > 10 else ''}",
                RecordingWarning,
                stacklevel=4,
            )

    def _observe(self, stream: str, values: ArrayLike | Far) -> None:
        """Sample any tensor, or count it in full if the step or its size is for that."""
        if not self._streams.wants(stream):
            return
        if self.due == "exact":
            self._count(stream, values)
            return
        if isinstance(values, Far):
            places = self._samples.places(values.size)
            if places is not None:
                sample = flattened(values.take(places), stream)
                self._samples.put(self._streams.number(stream), values.size, sample)
                return
            values = np.asarray(values)
        flat = flattened(values, stream)
        if not self._samples.take(self._streams.number(stream), flat):
            self._count(stream, flat)

    def _count(self, stream: str, values: ArrayLike | Far) -> None:
        """Reduce a whole tensor."""
        if isinstance(values, Far):
            values = np.asarray(values)
        summary = Summary.of(values, stream=stream)
        self._pending.add_summary(self._last, self._streams.number(stream), summary)
        if self.due == "exact" and stream.endswith("/activation"):
            for name, number in self.units.observe(stream, np.asarray(values), summary.moments):
                self._add_number(name, number)

    def _relate(self) -> None:
        """Set the updates of the step, which was counted in full, in relation to the weights."""
        names = self._sink.streams
        seen = {names[place]: summary for place, summary in self._pending.counted(self._last)}
        for name, update in seen.items():
            layer, _, kind = name.rpartition("/")
            if kind == "weight_update" and f"{layer}/weight" in seen:
                norm = seen[f"{layer}/weight"].norm
                ratio = update.norm / norm if norm else math.nan
                self._add_number(f"{layer}/update_to_weight", ratio)

    def _add_number(self, name: str, value: float) -> None:
        if not isinstance(name, str):
            raise TypeError(f"the name of a number must be a string; got {name!r:.80}")
        self._pending.add_number(self._last, self._names.number(name), value)


def _detached(value: Any) -> Any:
    """Return a tensor of PyTorch without its history, and anything else as it is."""
    return value.detach() if hasattr(value, "detach") else value
