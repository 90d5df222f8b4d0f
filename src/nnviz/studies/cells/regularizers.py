"""One network on noisy labels with one regularizer or none, and how it ends."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnviz import nn, optim
from nnviz.train import Dataset, evaluate, fit
from nnviz.train.cache import Tables

__all__ = ["HELD_OUT", "train"]

HELD_OUT = 0.2
"""The part of the training rows by whose loss training stops early."""


def train(
    *,
    data: Dataset,
    seed: int,
    regularizer: Mapping[str, Any],
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    label_noise: float,
) -> Tables:
    """Train one network; with patience, on the rows that are not held out.

    Parameters
    ----------
    regularizer : mapping
        ``weight_decay``, ``label_smoothing``, ``shift`` or ``patience`` of `train.fit`, or
        ``dropout`` of `nn.mlp`.

    Returns
    -------
    Tables
        ``end``, one row: accuracy on the test rows, and on all training rows with the labels
        that were learned; the share of these that are right; the epoch whose parameters the
        network has, if training stopped early.
    """
    rng = np.random.default_rng(seed)
    noisy = data.with_label_noise(label_noise, rng=rng) if label_noise else data
    stops = "patience" in regularizer
    apart = np.random.default_rng([seed, 1])  # the network begins as without a regularizer
    shown = noisy.holdout(HELD_OUT, rng=apart) if stops else noisy
    own = dict(regularizer)
    net = nn.mlp(
        [data.n_features, *hidden, data.n_classes],
        activation=activation,
        dropout=own.pop("dropout", 0.0),
        rng=rng,
    )
    per_epoch = len(shown.x_train) // batch_size
    steps = epochs * per_epoch
    history = fit(
        net,
        shown,
        optim.make(optimizer, learning_rate),
        steps=steps,
        batch_size=batch_size,
        evaluate_at=range(0, steps + 1, per_epoch) if stops else (),
        rng=rng,
        **own,
    )
    best = math.nan if history.best_step is None else history.best_step / per_epoch
    end = {
        "test_accuracy": evaluate(net, data.x_test, data.y_test)[1],
        "train_accuracy": evaluate(net, noisy.x_train, noisy.y_train)[1],
        "right": np.mean(noisy.y_train == data.y_train),
        "epoch": best,
    }
    return {"end": {name: np.array([value], np.float64) for name, value in end.items()}}
