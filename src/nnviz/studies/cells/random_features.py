"""Least squares on the outputs of hidden units that stay as they were drawn."""

from collections.abc import Sequence

import numpy as np

from nnviz import nn
from nnviz._typing import Array
from nnviz.train import Dataset
from nnviz.train.cache import Tables

__all__ = ["fit", "solve"]


def solve(features: Array, targets: Array, weight_decays: Sequence[float]) -> list[Array]:
    """Return the weights that make ``½·|features @ weight − targets|²/n + ½·λ·|weight|²`` least.

    By the singular values σ of the features, each of which counts as σ/(σ² + n·λ). At λ = 0 those
    that are zero but for rounding are left out: of all weights that fit best these are the
    smallest, the limit of gradient descent from zero (Hastie et al., 2022, arXiv 1903.08560).

    Parameters
    ----------
    features : array of shape (n, width)
    targets : array of shape (n, outputs)
    weight_decays : sequence of float
        Each λ, at least 0.

    Returns
    -------
    list of array
        For each λ, shape (width, outputs).
    """
    left, values, right = np.linalg.svd(features, full_matrices=False)
    kept = values > values[0] * max(features.shape) * np.finfo(values.dtype).eps
    values, right = values[kept, None], right[kept]
    along = left[:, kept].T @ targets
    n = len(features)
    return [right.T @ (values / (values**2 + n * decay) * along) for decay in weight_decays]


def fit(
    *,
    data: Dataset,
    seed: int,
    widths: Sequence[int],
    activation: str,
    label_noise: float,
    weight_decays: Sequence[float],
) -> Tables:
    """Fit networks of one hidden layer, of which only the last weights are learned.

    A narrow network has the first units of a wide one; a seed has the same units
    with and without label noise. Labels are one-hot; the largest output is the class.

    Returns
    -------
    Tables
        ``errors``: for each width, weight decay and split, the share of rows that are misread.
    """
    rng, redrawn = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    labelled = data.with_label_noise(label_noise, rng=redrawn) if label_noise else data
    drawn: dict[str, nn.Layer] = {
        "linear": nn.Linear(
            data.n_features, max(widths), bias_init="he_normal", rng=rng, dtype=np.float64
        ),
        activation: nn.ACTIVATIONS[activation],
    }
    hidden = nn.Sequential(drawn)
    splits = {
        "train": (hidden(data.x_train)[0], labelled.y_train),
        "test": (hidden(data.x_test)[0], data.y_test),
    }
    targets = np.eye(data.n_classes)[labelled.y_train]
    rows: list[tuple[int, float, str, float]] = []
    for width in widths:
        weights = solve(splits["train"][0][:, :width], targets, weight_decays)
        for decay, weight in zip(weight_decays, weights, strict=True):
            for split, (features, y) in splits.items():
                read = (features[:, :width] @ weight).argmax(axis=1)
                rows.append((width, decay, split, float(np.mean(read != y))))
    names = ("features", "weight_decay", "split", "error_rate")
    return {"errors": {n: np.array(c) for n, c in zip(names, zip(*rows, strict=True), strict=True)}}
