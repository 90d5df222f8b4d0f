"""Any data set by its name or its file, as a command line gives it."""

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path

import numpy as np

from nnviz import _checks
from nnviz.train.datasets import Dataset, digits
from nnviz.train.files import READERS
from nnviz.train.idx import fashion_mnist, mnist
from nnviz.train.synthetic import SYNTHETIC

__all__ = ["DATASETS", "load"]

FIXED: Mapping[str, Callable[[], Dataset]] = {
    "digits": digits,
    "mnist": mnist,
    "fashion_mnist": fashion_mnist,
}

DATASETS = (*FIXED, *SYNTHETIC)
"""The names of all."""


def load(
    source: str | PathLike[str],
    *,
    n_train: int | None = None,
    label_noise: float = 0.0,
    seed: int = 0,
) -> Dataset:
    """Return a data set by its name, or from a file of your own.

    Parameters
    ----------
    source : str or path-like
        A name from `DATASETS`, or a path that ends in ``.csv``, ``.npz`` or ``.npy``.
    n_train : int, optional
        Only the first rows for training; those of a file are in random order.
    label_noise : float
        Fraction of the training labels that is redrawn at random.
    seed : int
        Of whatever is drawn: rows, splits, labels.
    """
    noise = _checks.fraction("label_noise", label_noise)
    rng = np.random.default_rng(_checks.integer("seed", seed, at_least=0))
    data = _found(source, rng)
    if n_train is not None:
        data = data.subset(n_train)
    return data.with_label_noise(noise, rng=rng) if noise else data


def _found(source: str | PathLike[str], rng: np.random.Generator) -> Dataset:
    source = str(_checks.path("data", source))
    reader = READERS.get(Path(source).suffix.lower())
    if reader is not None:
        return reader(source, rng=rng)
    name = _checks.one_of("data", source, (*DATASETS, *(f"FILE{end}" for end in READERS)))
    return FIXED[name]() if name in FIXED else SYNTHETIC[name](rng=rng)
