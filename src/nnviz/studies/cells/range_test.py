"""One range test: a short training whose learning rate rises from update to update."""

from collections.abc import Sequence

import numpy as np

from nnviz import nn, optim
from nnviz.tables.smoothing import smooth
from nnviz.train import Dataset, fit
from nnviz.train.cache import Tables

__all__ = ["WORSE", "sweep"]

WORSE = 4.0
"""A test ends where the smoothed loss is so many times its lowest."""


def sweep(
    *,
    data: Dataset,
    seed: int,
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    low: float,
    high: float,
    batch_size: int,
    steps: int,
) -> Tables:
    """Train a network while its learning rate rises by the same factor at each update.

    Parameters
    ----------
    low, high : float
        First and last learning rate.
    steps : int
        Number of updates.

    The other arguments are those of `nn.mlp`, `optim.make` and `train.fit`.

    Returns
    -------
    Tables
        ``test``: ``learning_rate`` and ``loss``, that of the mini-batch before the update with
        it, smoothed over eleven; up to where it is four times its lowest or not finite.
    """
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation=activation, rng=rng)
    rates = np.geomspace(low, high, steps)
    rule = optim.make(optimizer, lambda step: rates[np.minimum(step, steps - 1)])
    history = fit(net, data, rule, steps=steps, batch_size=batch_size, rng=rng)
    loss = smooth(history.batch_loss[: history.diverged_at])
    until = int(np.argmax(loss > WORSE * np.minimum.accumulate(loss))) or len(loss)
    return {"test": {"learning_rate": rates[:until], "loss": loss[:until]}}
