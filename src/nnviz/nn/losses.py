"""Losses: each returns its value and the gradient with respect to the network's output."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._typing import Array

__all__ = ["LOSSES", "mean_squared_error", "softmax_cross_entropy"]


def softmax_cross_entropy(
    logits: Array, labels: NDArray[np.integer], *, label_smoothing: float = 0.0
) -> tuple[float, Array]:
    """Return the mean of −Σ target · log softmax(logits) over the batch, and its gradient.

    Parameters
    ----------
    logits : ndarray of shape (batch, n_classes)
        The network's output, before any softmax.
    labels : ndarray of int, shape (batch,)
        The right class of each row, from 0.
    label_smoothing : float, default 0
        The part s of each target that is spread over all classes: it is (1 − s) · one_hot(label)
        + s / n_classes (Szegedy et al., 2016, arXiv 1512.00567).

    Returns
    -------
    value : float
    gradient : ndarray of shape (batch, n_classes)
        (softmax(logits) − target) / batch.

    Raises
    ------
    ValueError
        For an empty batch, or labels that are not integers in 0 … n_classes − 1, one a row.
    """
    if logits.ndim != 2 or not len(logits):
        raise ValueError(f"logits must have shape (batch ≥ 1, n_classes); got {logits.shape}")
    labels = np.asarray(labels)
    if labels.shape != logits.shape[:1] or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be integers of shape ({len(logits)},); got {labels.dtype} {labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError(
            f"labels must be in 0 … {logits.shape[1] - 1}; got {labels.min()} … {labels.max()}"
        )
    smoothing = _checks.fraction("label_smoothing", label_smoothing)
    # One column per example: NumPy adds and compares few long rows faster than many short ones.
    columns = np.arange(len(logits))
    # Shifting by the maximum changes nothing and keeps exp from overflowing.
    shifted = np.array(logits.T, order="C")
    shifted -= shifted.max(axis=0)
    gradient = np.exp(shifted)
    sums = gradient.sum(axis=0)
    losses = np.log(sums) - (1 - smoothing) * shifted[labels, columns]
    gradient /= sums
    gradient[labels, columns] -= 1 - smoothing
    if smoothing:
        losses -= smoothing * shifted.mean(axis=0)
        gradient -= smoothing / len(shifted)
    gradient /= len(logits)
    return float(losses.sum() / len(logits)), np.ascontiguousarray(gradient.T)


def mean_squared_error(outputs: Array, targets: ArrayLike) -> tuple[float, Array]:
    """Return the mean of (output − target)² over all elements, and its gradient.

    Parameters
    ----------
    outputs, targets : ndarray of the same shape
        Of at least one element. Targets are converted to the type of the outputs.

    Returns
    -------
    value : float
    gradient : ndarray of the shape of outputs
        2·(outputs − targets) / number of elements.

    Raises
    ------
    ValueError
        If the shapes differ, or are empty.
    """
    if outputs.shape != np.shape(targets) or not outputs.size:
        raise ValueError(f"targets must have shape {outputs.shape}; got {np.shape(targets)}")
    error: Array = outputs - np.asarray(targets, dtype=outputs.dtype)
    return float(np.mean(error * error)), error * (2 / error.size)


LOSSES: Mapping[str, Callable[[Array, Any], tuple[float, Array]]] = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "mean_squared_error": mean_squared_error,
}
"""By name: functions from the network's output and what it should be to (value, gradient)."""
