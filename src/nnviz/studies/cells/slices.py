"""The loss along random directions from a trained network, and from its rescaled double."""

from collections.abc import Sequence

import numpy as np

from nnviz import nn, optim, train
from nnviz._typing import Array
from nnviz.studies.cells.curvature import Landscape
from nnviz.train import Dataset
from nnviz.train.cache import Tables

__all__ = ["by_filter", "measure", "rescaled"]


def by_filter(net: nn.Sequential, direction: Array) -> Array:
    """Return a direction whose part for each unit is as long as that unit's weights.

    Filter normalization (Li et al., 2018, arXiv 1712.09913, section 4): here a filter is the
    column of weights into a unit. Of biases the direction is 0.

    Parameters
    ----------
    net : Sequential
        Whose weights set the lengths.
    direction : array of shape (n_params,)
        In the order of `net.flat`.
    """
    scaled = np.zeros_like(direction)
    parts, own = net.views(scaled), net.views(direction)
    for name, value in net.params.items():
        if value.ndim == 2:
            lengths = np.linalg.norm(value, axis=0) / np.linalg.norm(own[name], axis=0)
            parts[name][...] = own[name] * lengths
    return scaled


def as_a_whole(net: nn.Sequential, direction: Array) -> Array:
    """Return a direction that is as long as all weights together; of biases it is 0."""
    chosen = net.mask("weight")
    length = np.linalg.norm(net.flat[chosen]) / np.linalg.norm(direction[chosen])
    return np.where(chosen, direction * length, 0.0)


def rescaled(net: nn.Sequential, factor: float) -> Array:
    """Return parameters of the same function: the first layer's times a factor, the last's by it.

    The same for activations of straight pieces, whose output grows as their input. Biases between
    grow as what they are added to; the last stays.
    """
    flat = net.flat.copy()
    views = list(net.views(flat).items())
    views[0][1][...] *= factor
    for name, value in views[1:-1]:
        if name.endswith("/bias"):
            value *= factor
    views[-2][1][...] /= factor
    return flat


NORMALIZED = {"by filter": by_filter, "as a whole": as_a_whole}

PLACES = 41
"""Along a slice."""


def measure(
    *,
    data: Dataset,
    seed: int,
    hidden: Sequence[int],
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
    factor: float,
    directions: int,
) -> Tables:
    """Train a network with ReLU and slice its loss along random directions, mean over these.

    Parameters
    ----------
    data, seed, hidden, optimizer, learning_rate, batch_size, steps
        As in `nn.mlp`, `optim.make` and `train.fit`; in float64.
    factor : float
        As in `rescaled`.
    directions : int
        Number of random directions.

    Returns
    -------
    Tables
        ``slices``: ``normalized``, how directions are, ``network``, the place along them and the
        mean ``loss`` on all training rows. A place of 1 is as far as the weights are long.
    """
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation="relu", rng=rng, dtype=np.float64)
    rule = optim.make(optimizer, learning_rate)
    train.fit(net, data, rule, steps=steps, batch_size=batch_size, rng=rng)
    points = {"trained": net.flat.copy(), "rescaled": rescaled(net, factor)}
    landscape = Landscape(net, data.x_train, data.y_train, loss="softmax_cross_entropy")
    drawn = rng.standard_normal((directions, net.flat.size))
    places = np.linspace(-1, 1, PLACES)
    columns: dict[str, list[Array]] = {"normalized": [], "network": [], "place": [], "loss": []}
    for how, normalize in NORMALIZED.items():
        for name, point in points.items():
            net.flat[:] = point
            ways = [normalize(net, direction) for direction in drawn]
            losses = [[landscape.value(point + at * way) for at in places] for way in ways]
            columns["normalized"].append(np.full(PLACES, how))
            columns["network"].append(np.full(PLACES, name))
            columns["place"].append(places)
            columns["loss"].append(np.mean(losses, axis=0))
    return {"slices": {name: np.concatenate(parts) for name, parts in columns.items()}}
