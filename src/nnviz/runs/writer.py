"""Writing a run file: one writer, whole blocks, safe against a crash at any moment."""

import atexit
import os
import sqlite3
import sys
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from nnviz import _checks
from nnviz._interrupt import interrupt_put_off
from nnviz.errors import RecordingWarning, RunFileError
from nnviz.record import LOST, Block, Portion
from nnviz.runs.database import translated
from nnviz.runs.format import SCHEMA, VERSION, checksum, pack_buckets, pack_entries
from nnviz.runs.index import index_row
from nnviz.runs.meta import now, read_meta, write_meta
from nnviz.runs.reader import Run
from nnviz.runs.termination import handles_sigterm, on_sigterm, restore_sigterm

__all__ = ["RunWriter"]

_STEPS, _SECONDS = 16, 1.0
"""Commit after so many steps, which a recorder hands over together, or seconds."""
_TRIES = 10
_MIXED = 4
"""A number that comes late puts its step into a later portion, too: among the next so many."""


class RunWriter:
    """The sink that keeps a recording in a run file; made by `create_run` and `resume_run`.

    What was recorded is committed after 16 steps or, when a step ends, if a second has passed
    since the last time; also when a step raises, on SIGTERM and at exit. A kill or a power cut
    loses what came after, never a committed step: where training pauses, up to 30 steps before
    the pause, unless ``recorder.flush()`` is called. (After a power cut the last commits may be
    missing, too, unless the run is `durable`.) The file can be read meanwhile.

    >>> with create_run("run.nnviz", settings={"seed": 0}) as run:
    ...     recorder = Recorder(sink=run)

    Attributes
    ----------
    path : Path
    last_step : int or None
        The last step of a run that was taken up again.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, last_step: int | None) -> None:
        self.path, self.last_step = path, last_step
        self._place = path.absolute()
        self.streams: list[str] = []
        self.names: list[str] = []
        self.dropped: dict[str, int] = {}
        self.notices: list[str] = []
        self._dropped_before: dict[str, int] = {}
        self._dropped_written = 0
        self._notices_written: list[str] | None = []
        self._connection = connection
        self._flushes: list[Callable[[], None]] = []
        self._pid = os.getpid()
        self._safe = self._head = (0, 0)  # id and checksum of the last block: committed, written
        self._saved = [0, 0]
        self._open: set[int] = set()  # steps that were appended since the last commit
        self._recent: deque[set[int]] = deque(maxlen=_MIXED)  # those of the last portions
        self._trouble, self._told = "", 0
        self._since = time.monotonic()
        self._closed = False
        self._file, self._is_there = self._place.stat(), True
        self._depth = 0
        self._put_off: int | None = None
        atexit.register(self._at_exit)
        on_sigterm(self._terminated)

    def append(self, portion: Portion) -> None:
        """Write a few steps; RunFileError if that is impossible: the next may succeed."""
        if os.getpid() != self._pid:
            return
        steps = set(portion.steps.tolist())
        self._open |= steps.difference(*self._recent)
        self._recent.append(steps)
        try:
            if self._closed:
                raise RunFileError(f"{self.path}: is closed; what is recorded now is lost")
            with translated(self.path):
                self._begin()
                self._write_names()
                self._write_block(portion.block())
        except RunFileError as error:
            self._lose(error)
            raise
        if len(self._open) >= _STEPS or time.monotonic() - self._since >= _SECONDS:
            self.commit()

    def commit(self) -> None:
        """Commit everything that was appended."""
        if not self._is_mine() or not self._connection.in_transaction:
            return
        with self.uninterrupted():
            try:
                with translated(self.path):
                    self._commit()
            except RunFileError as error:
                self._lose(error)
                raise
            self._safe = self._head
            self._open.clear()
            self._since = time.monotonic()
            with translated(self.path):
                self._begin()
            self._look_for_file()

    def before_close(self, flush: Callable[[], None]) -> None:
        """Remember to call this before closing: it appends what is still on its way."""
        self._flushes.append(flush)

    @contextmanager
    def uninterrupted(self) -> Iterator[None]:
        """Put off SIGTERM and Ctrl-C until the ``with`` block ends."""
        self._depth += 1
        try:
            with interrupt_put_off():
                yield
        finally:
            self._depth -= 1
            number, self._put_off = self._put_off, None
            if number is not None:
                self._terminated(number, None)

    def blocks(self, start: int | None, stop: int | None, *, buckets: bool) -> Iterator[Block]:
        """Yield the blocks that touch a range of steps, read back from the file."""
        self.commit()
        with Run(self._place) as run:
            yield from run.blocks(start, stop, buckets=buckets)

    def close(self, state: str = "finished") -> None:
        """End the run: from now on it is one file, which can be copied.

        Parameters
        ----------
        state : {"finished", "crashed"}
        """
        _checks.one_of("state", state, ("finished", "crashed"))
        if not self._is_mine():
            return
        try:
            for flush in self._flushes:
                flush()
        finally:
            self._end(state)

    def _end(self, state: str) -> None:
        self._leave()
        try:
            with translated(self.path):
                self._finish(state)
        except RunFileError as error:
            self._lose(error)
            # A run that trained for days must not end in an exception of its recorder.
            warnings.warn(f"not closed: {error}", RecordingWarning, stacklevel=3)
        else:
            self._look_for_file()
        finally:
            self._connection.close()
        if lost := self.dropped.get(LOST, 0):
            steps = "one step is" if lost == 1 else f"{lost:,} steps are"
            warnings.warn(
                f"{steps} not in the file: {self._trouble}", RecordingWarning, stacklevel=3
            )

    def abandon(self) -> None:
        """Let go of the file as it was at the last commit."""
        self._leave()
        self._connection.close()  # which rolls back

    def _leave(self) -> None:
        self._closed = True
        atexit.unregister(self._at_exit)
        restore_sigterm(self._terminated)

    def __enter__(self) -> "RunWriter":
        """Return the writer."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close the run: finished, or crashed if an exception came."""
        self.close("finished" if kind is None else "crashed")

    def _finish(self, state: str) -> None:
        self._begin()
        self._write_names()
        end = {"state": state, "ended": now(), "blocks": self._head[0]}
        write_meta(self._connection, **end)
        self._commit()
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for _ in range(_TRIES):
            with suppress(sqlite3.OperationalError):
                self._connection.execute("PRAGMA journal_mode=DELETE")
                return
            time.sleep(0.05)  # somebody is reading; if for longer, the empty log stays

    def _is_mine(self) -> bool:
        """Return whether to write: not when closed, and never in a forked child."""
        return not self._closed and os.getpid() == self._pid

    def _begin(self) -> None:
        """Hold the write lock, always: it is what keeps a second writer out."""
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _look_for_file(self) -> None:
        """Warn, once, if the file is gone: SQLite writes on, to what nobody finds."""
        try:
            found: os.stat_result | None = self._place.stat()
        except FileNotFoundError:
            found = None
        except OSError:  # of a folder that is not to be seen now: nothing is known
            return
        if self._is_there and not (found and os.path.samestat(found, self._file)):
            self._is_there = False
            warnings.warn(
                f"{self.path}: was deleted or moved while it was being written; "
                "nothing of a deleted run is kept",
                RecordingWarning,
                stacklevel=3,
            )

    def _lose(self, error: RunFileError) -> None:
        """Go back to the last commit, and count the steps since.

        The file is told each time the number has doubled: a full disk has little room for that.
        """
        found = self._safe
        with suppress(sqlite3.Error):
            self._connection.rollback()
            found = self._last_block()
        lost = self.dropped.get(LOST, 0)
        if found == self._safe and self._open:  # else it was committed, for all that was said
            self.dropped[LOST] = lost = lost + len(self._open)
        self._head, self._safe, self._saved = found, found, [0, 0]
        self._trouble, self._dropped_written, self._notices_written = str(error), -1, None
        self._open.clear()
        if lost >= 2 * self._told:
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # may make room
            with suppress(sqlite3.Error):
                self._begin()
                self._commit()
                self._told = lost
        with suppress(sqlite3.Error):
            self._begin()

    def _last_block(self) -> tuple[int, int]:
        """Return id and checksum of the last block there is."""
        query = "SELECT id, checksum FROM blocks ORDER BY id DESC LIMIT 1"
        return self._connection.execute(query).fetchone() or (0, 0)

    def _write_names(self) -> None:
        for kind, names in enumerate((self.streams, self.names)):
            for place in range(self._saved[kind], len(names)):
                name = names[place].encode(errors="surrogatepass")
                self._connection.execute(
                    "INSERT OR REPLACE INTO names VALUES (?, ?, ?, ?)",
                    (kind, place, name, checksum(kind, place, name)),
                )
            self._saved[kind] = len(names)

    def _commit(self) -> None:
        """Commit, and with it what could not be recorded, if that has changed."""
        total = Counter(self.dropped) + Counter(self._dropped_before)
        if total.total() != self._dropped_written:
            write_meta(self._connection, dropped=dict(total))
        if self.notices != self._notices_written:
            write_meta(self._connection, notices=self.notices)
        self._connection.execute("COMMIT")
        self._dropped_written, self._notices_written = total.total(), list(self.notices)

    def _write_block(self, block: Block) -> None:
        first, last = block.span
        number, before = self._head
        entries, buckets = pack_entries(block), pack_buckets(block)
        own = checksum(first, last, before, entries, buckets)
        row = (number + 1, first, last, before, own, entries, buckets)
        self._connection.execute(f"INSERT INTO blocks VALUES ({', '.join('?' * len(row))})", row)
        mark = (number + 1, *index_row(block, entries, number + 1, first, last, own))
        self._connection.execute("INSERT INTO steps VALUES (?, ?, ?, ?)", mark)
        self._head = (number + 1, own)

    def take_up(self, at: int | None) -> None:
        """Take up an existing run, without its steps from `at` on."""
        query = self._connection.execute
        with Run(self.path) as run:
            self.streams, self.names = list(run.streams), list(run.names)
            self._saved = [len(self.streams), len(self.names)]
            whole, last, damage = run.whole_rows()
            if damage is not None and (at is None or at > last + 1):
                raise RunFileError(f"{damage}; at={last + 1} continues before them") from damage
            late = [] if at is None else [b.before(at) for b in run.blocks_up_to(whole, at)]
        query("DELETE FROM blocks WHERE id > ?", (whole,))
        if at is not None:
            query("DELETE FROM blocks WHERE last >= ?", (at,))
        query(SCHEMA["steps"].replace("TABLE", "TABLE IF NOT EXISTS"))
        query(f"PRAGMA user_version={VERSION}")
        query("DELETE FROM steps WHERE id NOT IN (SELECT id FROM blocks)")
        self._head = self._safe = self._last_block()
        for block in late:
            if len(block) or len(block.number):
                self._write_block(block)
        (self.last_step,) = query("SELECT max(last) FROM blocks").fetchone()
        meta = read_meta(self._connection)
        self.notices = list(meta.get("notices", ()))
        self._dropped_before, self._notices_written = meta["dropped"], list(self.notices)
        self._dropped_written = sum(self._dropped_before.values())
        resumed = [*meta["resumed"], self.last_step]
        write_meta(self._connection, state="running", ended=None, blocks=None, resumed=resumed)
        self.commit()

    def _at_exit(self) -> None:
        self.close("crashed" if hasattr(sys, "last_value") else "finished")

    def _terminated(self, number: int, _: FrameType | None) -> None:
        if self._depth:
            self._put_off = number
            return
        try:
            self.close("crashed")
        finally:
            if not handles_sigterm():
                os.kill(os.getpid(), number)
