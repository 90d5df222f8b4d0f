"""Steps that are recorded: which is in progress, how it is recorded, how it begins and ends."""

import inspect
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from types import FrameType, TracebackType
from typing import Protocol

from nnviz import _checks
from nnviz.errors import RecordingWarning
from nnviz.record.sink import Outbox, Sink

__all__ = ["CurrentStep", "Step"]

_AT_FIRST, _LATER = 10, 100
"""One recorded step in so many is counted in full: in the first hundred, and after that."""

_MAY_WAIT = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
"""Functions of these kinds are not over while they do not run."""


class Step:
    """The context of a step: recorded if it ends without an exception.

    Not a generator with ``contextmanager``: an interrupt must find the step either in progress,
    to be forgotten by whoever comes next, or ended.
    """

    def __init__(self, steps: "CurrentStep", number: int, exact: bool) -> None:
        self._steps, self.number, self._exact = steps, number, exact
        self._entered_by: FrameType | None = None

    def is_entered(self) -> bool:
        """Whether the function that entered it still runs, or is a generator, which may.

        An interrupt may come just before the step could end; its traceback, which notebooks keep,
        then keeps the context, too.
        """
        owner = self._entered_by
        if owner is not None and owner.f_code.co_flags & _MAY_WAIT:
            return True
        return any(frame is owner for frame in _running())

    def __enter__(self) -> None:
        """Begin it; interrupted meanwhile, it is none, however long its traceback is kept."""
        self._entered_by = sys._getframe(1)
        try:
            self._steps.begin(self.number, self, exact=self._exact)
        except BaseException:
            self._steps.abandon(self)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """End it."""
        self._entered_by = None
        if kind is not None:
            self._steps.abandon(self)
            return
        try:
            self._steps.end(self)
        except BaseException:
            self._steps.abandon(self)
            raise


def _running() -> Iterator[FrameType]:
    """Yield the functions that run, in all threads."""
    for innermost in sys._current_frames().values():
        frame: FrameType | None = innermost
        while frame is not None:
            yield frame
            frame = frame.f_back


class Keeper(Protocol):
    """What is done as steps begin and end."""

    def begin(self, step: int, due: str | None) -> None:
        """Take in that a step begins."""

    def end(self, step: int, due: str | None) -> None:
        """Take in, with the lock, that it is about to end as one that is recorded."""

    def forget(self) -> None:
        """Forget what came with it; interrupted, it is done again."""


class CurrentStep:
    """Which step is in progress, and how it is recorded.

    Parameters
    ----------
    keeper : Keeper
    outbox : Outbox
        Where whole steps go.
    every, exact_every : int
        As of `Recorder`; the second is None for what is the default.
    sink : Sink
        Which may have steps already.

    Attributes
    ----------
    last : int
        The step in progress, or the one before.
    due : {"exact", "sampled"} or None
        How the step in progress is recorded, if it is.
    """

    def __init__(
        self, keeper: Keeper, outbox: Outbox, every: int, exact_every: int | None, sink: Sink
    ) -> None:
        self._keeper, self._outbox = keeper, outbox
        self._every, self._exact_every = every, exact_every
        self.last = self._previous = -1 if sink.last_step is None else sink.last_step
        self.due: str | None = None
        self._context: Callable[[], Step | None] = lambda: None

    def step(self, number: int, exact: bool) -> AbstractContextManager[None]:
        """Return the context of a step; ValueError for one that cannot come now."""
        if self._outbox.is_forked:
            return nullcontext()
        if self._outbox.step is not None:
            self._leave_behind(number)
        if number <= self.last:
            raise _checks.fail("number", f"a step after the last one, {self.last}", number)
        return Step(self, number, exact)

    def begin(self, number: int, context: Step, *, exact: bool) -> None:
        """Begin a step, which lasts as long as its context or until it ends."""
        turn, rest = divmod(number, self._every)
        often = self._exact_every or (_AT_FIRST if turn < _LATER else _LATER)
        due = None
        if exact or not (rest or turn % often):
            due = "exact"
        elif not rest:
            due = "sampled"
        self._context = weakref.ref(context)
        self._keeper.begin(number, due)
        self._previous = self.last
        self._outbox.begin(number)
        self.last, self.due = number, due

    def end(self, context: Step) -> None:
        """End a step, if it is in progress: from now on it is recorded."""
        if self._context() is not context:
            return
        with self._outbox.lock:
            self._keeper.end(self.last, self.due)
            self.due = None
            self._outbox.end()
        if self._outbox.is_full:
            self._outbox.send(wait=False)

    def abandon(self, context: Step) -> None:
        """End a step, if it is in progress: nothing of it is recorded."""
        if self._context() is context:
            self.forget()
            self._outbox.send()
            self._outbox.commit()

    def forget(self) -> None:
        """Forget the step in progress, if any; interrupted, it is done again."""
        with self._outbox.lock:
            if self._outbox.step is None:
                return
            self.due = None
            self._keeper.forget()
            self.last = self._previous
            self._outbox.forget()

    def _leave_behind(self, number: int) -> None:
        """Forget the step in progress, before another, if it cannot end any more."""
        context = self._context()
        if context is not None and context.is_entered():
            raise ValueError(
                f"number must be given after the step in progress has ended; got {number}"
            )
        self.forget()
        if context is not None:
            warnings.warn(
                f"step {context.number} was left unfinished; nothing of it is recorded",
                RecordingWarning,
                stacklevel=4,
            )
