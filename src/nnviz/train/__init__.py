"""Training: data sets, the one loop, descent on surfaces, and cells in parallel."""

from nnviz.train.datasets import Dataset, digits
from nnviz.train.descent import Descent, descend
from nnviz.train.loop import History, batches, evaluate, fit
from nnviz.train.parallel import run_cells

__all__ = [
    "Dataset",
    "Descent",
    "History",
    "batches",
    "descend",
    "digits",
    "evaluate",
    "fit",
    "run_cells",
]
