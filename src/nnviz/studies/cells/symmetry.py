"""How far the units of one network are from doing all the same."""

from functools import partial

import numpy as np

from nnviz import nn, optim
from nnviz.train import Dataset
from nnviz.train.cache import Tables
from nnviz.train.loop import batches, evaluate
from nnviz.train.stepping import gradient_of, move

__all__ = ["INITIALIZERS", "train"]

INITIALIZERS = {"zeros": nn.zeros, "Xavier": nn.xavier}


def train(
    *,
    data: Dataset,
    activation: str,
    initializer: str,
    seed: int,
    width: int,
    depth: int,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
) -> Tables:
    """Train one network and return its curve."""
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *[width] * depth, data.n_classes]
    net = nn.mlp(sizes, activation=activation, init=INITIALIZERS[initializer], rng=rng)
    rule = optim.make(optimizer, learning_rate)
    state = rule.init(net.flat)
    order = batches(len(data.x_train), batch_size, rng=rng)
    rows: list[tuple[int, str, str, float]] = []
    for step in range(steps + 1):
        if step % max(steps // 20, 1) == 0 or step == steps:
            rows.append((step, "train", "column_spread", _column_spread(net, depth)))
            for split in ("train", "test"):
                x, y = getattr(data, f"x_{split}"), getattr(data, f"y_{split}")
                rows.append((step, split, "accuracy", evaluate(net, x, y)[1]))
        x, y = data.x_train[chosen := next(order)], data.y_train[chosen]
        _, state = move(net, rule, state, partial(gradient_of, net, x, y))
    steps_, splits, metrics, values = zip(*rows, strict=True)
    step_column = np.array(steps_)
    curve = {
        "step": step_column,
        "epoch": step_column / (len(data.x_train) // batch_size),
        "split": np.array(splits),
        "metric": np.array(metrics),
        "value": np.array(values, dtype=np.float64),
    }
    return {"curve": curve}


def _column_spread(net: nn.Sequential, depth: int) -> float:
    """Return the largest difference between two units' incoming weights, over hidden layers."""
    spreads = [np.ptp(net.params[f"linear{k}/weight"], axis=1).max() for k in range(1, depth + 1)]
    return float(max(spreads))
