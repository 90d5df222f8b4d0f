"""One run on disk: a file that loses nothing in a crash and shows nothing that is damaged."""

from nnviz.runs.beginning import create_run, resume_run
from nnviz.runs.export import export_run
from nnviz.runs.reader import Run, open_run
from nnviz.runs.writer import RunWriter

__all__ = ["Run", "RunWriter", "create_run", "export_run", "open_run", "resume_run"]
