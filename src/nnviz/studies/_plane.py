"""What a network says in the plane: its classes on a grid, and how long the lines between are."""

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.nn import Sequential
from nnviz.train import Dataset

__all__ = ["boundary_length", "grid_around", "margins"]

_MARGIN = 0.1
"""How far the grid reaches beyond the rows, as a part of their extent."""

_PART = 1024
"""Points that a network is shown together."""


def grid_around(data: Dataset, side: int) -> tuple[Array, Array]:
    """Return the coordinates, `side` along each axis, of a grid around the training rows."""
    low, high = data.x_train.min(axis=0), data.x_train.max(axis=0)
    room = _MARGIN * np.where(high > low, high - low, 1.0)
    x, y = (np.linspace(*ends, side) for ends in zip(low - room, high + room, strict=True))
    return x, y


def margins(net: Sequential, x: Array, y: Array) -> tuple[NDArray[np.uint8], Array]:
    """Return the class that a network predicts at each point, and how clearly.

    Parameters
    ----------
    net : Sequential
        Of two inputs.
    x, y : ndarray
        Coordinates of the grid.

    Returns
    -------
    classes, margin : ndarray of shape (len(y), len(x))
        The class of the highest probability, and this less the second highest probability.
    """
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    parts = range(0, len(points), _PART)
    logits = np.concatenate([net(points[k : k + _PART])[0] for k in parts])
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    second, first = np.partition(odds, -2, axis=1)[:, -2:].T
    shape = len(y), len(x)
    margin = (first - second) / odds.sum(axis=1)
    return logits.argmax(axis=1).astype(np.uint8).reshape(shape), margin.reshape(shape)


def boundary_length(classes: NDArray[np.integer], x: Array, y: Array) -> float:
    """Return how long the lines between the classes are, in the unit of the coordinates.

    By Cauchy's and Crofton's formula a curve is as long as π/2 times the mean, over directions,
    of the number of its crossings with parallel lines times their distance. The grid has two
    directions: a line that is level or upright comes out at 79 % of its length, one that is
    oblique at up to 111 %, a circle at 100 % (Santaló, 2004, Integral geometry and geometric
    probability, chapter 3).

    Parameters
    ----------
    classes : ndarray of int, shape (len(y), len(x))
        Of the points of the grid.
    x, y : ndarray
        Their coordinates, evenly spaced.
    """
    along_x = np.count_nonzero(classes[:, 1:] != classes[:, :-1]) * (y[1] - y[0])
    along_y = np.count_nonzero(classes[1:] != classes[:-1]) * (x[1] - x[0])
    return float(np.pi / 4 * (along_x + along_y))
