"""Where what was recorded goes, a dozen steps at once: memory here, a file in `nnviz.runs`."""

import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from math import inf
from threading import RLock
from typing import Protocol

from nnviz._interrupt import interrupt_put_off
from nnviz.errors import RecordingWarning
from nnviz.record.counting import Pending
from nnviz.record.sampling import MANY
from nnviz.stats.block import Block
from nnviz.stats.portion import Portion

__all__ = ["LOST", "TOGETHER", "Memory", "Outbox", "Sink", "checked_sink"]

TOGETHER = 16  # steps that are handed over together, or fewer, of `MANY` samples …
PATIENCE = 0.5  # … or what was recorded in so many seconds

LOST = "whole steps"
"""What counts, among what could not be recorded, the steps that a sink had no room for."""

_MOST = 64 << 20


class Sink(Protocol):
    """Keeps portions, and the names that they refer to by place."""

    streams: list[str]
    names: list[str]
    dropped: dict[str, int]
    """How often each stream could not be recorded; under `LOST`, how many steps were not kept."""
    notices: list[str]
    """What could not be recorded by its nature, in sentences."""
    last_step: int | None
    """Of what is already there, if the sink continues something."""

    def append(self, portion: Portion) -> None:
        """Keep a few steps; OSError if that is impossible."""
        ...

    def commit(self) -> None:
        """Commit what was appended."""
        ...

    def before_close(self, flush: Callable[[], None]) -> None:
        """Remember to call this before closing: it appends what is still on its way."""
        ...

    def uninterrupted(self) -> AbstractContextManager[None]:
        """Put off, while steps are on their way, what would close the sink at once."""
        ...

    def blocks(self, start: int | None, stop: int | None, *, buckets: bool) -> Iterator[Block]:
        """Yield the blocks that touch a range of steps."""
        ...


class Memory:
    """Keeps portions in memory, of 64 MiB at most.

    When they become more, the summaries of every second portion are let go, and from then on only
    every second new one is kept: what stays is spread evenly over the whole run. Plain numbers
    are all kept. It is warned about the first time, and of how many steps tensors are gone is
    counted in `dropped`. A long run belongs in a file.

    Attributes
    ----------
    stride : int
        One portion in so many is kept in full.
    """

    def __init__(self) -> None:
        self.streams: list[str] = []
        self.names: list[str] = []
        self.dropped: dict[str, int] = {}
        self.notices: list[str] = []
        self.last_step: int | None = None
        self.stride = 1
        self._portions: list[Portion] = []
        self._whole: list[Portion] = []
        self._size = 0

    def append(self, portion: Portion) -> None:
        """Keep a few steps."""
        if len(self._portions) % self.stride:
            self._let_go(portion)
        else:
            self._whole.append(portion)
        self._portions.append(portion)
        self._size += portion.n_bytes
        if self._size > _MOST:
            self._thin()

    def _thin(self) -> None:
        for portion in self._whole[1::2]:
            self._let_go(portion)
        self._whole = self._whole[::2]
        self.stride *= 2
        self._size = sum(portion.n_bytes for portion in self._portions)
        if self.stride == 2:
            warnings.warn(
                f"more than {_MOST >> 20} MiB recorded in memory: half of the steps, and more as "
                "the run goes on, keep their plain numbers alone; a file keeps everything: "
                "Recorder(sink=nnviz.runs.create_run(path))",
                RecordingWarning,
                stacklevel=2,
            )

    def _let_go(self, portion: Portion) -> None:
        self.dropped[LOST] = self.dropped.get(LOST, 0) + portion.forget_summaries()

    def commit(self) -> None:
        """Do nothing: memory is as safe as it gets."""

    def before_close(self, flush: Callable[[], None]) -> None:
        """Do nothing: memory is never closed."""

    def uninterrupted(self) -> AbstractContextManager[None]:
        """Put off Ctrl-C, so that whole portions arrive."""
        return interrupt_put_off()

    def blocks(self, start: int | None, stop: int | None, *, buckets: bool) -> Iterator[Block]:  # noqa: ARG002
        """Yield the blocks that touch a range of steps."""
        return (portion.block() for portion in self._portions if portion.touches(start, stop))


def checked_sink(sink: Sink | None) -> Sink:
    """Return a sink, by default memory; TypeError for anything else."""
    if sink is None:
        return Memory()
    if not hasattr(sink, "before_close"):
        raise TypeError(f"sink must be what nnviz.runs.create_run(path) returns; got {sink!r:.80}")
    return sink


class Outbox:
    """Holds steps until there are enough of them, and hands them over.

    A process that was forked off hands over nothing.

    Parameters
    ----------
    sink : Sink
    on_error : callable
        Called with an `OSError` of the sink.

    Attributes
    ----------
    pending : Pending
    lock : RLock
        Held while steps are on their way: none begins meanwhile.
    step : int or None
        The one in progress.
    """

    def __init__(self, sink: Sink, on_error: Callable[[OSError], None]) -> None:
        self.pending, self.lock = Pending(), RLock()
        self.step: int | None = None
        self._sink, self._on_error = sink, on_error
        self._waiting, self._since = 0, 0.0
        self._pid = os.getpid()

    @property
    def is_forked(self) -> bool:
        """Whether this is another process than the one that began to record."""
        return os.getpid() != self._pid

    def begin(self, step: int) -> None:
        """Begin a step."""
        with self.lock:
            self.step = step
        if not self._waiting:
            self._since = time.monotonic()

    def end(self) -> None:
        """End the step in progress."""
        self._waiting += 1
        self.step = None

    def forget(self) -> None:
        """Forget the step in progress; interrupted, it is done again."""
        if self.step is not None:
            self.pending.forget(self.step)
        self.step = None

    @property
    def is_full(self) -> bool:
        """Whether it is time to hand over what waits."""
        return (
            self._waiting >= TOGETHER
            or len(self.pending.samples) >= MANY
            or time.monotonic() - self._since > PATIENCE
        )

    def send(self, *, wait: bool = True) -> None:
        """Hand what waits to the sink; of the step in progress nothing, as it may yet fail.

        Unless it is to be waited for, what is on another device comes with the next.
        """
        if self.is_forked:
            return
        with self._sink.uninterrupted(), self.lock:
            before = inf if self.step is None else self.step
            portion = self.pending.hand_over(before, wait=wait)
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
