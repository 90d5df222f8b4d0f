"""Processes that train a module together: what the others see goes to the first, into one run."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from math import inf

import numpy as np

from nnviz._interrupt import interrupt_put_off
from nnviz.adapters.mail import Group, Mail, packed, tried, unpacked
from nnviz.errors import RecordingWarning
from nnviz.record import Portion, Sink
from nnviz.stats.block import Block

__all__ = ["SEEN", "Collected", "Handed", "whose"]

SEEN = ("activation", "gradient")
"""What differs between processes: each has a share of the batch. Weights are the same in all."""

_MOST = 64  # steps that wait for what other processes saw
_COLLECTS = "collects"  # the word of the first process, as long as it does
_LATE = "steps of other processes"
_PATIENCE = 5.0  # seconds to wait for their last ones


class Handed:
    """The sink of every process but the first: hands over what tensors it has seen.

    Parameters
    ----------
    together : Group
    last_step : int, optional
        Of the run that is continued.
    """

    def __init__(self, together: Group, last_step: int | None = None) -> None:
        self.streams: list[str] = []
        self.names: list[str] = []
        self.dropped: dict[str, int] = {}
        self.notices: list[str] = []
        self.last_step = last_step
        self._group = together
        self._mail: Mail | None = None
        self._is_told = False

    def begin(self) -> None:
        """Say that this process records."""
        self._mail = self._group.mail()
        self._mail.mark(self._group.rank, "here")

    def end(self) -> None:
        """Say that nothing more will come."""
        mail, self._mail = self._mail, None
        if mail is not None:
            tried(lambda: mail.mark(self._group.rank, "done"))

    def append(self, portion: Portion) -> None:
        """Hand over a few steps, if there is who takes them; else the store would fill up."""
        mail = self._mail
        if mail is None:
            return
        message = packed(portion.block(), self.streams, portion.span[1])

        def send() -> None:
            if mail.is_marked(0, _COLLECTS):
                mail.send(self._group.rank, message)
            else:
                self._tell()

        tried(send)

    def commit(self) -> None:
        """Do nothing: what was handed over is the first process's."""

    def before_close(self, flush: Callable[[], None]) -> None:
        """Do nothing: `Watch.stop` flushes."""

    def uninterrupted(self) -> AbstractContextManager[None]:
        """Put off Ctrl-C, so that whole messages arrive."""
        return interrupt_put_off()

    def blocks(self, start: int | None, stop: int | None, *, buckets: bool) -> Iterator[Block]:
        """Yield nothing."""
        return iter(())

    def _tell(self) -> None:
        """Say once that nothing is kept."""
        if not self._is_told:
            self._is_told = True
            warnings.warn(
                f"the first of {self._group.n} processes does not record what this one, of rank "
                f"{self._group.rank}, trains: what this one sees is not kept, and a run= given "
                "here is not written",
                RecordingWarning,
                stacklevel=2,
            )


