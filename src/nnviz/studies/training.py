"""Trained networks, as the studies of training need them, and what their settings must be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nnviz import _checks, nn, tables
from nnviz.optim.registry import Maker
from nnviz.studies._one_rule import OneRule, rule_of
from nnviz.studies.cells.training import train
from nnviz.studies.study import seeds_of
from nnviz.train import Dataset, run_cells

__all__ = [
    "Runs",
    "batch_of",
    "data_of",
    "descent_of",
    "facts_of",
    "network_of",
    "train_all",
]


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


def network_of(hidden: Sequence[int], activation: str) -> dict[str, Any]:
    """Return the widths of the hidden layers and their activation, checked, by argument."""
    return {
        "hidden": _checks.sequence("hidden", hidden, _checks.integer, distinct=False),
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
    }


def descent_of(
    data: Dataset, optimizer: OneRule | Maker, learning_rate: float, batch_size: int
) -> dict[str, Any]:
    """Return how a network is trained, checked, by argument."""
    return {**rule_of(optimizer, learning_rate), **batch_of(data, batch_size)}


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
