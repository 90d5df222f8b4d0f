"""Weight decay and dropout on digits with wrong labels, trained before the page is opened."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from nnviz import studies, train
from nnviz.studies import Study

__all__ = ["DROPOUTS", "SETTINGS", "WEIGHT_DECAYS", "regularizers"]

WEIGHT_DECAYS, DROPOUTS = (0.01, 0.03, 0.1), (0.1, 0.2, 0.4)
"""The strengths between which the page chooses, beside none."""

ROWS = 300
"""Digits that are learned."""

SETTINGS: dict[str, Any] = {
    "hidden": (50, 50),
    "optimizer": "momentum",
    "learning_rate": 0.02,
    "batch_size": 50,
    "epochs": 60,
}
"""Of `studies.noisy_labels`: networks small enough that all are trained in a minute."""

_KEYS = {
    (False, False): ["overfits"],
    (True, False): ["weight decay helps", "weight decay helps in nearly every seed"],
    (False, True): ["dropout helps", "dropout helps in nearly every seed"],
    (True, True): ["both is too much", "weight decay helps", "dropout helps"],
}
"""The claims that are told, by whether there is weight decay and dropout, the first as title."""


def regularizers(
    weight_decays: Sequence[float] = WEIGHT_DECAYS,
    dropouts: Sequence[float] = DROPOUTS,
    *,
    seeds: int = 5,
    n_jobs: int | None = None,
) -> dict[str, Any]:
    """Return accuracy by epoch and what was found, for each pair of strengths.

    Each pair is one call of `studies.noisy_labels`, whose cells they share.
    """
    data = train.digits(ROWS)
    found = {
        (decay, drop): studies.noisy_labels(
            data, weight_decay=decay, dropout=drop, seeds=seeds, n_jobs=n_jobs, **SETTINGS
        )
        for decay in weight_decays
        for drop in dropouts
    }
    return {
        "rows": ROWS,
        "seeds": seeds,
        "label_noise": next(iter(found.values())).settings["label_noise"],
        "settings": dict(SETTINGS),
        "weight_decays": [0, *weight_decays],
        "dropouts": [0, *dropouts],
        "cells": [
            [
                _cell(found[decay or weight_decays[0], drop or dropouts[0]], decay, drop)
                for drop in (0, *dropouts)
            ]
            for decay in (0, *weight_decays)
        ],
    }


def _cell(study: Study, decay: float, drop: float) -> dict[str, Any]:
    """Return curves and claims of one pair of strengths, of which either may be 0."""
    names = list(study.settings["regularizers"])  # none, weight decay, dropout, both
    setting = names[bool(decay) + 2 * bool(drop)]
    curves = study.table("curves")
    own = curves[(curves["setting"] == setting) & (curves["metric"] == "accuracy")]
    claims = [study.claim(key) for key in _KEYS[bool(decay), bool(drop)]]
    return {
        "epochs": sorted(own["epoch"].unique().tolist()),
        "curves": {split: _bands(rows) for split, rows in own.groupby("split", sort=False)},
        "claims": [{"verdict": claim.verdict, "statement": claim.statement} for claim in claims],
    }


def _bands(rows: pd.DataFrame) -> dict[str, list[float]]:
    """Return mean, lowest and highest value over the seeds, by epoch."""
    by_epoch = rows.groupby("epoch")["value"].agg(["mean", "min", "max"]).round(4)
    return {name: by_epoch[name].tolist() for name in by_epoch}
