"""MLflow's database: all runs of all experiments in one file of SQLite."""

import math
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from nnviz.errors import RunFileError
from nnviz.runs.foreign_database import columns, free_name, reading
from nnviz.runs.mlflow import MILLISECONDS, plain
from nnviz.runs.points import Points

__all__ = ["is_mlflow_database", "read_mlflow_database"]

_OF_RUNS = {"run_uuid", "name", "start_time", "end_time", "lifecycle_stage"}
_OF_METRICS = {"key", "value", "timestamp", "run_uuid", "step", "is_nan"}
_LARGEST = sys.float_info.max
"""What MLflow writes for an infinity."""


def is_mlflow_database(path: Path, head: bytes) -> bool:
    """Return whether a file is a database with MLflow's tables."""
    if not head.startswith(b"SQLite format 3\0"):
        return False
    try:
        with reading(path) as connection:
            tables = {"runs": _OF_RUNS, "metrics": _OF_METRICS}
            return all(columns(connection, name) >= own for name, own in tables.items())
    except RunFileError:
        return False


def read_mlflow_database(path: Path) -> dict[str, Points]:
    """Return the metrics of each run by its name, but for deleted ones; parameters are settings.

    Raises
    ------
    RunFileError
        If the database cannot be read, or holds no run.
    """
    with reading(path) as connection:
        found = _runs(connection)
        if columns(connection, "params") >= {"run_uuid", "key", "value"}:
            for key, name, value in connection.execute("SELECT run_uuid, key, value FROM params"):
                if key in found:
                    found[key][1].settings[str(name)] = plain(str(value))
        for key, tag, step, value, is_nan, timestamp in connection.execute(
            "SELECT run_uuid, key, step, value, is_nan, timestamp FROM metrics"
            " ORDER BY timestamp, step, rowid"
        ):
            if key in found:
                found[key][1].seen(_seconds(timestamp))
                _take(found[key][1], tag, step, math.nan if is_nan else value)
    if not found:
        raise RunFileError(f"{path}: there is no run in this database")
    return dict(found.values())


def _runs(connection: sqlite3.Connection) -> dict[Any, tuple[str, Points]]:
    """Return the name of each run, and nothing yet but when it was, by its key."""
    found: dict[Any, tuple[str, Points]] = {}
    taken: set[str] = set()
    times: Counter[str] = Counter()
    for key, name, *moments in connection.execute(
        "SELECT run_uuid, name, start_time, end_time FROM runs"
        " WHERE lifecycle_stage = 'active' ORDER BY start_time, rowid"
    ):
        own, points = free_name(str(name or key), taken, times), Points()
        taken.add(own)
        for moment in moments:
            points.seen(_seconds(moment))
        found[key] = own, points
    return found


def _take(points: Points, tag: Any, step: Any, value: Any) -> None:
    if not isinstance(step, int) or not isinstance(value, int | float):
        points.odd += 1
        return
    points.n_events += 1
    number = math.copysign(math.inf, value) if abs(value) == _LARGEST else float(value)
    points.scalar(str(tag), step, number)


def _seconds(moment: Any) -> float:
    return moment / MILLISECONDS if isinstance(moment, int) else -1.0
