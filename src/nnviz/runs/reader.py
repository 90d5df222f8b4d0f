"""Reading a run file, also while it is written, and after a crash."""

import json
import sqlite3
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.errors import RunFileError
from nnviz.record import Block, Recording
from nnviz.runs.database import check, connect, translated
from nnviz.runs.format import ENTRIES, VERSION, checksum, unpack_buckets, unpack_entries
from nnviz.runs.replay import copied, has_changes

__all__ = ["META", "Run", "check_chain", "read_meta", "read_names"]

META = ("settings", "versions", "started", "ended", "state", "resumed", "dropped", "blocks")
MAY_HAVE = ("notices",)
"""The keys of ``meta``, all of which a run has."""


_REACH = """
    SELECT coalesce((SELECT min(id) - 1 FROM blocks WHERE last >= :low), max(id), 1) - 1,
           coalesce((SELECT max(id) + 1 FROM blocks WHERE first < :high), 1)
    FROM blocks
"""
"""After which block and up to which one to look for steps, with one more on either side.

Where a span is damaged its own block is among them, and told by its checksum: blocks follow each
other in the order of their steps, so that those between two that are wanted are, too.
"""

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
                check(self._connection, path)
                check_chain(self._connection, path)
                self._refresh()
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
        """Yield everything that touches a range of steps, one block after the other."""
        low = -1 if start is None else start
        high = np.iinfo(np.int64).max if stop is None else stop
        with translated(self.path, self._connection):
            self._refresh()
            after, end = self._connection.execute(_REACH, {"low": low, "high": high}).fetchone()
        # Without a stop, also what is written meanwhile.
        for row in self._rows(after, high if stop is None else end):
            if row[2] >= low and row[1] < high:
                yield self._block(row, buckets)

    def whole_rows(self) -> tuple[int, int, RunFileError | None]:
        """Return id and last step of the last row before any that is damaged, and the damage."""
        number, last = 0, -1
        try:
            for row in self._rows(0, np.iinfo(np.int64).max):
                number, last = row[0], row[2]
        except RunFileError as error:
            return number, last, error
        return number, last, None

    def blocks_up_to(self, end: int, start: int) -> Iterator[Block]:
        """Yield the blocks with steps from `start` on, up to the one with an id."""
        with translated(self.path, self._connection):
            after, _ = self._connection.execute(_REACH, {"low": start, "high": start}).fetchone()
        return (self._block(row, True) for row in self._rows(after, end) if row[2] >= start)

    def _rows(self, after: int, end: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of blocks after one and up to another, each checked."""
        while True:
            # One row a query: a reader that stays inside a query keeps the log from shrinking.
            with translated(self.path, self._connection):
                row = self._connection.execute(
                    "SELECT * FROM blocks WHERE id > ? AND id <= ? ORDER BY id LIMIT 1",
                    (after, end),
                ).fetchone()
            if row is None:
                return
            after, first, last, before, own, entries, held = row
            if own != checksum(first, last, before, entries, held):
                raise RunFileError(f"{self.path}: damaged (steps {first} to {last})")
            yield row

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

    def _refresh(self) -> None:
        self._streams, self._names = read_names(self._connection)

    def _block(self, row: tuple[Any, ...], buckets: bool) -> Block:
        *_, entries, held = row
        with translated(self.path, self._connection):
            columns = unpack_entries(entries)
            if buckets:
                columns |= unpack_buckets(held)
            else:
                columns |= {"key": np.zeros(0, np.uint16), "held": np.zeros(0, np.int64)}
            block = Block(**columns)
            if _most(block.stream) >= len(self._streams) or _most(block.number_name) >= len(
                self._names
            ):
                self._refresh()
            _validate(block, len(self._streams), len(self._names), buckets=buckets)
            return block

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


def check_chain(connection: sqlite3.Connection, path: Path) -> None:
    """Raise RunFileError unless each block follows the one before, up to the last."""
    before = count = 0
    query = "SELECT id, before, checksum FROM blocks ORDER BY id"
    connection.execute("BEGIN")  # the chain and its length are of one and the same moment
    rows = connection.execute(query).fetchall()
    written = read_meta(connection)["blocks"]
    connection.execute("COMMIT")
    for number, link, own in rows:
        count += 1
        if number != count or link != before:
            raise RunFileError(f"{path}: damaged (steps are missing)")
        before = own
    if written is not None and written != count:
        raise RunFileError(f"{path}: damaged (steps are missing at the end)")


def read_meta(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the checked rows of ``meta``."""
    rows = connection.execute("SELECT key, value, checksum FROM meta").fetchmany(
        len((*META, *MAY_HAVE)) + 1
    )
    for key, value, own in rows:
        if own != checksum(key, value):
            raise ValueError("damaged (in its settings)")
    keys = {key for key, _, _ in rows}
    if len(keys) != len(rows) or not set(META) <= keys <= {*META, *MAY_HAVE}:
        raise ValueError("damaged (its settings are incomplete)")
    return {key: json.loads(value) for key, value, _ in rows}


def read_names(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Return the checked names of streams and of numbers."""
    names: tuple[list[str], list[str]] = ([], [])
    query = "SELECT kind, place, name, checksum FROM names ORDER BY kind, place"
    for kind, place, name, own in connection.execute(query).fetchall():
        if own != checksum(kind, place, name) or kind not in (0, 1) or place != len(names[kind]):
            raise ValueError("damaged (in its names)")
        names[kind].append(name.decode(errors="surrogatepass"))
    return names


def _validate(block: Block, n_streams: int, n_names: int, *, buckets: bool) -> None:
    """Raise ValueError for inconsistent columns, as a forger might leave them."""
    n = len(block)
    entries = [getattr(block, name) for name in ENTRIES if not name.startswith("number")]
    numbers = (block.number_step, block.number_name, block.number)
    natural = [c for c in (*entries, *numbers[:2], block.held) if c.dtype.kind == "i"]
    fits = (
        all(len(column) == n for column in entries)
        and len({len(column) for column in numbers}) == 1
        and all((column >= 0).all() for column in natural)
        and _most(block.stream) < n_streams
        and _most(block.number_name) < n_names
        and (not buckets or _buckets_fit(block))
    )
    if not fits:
        raise ValueError("damaged (inconsistent columns)")


def _buckets_fit(block: Block) -> bool:
    ends = np.cumsum(block.buckets)
    total = np.append(0, np.cumsum(block.held))
    if len(block.key) != len(block.held) or (int(ends[-1]) if len(ends) else 0) != len(block.key):
        return False
    counted = total[ends] - total[ends - block.buckets]
    return bool(np.array_equal(counted, block.count))


def _most(column: np.ndarray[Any, Any]) -> int:
    return int(column.max(initial=-1))
