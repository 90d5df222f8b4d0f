"""The first layer's weights as pictures, before and after training, with and without decay."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, tables
from nnviz.studies._one_rule import OneRule
from nnviz.studies._pictures import border_share, neighbour_correlation, pixels, shape_of
from nnviz.studies.cells.first_layer_weights import train
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Deviation, Difference, Level, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import EACH, OUTCOME, PICTURE, RUN
from nnviz.train import Dataset, digits, run_cells
from nnviz.train.cache import Tables

__all__ = ["first_layer_weights"]

BEFORE = "before training"
SHOWN = 16
"""How many units are drawn."""

_SCHEMAS = {
    "pictures": PICTURE,
    "ends": OUTCOME.extended("outcome with the border", units={"border_share": "%"}),
    "blank": EACH.extended(
        "weights on blank pixels",
        {
            **RUN,
            "change": "largest change of a weight on a pixel that is blank in all training rows",
            "left": "norm of those weights over that before training",
            "theory": "what the rule of SGD says of it",
        },
        label="setting",
        measured="left",
        display={"left": "norm of the weights on blank pixels, over that before"},
    ),
}


@declare(_SCHEMAS)
def first_layer_weights(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (50,),
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.1,
    batch_size: int = 50,
    weight_decay: float = 0.01,
    epochs: int = 100,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Look at the weights of each unit of the first layer as a picture.

    Parameters
    ----------
    data : Dataset, optional
        Pictures, whose shape it declares. By default, all of `digits`.
    hidden, activation, optimizer, learning_rate, batch_size
        As in `overfitting`.
    weight_decay : float
        Strength; the other setting has none.
    epochs : int
        Passes over the training set.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; settings "before training", "none" and one with weight decay.
        ``pictures`` are the weights of the first 16 units of the first seed; metrics of ``ends``
        are accuracy, neighbour_correlation, Moran's I of neighbouring weights, and border_share,
        what the outermost pixels have of the squares of all weights.

    Raises
    ------
    ValueError
        If the data declare no shape, or an argument breaks its rule.
    """
    data = data_of(data, digits)
    strength = _checks.positive("weight_decay", weight_decay)
    variants = {"none": 0.0, f"weight decay {strength:g}": strength}
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
    }
    shared["steps"] = _checks.integer("epochs", epochs) * (len(data.x_train) // batch_size)
    rate = learning_rate if shared["learning_rate"] == learning_rate else math.nan  # its own
    shape = shape_of(data)
    runs = [(name, seed) for name in variants for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "seed": seed, "weight_decay": variants[name], **shared}
        for name, seed in runs
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    pictures, ends, blank = [], [], []
    for (name, seed), result in zip(runs, results, strict=True):
        first, untrained = seed == runs[0][1], name == "none"
        for setting, when in ((BEFORE, "before"), (name, "after")):
            if when == "after" or untrained:  # before training, all settings are the same
                weights = result[when]["weights"].reshape(-1, data.n_features)
                ends.append(_measured(setting, seed, weights, result[when]["accuracy"][0], shape))
                if first:
                    pictures.append(pixels(weights[:SHOWN], shape).assign(setting=setting))
        theory = (1 - rate * variants[name]) ** shared["steps"]
        blank.append({"setting": name, "seed": seed, **_on_blank(data, result), "theory": theory})
    found = {
        "pictures": pd.concat(pictures, ignore_index=True)[list(tables.PICTURE.columns)],
        "ends": _in_order(pd.concat(ends), [BEFORE, *variants]),
        "blank": pd.DataFrame(blank),
    }
    settings = {
        **facts_of(data),
        "shape": list(shape),
        **shared,
        "epochs": epochs,
        "weight_decay": strength,
        "settings": [BEFORE, *variants],
        "seeds": seeds,
    }
    asked = _questions(data, *variants, is_sgd=shared["optimizer"] == "sgd")
    return Study.asked("first_layer_weights", found, settings, asked, _SCHEMAS)


def _measured(
    setting: str, seed: int, weights: np.ndarray, accuracy: float, shape: tuple[int, int]
) -> pd.DataFrame:
    numbers = {
        "accuracy": ("test", accuracy),
        "neighbour_correlation": ("train", neighbour_correlation(weights, shape)),
        "border_share": ("train", border_share(weights, shape)),
    }
    rows = [(setting, seed, split, metric, value) for metric, (split, value) in numbers.items()]
    return pd.DataFrame(rows, columns=["setting", "seed", "split", "metric", "value"])


def _in_order(table: pd.DataFrame, settings: list[str]) -> pd.DataFrame:
    order = table["setting"].map(settings.index)
    return table.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _on_blank(data: Dataset, result: Tables) -> dict[str, float]:
    """Return what becomes of the weights on pixels that are blank in all training rows."""
    blank = ~data.x_train.any(axis=0)
    if not blank.any():
        return {"change": float("nan"), "left": float("nan")}
    before, after = (
        result[when]["weights"].reshape(-1, data.n_features)[:, blank].astype(np.float64)
        for when in ("before", "after")
    )
    return {
        "change": float(np.abs(after - before).max()),
        "left": float(np.linalg.norm(after) / np.linalg.norm(before)),
    }


def _questions(data: Dataset, plain: str, decayed: str, *, is_sgd: bool) -> list[Question]:
    def of(setting: str, metric: str) -> Pick:
        return Pick("ends", where={"setting": setting, "metric": metric})

    kind = {"kind": "weight decay"}
    none_blank = "no pixel is blank in all training rows"
    asked = [
        Question(
            "learns",
            "test accuracy without a regularizer, after training minus before",
            Difference(of(plain, "accuracy"), of(BEFORE, "accuracy")),
            Bound.at_least(0.3),
            "After {epochs} epochs the network is right on {a:.0%} of the test rows, before "
            "training on {b:.0%}",
            "After {epochs} epochs the network has not gained {bound}: it is right on {a:.0%} of "
            "the test rows, before training on {b:.0%}",
            unit="points",
            resolution=1 / len(data.x_test),
        ),
        Question(
            "neighbours become alike",
            "correlation of neighbouring weights without a regularizer, after training minus "
            "before",
            Difference(of(plain, "neighbour_correlation"), of(BEFORE, "neighbour_correlation")),
            Bound.at_least(0.05),
            "Training makes weights of neighbouring pixels alike: their correlation goes from "
            "{b:.2f} to {a:.2f}",
            "Training does not make weights of neighbouring pixels alike by {bound}: their "
            "correlation goes from {b:.2f} to {a:.2f}",
            given=("learns",),
        ),
        Question(
            "weight decay clears",
            "correlation of neighbouring weights after training, with {kind} minus without",
            Difference(of(decayed, "neighbour_correlation"), of(plain, "neighbour_correlation")),
            Bound.at_least(0.05),
            "With {kind} the first layer's weights end smoother: those of neighbouring pixels "
            "correlate with {a:.2f}, without it with {b:.2f}",
            "{kind} does not raise the correlation of weights of neighbouring pixels by {bound}: "
            "it ends at {a:.2f}, without it at {b:.2f}",
            subjects=kind,
            given=("learns",),
        ),
        Question(
            "border fades",
            "share of the outermost pixels in the squares of the weights, with {kind} divided by "
            "before training",
            Ratio(of(decayed, "border_share"), of(BEFORE, "border_share")),
            Bound.at_most(0.8),
            "With {kind} the weights leave the border: its share of their squares goes from "
            "{b:.0%} to {a:.0%}",
            "With {kind} the border does not come down to {bound:.0%} of its share in the squares "
            "of the weights: that goes from {b:.0%} to {a:.0%}",
            unit="%",
            subjects=kind,
            given=("learns",),
        ),
        Question(
            "blank pixels stand still",
            "largest change of a weight on a pixel that is always blank, without a regularizer",
            Level(Pick("blank", "change", {"setting": plain})),
            Bound.at_most(0.0),
            "Without a regularizer, weights on pixels that are always blank stay what they were "
            "drawn as",
            "Without a regularizer, weights on pixels that are always blank change by up to "
            "{number}",
            missing=none_blank,
        ),
    ]
    if is_sgd:
        asked.append(
            Question(
                "blank pixels decay",
                "norm of the weights on pixels that are always blank, with {kind}, divided by what "
                "the rule leaves: largest deviation",
                Deviation(
                    Pick("blank", "left", {"setting": decayed}),
                    Pick("blank", "theory", {"setting": decayed}),
                    "setting",
                ),
                Bound.at_most(1e-4),
                "On pixels that are always blank {kind} alone is at work: each of {steps} updates "
                "takes {learning_rate} times {weight_decay} of the weights",
                "On pixels that are always blank, weights are not what {kind} alone would leave "
                "after {steps} updates, but {number} off",
                unit="%",
                subjects=kind,
                missing=none_blank,
            )
        )
    return asked
