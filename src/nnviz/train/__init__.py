"""Training: data sets, the one loop, descent on surfaces, and cells in parallel."""

from nnviz.train.datasets import Dataset, digits
from nnviz.train.descent import Arrival, Descent, arrive, descend
from nnviz.train.foreign import from_optax, from_torch
from nnviz.train.loop import History, batches, evaluate, fit
from nnviz.train.parallel import run_cells

__all__ = [
    "Arrival",
    "Dataset",
    "Descent",
    "History",
    "arrive",
    "batches",
    "descend",
    "digits",
    "evaluate",
    "fit",
    "from_optax",
    "from_torch",
    "run_cells",
]
