"""trackio's databases: one for each project, with all of its runs."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.errors import RunFileError
from nnviz.runs.foreign_bins import Bins
from nnviz.runs.foreign_database import columns, free_name, reading
from nnviz.runs.points import Points

__all__ = ["is_trackio", "read_trackio"]

_COLUMNS = {"run_name", "step", "metrics", "timestamp"}
_HISTOGRAM = "trackio.histogram"
_FINITE_ONLY = "trackio leaves NaN and infinities out of its histograms"
_LIKE_PYTHON = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
"""Numbers that JSON has not, as trackio writes them."""


def is_trackio(path: Path, head: bytes) -> bool:
    """Return whether a file is a database with such a table."""
    if not head.startswith(b"SQLite format 3\0"):
        return False
    try:
        with reading(path) as connection:
            return columns(connection, "metrics") >= _COLUMNS
    except RunFileError:
        return False


def read_trackio(path: Path) -> dict[str, Points]:
    """Return the points of each run, by its name; the configuration becomes its settings.

    Raises
    ------
    RunFileError
        If the database cannot be read.
    """
    found: dict[str, Points] = {}
    with reading(path) as connection:
        by_id = "run_id" in columns(connection, "metrics")
        rows = connection.execute(
            f"SELECT {'run_id' if by_id else 'run_name'}, run_name, step, metrics, timestamp"
            " FROM metrics ORDER BY id"
        )
        names: dict[Any, str] = {}
        times: Counter[str] = Counter()
        for key, name, step, metrics, timestamp in rows:
            if key not in names:
                names[key] = free_name(str(name), found, times)
            points = found.setdefault(names[key], Points())
            points.seen(_seconds(timestamp))
            _take(points, step, metrics)
        if columns(connection, "configs") >= {"run_name", "config"}:
            column = "run_id" if by_id else "run_name"
            for key, config in connection.execute(f"SELECT {column}, config FROM configs"):
                if key in names:
                    found[names[key]].settings.update(_settings(config))
    if not found:
        raise RunFileError(f"{path}: there is no run in this database")
    return found


def _take(points: Points, step: Any, metrics: Any) -> None:
    """Add the numbers and histograms of a row; what is neither, such as a table, is left out."""
    values = _json(metrics)
    if not isinstance(step, int) or not isinstance(values, dict):
        points.odd += 1
        return
    points.n_events += 1
    for tag, value in values.items():
        if isinstance(value, dict):
            _take_histogram(points, tag, step, value)
            continue
        number = _LIKE_PYTHON.get(value) if isinstance(value, str) else value
        if isinstance(number, int | float | str):
            points.scalar(tag, step, float(number))


def _take_histogram(points: Points, tag: str, step: int, value: dict[str, Any]) -> None:
    """Add a histogram, if it is one: its edges are called bins, its counts values."""
    if value.get("_type") != _HISTOGRAM:
        return
    try:
        edges, counts = (np.array(value.get(key), float) for key in ("bins", "values"))
        if edges.ndim != 1 or counts.shape != (max(len(edges) - 1, 0),):
            raise ValueError("a histogram has an edge more than counts")
        points.histogram(tag, step, Bins.of(edges[:-1], edges[1:], counts))
    except (TypeError, ValueError):
        points.odd += 1
        return
    if _FINITE_ONLY not in points.notices:
        points.notices.append(_FINITE_ONLY)


def _settings(config: Any) -> dict[str, Any]:
    """Return what the user gave; trackio's own entries begin with an underscore."""
    known = _json(config)
    entries = known.items() if isinstance(known, dict) else ()
    return {key: value for key, value in entries if not key.startswith("_")}


def _json(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None


def _seconds(text: Any) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return -1.0
