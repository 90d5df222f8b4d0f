"""Where updates point along a training, beside the gradient that they were made of."""

import math
from collections.abc import Sequence

import numpy as np

from nnviz import nn, optim
from nnviz._memory import keep_freed_memory
from nnviz._typing import Array
from nnviz.optim import Optimizer
from nnviz.optim.base import evaluating
from nnviz.studies.cells.curvature import Landscape
from nnviz.train import Dataset, batches
from nnviz.train.cache import Tables
from nnviz.train.stepping import gradient_of

__all__ = ["angle", "watch"]


def angle(one: Array, other: Array) -> float:
    """Return the angle between two vectors in degrees; NaN if one of them is zero.

    From the lengths of the sum and the difference of unit vectors, which is exact at small angles
    and at flat ones (Kahan, 2006).
    """
    sizes = np.linalg.norm(one), np.linalg.norm(other)
    if not all(sizes):
        return math.nan
    a, b = one / sizes[0], other / sizes[1]
    return math.degrees(2 * math.atan2(np.linalg.norm(a - b), np.linalg.norm(a + b)))


def watch(
    *,
    data: Dataset,
    seed: int,
    hidden: Sequence[int],
    activation: str,
    optimizer: str | Optimizer,
    learning_rate: float = 0.01,
    batch_size: int,
    steps: int,
    every: int,
) -> Tables:
    """Train a network in float64 and measure the angles of each update.

    Parameters
    ----------
    optimizer : str or Optimizer
        A name from `optim.RULES`, to be made at `learning_rate`, or a finished rule. Both
        gradients are those where it takes its own.
    every : int
        Over how many updates angles are averaged.

    The other arguments are those of `nn.mlp`, `optim.make` and `train.fit`.

    Returns
    -------
    Tables
        ``angles``: ``to_batch`` and ``to_all``, the angle between an update and the direction
        down the gradient on its batch, and on all training rows, by the ``step`` of the last.
        They end where an update is not finite.
    """
    keep_freed_memory()
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation=activation, rng=rng, dtype=np.float64)
    whole = Landscape(net, data.x_train, data.y_train, loss="softmax_cross_entropy")
    rule = optimizer if isinstance(optimizer, Optimizer) else optim.make(optimizer, learning_rate)
    state, order = rule.init(net.flat), batches(len(data.x_train), batch_size, rng=rng)
    found: list[tuple[float, float]] = []
    for _ in range(steps):
        x, y = data.x_train[rows := next(order)], data.y_train[rows]
        with evaluating(rule, state, net.flat):
            own, all_of_them = gradient_of(net, x, y), whole.gradient(net.flat)[1]
        updates, state = rule.update(own, state, net.flat)
        if not np.isfinite(updates).all():
            break
        found.append((angle(updates, -own), angle(updates, -all_of_them)))
        net.flat += updates
    full = len(found) // every
    means = np.array(found[: full * every]).reshape(full, every, 2).mean(axis=1)
    step = every * np.arange(1, full + 1)
    return {"angles": {"step": step, "to_batch": means[:, 0], "to_all": means[:, 1]}}