class Collected:
    """The sink of the first process: what it saw, merged with what the others did.

    A step goes on to the sink behind once all that record have handed it over; or without the
    others, if they are far behind, or gone.

    Parameters
    ----------
    sink : Sink
        Where to.
    together : Group
    """

    def __init__(self, sink: Sink, together: Group) -> None:
        self._sink, self._group = sink, together
        self.streams, self.names = sink.streams, sink.names
        self.dropped, self.notices = sink.dropped, sink.notices
        self.last_step = sink.last_step
        self._waiting: list[Block] = []
        self._mail: Mail | None = None
        self._up_to: dict[int, int] = {}
        self._next = 0

    def begin(self) -> None:
        """Begin to collect."""
        self._mail, self._up_to = self._group.mail(), {}
        self._mail.mark(0, _COLLECTS)

    def end(self) -> None:
        """Wait a little for the last steps of the others, and hand everything on."""
        until = time.monotonic() + _PATIENCE
        while self._mail is not None and time.monotonic() < until:
            self._receive()
            if all(self._is_done(rank) for rank in self._up_to):
                break
            time.sleep(0.01)
        if self._mail is not None:
            with suppress(RuntimeError):
                self._mail.unmark(0, _COLLECTS)
            self._receive()  # "done" is said after the last message
        self._mail = None
        self._hand_on(inf)

    def append(self, portion: Portion) -> None:
        """Take in a few steps, and hand on those that are complete."""
        self._waiting.append(portion.block())
        self._receive()
        last = portion.span[1]
        complete = min(self._up_to.values(), default=last)
        self._hand_on(max(min(complete, last) + 1, last - _MOST))
        self._tell()

    def commit(self) -> None:
        """Commit what was handed on."""
        self._sink.commit()

    def before_close(self, flush: Callable[[], None]) -> None:
        """Remember to hand on everything that has come before the sink behind closes."""

        def all_of_it() -> None:
            flush()
            self._hand_on(inf)

        self._sink.before_close(all_of_it)

    def uninterrupted(self) -> AbstractContextManager[None]:
        """Put off what would close the sink behind."""
        return self._sink.uninterrupted()

    def blocks(self, start: int | None, stop: int | None, *, buckets: bool) -> Iterator[Block]:
        """Yield the blocks that touch a range of steps."""
        return self._sink.blocks(start, stop, buckets=buckets)

    def _receive(self) -> None:
        """Take in what the others have handed over; those that are not here do not record."""
        if self._mail is None:
            return
        try:
            self._receive_from(self._mail)
        except RuntimeError:  # the store is gone, and with it whatever is still there
            self._mail = None
            self._up_to.clear()

    def _receive_from(self, mail: Mail) -> None:
        for rank in range(1, self._group.n):
            if rank not in self._up_to:
                if not mail.is_marked(rank, "here"):
                    continue
                self._up_to[rank] = -1 if self.last_step is None else self.last_step
            for message in mail.received(rank):
                block, streams, self._up_to[rank] = unpacked(message)
                in_time = block.since(self._next)
                if late := len(np.unique(block.step)) - len(np.unique(in_time.step)):
                    self.dropped[_LATE] = self.dropped.get(_LATE, 0) + late
                self._waiting.append(self._renumbered(in_time, streams))

    def _renumbered(self, block: Block, streams: list[str]) -> Block:
        for stream in streams:
            if stream not in self.streams:
                self.streams.append(stream)
        places = np.array([self.streams.index(stream) for stream in streams], np.int64)
        return replace(block, stream=places[block.stream])

    def _is_done(self, rank: int) -> bool:
        mail = self._mail
        try:
            return mail is None or mail.is_marked(rank, "done")
        except RuntimeError:
            return True

    def _hand_on(self, before: float) -> None:
        """Hand on the steps before one."""
        if not self._waiting:
            return
        block = Block.joined(self._waiting)
        now = block.before(before)
        if len(now) or len(now.number):
            self._sink.append(Portion([now.merged()]))
            self._next = now.span[1] + 1
        rest = block.since(before)
        self._waiting = [rest] if len(rest) or len(rest.number) else []

    def _tell(self) -> None:
        """Say whose tensors these are, in place of what was true before."""
        n = self._group.n
        if self._mail is None:
            return
        what = whose(1 + len(self._up_to), n)
        if what not in self.notices:
            before = [whose(seen, n) for seen in range(1, n + 1)]
            self.notices[:] = [*(told for told in self.notices if told not in before), what]


def whose(seen: int, n: int) -> str:
    """Say whose tensors a run has, of n processes."""
    if seen == 1:
        return (
            f"recorded on the first of {n} processes: activations and their gradients are those of "
            "its share of the batch"
        )
    them = f"all {n} processes" if seen == n else f"{seen} of {n} processes"
    return (
        f"activations and their gradients are those of {them}, the gradients of the loss that each "
        "has of its share; whether units are dead, equal or saturated, and their spread, are known "
        "of the first one's share"
    )
