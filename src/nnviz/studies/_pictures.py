"""Rows of numbers as pictures: long tables of pixels, and how alike neighbours are."""

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz._typing import Array
from nnviz.train import Dataset

__all__ = ["border_share", "neighbour_correlation", "pixels", "shape_of"]

Shape = tuple[int, int]


def shape_of(data: Dataset) -> Shape:
    """Return the shape of the data's pictures, or raise ValueError if they declare none."""
    if data.shape is None:
        raise _checks.fail(
            "data.shape", "the (rows, columns) of a picture, as that of digits is", None
        )
    return data.shape


def pixels(pictures: Array, shape: Shape) -> pd.DataFrame:
    """Return pictures, an array of shape (n, pixels), as a table: picture, row, column, value."""
    picture, row, column = np.indices((len(pictures), *shape)).reshape(3, -1)
    columns = {"picture": picture, "row": row, "column": column}
    return pd.DataFrame({**columns, "value": pictures.ravel().astype(float)})


def neighbour_correlation(pictures: Array, shape: Shape) -> float:
    """Return Moran's I of the neighbours in a row or column, mean over pictures.

    ``I = n / m · Σ d_i d_j / Σ d_i²``, where d is a pixel less the picture's mean, over the m
    pairs of neighbours among n pixels (Moran, 1950): 1 where neighbours are alike, −1 / (n − 1)
    on average where pixels are independent.

    Parameters
    ----------
    pictures : ndarray of shape (n, pixels)
        Of one colour are those that do not count.
    shape : (int, int)
        Rows and columns.
    """
    rows, columns = shape
    off = pictures.astype(np.float64).reshape(-1, rows, columns)
    off = off - off.mean(axis=(1, 2), keepdims=True)
    together = np.sum(off[:, 1:] * off[:, :-1], axis=(1, 2))
    together += np.sum(off[:, :, 1:] * off[:, :, :-1], axis=(1, 2))
    pairs = (rows - 1) * columns + rows * (columns - 1)
    size = np.sum(off**2, axis=(1, 2))
    varied = size > 0
    if not varied.any():
        return float("nan")
    return float(np.mean(rows * columns / pairs * together[varied] / size[varied]))


def border_share(pictures: Array, shape: Shape) -> float:
    """Return the share of all squares that lies on the outermost pixels."""
    squares = np.sum(pictures.astype(np.float64) ** 2, axis=0).reshape(shape)
    return float(1 - squares[1:-1, 1:-1].sum() / squares.sum())
