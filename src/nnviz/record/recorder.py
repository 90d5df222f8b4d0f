"""When and where a network's tensors are kept: whole steps, reduced at once."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from numpy.typing import ArrayLike

from nnviz import _checks
from nnviz.errors import RecordingWarning
from nnviz.stats import Summary

__all__ = ["Recorder"]


class Recorder:
    """Keeps a summary of every stream at every step, in memory.

    A stream is a name such as ``"relu2/activation"``. A tensor is reduced the moment it is
    observed and never kept. A stream seen twice within a step is merged. A step that ends in an
    exception is dropped as a whole.

    >>> recorder = Recorder(every=10)
    >>> with recorder.step(0):
    ...     y, backward = net(x, train=True, observe=recorder.observe)

    Recording never raises into training: what cannot be recorded is warned about once for each
    stream, and counted in `dropped`.

    Parameters
    ----------
    every : int, default 1
        Record each step whose number is a multiple of this.
    strict : bool, default False
        Whether what cannot be recorded is an error, for tests.

    Attributes
    ----------
    dropped : dict of str to int
        How often each stream could not be recorded.
    """

    def __init__(self, *, every: int = 1, strict: bool = False) -> None:
        self.every = _checks.integer("every", every)
        self.strict = strict
        self.dropped: dict[str, int] = {}
        self._steps: dict[int, Mapping[str, Summary]] = {}
        self._current: dict[str, Summary] | None = None

    @contextmanager
    def step(self, number: int) -> Iterator[None]:
        """Record what is observed inside the ``with`` block, if the step is due.

        Raises
        ------
        ValueError
            For a step that was recorded before, or inside another step.
        """
        number = _checks.integer("number", number, at_least=0)
        if self._current is not None:
            raise ValueError(f"number must come after the step in progress ended; got {number}")
        if number in self._steps:
            raise ValueError(f"number must be a step not yet recorded; got {number}")
        if number % self.every:
            yield
            return
        self._current = {}
        try:
            yield
            self._steps[number] = self._current
        finally:
            self._current = None

    def observe(self, stream: str, values: ArrayLike) -> None:
        """Add values to a stream; outside a step that is due, do nothing."""
        if self._current is None:
            return
        try:
            summary = Summary.of(values, stream=stream)
        except TypeError as error:
            if self.strict:
                raise
            if stream not in self.dropped:
                warnings.warn(f"not recorded: {error}", RecordingWarning, stacklevel=2)
            self.dropped[stream] = self.dropped.get(stream, 0) + 1
            return
        before = self._current.get(stream)
        self._current[stream] = summary if before is None else before + summary

    @property
    def steps(self) -> list[int]:
        """The recorded steps, in the order of recording."""
        return list(self._steps)

    @property
    def streams(self) -> list[str]:
        """The names of all streams, in order of appearance."""
        return list(dict.fromkeys(name for step in self._steps.values() for name in step))

    def at(self, step: int) -> Mapping[str, Summary]:
        """Return the summaries of a step by stream; ValueError for one that was not recorded."""
        if step not in self._steps:
            raise _checks.fail("step", f"one of the {len(self._steps)} recorded steps", step)
        return dict(self._steps[step])

    def total(self, stream: str) -> Summary:
        """Return the summary of a stream over all steps."""
        _checks.one_of("stream", stream, self.streams)
        parts = [step[stream] for step in self._steps.values() if stream in step]
        return sum(parts, start=Summary.empty())
