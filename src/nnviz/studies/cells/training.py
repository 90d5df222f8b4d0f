"""One trained network: the cell that several studies share."""

from collections.abc import Mapping, Sequence

import numpy as np

from nnviz import nn, optim
from nnviz.optim import Optimizer
from nnviz.tables.smoothing import smooth
from nnviz.train import Dataset, fit
from nnviz.train.cache import Tables

__all__ = ["train"]

WINDOW = 11
"""Over how many mini-batches a loss is averaged before it is drawn or judged."""


def train(
    *,
    data: Dataset,
    seed: int,
    hidden: Sequence[int],
    init: str | float = "he_normal",
    activation: str = "relu",
    output: str = "identity",
    batch_norm: str | None = None,
    optimizer: str | Optimizer = "sgd",
    learning_rate: float = 0.01,
    weight_decay: float = 0.0,
    batch_size: int = 100,
    steps: int,
    every: int,
) -> Tables:
    """Train one network.

    Parameters
    ----------
    init : str or float
        A name from `nn.INITIALIZERS`, or the standard deviation of all weights.
    optimizer : str or Optimizer
        A name from `optim.RULES`, to be made at `learning_rate`, or a finished rule.
    every : int
        The interval of measurements in steps; the start and the end are always measured.

    The other arguments are those of `nn.mlp`, `optim.make` and `train.fit`.
    """
    rng = np.random.default_rng(seed)
    net = nn.mlp(
        [data.n_features, *hidden, data.n_classes],
        activation=activation,
        output=output,
        init=init if isinstance(init, str) else nn.normal(init),
        batch_norm=batch_norm,
        eps=1e-6,  # the notes': at a weight scale of 1e-4 the variance itself is below 1e-5
        rng=rng,
    )
    history = fit(
        net,
        data,
        optimizer if isinstance(optimizer, Optimizer) else optim.make(optimizer, learning_rate),
        steps=steps,
        batch_size=batch_size,
        weight_decay=weight_decay,
        evaluate_at=[*range(0, steps, every), steps],
        rng=rng,
    )
    smoothed = np.full(steps, np.nan)
    finite = history.batch_loss[: history.diverged_at]
    smoothed[: len(finite)] = smooth(finite, window=WINDOW)
    return {
        "curve": _with_batch_loss(history.curve, smoothed, len(data.x_train) // batch_size),
        "batches": {"step": np.arange(1, steps + 1), "loss": smoothed},
    }


def _with_batch_loss(
    curve: Mapping[str, np.ndarray], smoothed: np.ndarray, steps_per_epoch: int
) -> dict[str, np.ndarray]:
    """Return the curve with rows for the smoothed loss of a hundred mini-batches or all."""
    step = np.arange(1, len(smoothed) + 1)
    step = step[step % max(len(smoothed) // 100, 1) == 0]
    rows = {
        "step": step,
        "epoch": step / steps_per_epoch,
        "split": np.full(len(step), "train"),
        "metric": np.full(len(step), "batch_loss"),
        "value": smoothed[step - 1],
    }
    return {name: np.concatenate([curve[name], rows[name]]) for name in curve}
