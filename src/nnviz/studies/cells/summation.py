"""A network that starts at zero, whose matrix products add up in an order that is known."""

from functools import partial
from typing import Any

import numpy as np

from nnviz import nn, optim
from nnviz._memory import keep_freed_memory
from nnviz._typing import Array, Backward, Params
from nnviz.train import Dataset, batches, evaluate
from nnviz.train.cache import Tables
from nnviz.train.stepping import gradient_of, move

__all__ = ["Summed", "product", "train"]

MEASURED = 50
"""At about how many steps the network is looked at."""


def product(a: Array, b: Array) -> Array:
    """Return a @ b, of which each entry is added up from the first product to the last.

    A library adds up in an order that suits the processor, and need not take the same for all
    columns: the last few, which fill no block, are often left to another routine.
    """
    each = a.T[:, :, None] * b[:, None, :]
    total: Array = np.add.accumulate(each, axis=0)[-1]
    return total


class Summed(nn.Linear):
    """A linear layer of which every second unit, if asked for, adds up its inputs backwards.

    All other sums, those of the gradients included, have one order for all units.
    """

    def __init__(self, n_in: int, n_out: int, *, backwards: bool, **options: Any) -> None:
        super().__init__(n_in, n_out, **options)
        self.backwards = backwards

    def __call__(self, x: Array, *, train: bool = False) -> tuple[Array, Backward]:  # noqa: ARG002
        """Return the output and the function that carries its gradient back."""
        weight, bias = self.params["weight"], self.params["bias"]
        y = product(x, weight)
        if self.backwards:
            y[:, 1::2] = product(x[:, ::-1], weight[::-1, 1::2])
        y += bias

        def backward(dy: Array) -> tuple[Array, Params]:
            grads = {"weight": product(x.T, dy), "bias": dy.sum(axis=0)}
            return product(dy, weight.T), grads

        return y, backward


def train(
    *,
    data: Dataset,
    seed: int,
    order: str,
    dtype: str,
    width: int,
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
) -> Tables:
    """Train one hidden layer whose weights all start at zero.

    Parameters
    ----------
    order : {"one", "two", "library"}
        In which the sums of the hidden units are taken: the same for all; backwards for every
        second; or as NumPy's library has it on this processor.
    dtype : {"float32", "float64"}
        Type of all numbers.

    Returns
    -------
    Tables
        ``curve``: accuracy on the test rows, and relative_spread, the largest difference between
        the incoming weights of two hidden units, over the largest such weight; 0 while all are 0.
    """
    keep_freed_memory()
    rng = np.random.default_rng(seed)
    options: dict[str, Any] = {"init": "zeros", "rng": rng, "dtype": np.dtype(dtype)}

    def layer(n_in: int, n_out: int, *, backwards: bool) -> nn.Layer:
        if order == "library":
            return nn.Linear(n_in, n_out, **options)
        return Summed(n_in, n_out, backwards=backwards, **options)

    layers: dict[str, nn.Layer] = {
        "linear1": layer(data.n_features, width, backwards=order == "two"),
        activation: nn.ACTIVATIONS[activation],
        "linear2": layer(width, data.n_classes, backwards=False),
    }
    net = nn.Sequential(layers)
    rule = optim.make(optimizer, learning_rate)
    state, rows = rule.init(net.flat), batches(len(data.x_train), batch_size, rng=rng)
    measured: list[tuple[int, str, str, float]] = []
    for step in range(steps + 1):
        if step % max(steps // MEASURED, 1) == 0 or step == steps:
            accuracy = evaluate(net, data.x_test, data.y_test)[1]
            spread = _relative_spread(net.params["linear1/weight"])
            measured += [
                (step, "train", "relative_spread", spread),
                (step, "test", "accuracy", accuracy),
            ]
        x, y = data.x_train[chosen := next(rows)], data.y_train[chosen]
        _, state = move(net, rule, state, partial(gradient_of, net, x, y))
    at, splits, metrics, values = (np.array(column) for column in zip(*measured, strict=True))
    epoch = at / (len(data.x_train) // batch_size)
    curve = {"step": at, "epoch": epoch, "split": splits, "metric": metrics, "value": values}
    return {"curve": curve}


def _relative_spread(weight: Array) -> float:
    """Return the largest difference between two columns over the largest entry."""
    largest = np.abs(weight).max()
    return float(np.ptp(weight, axis=1).max() / largest) if largest else 0.0
