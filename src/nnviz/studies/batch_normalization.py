"""Batch normalization: at which weight scales a network learns with it, and without."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies._one_rule import OneRule
from nnviz.studies.claims import SHARE, SHARES_APART, Bound, Question
from nnviz.studies.measures import Best, Difference, Extreme, Pick, Ratio, Share
from nnviz.studies.study import Study, declare
from nnviz.studies.training import Runs, data_of, descent_of, facts_of, network_of, train_all
from nnviz.tables import CURVE, RUN, SWEPT
from nnviz.train import Dataset, digits

__all__ = ["batch_normalization"]

SCALES = tuple(float(f"{scale:.3g}") for scale in np.logspace(0, -4, 16))
PLACES = {
    "no batch norm": None,
    "batch norm before activation": "before",
    "batch norm after activation": "after",
}


LEARNS = 0.8
"""From this training accuracy on a network has learned."""

_SCALE = {"scale": "standard deviation of initial weights"}
_SCHEMAS = {
    "curves": CURVE.extended(
        "curve by scale",
        {"scale": "standard deviation of the initial weights"},
        undrawn="a figure for each of many scales; the summary has their ends",
    ),
    "summary": SWEPT.extended(
        "summary of a run",
        {
            **RUN,
            "scale": "standard deviation of the initial weights",
            "test_accuracy": "at the end",
            "train_accuracy": "at the end",
            "gap": "training accuracy less test accuracy, at the end",
            "average_accuracy": "training accuracy, mean over all measurements",
            "learns": "whether training accuracy reaches 0.8",
            "diverged": "whether the loss is not finite",
        },
        label="setting",
        over="scale",
        measured="train_accuracy",
        log=["scale"],
        display=_SCALE,
    ),
    "overfitting": SWEPT.extended(
        "gap by scale",
        {
            **RUN,
            "scale": "standard deviation of the initial weights",
            "value": "training accuracy less test accuracy, at the end",
            "both_learn": "whether both networks learn at this scale, in the mean over seeds",
        },
        label="setting",
        over="scale",
        measured="value",
        log=["scale"],
        lowest=True,
        display={**_SCALE, "value": "training accuracy less test accuracy"},
        units={"value": "points"},
    ),
}


@declare(_SCHEMAS)
def batch_normalization(
    data: Dataset | None = None,
    *,
    scales: Sequence[float] = SCALES,
    hidden: Sequence[int] = (100,) * 5,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.01,
    batch_size: int = 100,
    epochs: int = 20,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train with and without batch normalization from many scales of initial weights.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    scales : sequence of float
        Standard deviations of all initial weights.
    hidden, activation, optimizer, learning_rate, batch_size
        As in `overfitting`.
    epochs : int
        Passes over the training set.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; settings "no batch norm", "batch norm before activation" and "batch norm
        after activation", ``overfitting`` of the first two.
    """
    data = data_of(data, digits)
    shared = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
    }
    per_epoch = max(len(data.x_train) // batch_size, 1)
    shared["steps"] = _checks.integer("epochs", epochs) * per_epoch
    scales = _checks.sequence("scales", scales, _checks.positive)
    runs = train_all(
        data,
        [
            ({"setting": name, "scale": scale}, {"batch_norm": place, "init": scale})
            for name, place in PLACES.items()
            for scale in scales
        ],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=4 * per_epoch,  # measuring costs as much as six updates
        **shared,
    )
    summary = _summary(runs)
    settings = {
        **facts_of(data),
        **shared,
        "epochs": epochs,
        "scales": scales,
        "learns_from": LEARNS,
        "seeds": seeds,
    }
    found = {"curves": runs.curves, "summary": summary, "overfitting": _where_both_learn(summary)}
    return Study.asked("batch_normalization", found, settings, _questions(data), _SCHEMAS)


def _summary(runs: Runs) -> pd.DataFrame:
    keys = ["setting", "scale", "seed"]
    accuracy = runs.curves[runs.curves["metric"] == "accuracy"]
    end = accuracy[accuracy["step"] == accuracy["step"].max()]
    table = end.pivot(index=keys, columns="split", values="value").add_suffix("_accuracy")
    table["gap"] = table["train_accuracy"] - table["test_accuracy"]
    training = accuracy[accuracy["split"] == "train"]
    table["average_accuracy"] = training.groupby(keys)["value"].mean()
    last = runs.batches[runs.batches["step"] == runs.batches["step"].max()]
    table["learns"] = table["train_accuracy"] >= LEARNS
    table["diverged"] = last.set_index(keys)["loss"].isna()
    return table.loc[list(PLACES)].rename_axis(columns=None).reset_index()


def _where_both_learn(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps with it and without, and whether both learn there, so that they can."""
    plain, first, _ = PLACES
    mean = summary.groupby(["setting", "scale"])["train_accuracy"].mean().unstack("setting")
    both = mean.index[(mean[plain] >= LEARNS) & (mean[first] >= LEARNS)]
    rows = summary[summary["setting"].isin([plain, first])].reset_index(drop=True)
    gaps = rows[["setting", "scale", "seed", "gap"]].rename(columns={"gap": "value"})
    return gaps.assign(both_learn=rows["scale"].isin(both))


def _questions(data: Dataset) -> list[Question]:
    plain, first, last = PLACES

    def of(setting: str, value: str) -> Pick:
        return Pick("summary", value, {"setting": setting})

    def gap(setting: str) -> Pick:
        return Pick("overfitting", where={"setting": setting, "both_learn": True})

    return [
        Question(
            "learns somewhere",
            "training accuracy at the weight scale and place where it is highest",
            Extreme(Best([of(place, "train_accuracy") for place in PLACES], "max"), "scale", "max"),
            Bound.at_least(LEARNS),
            "At a weight scale of {at:g} the network learns: its training accuracy is {number:.0%}",
            "At no weight scale does the network learn: its training accuracy is {number:.0%} at "
            "most",
        ),
        Question(
            "learns at more scales",
            "share of weight scales at which it learns, with batch normalization minus without",
            Difference(of(first, "learns"), of(plain, "learns")),
            Bound.at_least(0.3),
            "With batch normalization before the activation {a:.0%} of the networks learn, over "
            "all weight scales and seeds, without it {b:.0%}",
            "Batch normalization before the activation does not let a network learn at {bound:.0%} "
            "more of the weight scales: it does at {a:.0%}, without it at {b:.0%}",
            unit="points",
            possible=SHARES_APART,
            given=("learns somewhere",),
        ),
        Question(
            "higher on average",
            "training accuracy averaged over the weight scales, with batch normalization divided "
            "by without",
            Ratio(of(first, "train_accuracy"), of(plain, "train_accuracy")),
            Bound.at_least(2.0),
            "Averaged over the weight scales, batch normalization raises training accuracy from "
            "{b:.0%} to {a:.0%}",
            "Averaged over the weight scales, batch normalization does not multiply training "
            "accuracy by {bound}: it is {a:.0%}, without it {b:.0%}",
        ),
        Question(
            "either place",
            "training accuracy averaged over the weight scales, in the worse place minus without",
            Difference(
                Best([of(first, "train_accuracy"), of(last, "train_accuracy")], "min"),
                of(plain, "train_accuracy"),
            ),
            Bound.at_least(0.3),
            "Before or after the activation, batch normalization gains at least {number}, on "
            "average over the weight scales",
            "Batch normalization does not add {bound} in either place: on average over the weight "
            "scales the worse of the two reaches {a:.0%}, none {b:.0%}",
            unit="points",
            resolution=1 / len(data.x_train),
        ),
        Question(
            "learns faster",
            "share of weight scales at which training accuracy, averaged over the epochs, is "
            "higher with batch normalization",
            Share(of(first, "average_accuracy"), of(plain, "average_accuracy"), "scale"),
            Bound.at_least(0.8),
            "With batch normalization before the activation a network learns faster at "
            "{number:.0%} of the weight scales",
            "With batch normalization before the activation a network learns faster at only "
            "{number:.0%} of the weight scales, less than {bound:.0%}",
            unit="%",
            possible=SHARE,
            given=("learns somewhere",),
        ),
        Question(
            "not always better",
            "training accuracy at the weight scale where it helps least, with minus without",
            Extreme(of(first, "train_accuracy"), "scale", "min", of(plain, "train_accuracy")),
            Bound.at_most(-0.05),
            "Batch normalization is not always better: at a weight scale of {at:g}, training "
            "accuracy is {a:.1%} with it and {b:.1%} without",
            "Batch normalization costs {bound.size} of training accuracy at none of the weight "
            "scales: at worst, at {at:g}, it is {a:.1%} with it and {b:.1%} without",
            unit="points",
            resolution=1 / len(data.x_train),
        ),
        Question(
            "does not suppress overfitting",
            "training minus test accuracy where it widens most, with batch normalization minus "
            "without",
            Extreme(gap(first), "scale", "max", gap(plain)),
            Bound.at_least(0.01),
            "Batch normalization does not always suppress overfitting: at a weight scale of "
            "{at:g} it widens the gap from {b.bare} to {a}",
            "Where both networks learn, batch normalization widens the gap between training and "
            "test accuracy by {bound} nowhere: at most, at a weight scale of {at:g}, it is {a} "
            "with it and {b} without",
            unit="points",
            resolution=1 / len(data.x_test),
            missing="at no weight scale do both networks learn",
        ),
    ]
