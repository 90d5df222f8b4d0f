"""The context of a step that is recorded."""

from types import TracebackType
from typing import Protocol

__all__ = ["Step"]


class Recording(Protocol):
    """Who records it."""

    def begin(self, number: int, context: object, *, exact: bool) -> None:
        """Begin a step, which lasts as long as its context or until it ends."""

    def end(self) -> None:
        """End it: from now on it is recorded."""

    def abandon(self) -> None:
        """End it: nothing of it is recorded."""


class Step:
    """The context of a step: recorded if it ends without an exception.

    Not a generator with ``contextmanager``: an interrupt must find the step either in progress,
    to be forgotten by whoever comes next, or ended.
    """

    def __init__(self, recorder: Recording, number: int, exact: bool) -> None:
        self._recorder, self._number, self._exact = recorder, number, exact

    def __enter__(self) -> None:
        """Begin it; interrupted meanwhile, it is none, however long its traceback is kept."""
        try:
            self._recorder.begin(self._number, self, exact=self._exact)
        except BaseException:
            self._recorder.abandon()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """End it."""
        if kind is not None:
            self._recorder.abandon()
            return
        try:
            self._recorder.end()
        except BaseException:
            self._recorder.abandon()
            raise
