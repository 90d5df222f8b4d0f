"""One writer: a lock that lasts as long as the run is written, between transactions, too."""

import os
import sys
from pathlib import Path

from nnviz.errors import RunFileError
from nnviz.runs.database import Connection, connections, let_go

if sys.platform != "win32":
    import fcntl

__all__ = ["lock_for_writing"]

_PLACE = 1 << 61
"""The byte that is locked: beyond the end of any database, and far from what SQLite locks."""


def lock_for_writing(path: Path, connection: Connection) -> None:
    """Lock a run file until its connection is closed.

    Parameters
    ----------
    path : Path
    connection : Connection
        The writer's, with its log open: from then on SQLite keeps a lock of its own on the file.
        Without one it unlocks the whole file after each transaction, this lock included, and
        lets go of it, too, when another connection of this process is closed.

    Raises
    ------
    RunFileError
        If somebody else is writing it, here or in another process, or if it may not be written.
    """
    here = any(each.writer == os.getpid() for each in connections(connection.file))
    if here or not _locked(path, connection):
        raise RunFileError(f"{path}: is being written by somebody else")
    connection.writer = os.getpid()


def _locked(path: Path, connection: Connection) -> bool:
    """Return whether no other process holds the lock; from now on this one does.

    On Windows there is SQLite's own lock alone, which is open for a moment after each commit.
    """
    if sys.platform == "win32":
        return True
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError as error:
        raise RunFileError(f"{path}: {error.strerror}") from error
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _PLACE)
    except (BlockingIOError, PermissionError):
        return False
    finally:
        let_go(descriptor, connection.file)  # it is kept while there is a connection
    return True
