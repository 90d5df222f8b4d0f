"""Files and frames that hold a table: from text to rows of cells."""

import csv
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nnviz.errors import RunFileError
from nnviz.runs.points import Points
from nnviz.runs.tabular import number, points_of_rows

__all__ = ["read_frame", "read_table"]

_MOST = 256 << 20
"""Bytes of a table."""

_DEPTH = 4
"""Objects inside each other, in a line of JSON."""


def read_table(path: Path, step: str | None = None) -> Points:
    """Return the points of a table: CSV in any of its dialects, or a JSON object in each line.

    Parameters
    ----------
    path : Path
    step : str, optional
        The column that says at which step a row was taken. By default, one of `STEPS`.

    Raises
    ------
    RunFileError
        If it is no table, or there is no such column.
    """
    rows, settings = _rows_of_file(path)
    if settings and set(rows[0] if rows else ()) >= {"r", "l", "t"}:
        rows, step = _episodes(rows), step or "environment_step"
    points = points_of_rows(rows, str(path), step)
    points.settings.update(settings)
    return points


def read_frame(frame: Any, step: str | None = None) -> Points:
    """Return the points of a DataFrame, as of a table."""
    rows, gaps = _rows_of_frame(frame)
    points = points_of_rows(rows, "path", step)
    if gaps:
        points.notices.append(f"{gaps} cells are NaN, as gaps are in a DataFrame, and left out")
    return points


def _rows_of_file(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the rows of a table, each a mapping of column to cell, and what it says of itself.

    That is a JSON object in a comment of the first line.
    """
    try:
        if path.stat().st_size > _MOST:
            raise RunFileError(f"{path}: not a log: more than {_MOST >> 20} MiB of text")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RunFileError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RunFileError(f"{path}: not a run file, nor a table in UTF-8") from error
    lines = [line for line in text.replace("\0", "").splitlines() if line.strip()]
    if lines and lines[0].lstrip().startswith("{"):
        return _rows_of_json(lines, path), {}
    settings = _json(lines[0][1:]) if lines and lines[0].startswith("#") else None
    table = [line for line in lines if not line.startswith("#")]
    try:
        rows = _rows_of_csv(table, whole=text.endswith(("\n", "\r")))
    except csv.Error as error:
        raise RunFileError(f"{path}: not a run file, nor a table ({error})") from error
    return rows, settings if isinstance(settings, dict) else {}


def _rows_of_frame(frame: Any) -> tuple[list[dict[str, Any]], int]:
    """Return the rows of a DataFrame, its index among the columns, and how many cells are gaps.

    pandas has NaN for a gap, too: it is one in all columns, if a number follows on a NaN in any.
    """
    table = frame.reset_index() if frame.index.name is not None else frame
    table = table.rename(columns=str)
    known = table.notna()
    late = known & (~known).cummax()
    if not late.to_numpy().any():
        return table.to_dict("records"), 0
    rows = [
        {name: cell for name, cell in row.items() if there[name]}
        for row, there in zip(table.to_dict("records"), known.to_dict("records"), strict=True)
    ]
    return rows, int((~known).to_numpy().sum())


def _rows_of_json(lines: Iterable[str], path: Path) -> list[dict[str, Any]]:
    """Return the objects in lines of JSON, the last of which may be cut off."""
    rows = []
    for line in lines:
        found = _json(line)
        if isinstance(found, dict):
            rows.append(_flat(found))
    if not rows:
        raise RunFileError(f"{path}: not a run file, nor a table")
    return rows


def _rows_of_csv(lines: Sequence[str], *, whole: bool) -> list[dict[str, Any]]:
    """Return the rows below the first line, without the last one if it is cut off."""
    if not lines:
        return []
    delimiter = max(",;\t|", key=lines[0].count)
    head, *rows = csv.reader(lines, delimiter=delimiter)
    if rows and not whole and len(rows[-1]) < len(head):
        del rows[-1]
    # A writer that was taken up again may have written its head again.
    return [dict(zip(head, row, strict=False)) for row in rows if row != head]


def _episodes(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what Stable-Baselines' monitor says of episodes: reward and length at their end."""
    found, total = [], 0.0
    for row in rows:
        length = number(row.get("l"))
        total += length if isinstance(length, float) else math.nan
        rest = {name: cell for name, cell in row.items() if name not in ("r", "l", "t")}
        named = {"episode/reward": row.get("r"), "episode/length": row.get("l")}
        found.append({"environment_step": total, **named, **rest})
    return found


def _flat(row: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Return a row without objects inside it: their names follow a slash."""
    flat: dict[str, Any] = {}
    for name, cell in row.items():
        if isinstance(cell, Mapping) and depth < _DEPTH:
            flat.update(_flat(cell, f"{prefix}{name}/", depth + 1))
        else:
            flat[f"{prefix}{name}"] = cell
    return flat


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
