"""Connections to run files, and what makes a file one."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from nnviz.errors import RunFileError
from nnviz.runs.format import APPLICATION_ID, MAX_SIZE, SCHEMA, VERSION

__all__ = ["check", "connect", "is_run_file", "translated"]

_SECONDS = 120.0
"""What a single query may take: a hostile file could make it endless."""


def connect(path: Path, mode: str, *, timeout: float = 30.0) -> sqlite3.Connection:
    """Return a connection in autocommit mode; `mode` is ro, rw or rwc.

    Any thread may use it, one at a time: what one has begun, another may end.
    """
    if "\0" in os.fspath(path):
        raise ValueError("no file can have NUL in its name")  # SQLite would stop reading there
    location = f"file:{quote(os.fsencode(path))}?mode={mode}"
    connection = sqlite3.connect(
        location, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_SIZE + (1 << 20))
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA mmap_size=0")
    return connection


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise RunFileError unless the database is a run file through and through.

    Its schema must be this version's own, to the letter: there is no room for views, triggers
    or anything else that would run on reading.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise RunFileError(f"{path}: not a run file (a database of another application)")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        raise RunFileError(f"{path}: version {version} of the run file; this reads {VERSION}")
    found = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchmany(10)
    if len(found) != len(SCHEMA) or set(found) != {("table", *item) for item in SCHEMA.items()}:
        raise RunFileError(f"{path}: not a run file (its tables are not those of a run)")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise RunFileError(f"{path}: damaged ({verdict})")


def is_run_file(path: Path) -> bool:
    """Return whether a file says of itself that it is a run file."""
    try:
        with path.open("rb") as file:
            head = file.read(72)
    except OSError:
        return False
    return head.startswith(b"SQLite format 3\0") and head[68:] == APPLICATION_ID.to_bytes(4)


@contextmanager
def translated(path: Path, connection: sqlite3.Connection | None = None) -> Iterator[None]:
    """Turn whatever SQLite raises into a RunFileError that names the file."""
    if connection is not None:
        end = time.monotonic() + _SECONDS
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError) as error:
        raise RunFileError(f"{path}: {error}") from error
    finally:
        if connection is not None:
            connection.set_progress_handler(None, 0)
