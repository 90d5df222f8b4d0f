"""How whole steps come to the sink: a dozen at once."""

import os
import time
from collections.abc import Callable
from math import inf
from threading import RLock

from nnviz.record.pending import Pending
from nnviz.record.sampling import MANY
from nnviz.record.sink import Sink

__all__ = ["TOGETHER", "Outbox"]

TOGETHER = 16  # steps that are handed over together, or fewer, of `MANY` samples …
PATIENCE = 0.5  # … or what was recorded in so many seconds


class Outbox:
    """Holds steps until there are enough of them, and hands them over.

    A process that was forked off hands over nothing.

    Parameters
    ----------
    sink : Sink
    lock : RLock
        The recorder's. Held while steps are on their way: none begins meanwhile.
    on_error : callable
        Called with an `OSError` of the sink.

    Attributes
    ----------
    pending : Pending
    step : int or None
        The one in progress.
    """

    def __init__(self, sink: Sink, lock: RLock, on_error: Callable[[OSError], None]) -> None:
        self.pending = Pending()
        self.step: int | None = None
        self._sink, self._lock, self._on_error = sink, lock, on_error
        self._waiting, self._since = 0, 0.0
        self._pid = os.getpid()

    @property
    def is_forked(self) -> bool:
        """Whether this is another process than the one that began to record."""
        return os.getpid() != self._pid

    def begin(self, step: int) -> None:
        """Begin a step."""
        with self._lock:
            self.step = step
        if not self._waiting:
            self._since = time.monotonic()

    def end(self) -> None:
        """End the step in progress."""
        self._waiting += 1
        self.step = None

    def forget(self, step: int) -> None:
        """Forget the step in progress; interrupted, it is done again."""
        self.pending.forget(step)
        self.step = None

    @property
    def is_full(self) -> bool:
        """Whether it is time to hand over what waits."""
        return (
            self._waiting >= TOGETHER
            or len(self.pending.samples) >= MANY
            or time.monotonic() - self._since > PATIENCE
        )

    def send(self) -> None:
        """Hand what waits to the sink; of the step in progress nothing, as it may yet fail."""
        if self.is_forked:
            return
        with self._sink.uninterrupted(), self._lock:
            portion = self.pending.hand_over(inf if self.step is None else self.step)
            if self.step is None:
                self._waiting = 0
            if portion is not None:
                self._try(lambda: self._sink.append(portion))

    def commit(self) -> None:
        """Commit what was handed over."""
        if not self.is_forked:
            self._try(self._sink.commit)

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except OSError as error:
            self._on_error(error)
