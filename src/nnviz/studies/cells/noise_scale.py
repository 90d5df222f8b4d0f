"""How noisy the gradients of mini-batches are along training, exactly and as batches tell it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import nn, optim
from nnviz._memory import keep_freed_memory
from nnviz._typing import Array
from nnviz.optim.base import evaluating
from nnviz.train import Dataset, batches
from nnviz.train.cache import Tables
from nnviz.train.stepping import gradient_of, move

__all__ = ["exact", "measure", "squares"]


def exact(net: nn.Sequential, data: Dataset) -> tuple[float, float]:
    """Return |G|² and tr Σ: of the mean of all examples' gradients, and of their covariance.

    One example after the other, over the training rows.
    """
    each = np.array([_gradient(net, data, np.array([row])) for row in range(len(data.x_train))])
    mean = each.mean(axis=0)
    return float(mean @ mean), float(np.sum((each - mean) ** 2) / len(each))


def squares(
    net: nn.Sequential, data: Dataset, small: int, parts: int, *, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the squared norms of gradients of a small batch and of one so many times as large.

    The large batch is made of small ones, as by workers that each have a part of it; the first
    number is the mean of theirs. Rows are drawn with replacement.
    """
    drawn = rng.integers(0, len(data.x_train), (parts, small))
    each = np.array([_gradient(net, data, rows) for rows in drawn])
    mean = each.mean(axis=0)
    return float(np.sum(each**2) / parts), float(mean @ mean)


def measure(
    *,
    data: Dataset,
    seed: int,
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    snapshots: Sequence[int],
    small_batch: int,
    large_batch: int,
    pairs: int,
    trials: int,
) -> Tables:
    """Train a network in float64 and look at its gradients after some numbers of updates.

    They are those at the point where the rule takes them.

    Parameters
    ----------
    data, seed, hidden, activation, optimizer, learning_rate, batch_size
        As in `nn.mlp`, `optim.make` and `train.fit`.
    snapshots : sequence of int
        After how many updates to look; rising.
    small_batch, large_batch : int
        Rows of both batches; the second is a multiple of the first.
    pairs, trials : int
        Pairs of squared norms in a trial, and number of trials.

    Returns
    -------
    Tables
        ``moments``: ``gradient``, |G|², and ``noise``, tr Σ, by ``step``; ``pairs``: both squared
        norms ``small`` and ``large`` by step, trial and pair.
    """
    keep_freed_memory()
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation=activation, rng=rng, dtype=np.float64)
    rule = optim.make(optimizer, learning_rate)
    state, order = rule.init(net.flat), batches(len(data.x_train), batch_size, rng=rng)
    draws = np.random.default_rng([seed, 1])  # looking does not change the training
    moments, found, parts = [], [], large_batch // small_batch
    for step in range(snapshots[-1] + 1):
        if step in snapshots:
            with evaluating(rule, state, net.flat):
                moments.append((step, *exact(net, data)))
                for trial in [trial for trial in range(trials) for _ in range(pairs)]:
                    both = squares(net, data, small_batch, parts, rng=draws)
                    found.append((step, trial, *both))
        _, state = move(net, rule, state, partial(_gradient, net, data, next(order)))
    return {
        "moments": _columns(moments, "step gradient noise"),
        "pairs": _columns(found, "step trial small large"),
    }


def _gradient(net: nn.Sequential, data: Dataset, rows: NDArray[np.integer[Any]]) -> Array:
    """Return the gradient of the mean loss on some training rows, as a flat array."""
    return gradient_of(net, data.x_train[rows], data.y_train[rows])


def _columns(rows: Sequence[tuple[float, ...]], names: str) -> dict[str, Array]:
    return dict(zip(names.split(), np.array(rows, np.float64).T, strict=True))
