"""Beginning a run file, and taking one up again."""

import os
import platform
import sqlite3
from collections.abc import Mapping
from os import PathLike, fsdecode
from pathlib import Path
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz._version import __version__
from nnviz.errors import RunFileError
from nnviz.runs.database import check, connect, translated
from nnviz.runs.format import APPLICATION_ID, SCHEMA, VERSION
from nnviz.runs.reader import Run
from nnviz.runs.writer import RunWriter, json_text, now, write_meta

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
        Must not exist yet.
    settings : mapping, optional
        What the run was started with, seeds included: anything that JSON can say.
    durable : bool, default False
        Whether a commit also survives a power cut, at the price of a wait for the disk.

    Raises
    ------
    RunFileError
        If the file exists, or cannot be written.
    """
    place = Path(fsdecode(path))
    meta: dict[str, Any] = {
        "settings": dict(settings or {}),
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
            _lay_out(connection, meta)
            _set_up(connection, durable)
            connection.execute("BEGIN IMMEDIATE")
        except BaseException:  # a full disk: what is no run yet would stand in the way
            connection.close()
            for suffix in ("", "-journal", "-wal", "-shm"):
                Path(f"{place}{suffix}").unlink(missing_ok=True)
            raise
    return RunWriter(place, connection, None)


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
    place = Path(fsdecode(path))
    if at is not None:
        at = _checks.integer("at", at, at_least=0)
    if place.is_symlink():
        raise RunFileError(f"{place}: a symbolic link is not written through")
    Run(place).close()
    connection = connect(place, "rw", timeout=0)
    try:
        with translated(place):
            check(connection, place)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            _set_up(connection, durable)
            connection.execute("BEGIN IMMEDIATE")
    except RunFileError as error:
        connection.close()
        if "locked" in str(error):
            raise RunFileError(f"{place}: is being written by somebody else") from error
        raise
    writer = RunWriter(place, connection, None)
    try:
        with translated(place):
            writer.take_up(at)
    except BaseException:
        writer.abandon()
        raise
    return writer


def _claim(place: Path) -> None:
    """Make an empty file, which nobody else can have made, or raise RunFileError."""
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
    except FileExistsError as error:
        raise RunFileError(f"{place}: exists already; use resume_run to continue it") from error
    except (OSError, ValueError) as error:
        raise RunFileError(f"{place}: {getattr(error, 'strerror', error)}") from error


def _lay_out(connection: sqlite3.Connection, meta: Mapping[str, Any]) -> None:
    """Make the tables; not yet with a log, so that the file alone says what it is."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={VERSION}")
    for sql in SCHEMA.values():
        connection.execute(sql)
    write_meta(connection, **meta)
    connection.execute("COMMIT")


def _set_up(connection: sqlite3.Connection, durable: bool) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute(f"PRAGMA journal_size_limit={16 << 20}")
