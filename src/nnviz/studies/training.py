"""One trained network: the cell that the studies of training share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn, optim, tables
from nnviz.optim import Optimizer
from nnviz.studies.study import seeds_of
from nnviz.train import Dataset, fit, run_cells
from nnviz.train.cache import Tables

__all__ = [
    "Runs",
    "batch_of",
    "data_of",
    "descent_of",
    "facts_of",
    "network_of",
    "train",
    "train_all",
]

WINDOW = 11
"""Over how many mini-batches a loss is averaged before it is drawn or judged."""


@dataclass(frozen=True)
class Runs:
    """Networks trained under several settings, with several seeds each.

    Attributes
    ----------
    curves : DataFrame
        A `tables.CURVE` table with the columns that tell the settings apart; beside the
        measurements of `train.fit`, the metric "batch_loss", smoothed, at about a hundred steps.
    batches : DataFrame
        Smoothed loss of every mini-batch, columns ``setting, seed, step, loss``; NaN from where
        a run diverged.
    """

    curves: pd.DataFrame
    batches: pd.DataFrame

    def steps_to(self, loss: float) -> pd.DataFrame:
        """Return the first step at which each run's smoothed loss is below a bound, NaN if never.

        Columns ``setting, seed, value``.
        """
        below = self.batches[self.batches["loss"] < loss]
        first = below.groupby(["setting", "seed"])["step"].min()
        runs = self.batches[["setting", "seed"]].drop_duplicates()
        return runs.join(first.rename("value"), on=["setting", "seed"]).astype({"value": float})

    def loss_at(self, step: int) -> pd.DataFrame:
        """Return the smoothed loss of each run at a step: ``setting, seed, value``."""
        rows = self.batches[self.batches["step"] == step].rename(columns={"loss": "value"})
        return rows[["setting", "seed", "value"]]

    def at(self, step: int, metric: str, split: str) -> pd.DataFrame:
        """Return what was measured of each run at a step: ``setting, seed, value``."""
        rows = self.curves[
            (self.curves["step"] == step)
            & (self.curves["metric"] == metric)
            & (self.curves["split"] == split)
        ]
        return rows[["setting", "seed", "value"]]


def train_all(
    data: Dataset,
    variants: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    *,
    seeds: int,
    n_jobs: int | None,
    fresh: bool,
    **shared: Any,
) -> Runs:
    """Train every variant with every seed.

    Parameters
    ----------
    data : Dataset
        What all of them are trained on.
    variants : sequence of (labels, arguments)
        Labels become columns of the tables, ``setting`` among them; arguments go to `train`.
    seeds, n_jobs, fresh
        As in every study.
    **shared
        The arguments of `train` that all variants have in common.
    """
    runs = [(variant, seed) for variant in variants for seed in seeds_of(seeds)]
    cells = [{"data": data, "seed": seed, **shared, **own} for (_, own), seed in runs]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [{**names, "seed": seed} for (names, _), seed in runs]
    return Runs(
        tables.from_cells(labels, [result["curve"] for result in results]),
        tables.from_cells(labels, [result["batches"] for result in results]),
    )


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
    smoothed[: len(finite)] = tables.smooth(finite, window=WINDOW)
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


def network_of(hidden: Sequence[int], activation: str) -> dict[str, Any]:
    """Return the widths of the hidden layers and their activation, checked, by argument."""
    return {
        "hidden": _checks.sequence("hidden", hidden, _checks.integer, distinct=False),
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
    }


def descent_of(
    data: Dataset, optimizer: str, learning_rate: float, batch_size: int
) -> dict[str, Any]:
    """Return how a network is trained, checked, by argument."""
    return {
        "optimizer": optim.RULES.named("optimizer", optimizer),
        "learning_rate": _checks.positive("learning_rate", learning_rate),
        **batch_of(data, batch_size),
    }


def batch_of(data: Dataset, batch_size: int, *, held_out: float = 0.0) -> dict[str, int]:
    """Return how many rows an update takes, checked against those that there are."""
    rows = len(data.x_train) - max(1, round(held_out * len(data.x_train))) * bool(held_out)
    if _checks.integer("batch_size", batch_size) > rows:
        raise _checks.fail("batch_size", f"at most {rows}, the number of training rows", batch_size)
    return {"batch_size": int(batch_size)}


def data_of(data: Dataset | None, default: Callable[[], Dataset]) -> Dataset:
    """Return the data of a study: those given, checked, or its own."""
    if data is None:
        return default()
    if not isinstance(data, Dataset):
        raise TypeError(f"data must be a Dataset, as from train.load or from_csv; got {data!r:.80}")
    return data


def facts_of(data: Dataset) -> dict[str, Any]:
    """Return what a study's settings say of its data."""
    return {"data": data.name, "n_train": len(data.x_train), "n_test": len(data.x_test)}
