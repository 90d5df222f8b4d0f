"""One network trained with a regularizer or without."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnviz import nn, optim
from nnviz.train import Dataset, fit
from nnviz.train.cache import Tables

__all__ = ["Regularizer", "train"]

Regularizer = Mapping[str, Any]


BINS = 61


def train(
    *,
    data: Dataset,
    seed: int,
    regularizer: Regularizer,
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    label_noise: float,
) -> Tables:
    """Train one network and return its curve, its weights, and how many of its labels are right."""
    rng = np.random.default_rng(seed)
    noisy = data.with_label_noise(label_noise, rng=rng) if label_noise else data
    net = nn.mlp(
        [data.n_features, *hidden, data.n_classes],
        activation=activation,
        dropout=regularizer.get("dropout", 0.0),
        inverted=regularizer.get("inverted", True),
        rng=rng,
    )
    per_epoch = len(data.x_train) // batch_size
    history = fit(
        net,
        noisy,
        optim.make(optimizer, learning_rate),
        steps=epochs * per_epoch,
        batch_size=batch_size,
        weight_decay=regularizer.get("weight_decay", 0.0),
        evaluate_at=[epoch * per_epoch for epoch in _epochs_to_measure(epochs)],
        rng=rng,
    )
    return {
        "curve": history.curve,
        "weights": _weight_histogram(net),
        "spreads": _weight_spread(net),
        "labels": {"right": np.array([np.mean(noisy.y_train == data.y_train)])},
    }


def _epochs_to_measure(epochs: int) -> list[int]:
    """Return the first ten epochs, where curves bend, then every fifth, up to the last.

    Measuring both splits costs about as much as five updates.
    """
    return sorted({*range(min(10, epochs) + 1), *range(epochs, 0, -5)})


def _weight_histogram(net: nn.Sequential) -> dict[str, np.ndarray]:
    """Return a histogram of each layer's weights, on edges that are the same for every run.

    They reach four standard deviations of the widest initial weights; what lies beyond is
    counted in the outermost bins.
    """
    names = [name for name in net.params if name.endswith("/weight")]
    reach = 4 * max(np.sqrt(2 / len(net.params[name])) for name in names)
    edges = np.linspace(-reach, reach, BINS + 1)
    inside = [np.clip(net.params[name], -reach, reach) for name in names]
    counts = [np.histogram(weights, BINS, (-reach, reach))[0] for weights in inside]
    return {
        "layer": np.repeat(np.arange(1, len(names) + 1), BINS),
        "left": np.tile(edges[:-1], len(names)),
        "right": np.tile(edges[1:], len(names)),
        "count": np.concatenate(counts),
    }


def _weight_spread(net: nn.Sequential) -> dict[str, np.ndarray]:
    """Return the standard deviation of each layer's weights."""
    each = [net.params[name] for name in net.params if name.endswith("/weight")]
    return {
        "layer": np.arange(1, len(each) + 1),
        "statistic": np.full(len(each), "std"),
        "value": np.array([weights.std(dtype=np.float64) for weights in each]),
    }
