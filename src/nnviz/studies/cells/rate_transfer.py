"""How well a network of some width trains at a learning rate: the cell of `rate_transfer`."""

import numpy as np

from nnviz.studies.cells.coordinate_check import begun
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
    net, rule = begun(
        [data.n_features, *[width] * depth, data.n_classes],
        activation,
        optimizer,
        learning_rate,
        base_width=base_width if scaled else None,
        seed=seed,
    )
    order = np.random.default_rng([seed, 1])  # the same batches at every width and rate
    fit(net, data, rule, steps=steps, batch_size=batch_size, rng=order)
    loss, accuracy = evaluate(net, data.x_train, data.y_train)
    test = evaluate(net, data.x_test, data.y_test)[1]
    ends = {"loss": loss, "train_accuracy": accuracy, "test_accuracy": test}
    return {"end": {name: np.array([value]) for name, value in ends.items()}}
