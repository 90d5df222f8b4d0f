"""The context of a step that is recorded."""

import inspect
import sys
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Protocol

__all__ = ["Step"]

_MAY_WAIT = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
"""Functions of these kinds are not over while they do not run."""


class Recording(Protocol):
    """Who records it."""

    def begin(self, number: int, context: "Step", *, exact: bool) -> None:
        """Begin a step, which lasts as long as its context or until it ends."""

    def end(self, context: "Step") -> None:
        """End it, if it is in progress: from now on it is recorded."""

    def abandon(self, context: "Step") -> None:
        """End it, if it is in progress: nothing of it is recorded."""


class Step:
    """The context of a step: recorded if it ends without an exception.

    Not a generator with ``contextmanager``: an interrupt must find the step either in progress,
    to be forgotten by whoever comes next, or ended.
    """

    def __init__(self, recorder: Recording, number: int, exact: bool) -> None:
        self._recorder, self.number, self._exact = recorder, number, exact
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
            self._recorder.begin(self.number, self, exact=self._exact)
        except BaseException:
            self._recorder.abandon(self)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """End it."""
        self._entered_by = None
        if kind is not None:
            self._recorder.abandon(self)
            return
        try:
            self._recorder.end(self)
        except BaseException:
            self._recorder.abandon(self)
            raise


def _running() -> Iterator[FrameType]:
    """Yield the functions that run, in all threads."""
    for innermost in sys._current_frames().values():
        frame: FrameType | None = innermost
        while frame is not None:
            yield frame
            frame = frame.f_back
