"""MLflow's folders: a file for each metric, a line for each value."""

import math
from pathlib import Path
from typing import Any

from nnviz.errors import RunFileError
from nnviz.runs.points import Points

__all__ = ["MILLISECONDS", "is_mlflow_run", "plain", "read_mlflow"]

_ABOUT = "meta.yaml"
MILLISECONDS = 1000.0


def is_mlflow_run(folder: Path) -> bool:
    """Return whether a folder is that of a run."""
    return (folder / _ABOUT).is_file() and (folder / "metrics").is_dir()


def read_mlflow(folder: Path) -> Points:
    """Return the metrics of a run; its parameters become settings, as numbers where they are.

    Raises
    ------
    RunFileError
        If a file cannot be read.
    """
    points = Points()
    try:
        for file in _files(folder / "metrics"):
            _take(points, file.relative_to(folder / "metrics").as_posix(), file)
        for file in _files(folder / "params"):
            name = file.relative_to(folder / "params").as_posix()
            points.settings[name] = plain(file.read_text(encoding="utf-8").strip())
        for time in ("start_time", "end_time"):
            points.seen(_number(_about(folder).get(time, "")) / MILLISECONDS)
    except (OSError, UnicodeDecodeError) as error:
        raise RunFileError(f"{folder}: {getattr(error, 'strerror', None) or error}") from error
    return points


def _take(points: Points, tag: str, file: Path) -> None:
    """Add the lines of a metric: time, value and, unless it is very old, step."""
    for line in file.read_text(encoding="utf-8").splitlines():
        time, *rest = line.split(" ")
        value = _number(rest[0]) if rest else math.nan
        step = rest[1] if len(rest) > 1 else "0"
        if not rest or not step.lstrip("-").isdecimal() or math.isnan(_number(time)):
            points.odd += 1
            continue
        points.seen(_number(time) / MILLISECONDS)
        points.n_events += 1
        points.scalar(tag, int(step), value)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _about(folder: Path) -> dict[str, str]:
    """Return the plain entries of a run's description, which is YAML of one entry a line."""
    lines = (folder / _ABOUT).read_text(encoding="utf-8").splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def plain(text: str) -> Any:
    """Return a parameter, which MLflow keeps as text: a number where it is one."""
    number = _number(text)
    if math.isnan(number):
        return text
    return int(number) if number.is_integer() and text.lstrip("-").isdecimal() else number
