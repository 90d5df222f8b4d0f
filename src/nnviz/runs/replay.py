"""A run file as a reader finds it: with a log to be replayed, or a change to be undone."""

import shutil
import sqlite3
from pathlib import Path

from nnviz.errors import RunFileError
from nnviz.runs.database import connect, header, translated

__all__ = ["copied", "has_changes"]


def has_changes(path: Path) -> bool:
    """Return whether an SQLite file says that its changes go to a log, or one was cut off."""
    if not path.is_file():
        raise RunFileError(f"{path}: there is no such file")
    try:
        head = header(path)
    except OSError as error:
        raise RunFileError(f"{path}: {error.strerror}") from error
    if head is None:
        return False  # nothing to replay: SQLite has it open
    if not head:
        raise _empty(path)
    if _beside(path, "journal").exists():
        return True
    if not head.startswith(b"SQLite format 3\0"):
        raise RunFileError(f"{path}: not a run file")
    return head[18:20] == b"\2\2"


def copied(path: Path, copy: Path) -> sqlite3.Connection:
    """Copy a run with what has to be replayed or undone, and return a connection to the copy."""
    shutil.copyfile(path, copy)
    for kind in ("wal", "journal"):
        if (beside := _beside(path, kind)).exists():
            shutil.copyfile(beside, _beside(copy, kind))
    connection = connect(copy, "rw")
    try:
        with translated(path):
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
        if not pages:
            raise _empty(path)
    except RunFileError:
        connection.close()
        raise
    return connection


def _empty(path: Path) -> RunFileError:
    return RunFileError(
        f"{path}: is empty, as if its writer was killed early; use create_run to begin a run in it"
    )


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(f"{path.name}-{kind}")
