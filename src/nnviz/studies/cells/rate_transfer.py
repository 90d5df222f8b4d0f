"""How well a network of some width trains at a learning rate: the cell of `rate_transfer`."""

import numpy as np

from nnviz import nn, optim
from nnviz._typing import Array
from nnviz.studies.cells.coordinate_check import ADAPTIVE
from nnviz.train import Dataset, evaluate, fit
from nnviz.train.cache import Tables

__all__ = ["train_at_width"]


@np.errstate(over="ignore", invalid="ignore")  # at some rates a network is lost
def train_at_width(
    *,
    data: Dataset,
    scaled: bool,
    width: int,
    base_width: int,
    depth: int,
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
    seed: int,
) -> Tables:
    """Train a network; return loss and accuracy on the training set, and accuracy on the test set.

    Parameters
    ----------
    scaled : bool
        Whether learning rates are scaled with the width, as `nn.maximal_update_rates` does. The
        weights begin as Xavier's in either case, those of the last layer at zero.

    The other arguments are those of `nn.mlp`, `optim.make` and `train.fit`.
    """
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *[width] * depth, data.n_classes]
    net = nn.mlp(sizes, activation=activation, init="xavier", output_init="zeros", rng=rng)
    rate: float | Array = learning_rate
    if scaled:
        adaptive = ADAPTIVE[optimizer]
        rate = learning_rate * nn.maximal_update_rates(net, base_width, adaptive=adaptive)
    order = np.random.default_rng([seed, 1])  # the same batches at every width and rate
    rule = optim.make(optimizer, rate)
    fit(net, data, rule, steps=steps, batch_size=batch_size, rng=order)
    loss, accuracy = evaluate(net, data.x_train, data.y_train)
    test = evaluate(net, data.x_test, data.y_test)[1]
    ends = {"loss": loss, "train_accuracy": accuracy, "test_accuracy": test}
    return {"end": {name: np.array([value]) for name, value in ends.items()}}
