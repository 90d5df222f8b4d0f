"""The logs of other programs that can be read: how each is told, and what reads it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from nnviz.runs.mlflow import is_mlflow_run, read_mlflow
from nnviz.runs.mlflow_database import is_mlflow_database, read_mlflow_database
from nnviz.runs.points import Points
from nnviz.runs.table_files import read_table
from nnviz.runs.tensorboard import (
    inner_folders,
    is_event_file,
    is_tensorboard_run,
    read_tensorboard,
)
from nnviz.runs.trackio import is_trackio, read_trackio
from nnviz.runs.trainer_state import is_last_state, is_trainer_state, read_trainer_state

__all__ = ["FILES", "FOLDERS", "FileFormat", "FolderFormat", "is_table"]

_NAMED = ("metrics.csv", "training.log", "history.csv", "progress.csv", "monitor.csv")
"""As Lightning, Keras, fastai and Stable-Baselines call their tables."""

_TABLES = (".csv", ".tsv", ".log", ".txt", ".json", ".jsonl", ".ndjson")


class FileFormat(NamedTuple):
    """A log in a file.

    Attributes
    ----------
    is_one : callable
        ``is_one(path, head)``: whether a file is such a log, by its first bytes too.
    read : callable
        ``read(path)``: the points of each run in it, by name; "" where there is only one.
    named : callable
        ``named(path)``: whether the file has a name that its writer gives, by which it is found
        in a folder.
    """

    is_one: Callable[[Path, bytes], bool]
    read: Callable[[Path], Mapping[str, Points]]
    named: Callable[[Path], bool]


class FolderFormat(NamedTuple):
    """A log in a folder.

    Attributes
    ----------
    is_one : callable
        ``is_one(folder)``: whether there is a run directly inside it.
    read : callable
        ``read(folder)``: its points.
    parts : callable
        ``parts(folder)``: the folders below that belong to the run.
    """

    is_one: Callable[[Path], bool]
    read: Callable[[Path], Points]
    parts: Callable[[Path], set[Path]]


def is_table(path: Path, head: bytes) -> bool:
    """Return whether a file may be a table: by its name, and as it is text."""
    return path.suffix.lower() in _TABLES and b"\0" not in head


def _parts_of_tensorboard(folder: Path) -> set[Path]:
    return {inner.path for inner in inner_folders(folder)}


def _parts_of_mlflow(folder: Path) -> set[Path]:
    return {folder / name for name in ("metrics", "params", "tags")}


FILES = (
    FileFormat(
        is_event_file,
        lambda path: {"": read_tensorboard(path)},
        lambda path: False,  # the folder is the run
    ),
    FileFormat(is_trackio, read_trackio, lambda path: path.suffix == ".db"),
    FileFormat(is_mlflow_database, read_mlflow_database, lambda path: path.suffix == ".db"),
    FileFormat(
        is_trainer_state,
        lambda path: {"": read_trainer_state(path)},
        is_last_state,
    ),
    FileFormat(
        is_table,
        lambda path: {"": read_table(path)},
        lambda path: path.name in _NAMED or path.name.endswith(".monitor.csv"),
    ),
)
"""The first that says yes reads a file."""

FOLDERS = (
    FolderFormat(is_tensorboard_run, read_tensorboard, _parts_of_tensorboard),
    FolderFormat(is_mlflow_run, read_mlflow, _parts_of_mlflow),
)
