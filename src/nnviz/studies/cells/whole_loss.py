"""Where a network begins to descend its whole training loss, and where its curvature is sought."""

from collections.abc import Sequence

import numpy as np

from nnviz import nn
from nnviz._typing import Array
from nnviz.studies.cells.curvature import Landscape
from nnviz.train import Dataset

__all__ = ["landscape_of", "turned"]


def landscape_of(
    data: Dataset,
    hidden: Sequence[int],
    activation: str,
    loss: str,
    *,
    init: str,
    rng: np.random.Generator,
) -> tuple[Landscape, Array]:
    """Return the loss of all training rows, in float64, and the parameters of a new network.

    Features are shifted to have no mean over the training rows: else one eigenvalue of the Hessian
    tells of that mean alone. Biases begin at 0.

    Parameters
    ----------
    data, hidden, activation, init, rng
        As in `nn.mlp`.
    loss : str
        A name from `nn.LOSSES`.
    """
    x = data.x_train.astype(np.float64)
    net = nn.mlp(
        [data.n_features, *hidden, data.n_classes],
        activation=activation,
        init=init,
        rng=rng,
        dtype=np.float64,
    )
    return Landscape(net, x - x.mean(axis=0), data.y_train, loss=loss), net.flat.copy()


def turned(direction: Array, rng: np.random.Generator, *, fresh: float) -> Array:
    """Return the unit vector of a direction and so much of that of a random one.

    From there the largest eigenvalue is found that has moved on since the last eigenvector.
    """
    other = rng.standard_normal(direction.size)
    unit: Array = direction / np.linalg.norm(direction) + fresh * other / np.linalg.norm(other)
    return unit
