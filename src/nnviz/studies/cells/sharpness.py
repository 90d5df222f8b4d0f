"""A network that descends its whole training loss, and how that is curved on the way."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from nnviz._typing import Array
from nnviz.studies.cells.curvature import critical_rate, largest_eigenvalue
from nnviz.studies.cells.whole_loss import landscape_of, turned
from nnviz.train import Dataset
from nnviz.train.cache import Tables

__all__ = ["descend"]

TOLERANCE = 1e-3
"""Of the largest eigenvalue, by the norm of the residual."""

FRESH = 0.1
"""How much of another direction joins the last eigenvector where the next one is looked for."""


@np.errstate(over="ignore", invalid="ignore")  # as in `fit`: a run may be lost
def descend(
    *,
    data: Dataset,
    seed: int,
    hidden: Sequence[int],
    activation: str,
    loss: str,
    learning_rate: float,
    steps: int,
    every: int,
) -> Tables:
    """Train a network by gradient descent on all training rows, in float64.

    Features are shifted to have no mean over the training rows. Weights begin as PyTorch's, uniform
    and small, biases at 0. It ends where the loss is not finite.

    Parameters
    ----------
    data, seed, hidden, activation
        As in `nn.mlp`.
    loss : str
        A name from `nn.LOSSES`.
    learning_rate : float
        Of plain gradient descent.
    steps, every : int
        Number of updates, and after how many the curvature is measured each time.

    Returns
    -------
    Tables
        ``loss`` before each update and after the last; ``curvature`` at each step measured:
        ``sharpness``, the largest eigenvalue of the Hessian or NaN, ``along_gradient``,
        ``gᵀHg / |g|²``, ``critical_rate`` and its ``passes``.
    """
    rng = np.random.default_rng(seed)
    landscape, at = landscape_of(data, hidden, activation, loss, init="pytorch_uniform", rng=rng)
    direction: Array = rng.standard_normal(at.size)
    rate = learning_rate
    losses: list[float] = []
    rows: list[tuple[float, ...]] = []
    for step in range(steps + 1):
        value, gradient = landscape.gradient(at)
        if not math.isfinite(value):
            break
        losses.append(value)
        if step % every == 0:
            start = turned(direction, rng, fresh=FRESH)
            sharpness, direction = largest_eigenvalue(
                partial(landscape.bend, at), start, tolerance=TOLERANCE
            )
            along = float(gradient @ landscape.bend(at, gradient) / (gradient @ gradient))
            critical, passes = critical_rate(landscape, at, gradient, guess=rate)
            rate = critical if math.isfinite(critical) else rate
            rows.append((step, sharpness, along, critical, passes))
        at = at - learning_rate * gradient
    names = ("step", "sharpness", "along_gradient", "critical_rate", "passes")
    columns = np.array(rows, np.float64).reshape(-1, len(names)).T
    return {
        "curvature": dict(zip(names, columns, strict=True)),
        "loss": {"step": np.arange(len(losses)), "loss": np.array(losses)},
    }
