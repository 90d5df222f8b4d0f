"""The way of a network through its weights, and the plane that holds most of it."""

import numpy as np

from nnviz import nn, optim
from nnviz._memory import keep_freed_memory
from nnviz._typing import Array
from nnviz.studies.cells.curvature import Landscape
from nnviz.train import Dataset, batches
from nnviz.train.cache import Tables

__all__ = ["follow", "principal"]

COMPONENTS = 6
"""How many of them are told of."""

MARGIN = 0.25
"""How much is seen around the path, as a part of its extent."""


def principal(points: Array) -> tuple[Array, Array, Array]:
    """Return the mean of points, their principal directions and each one's share of variance.

    Parameters
    ----------
    points : array of shape (n, n_params)

    Returns
    -------
    mean : array of shape (n_params,)
    directions : array of shape (k, n_params)
        Orthonormal, the one of most variance first; signs are such that the first point is on the
        negative side.
    shares : array of shape (k,)
    """
    mean = points.mean(axis=0)
    _, sizes, directions = np.linalg.svd(points - mean, full_matrices=False)
    side = np.where(directions @ (points[0] - mean) > 0, -1, 1)
    return mean, directions * side[:, None], sizes**2 / np.sum(sizes**2)


def follow(
    *,
    data: Dataset,
    seed: int,
    hidden: tuple[int, ...],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
    every: int,
    side: int,
) -> Tables:
    """Train a network in float64 and look at its way in the plane of two principal components.

    Beside it goes a random walk of as many points in as many dimensions, its steps independent.

    Parameters
    ----------
    data, seed, hidden, activation, optimizer, learning_rate, batch_size, steps
        As in `nn.mlp`, `optim.make` and `train.fit`.
    every : int
        After how many updates a point of the way is taken.
    side : int
        Points along each side of the grid on which the loss is evaluated in the plane; 0: none.

    Returns
    -------
    Tables
        ``path``, a row a point: place in the plane ``x, y``, ``loss`` and ``gradient_norm`` of
        the network on all training rows, ``loss_in_plane`` at the nearest point of the plane and
        ``off_plane``, how far that is, over the distance from start to end; ``components``:
        their ``share`` of the variance and ``walk``, that of the walk's; ``ground``: the loss on
        the grid.
    """
    keep_freed_memory()
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation=activation, rng=rng, dtype=np.float64)
    points = _way(net, data, optim.make(optimizer, learning_rate), batch_size, steps, every, rng)
    mean, directions, shares = principal(points)
    walk = principal(np.cumsum(rng.standard_normal(points.shape), axis=0))[2]
    plane = directions[:2]
    places = (points - mean) @ plane.T
    feet = mean + places @ plane
    landscape = Landscape(net, data.x_train, data.y_train, loss="softmax_cross_entropy")
    losses, gradients = zip(*map(landscape.gradient, points), strict=True)
    off = np.linalg.norm(points - feet, axis=1) / np.linalg.norm(points[-1] - points[0])
    x, y = _grid(places, side)
    return {
        "path": {
            "step": every * np.arange(len(points)),
            "x": places[:, 0],
            "y": places[:, 1],
            "loss": np.array(losses),
            "gradient_norm": np.linalg.norm(gradients, axis=1),
            "loss_in_plane": np.array([landscape.value(foot) for foot in feet]),
            "off_plane": off,
        },
        "components": {
            "component": 1 + np.arange(COMPONENTS),
            "share": shares[:COMPONENTS],
            "walk": walk[:COMPONENTS],
        },
        "ground": {
            "x": x,
            "y": y,
            "loss": np.array(
                [landscape.value(mean + place @ plane) for place in np.column_stack([x, y])]
            ),
        },
    }


def _way(
    net: nn.Sequential,
    data: Dataset,
    rule: optim.Optimizer,
    batch_size: int,
    steps: int,
    every: int,
    rng: np.random.Generator,
) -> Array:
    """Return the parameters before training and after each so many updates, one below another."""
    state, order = rule.init(net.flat), batches(len(data.x_train), batch_size, rng=rng)
    points = [net.flat.copy()]
    for step in range(1, steps + 1):
        rows = next(order)
        logits, backward = net(data.x_train[rows], train=True)
        slope = nn.softmax_cross_entropy(logits, data.y_train[rows])[1]
        updates, state = rule.update(net.flatten(backward(slope)[1]), state, net.flat)
        net.flat += updates
        if step % every == 0:
            points.append(net.flat.copy())
    return np.array(points)


def _grid(places: Array, side: int) -> tuple[Array, Array]:
    """Return x and y of the points of a grid around places, row by row."""
    room = MARGIN * np.ptp(places, axis=0)
    low, high = places.min(axis=0) - room, places.max(axis=0) + room
    x, y = np.meshgrid(*(np.linspace(*ends, side) for ends in zip(low, high, strict=True)))
    return x.ravel(), y.ravel()
