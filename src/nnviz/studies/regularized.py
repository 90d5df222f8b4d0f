"""Networks trained with a regularizer or without, as the studies of overfitting need them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nnviz import _checks, tables
from nnviz.studies.cells.regularized import Regularizer, train
from nnviz.studies.study import seeds_of
from nnviz.train import Dataset, run_cells

__all__ = ["Regularizer", "judged_at", "last_epochs", "strengths_of", "train_all"]

LAST_EPOCHS = 10
"""Over how many epochs, at most half of all, the end of a run is averaged."""


def strengths_of(weight_decay: float, dropout: float) -> dict[str, float]:
    """Return how strong each regularizer is, checked, by argument."""
    return {
        "weight_decay": _checks.positive("weight_decay", weight_decay),
        "dropout": _checks.fraction("dropout", _checks.positive("dropout", dropout)),
    }


def last_epochs(epochs: int) -> float:
    """Return over how many epochs the end of a run of so many is averaged."""
    return min(LAST_EPOCHS, epochs / 2)


def judged_at(epochs: int, curves: pd.DataFrame) -> pd.DataFrame:
    """Return what each network has come to after so many epochs, mean over the last of them."""
    return tables.final(curves, last=last_epochs(epochs), until=epochs)


def train_all(
    data: Dataset,
    variants: Mapping[str, Regularizer],
    shared: Mapping[str, Any],
    seeds: int,
    n_jobs: int | None,
    fresh: bool,
) -> dict[str, pd.DataFrame]:
    """Train every variant with every seed and return the tables."""
    cells = [
        {"data": data, "seed": seed, "regularizer": dict(regularizer), **shared}
        for regularizer in variants.values()
        for seed in seeds_of(seeds)
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    names = [{"setting": v, "seed": seed} for v in variants for seed in seeds_of(seeds)]
    curves, weights, spreads, labels = (
        tables.from_cells(names, [result[name] for result in results])
        for name in ("curve", "weights", "spreads", "labels")
    )
    by = ["setting", "layer", "left", "right"]
    return {
        "curves": pd.concat([curves, _gap(curves)], ignore_index=True),
        "weights": weights.groupby(by, sort=False)["count"].sum().reset_index(),
        "spreads": spreads,
        "labels": labels,
    }


def _gap(curves: pd.DataFrame) -> pd.DataFrame:
    """Return training minus test accuracy as rows of their own."""
    accuracy = curves[curves["metric"] == "accuracy"]
    keys = ["setting", "seed", "step", "epoch"]
    wide = accuracy.pivot(index=keys, columns="split", values="value").reset_index()
    wide["value"] = wide["train"] - wide["test"]
    return wide[[*keys, "value"]].assign(split="train", metric="gap")
