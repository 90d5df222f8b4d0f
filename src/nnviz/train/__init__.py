"""Training: data sets, the one loop, descent on surfaces, and cells in parallel."""

from nnviz.train.datasets import Dataset, digits
from nnviz.train.descent import Arrival, Descent, arrive, descend
from nnviz.train.files import from_arrays, from_csv, from_numpy
from nnviz.train.foreign_keras import from_keras
from nnviz.train.foreign_optax import from_optax
from nnviz.train.foreign_torch import from_torch
from nnviz.train.idx import fashion_mnist, mnist
from nnviz.train.loading import DATASETS, load
from nnviz.train.loop import History, batches, evaluate, fit
from nnviz.train.parallel import on_cluster, run_cells
from nnviz.train.synthetic import blobs, moons, spirals

__all__ = [
    "DATASETS",
    "Arrival",
    "Dataset",
    "Descent",
    "History",
    "arrive",
    "batches",
    "blobs",
    "descend",
    "digits",
    "evaluate",
    "fashion_mnist",
    "fit",
    "from_arrays",
    "from_csv",
    "from_keras",
    "from_numpy",
    "from_optax",
    "from_torch",
    "load",
    "mnist",
    "moons",
    "on_cluster",
    "run_cells",
    "spirals",
]
