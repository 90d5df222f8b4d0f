"""What initial weights do to the training that follows."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies.study import Claim, Study
from nnviz.studies.training import Runs, network_of, train_all
from nnviz.train import Dataset, digits

__all__ = ["initialization_training"]

INITIALIZERS: Mapping[str, str | float] = {"std 0.01": 0.01, "Xavier": "xavier", "He": "he"}


def initialization_training(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    initializers: Mapping[str, str | float] = INITIALIZERS,
    steps: int = 2000,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network from differently scaled initial weights.

    SGD at 0.01, batches of 128.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    initializers : mapping of str to (str or float)
        By what is written in a figure: a name from `nn.INITIALIZERS`, or the standard
        deviation of all weights.
    steps : int
        Number of updates.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        Tables ``curves`` (`tables.CURVE`: loss, accuracy, weight_norm, and batch_loss, the
        smoothed loss of the mini-batches) and ``summary`` with one row per setting and seed:
        loss_early and loss, of the mini-batches at a quarter of the steps and at the end,
        steps_to_1, where that loss falls below 1 (NaN: never), and test_accuracy.
    """
    data = digits() if data is None else data
    total = _checks.integer("steps", steps, at_least=20)
    shared = {
        **network_of(hidden, activation),
        "optimizer": "sgd",
        "learning_rate": 0.01,
        "batch_size": 128,
        "steps": total,
    }
    runs = train_all(
        data,
        [({"setting": name}, {"init": init}) for name, init in initializers.items()],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=total // 20,
        **shared,
    )
    summary = _summary(runs, total)
    settings = {
        "data": data.name,
        **shared,
        "initializers": dict(initializers),
        "seeds": seeds,
    }
    claims = _claims(summary, data.n_classes) if set(INITIALIZERS) <= set(initializers) else {}
    return Study(
        "initialization_training", {"curves": runs.curves, "summary": summary}, settings, claims
    )


def _summary(runs: Runs, steps: int) -> pd.DataFrame:
    columns = {
        "loss_early": runs.loss_at(steps // 4),
        "loss": runs.loss_at(steps),
        "steps_to_1": runs.steps_to(1.0),
        "test_accuracy": runs.at(steps, "accuracy", "test"),
    }
    keys = ["setting", "seed"]
    parts = [table.set_index(keys)["value"].rename(name) for name, table in columns.items()]
    return pd.concat(parts, axis=1).reset_index()


def _claims(summary: pd.DataFrame, n_classes: int) -> dict[str, Claim]:
    mean = summary.groupby("setting").mean()
    slow = mean.loc["Xavier", "steps_to_1"] / mean.loc["He", "steps_to_1"]
    return {
        "small weights do not learn": Claim.at_least(
            "From weights of standard deviation 0.01, the network has not begun to learn",
            mean.loc["std 0.01", "loss"] / np.log(n_classes),  # 1: no better than guessing
            0.95,
        ),
        "he is faster than xavier": Claim.at_least(
            "A ReLU network learns sooner from He initialization than from Xavier's",
            slow,
            2.0,
            measured="steps to a loss of 1, Xavier over He",
        ),
        "both arrive": Claim.at_most(
            "Given enough steps, Xavier and He reach nearly the same test accuracy",
            mean.loc["He", "test_accuracy"] - mean.loc["Xavier", "test_accuracy"],
            0.03,
            measured="difference in test accuracy, He less Xavier",
        ),
    }
