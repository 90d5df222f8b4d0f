"""One network that normalizes by its batch, or by the whole set; and how far a batch is off."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import nn, optim
from nnviz._typing import Array
from nnviz.studies._estimates import error_of_mean, error_of_variance, measured_errors
from nnviz.train import Dataset
from nnviz.train.cache import Tables
from nnviz.train.loop import batches, evaluate
from nnviz.train.stepping import gradient_of, move

__all__ = ["BATCH", "SETTLED", "WHOLE", "estimate", "train"]

BATCH, SETTLED, WHOLE = (
    "statistics of the batch",
    "of the batch, evaluated with the whole set's",
    "statistics of the whole set",
)
"""What a network was normalized by, and evaluated with."""


def train(*, data: Dataset, seed: int, whole: bool, **how: Any) -> Tables:
    """Train one network and return its accuracy on the test split."""
    net = _trained(data, seed, whole=whole, **how)
    settings, accuracies = [], []
    if not whole:
        settings.append(BATCH)
        accuracies.append(evaluate(net, data.x_test, data.y_test)[1])
    _settle(net, data.x_train)
    settings.append(WHOLE if whole else SETTLED)
    accuracies.append(evaluate(net, data.x_test, data.y_test)[1])
    return {"ends": {"setting": np.array(settings), "test_accuracy": np.array(accuracies)}}


def estimate(
    *, data: Dataset, seed: int, batch_sizes: Sequence[int], draws: int, **how: Any
) -> Tables:
    """Train one network and return how far batches are from all rows in its last hidden layer."""
    net = _trained(data, seed, whole=False, **how)
    seen: dict[str, Array] = {}
    net(data.x_train, train=True, observe=seen.__setitem__)
    values = seen[f"linear{len(how['hidden'])}/activation"].astype(np.float64)
    varied = values.std(axis=0) > 0
    # Of a network that is lost nothing can be said.
    values = values[:, varied] if varied.any() else np.full_like(values[:, :1], np.nan)
    rng = np.random.default_rng([seed, draws])
    errors = [measured_errors(values, size, draws=draws, rng=rng) for size in batch_sizes]
    theory = [
        (error_of_mean(len(values), size), error_of_variance(values, size)) for size in batch_sizes
    ]
    return {
        "errors": {
            "setting": np.tile(["mean", "variance"], len(batch_sizes)),
            "batch_size": np.repeat(batch_sizes, 2),
            "error": np.ravel(errors),
            "theory": np.ravel(theory),
        }
    }


def _trained(
    data: Dataset,
    seed: int,
    *,
    whole: bool,
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
) -> nn.Sequential:
    """Return a network after its training, normalized by the statistics of batches or all rows."""
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation=activation, batch_norm="before", rng=rng)
    rule = optim.make(optimizer, learning_rate)
    state = rule.init(net.flat)
    order = batches(len(data.x_train), batch_size, rng=rng)
    for _ in range(steps):
        take = _normalized_by_all if whole else _by_batch
        _, state = move(net, rule, state, partial(take, net, data, next(order)))
    return net


def _by_batch(net: nn.Sequential, data: Dataset, rows: NDArray[np.intp]) -> Array:
    """Return the gradient of the loss on some rows, normalized by their own statistics."""
    return gradient_of(net, data.x_train[rows], data.y_train[rows])


def _normalized_by_all(net: nn.Sequential, data: Dataset, rows: NDArray[np.intp]) -> Array:
    """Return the gradient of the loss on some rows, normalized by the statistics of all."""
    logits, backward = net(data.x_train, train=True)
    gradient = np.zeros_like(logits)
    gradient[rows] = nn.softmax_cross_entropy(logits[rows], data.y_train[rows])[1]
    return net.flatten(backward(gradient)[1])


def _settle(net: nn.Sequential, x: Array) -> None:
    """Replace the running statistics by those of all rows, layer after layer."""
    for layer in net.layers.values():
        if isinstance(layer, nn.BatchNorm):
            layer.momentum = 1.0  # nothing is left of what was
    net(x, train=True)
