"""What a run file says of the run itself: the rows of ``meta``, as JSON."""

import json
import sqlite3
from datetime import UTC, datetime
from os import PathLike, fsdecode
from typing import Any

import numpy as np

from nnviz.runs.format import checksum

__all__ = ["json_text", "now", "read_meta", "write_meta"]

META = ("settings", "versions", "started", "ended", "state", "resumed", "dropped", "blocks")
"""The keys of ``meta`` that every run has."""

MAY_HAVE = ("notices",)
"""Those that earlier versions did not write."""


def read_meta(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the checked rows of ``meta``."""
    most = len(META) + len(MAY_HAVE)
    rows = connection.execute("SELECT key, value, checksum FROM meta").fetchmany(most + 1)
    for key, value, own in rows:
        if own != checksum(key, value):
            raise ValueError("damaged (in its settings)")
    keys = {key for key, _, _ in rows}
    if len(keys) != len(rows) or not set(META) <= keys <= {*META, *MAY_HAVE}:
        raise ValueError("damaged (its settings are incomplete)")
    return {key: json.loads(value) for key, value, _ in rows}


def write_meta(connection: sqlite3.Connection, **values: Any) -> None:
    """Set entries of ``meta``."""
    for key, value in values.items():
        text = json_text(value)
        connection.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (key, text, checksum(key, text))
        )


def json_text(value: Any) -> str:
    """Return a value as JSON; TypeError for what JSON cannot hold."""
    try:
        return json.dumps(value, default=_plain)
    except (TypeError, ValueError) as error:
        raise TypeError(f"settings must be values that JSON can hold: {error}") from error


def _plain(value: Any) -> Any:
    """Return NumPy's numbers and arrays, and paths, as JSON has them."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, PathLike):
        return fsdecode(value)
    raise TypeError(f"got {value!r}")


def now() -> str:
    """Return the time, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
