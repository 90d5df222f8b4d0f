"""Which class a network takes each test row for."""

from collections.abc import Sequence

import numpy as np

from nnviz import nn, optim
from nnviz.studies.cells.regularized import Regularizer
from nnviz.train import Dataset, fit
from nnviz.train.cache import Tables
from nnviz.train.loop import predicted

__all__ = ["train"]


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
) -> Tables:
    """Train one network and return what it takes each test row for."""
    rng = np.random.default_rng(seed)
    net = nn.mlp(
        [data.n_features, *hidden, data.n_classes],
        activation=activation,
        dropout=regularizer.get("dropout", 0.0),
        rng=rng,
    )
    fit(
        net,
        data,
        optim.make(optimizer, learning_rate),
        steps=epochs * (len(data.x_train) // batch_size),
        batch_size=batch_size,
        weight_decay=regularizer.get("weight_decay", 0.0),
        rng=rng,
    )
    return {"test": {"read": predicted(net, data.x_test)}}
