"""Reading a run file, also while it is written, and after a crash."""

import sqlite3
import tempfile
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.errors import RunFileError
from nnviz.record import Block, Columns, Recording
from nnviz.runs.database import check, connect, translated
from nnviz.runs.format import VERSION
from nnviz.runs.meta import read_meta
from nnviz.runs.replay import copied, has_changes
from nnviz.runs.rows import Row, Rows, check_chain, read_names
from nnviz.runs.stored import Stored, entries_of, with_buckets
from nnviz.stats.statistics import Steps

__all__ = ["Run"]

_TOGETHER = 1 << 19
"""Bytes of entries that make a block, where their buckets are not asked for."""

_END = np.iinfo(np.int64).max

_BETWEEN_COMMITS = 0.05
"""Seconds; a commit and the next lock are some 20 µs apart."""

_PASSING = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY_ROLLBACK)
"""What SQLite says for a moment, too, while another process begins a log or ends one."""


class Run(Recording):
    """A run on disk: its settings, and everything that was recorded.

    Nothing is loaded but what is asked for. Every row is checked before it is shown; what is
    damaged raises RunFileError.

    Attributes
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._streams: list[str] = []
        self._names: list[str] = []
        self._connection = self._connected()
        weakref.finalize(self, self._connection.close)
        try:
            with translated(path, self._connection):
                version = check(self._connection, path)
                check_chain(self._connection, path)
            self.refresh()
            self._rows = Rows(path, self._connection, version)
        except BaseException:  # an interrupt, too: its traceback may keep what is half open
            self.close()
            raise

    @property
    def meta(self) -> Mapping[str, Any]:
        """What is known of the run as a whole.

        ``settings``, ``versions`` (of Python and of the libraries), ``started`` and ``ended``
        (UTC), ``resumed`` (the steps after which it was taken up again), ``dropped`` (how often
        a stream could not be recorded; under "whole steps", how many steps could not be written,
        at least) and ``state``: running, finished, crashed, or unfinished
        where the difference between the first and the third cannot be told.
        """
        with translated(self.path, self._connection):
            meta = read_meta(self._connection)
        return {**meta, "state": self._state(meta["state"])}

    @property
    def streams(self) -> Sequence[str]:
        """The names of all tensors, in order of appearance."""
        return self._streams

    @property
    def names(self) -> Sequence[str]:
        """The names of all numbers, in order of appearance."""
        return self._names

    def blocks(
        self, start: int | None = None, stop: int | None = None, *, buckets: bool = True
    ) -> Iterator[Block]:
        """Yield everything that touches a range of steps, one block after the other.

        Without `buckets`, these are not read, and columns are decoded when they are asked for.
        """
        low, high = -1 if start is None else start, _END if stop is None else stop
        self.refresh()
        after, end = self._rows.reach(low, high)
        # Without a stop, also what is written meanwhile.
        ids = count(after + 1) if stop is None else range(after + 1, end + 1)
        return self._blocks(ids, low, high, buckets=buckets)

    def blocks_holding(self, steps: NDArray[np.int64], *, buckets: bool = True) -> Iterator[Block]:
        """Yield the blocks with tensors of some steps, given in ascending order."""
        return self._blocks(self._rows.index().holding(steps), -1, _END, buckets=buckets)

    def blocks_naming(self, names: NDArray[np.int64]) -> Iterator[Block]:
        """Yield the blocks with some numbers, by the places of their names."""
        return self._blocks(self._rows.index().naming(names), -1, _END, buckets=False)

    def ending_blocks(self) -> Iterator[Block]:
        """Yield the blocks in which the last value of a number is."""
        return self._blocks(self._rows.index().ending(), -1, _END, buckets=False)

    def recorded_at(self) -> Steps:
        """Return the steps at which a tensor was recorded, and which of them were so in full."""
        return self._rows.index().steps

    def whole_rows(self) -> tuple[int, int, RunFileError | None]:
        """Return id and last step of the last row before any that is damaged, and the damage."""
        number, last = 0, -1
        try:
            for row in self._rows.whole(count(1)):
                number, last = row.id, row.last
        except RunFileError as error:
            return number, last, error
        return number, last, None

    def blocks_up_to(self, end: int, start: int) -> Iterator[Block]:
        """Yield the blocks with steps from `start` on, up to the one with an id."""
        after, _ = self._rows.reach(start, start)
        return self._blocks(range(after + 1, end + 1), start, _END, buckets=True)

    def _blocks(self, ids: Iterable[int], low: int, high: int, *, buckets: bool) -> Iterator[Block]:
        """Yield the rows with some ids that touch a range of steps; without buckets, joined."""
        if buckets:
            for row in self._rows.whole(ids):
                if row.last >= low and row.first < high:
                    yield self._block(row)
            return
        parts, size = [], 0
        for first, last, entries in self._rows.entries(ids):
            if last >= low and first < high:
                parts.append(self._columns(entries))
                size += len(entries)
            if size > _TOGETHER:
                yield Stored(parts)
                parts, size = [], 0
        if parts:
            yield Stored(parts)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> "Run":
        """Return the run."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _connected(self) -> sqlite3.Connection:
        for pause in (_BETWEEN_COMMITS, 0.0):
            replayed = has_changes(self.path)
            try:
                return _reading(self.path)
            except (sqlite3.Error, ValueError) as error:
                fault = error
            if getattr(fault, "sqlite_errorcode", None) not in _PASSING:
                break
            time.sleep(pause)
        if not replayed:
            raise RunFileError(f"{self.path}: {fault}") from fault
        # A log has to be replayed, or a new one begun, or a change that was cut off undone: a
        # read-only folder allows none of it, and reading alone not the last.
        self._folder = tempfile.TemporaryDirectory(prefix="nnviz-run-")
        try:
            return copied(self.path, Path(self._folder.name) / "run")
        except BaseException:
            self._folder.cleanup()
            raise

    def refresh(self) -> None:
        """Take in the names that a writer has committed meanwhile."""
        with translated(self.path, self._connection):
            self._streams, self._names = read_names(self._connection)

    def _block(self, row: Row) -> Block:
        columns = self._columns(row.entries)
        with translated(self.path):
            return with_buckets(columns, row.buckets)

    def _columns(self, entries: bytes) -> Columns:
        """Return the columns of a row, the names of which are known."""
        with translated(self.path):
            columns = entries_of(entries)
        if not self._knows(columns):
            self.refresh()
            if not self._knows(columns):
                raise RunFileError(f"{self.path}: damaged (inconsistent columns)")
        return columns

    def _knows(self, columns: Columns) -> bool:
        pairs = ((columns["stream"], self._streams), (columns["number_name"], self._names))
        return all(int(column.max(initial=0)) < max(1, len(known)) for column, known in pairs)

    def _state(self, written: str) -> str:
        """Return the state, told by whether somebody holds the writer's lock."""
        if written != "running":
            return written
        if self._folder is not None:
            return "unfinished"
        for pause in (_BETWEEN_COMMITS, 0.0):
            found = self._probed()
            if found != "crashed":
                break
            # A writer lets go of its lock for a moment whenever it commits.
            time.sleep(pause)
        return found

    def _probed(self) -> str:
        try:
            probe = connect(self.path, "rw", timeout=0)
        except sqlite3.Error:
            return "unfinished"
        try:
            probe.execute("BEGIN IMMEDIATE")
            probe.execute(f"PRAGMA user_version={VERSION}")  # never committed
            # It may have ended since its state was read.
            state: str = read_meta(probe)["state"]
        except sqlite3.OperationalError as error:
            return "running" if "locked" in str(error) else "unfinished"
        finally:
            probe.close()
        return "crashed" if state == "running" else state


def _reading(path: Path) -> sqlite3.Connection:
    """Return a connection that has read from a file."""
    connection = connect(path, "ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
