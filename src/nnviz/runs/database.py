"""Connections to run files, and what makes a file one."""

import os
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from nnviz.errors import RunFileError
from nnviz.runs.format import APPLICATION_ID, MAX_SIZE, SCHEMA, VERSION, VERSIONS

__all__ = [
    "Connection",
    "check",
    "connect",
    "connections",
    "header",
    "is_run_file",
    "let_go",
    "translated",
]

_SECONDS = 120.0
"""What a single query may take: a hostile file could make it endless."""

_IN_WORDS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR_WRITE": "the system refuses to write more: a quota, a limit on the size of "
    "files, or a disk that fails",
    "SQLITE_NOTADB": "not a run file",
}
"""What is wrong, where SQLite's own words do not tell: by the name of its error."""

_HEADER = 100
"""Bytes at the beginning of a database that say what it is."""

_BESIDE = ("journal", "wal", "shm")
"""What SQLite keeps beside a database, under its name, a dash and one of these."""


class Connection(sqlite3.Connection):
    """A connection that is known of while it is open, so that nobody else closes its file.

    On POSIX a process loses all its locks on a file when it closes any descriptor of it: after a
    look at a database as a plain file, SQLite's locks are gone, without its knowing.

    Attributes
    ----------
    file : (int, int)
        Device and inode.
    writer : int or None
        The process that writes a run through it.
    kept : list of int
        Descriptors of the same file, to be closed when no connection to it is left.
    """

    file: tuple[int, int]
    writer: int | None
    kept: list[int]

    def close(self) -> None:
        """Close it."""
        super().close()
        _open.pop(id(self), None)
        for descriptor in self.kept:
            let_go(descriptor, self.file)
        self.kept = []


_open: weakref.WeakValueDictionary[int, Connection] = weakref.WeakValueDictionary()


def connections(file: tuple[int, int]) -> list[Connection]:
    """Return the connections that this process has to a file, by its device and inode."""
    known = [reference() for reference in _open.valuerefs()]  # a list at once: threads may open
    return [each for each in known if each is not None and each.file == file]


def let_go(descriptor: int, file: tuple[int, int]) -> None:
    """Close a descriptor of a file as soon as this process has no connection to it."""
    users = connections(file)
    if users:
        users[0].kept.append(descriptor)
    else:
        os.close(descriptor)


def connect(path: Path, mode: str, *, timeout: float = 30.0) -> Connection:
    """Return a connection in autocommit mode; `mode` is ro, rw or rwc.

    Any thread may use it, one at a time: what one has begun, another may end.
    """
    if "\0" in os.fspath(path):
        raise ValueError("a file name cannot contain NUL")  # SQLite would stop reading there
    location = f"file:{quote(os.fsencode(path))}?mode={mode}"
    connection = sqlite3.connect(
        location,
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
    )
    connection.file = _file(path)
    connection.writer, connection.kept = None, []
    _open[id(connection)] = connection
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_SIZE + (1 << 20))
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA mmap_size=0")
    return connection


def check(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version; RunFileError unless the database is a run file through and through.

    Its schema must be its version's own, to the letter: there is no room for views, triggers
    or anything else that would run on reading.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise RunFileError(f"{path}: not a run file (a database of another application)")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in VERSIONS:
        known = " and ".join(map(str, VERSIONS))
        raise RunFileError(f"{path}: run file of version {version}; this nnviz reads {known}")
    found = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchmany(10)
    own = {("table", *item) for item in SCHEMA.items() if version == VERSION or item[0] != "steps"}
    if len(found) != len(own) or set(found) != own:
        raise RunFileError(f"{path}: not a run file (its tables are not those of a run)")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise RunFileError(f"{path}: damaged ({verdict})")
    return int(version)


def header(path: Path) -> bytes | None:
    """Return the first bytes of a database; None if this process has it open through SQLite."""
    if connections(_file(path)):
        return None
    with path.open("rb") as file:
        return file.read(_HEADER)


def is_run_file(path: Path) -> bool:
    """Return whether a file says of itself that it is a run file.

    What SQLite keeps beside a database is none, and is not opened: it is locked, too.
    """
    name, dash, kind = path.name.rpartition("-")
    if dash and kind in _BESIDE and path.with_name(name).exists():
        return False
    try:
        head = header(path)
    except OSError:
        return False
    if head is None:
        return True
    return head.startswith(b"SQLite format 3\0") and head[68:72] == APPLICATION_ID.to_bytes(4)


def _file(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


@contextmanager
def translated(path: Path, connection: sqlite3.Connection | None = None) -> Iterator[None]:
    """Turn whatever SQLite raises into a RunFileError that names the file."""
    if connection is not None:
        end = time.monotonic() + _SECONDS
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError) as error:
        code = getattr(error, "sqlite_errorname", "")
        raise RunFileError(f"{path}: {_IN_WORDS.get(code, error)}") from error
    finally:
        if connection is not None:
            connection.set_progress_handler(None, 0)
