"""One run on disk: a file that loses nothing in a crash and shows nothing that is damaged."""

from nnviz.runs.beginning import create_run, resume_run
from nnviz.runs.export import export_run
from nnviz.runs.opening import open_run, open_runs
from nnviz.runs.reader import Run
from nnviz.runs.tensorboard import TensorBoardRun
from nnviz.runs.writer import RunWriter

__all__ = [
    "Run",
    "RunWriter",
    "TensorBoardRun",
    "create_run",
    "export_run",
    "open_run",
    "open_runs",
    "resume_run",
]
