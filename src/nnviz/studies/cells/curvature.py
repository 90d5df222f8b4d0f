"""How a network's loss is curved: by products with its Hessian, and from its values alone."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnviz import nn
from nnviz._typing import Array

__all__ = ["Landscape", "critical_rate", "largest_eigenvalue"]

STEP = 6e-6
"""Of central differences, relative to what is moved: about ∛(2⁻⁵³), where both errors meet."""


class Landscape:
    """The mean loss on some rows, as a function of all parameters of a network.

    Parameters
    ----------
    net : Sequential
        Of float64. Belongs to the landscape, which moves its parameters about.
    x : array of shape (rows, n_features)
        What it is shown.
    y : array of shape (rows,)
        Classes, from 0.
    loss : str
        A name from `nn.LOSSES`; "mean_squared_error" is that from a 1 for the class and 0 else.
    """

    def __init__(self, net: nn.Sequential, x: Array, y: NDArray[np.int64], *, loss: str) -> None:
        self.net, self.x, self.loss = net, x, nn.LOSSES[loss]
        n_classes = net(x[:1])[0].shape[1]
        self.targets = np.eye(n_classes)[y] if loss == "mean_squared_error" else y

    def value(self, at: Array) -> float:
        """Return the loss at a point: one forward pass."""
        self.net.flat[:] = at
        return self.loss(self.net(self.x)[0], self.targets)[0]

    def gradient(self, at: Array) -> tuple[float, Array]:
        """Return the loss and its gradient at a point: one pass forth and back."""
        self.net.flat[:] = at
        outputs, backward = self.net(self.x)
        value, slope = self.loss(outputs, self.targets)
        return value, self.net.flatten(backward(slope)[1])

    def bend(self, at: Array, along: Array) -> Array:
        """Return the Hessian at a point times a vector: two passes forth and back.

        By central differences of gradients. Where the loss is smooth, rounding and third
        derivatives leave an error of about 10⁻⁹ of the largest eigenvalue.
        """
        step = STEP * float(np.linalg.norm(at) / np.linalg.norm(along))
        ahead, behind = (self.gradient(at + side * step * along)[1] for side in (1, -1))
        return (ahead - behind) / (2 * step)


def largest_eigenvalue(
    product: Callable[[Array], Array], start: Array, *, tolerance: float, most: int = 200
) -> tuple[float, Array]:
    """Return the largest eigenvalue of a symmetric matrix, and its eigenvector, by Lanczos.

    Parameters
    ----------
    product : callable
        The matrix times a vector.
    start : array of shape (n,)
        Must have a part along the eigenvector, as any random vector has.
    tolerance : float
        Stop when an eigenvalue is certainly no further away than this, relative to it: by the
        norm of the residual (Parlett, 1998, The Symmetric Eigenvalue Problem, section 4.5). The
        error is then mostly of the order of its square.
    most : int, default 200
        Products, at most.

    Returns
    -------
    value : float
        NaN where it was not found within `tolerance`, or a product is not finite.
    vector : array of shape (n,)
        Of length 1; the best there is where the value is NaN.
    """
    basis = [start / np.linalg.norm(start)]
    diagonal: list[float] = []
    beside: list[float] = []
    while True:
        vector = product(basis[-1])
        if not np.isfinite(vector).all():
            return math.nan, basis[0]
        diagonal.append(float(vector @ basis[-1]))
        rows = np.array(basis)
        for _ in range(2):  # once leaves what rounding has brought back
            vector = vector - rows.T @ (rows @ vector)
        left = float(np.linalg.norm(vector))
        values, vectors = np.linalg.eigh(
            np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
        )
        largest, weights = float(values[-1]), vectors[:, -1]
        residual = left * abs(float(weights[-1]))
        if residual <= tolerance * abs(largest) or len(basis) == len(start):
            return largest, rows.T @ weights
        if len(basis) == most:
            return math.nan, rows.T @ weights
        basis.append(vector / left)
        beside.append(left)


def critical_rate(
    landscape: Landscape,
    at: Array,
    gradient: Array,
    *,
    guess: float,
    tolerance: float = 1e-3,
    reach: float = 1e6,
) -> tuple[float, int]:
    """Return the learning rate at which a step down the gradient first raises the loss.

    From values alone (Kalra et al., 2026, arXiv 2601.16979): a guess is doubled or halved until
    the loss falls at one rate and not at twice that, and the interval is halved on. Where the loss
    is quadratic the result is ``2 |g|² / gᵀHg``.

    Parameters
    ----------
    landscape : Landscape
    at, gradient : array
        The point, and the gradient there.
    guess : float
        Where to begin, such as the last result.
    tolerance : float
        To how much the rate is determined, relative to it.
    reach : float
        By what the guess is multiplied at most; beyond, the result is NaN.

    Returns
    -------
    rate : float
    passes : int
        Number of forward passes.
    """
    before, passes = landscape.value(at), 1

    def falls(rate: float) -> bool:
        nonlocal passes
        passes += 1
        return landscape.value(at - rate * gradient) <= before

    low = high = guess
    if falls(guess):
        while falls(high := 2 * high):
            low = high
            if high > reach * guess:
                return math.nan, passes
    else:
        while not falls(low := low / 2):
            high = low
            if low < guess / reach:
                return math.nan, passes
    while high > (1 + tolerance) * low:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if falls(middle) else (low, middle)
    return math.sqrt(low * high), passes
