"""Batch normalization: at which weight scales a network learns with it, and without."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies.study import Claim, Study
from nnviz.studies.training import Runs, network_of, train_all
from nnviz.train import Dataset, digits

__all__ = ["batch_normalization"]

SCALES = tuple(float(f"{scale:.3g}") for scale in np.logspace(0, -4, 16))
PLACES = {
    "no batch norm": None,
    "batch norm before activation": "before",
    "batch norm after activation": "after",
}


def batch_normalization(
    data: Dataset | None = None,
    *,
    scales: Sequence[float] = SCALES,
    hidden: Sequence[int] = (100,) * 5,
    activation: str = "relu",
    epochs: int = 20,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train with and without batch normalization from many scales of initial weights.

    SGD at 0.01, batches of 100.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    scales : sequence of float
        Standard deviations of all initial weights.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    epochs : int
        Passes over the training set.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        Tables ``curves`` (`tables.CURVE`, with the column ``scale``; settings "no batch norm",
        "batch norm before activation" and "batch norm after activation") and ``summary`` with
        one row per setting, scale and seed: train_accuracy, test_accuracy and gap at the end,
        average_accuracy, that on the training rows averaged over all measurements (the higher,
        the sooner it learned), and diverged.
    """
    data = digits() if data is None else data
    per_epoch = max(len(data.x_train) // 100, 1)
    shared = {
        **network_of(hidden, activation),
        "optimizer": "sgd",
        "learning_rate": 0.01,
        "batch_size": 100,
        "steps": _checks.integer("epochs", epochs) * per_epoch,
    }
    scales = [_checks.positive("scales", scale) for scale in scales]
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
        "data": data.name,
        **shared,
        "epochs": epochs,
        "scales": scales,
        "seeds": seeds,
    }
    return Study(
        "batch_normalization",
        {"curves": runs.curves, "summary": summary},
        settings,
        _claims(summary),
    )


def _summary(runs: Runs) -> pd.DataFrame:
    keys = ["setting", "scale", "seed"]
    accuracy = runs.curves[runs.curves["metric"] == "accuracy"]
    end = accuracy[accuracy["step"] == accuracy["step"].max()]
    table = end.pivot(index=keys, columns="split", values="value").add_suffix("_accuracy")
    table["gap"] = table["train_accuracy"] - table["test_accuracy"]
    training = accuracy[accuracy["split"] == "train"]
    table["average_accuracy"] = training.groupby(keys)["value"].mean()
    last = runs.batches[runs.batches["step"] == runs.batches["step"].max()]
    table["diverged"] = last.set_index(keys)["loss"].isna()
    return table.loc[list(PLACES)].rename_axis(columns=None).reset_index()


def _claims(summary: pd.DataFrame) -> dict[str, Claim]:
    means = summary.drop(columns="seed").groupby(["setting", "scale"]).mean()
    train = means["train_accuracy"].unstack("setting")
    average = means["average_accuracy"].unstack("setting")
    gap = means["gap"].unstack("setting")
    plain, first, last = PLACES
    without, before, after = train[plain], train[first], train[last]
    best = float(without.idxmax())
    # Where one of the two learns nothing there is nothing to overfit.
    wider = (gap[first] - gap[plain])[(without >= 0.8) & (before >= 0.8)]
    return {
        "learns at more scales": Claim.at_least(
            f"With batch normalization a network learns at {(before >= 0.8).sum()} of "
            f"{len(before)} weight scales, without it at {(without >= 0.8).sum()}",
            (before >= 0.8).mean() - (without >= 0.8).mean(),
            0.3,
            measured="difference of the shares",
        ),
        "higher on average": Claim.at_least(
            "Averaged over all scales, batch normalization multiplies training accuracy",
            before.mean() / without.mean(),
            2.0,
        ),
        "either place": Claim.at_least(
            "Before or after the activation: either place beats none on average over the scales",
            min(before.mean(), after.mean()) - without.mean(),
            0.3,
        ),
        "learns faster": Claim.at_least(
            "With batch normalization a network learns faster at most weight scales",
            (average[first] > average[plain]).mean(),
            0.8,
        ),
        "not always better": Claim.at_most(
            f"Batch normalization is not always better: at {best:g}, the best weight scale without "
            "it, the network learns less with it",
            before[best] - without[best],
            -0.05,
            measured="difference in training accuracy",
        ),
        "does not suppress overfitting": Claim.at_least(
            "Batch normalization does not suppress overfitting: where both networks learn, the gap "
            f"changes by {_changes(wider)}",
            wider.max(),
            0.02,
            measured="by how much the gap is wider there, at most",
        ),
    }


def _changes(gap: "pd.Series[float]") -> str:
    """Return two changes one by one, of more the least and the greatest."""
    few = gap if len(gap) <= 2 else gap.agg(["min", "max"])
    joint = " and " if len(gap) <= 2 else " to "
    return joint.join(f"{change:+.2f}".replace("-", "−") for change in few)
