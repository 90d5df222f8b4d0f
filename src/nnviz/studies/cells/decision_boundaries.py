"""What one network says of a plane as it learns."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from nnviz import nn, optim
from nnviz._typing import Array
from nnviz.studies._plane import boundary_length, grid_around, margins
from nnviz.train import Dataset
from nnviz.train.cache import Tables
from nnviz.train.loop import batches, evaluate
from nnviz.train.stepping import gradient_of, move

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
    snapshots: Sequence[int],
    side: int,
) -> Tables:
    """Train one network and return its curve, and what it makes of the plane at each look."""
    rng = np.random.default_rng(seed)
    net = nn.mlp([2, *hidden, data.n_classes], activation=activation, rng=rng)
    trained = _updates(
        net,
        data,
        optim.make(optimizer, learning_rate),
        batch_size,
        weight_decay=weight_decay,
        rng=rng,
    )
    x, y = grid_around(data, side)
    seen, rows, done = [], [], 0
    for step in snapshots:
        for _ in islice(trained, step - done):
            pass
        done = step
        classes, margin = margins(net, x, y)
        seen.append((classes.ravel(), margin.ravel()))
        rows.append((step, "train", "boundary_length", boundary_length(classes, x, y)))
        for split in ("train", "test"):
            own = getattr(data, f"x_{split}"), getattr(data, f"y_{split}")
            rows.append((step, split, "accuracy", evaluate(net, *own)[1]))
    steps, splits, metrics, values = map(np.array, zip(*rows, strict=True))
    curve = {
        "step": steps,
        "epoch": steps / (len(data.x_train) // batch_size),
        "split": splits,
        "metric": metrics,
        "value": values,
    }
    classes, margin = map(np.concatenate, zip(*seen, strict=True))
    looked = {"step": np.repeat(snapshots, side * side), "class": classes, "margin": margin}
    return {"curve": curve, "regions": looked}


def _updates(
    net: nn.Sequential,
    data: Dataset,
    rule: optim.Optimizer,
    batch_size: int,
    *,
    weight_decay: float,
    rng: np.random.Generator,
) -> Iterator[None]:
    """Update a network for ever, once for each value that is taken."""
    decay = net.mask("weight") * net.flat.dtype.type(weight_decay)
    state = rule.init(net.flat)

    def gradient(rows: NDArray[np.intp]) -> Array:
        return gradient_of(net, data.x_train[rows], data.y_train[rows]) + decay * net.flat

    for rows in batches(len(data.x_train), batch_size, rng=rng):
        _, state = move(net, rule, state, partial(gradient, rows))
        yield
