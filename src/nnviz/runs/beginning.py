"""Beginning a run file, and taking one up again."""

import os
import platform
import sqlite3
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz._version import __version__
from nnviz.errors import RunFileError
from nnviz.runs.database import Connection, check, connect, translated
from nnviz.runs.format import APPLICATION_ID, SCHEMA, VERSION
from nnviz.runs.lock import lock_for_writing
from nnviz.runs.meta import json_text, now, write_meta
from nnviz.runs.rows import check_chain
from nnviz.runs.writer import RunWriter

__all__ = ["create_run", "resume_run"]


def create_run(
    path: str | PathLike[str],
    *,
    settings: Mapping[str, Any] | None = None,
    durable: bool = False,
) -> RunWriter:
    """Begin a new run file.

    Parameters
    ----------
    path : path-like
        Must not exist yet, or be empty: what a killed process leaves that had only begun to
        create it.
    settings : mapping, optional
        What the run was started with, seeds included: anything that JSON can say.
    durable : bool, default False
        Whether a commit also survives a power cut, at the price of a wait for the disk.

    Raises
    ------
    RunFileError
        If the file exists, or cannot be written.
    """
    place = _checks.path("path", path)
    _checks.flag("durable", durable)
    meta: dict[str, Any] = {
        "settings": {}
        if settings is None
        else dict(_checks.instance("settings", settings, Mapping)),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "nnviz": __version__,
        },
        "started": now(),
        "ended": None,
        "state": "running",
        "resumed": [],
        "dropped": {},
        "blocks": None,
    }
    json_text(meta["settings"])  # so that what JSON cannot say leaves no file behind
    _claim(place)
    with translated(place):
        connection = connect(place, "rw")
        try:
            _lay_out(connection, place, meta)
            _set_up(connection, place, durable)
            return RunWriter(place, connection, None)
        except BaseException:
            connection.close()
            raise


def resume_run(
    path: str | PathLike[str], *, at: int | None = None, durable: bool = False
) -> RunWriter:
    """Continue a run file after its last step, which the writer states as `last_step`.

    Parameters
    ----------
    path : path-like
    at : int, optional
        The step to continue at: recorded steps from there on are forgotten, such as those
        after the checkpoint that training restarts from.
    durable : bool, default False
        As in `create_run`.

    Raises
    ------
    RunFileError
        If the file is no run file, is damaged, or has a writer already.
    """
    place = _checks.path("path", path)
    _checks.flag("durable", durable)
    if at is not None:
        at = _checks.integer("at", at, at_least=0)
    if place.is_symlink():
        raise RunFileError(f"{place}: is a symbolic link, which nnviz does not write through")
    if _is_unborn(place):
        raise RunFileError(f"{place}: is empty; use create_run to begin a run in it")
    if not place.is_file():
        raise RunFileError(f"{place}: there is no such file")
    writer = _writer(place, durable)
    try:
        with translated(place):
            writer.take_up(at)
    except BaseException:
        writer.abandon()
        raise
    return writer


def _writer(place: Path, durable: bool) -> RunWriter:
    """Return a writer of a run that was checked, and has none."""
    connection = connect(place, "rw", timeout=2)
    try:
        with translated(place, connection):
            check(connection, place)
            check_chain(connection, place)
            _set_up(connection, place, durable)
            return RunWriter(place, connection, None)
    except RunFileError as error:
        connection.close()
        if "locked" in str(error):
            raise _written(place) from error
        raise
    except BaseException:
        connection.close()
        raise


def _claim(place: Path) -> None:
    """Make an empty file, unless there is one, or raise RunFileError."""
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
    except FileExistsError as error:
        if not _is_unborn(place):
            raise _exists(place) from error
    except (OSError, ValueError) as error:
        raise RunFileError(f"{place}: {getattr(error, 'strerror', error)}") from error


def _is_unborn(place: Path) -> bool:
    """Return whether a file is what a process leaves that was killed while it created a run.

    It is empty, or will be once SQLite has undone, by its journal, what was begun.
    """
    if place.is_symlink() or not place.is_file():
        return False
    if place.stat().st_size == 0:
        return True
    if not Path(f"{place}-journal").exists():
        return False
    with translated(place):
        connection = connect(place, "rw")
        try:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
        finally:
            connection.close()
    return bool(pages == 0)


def _exists(place: Path) -> RunFileError:
    return RunFileError(f"{place}: exists already; use resume_run to continue it")


def _written(place: Path) -> RunFileError:
    return RunFileError(f"{place}: is being written by somebody else")


def _lay_out(connection: Connection, place: Path, meta: Mapping[str, Any]) -> None:
    """Make the tables, all or nothing, in a file of which SQLite says that it is empty.

    Not yet with a log, so that the file alone says what it is.
    """
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the rest says which kind
            raise
        raise _written(place) from error  # somebody else began it meanwhile, and holds its log
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables:  # somebody else was first
        raise _exists(place)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={VERSION}")
    for sql in SCHEMA.values():
        connection.execute(sql)
    write_meta(connection, **meta)
    connection.execute("COMMIT")


def _set_up(connection: Connection, place: Path, durable: bool) -> None:
    """Write to a log from now on, as the only one, and begin to write."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the log is open now
    lock_for_writing(place, connection)
    connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    connection.execute(f"PRAGMA journal_size_limit={16 << 20}")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("PRAGMA busy_timeout=30000")
