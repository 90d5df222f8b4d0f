"""What is done to training rows before they are shown, anew each time."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nnviz._typing import Array

__all__ = ["shifted"]


def shifted(x: Array, shape: tuple[int, int], most: int, *, rng: np.random.Generator) -> Array:
    """Return pictures, each moved by up to `most` pixels along both sides; what comes in is 0.

    Parameters
    ----------
    x : array of shape (rows, height · width)
        A picture a row, line after line.
    shape : (int, int)
        Height and width.
    most : int
        Each distance is drawn uniformly from −most … most.
    rng : numpy.random.Generator
        Source of the distances.

    Returns
    -------
    array of the shape of x
    """
    rows, (height, width) = len(x), shape
    blank = np.pad(x.reshape(rows, height, width), ((0, 0), (most, most), (most, most)))
    places = sliding_window_view(blank, shape, axis=(1, 2))
    down, right = rng.integers(0, 2 * most + 1, (2, rows))
    moved: Array = places[np.arange(rows), down, right].reshape(rows, -1)
    return moved
