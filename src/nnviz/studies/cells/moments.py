"""A network that Adam trains on all rows: its moments, and the curvature they let through."""

import math
from collections.abc import Sequence

import numpy as np

from nnviz import optim
from nnviz._typing import Array
from nnviz.studies.cells.curvature import Landscape, largest_eigenvalue
from nnviz.studies.cells.whole_loss import landscape_of, turned
from nnviz.train import Dataset
from nnviz.train.cache import Tables

__all__ = ["BETA1", "follow", "stable_up_to"]

BETA1, EPS = 0.9, 1e-8
"""Adam's defaults."""

TOLERANCE = 1e-2
"""Of the largest eigenvalue, by the norm of the residual; the error is of its square's order."""

FRESH = 0.02
"""How much of another direction joins the last eigenvector where the next one is looked for."""


def stable_up_to(learning_rate: float) -> float:
    """Return the preconditioned sharpness from which on Adam's updates grow.

    ``(2 + 2β₁) / ((1 − β₁) η)``, 38/η for β₁ = 0.9: that of a quadratic loss, the second moment
    being held (Cohen et al., 2022, arXiv 2207.14484).
    """
    return (2 + 2 * BETA1) / ((1 - BETA1) * learning_rate)


@np.errstate(over="ignore", invalid="ignore")  # as in `fit`: a run may be lost
def follow(
    *,
    data: Dataset,
    seed: int,
    hidden: Sequence[int],
    activation: str,
    loss: str,
    learning_rate: float,
    beta2: float,
    steps: int,
    curved: bool,
) -> Tables:
    """Train a network by Adam on all training rows, in float64; return what is known of each step.

    Features are shifted to have no mean over the training rows. Weights begin as Xavier's, biases
    at 0. It ends where the loss is not finite.

    Parameters
    ----------
    data, seed, hidden, activation
        As in `nn.mlp`.
    loss : str
        A name from `nn.LOSSES`.
    learning_rate, beta2 : float
        Adam's.
    steps : int
        Number of updates.
    curved : bool
        Whether the curvature is measured before each update, which takes ten times as long.

    Returns
    -------
    Tables
        ``course``, of each update: ``step``, those before it; ``loss`` and ``gradient_norm``
        there; ``root_mean``, that of the root of the corrected second moment v, after it took up
        the gradient g, over parameters whose gradient has not always been 0; ``staleness``, the
        root mean square of g / √v over these, with the v before it took up g;
        ``update_norm``; ``sharpness``, the largest eigenvalue of P^(−1/2) H P^(−1/2) over what is
        stable at most, with P = (1 − β₁ᵗ)(√v + eps), NaN where it was not measured or found.
    """
    rng = np.random.default_rng(seed)
    landscape, at = landscape_of(data, hidden, activation, loss, init="xavier", rng=rng)
    rule = optim.adam(learning_rate, betas=(BETA1, beta2), eps=EPS)
    state = rule.init(at)
    direction: Array = rng.standard_normal(at.size)
    before: Array = np.full(at.size, np.nan)
    limit = stable_up_to(learning_rate)
    rows: list[tuple[float, ...]] = []
    for step in range(steps):
        value, gradient = landscape.gradient(at)
        if not math.isfinite(value):
            break
        update, state = rule.update(gradient, state, at)
        second: Array = state.square / (1 - beta2 ** (step + 1))
        alive = second > 0
        root = np.sqrt(second[alive])
        sharpness = math.nan
        if curved:
            damped = np.zeros(at.size)  # P^(−1/2); what never has a gradient is not curved
            damped[alive] = 1 / np.sqrt((1 - BETA1 ** (step + 1)) * (root + EPS))
            start = turned(direction, rng, fresh=FRESH) * (damped > 0)
            sharpness, direction = _sharpness(landscape, at, damped, start)
        stale = gradient[alive] ** 2 / before[alive]
        rows.append(
            (
                step,
                value,
                float(np.linalg.norm(gradient)),
                root.mean(),
                math.sqrt(np.mean(stale[np.isfinite(stale)])) if step else math.nan,
                float(np.linalg.norm(update)),
                sharpness / limit,
            )
        )
        before = second
        at = at + update
    names = ["step", "loss", "gradient_norm", "root_mean", "staleness", "update_norm", "sharpness"]
    columns = np.array(rows, np.float64).reshape(-1, len(names)).T
    return {"course": dict(zip(names, columns, strict=True))}


def _sharpness(landscape: Landscape, at: Array, damped: Array, start: Array) -> tuple[float, Array]:
    """Return the largest eigenvalue of the Hessian, both sides multiplied by `damped`."""
    return largest_eigenvalue(
        lambda along: damped * landscape.bend(at, damped * along), start, tolerance=TOLERANCE
    )
