"""What one network's first layer has learned."""

from collections.abc import Sequence

import numpy as np

from nnviz import nn, optim
from nnviz.train import Dataset, fit
from nnviz.train.cache import Tables
from nnviz.train.loop import evaluate

__all__ = ["train"]


def train(
    *,
    data: Dataset,
    seed: int,
    weight_decay: float,
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
) -> Tables:
    """Train one network and return its first layer before and after, a unit after the other."""
    rng = np.random.default_rng(seed)
    net = nn.mlp([data.n_features, *hidden, data.n_classes], activation=activation, rng=rng)

    def seen() -> dict[str, np.ndarray]:
        accuracy = evaluate(net, data.x_test, data.y_test)[1]
        weights = net.params["linear1/weight"].T.ravel()  # a copy: flat in the order of units
        return {"weights": weights, "accuracy": np.array([accuracy])}

    before = seen()
    rule = optim.make(optimizer, learning_rate)
    fit(net, data, rule, steps=steps, batch_size=batch_size, weight_decay=weight_decay, rng=rng)
    return {"before": before, "after": seen()}
