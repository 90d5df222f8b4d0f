"""One run on disk: a file that loses nothing in a crash and shows nothing that is damaged."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nnviz._renamed import old_names
from nnviz.runs.beginning import create_run, resume_run
from nnviz.runs.export import export_run
from nnviz.runs.log import LogRun
from nnviz.runs.opening import open_run, open_runs
from nnviz.runs.reader import Run
from nnviz.runs.writer import RunWriter

__all__ = [
    "LogRun",
    "Run",
    "RunWriter",
    "create_run",
    "export_run",
    "open_run",
    "open_runs",
    "resume_run",
]

RENAMED: Mapping[str, str] = {"TensorBoardRun": "LogRun"}
"""New names by old ones."""

if not TYPE_CHECKING:  # a type checker is to object to an old name
    __getattr__ = old_names(__name__, RENAMED)
