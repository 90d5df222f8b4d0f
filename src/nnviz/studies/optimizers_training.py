"""How fast optimizers train a network, and how much of that is the learning rate."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz.studies.study import Claim, Study
from nnviz.studies.training import Runs, network_of, train_all
from nnviz.train import Dataset, digits

__all__ = ["learning_rates", "optimizers_training"]

NOTES: Mapping[str, float] = {"sgd": 0.01, "momentum": 0.01, "adagrad": 0.01, "adam": 0.001}
"""The learning rates of the notes: untuned."""

RATES = tuple(float(f"{rate:.2g}") for rate in np.geomspace(1e-4, 1, 9))


def optimizers_training(
    data: Dataset | None = None,
    *,
    optimizers: Mapping[str, float] = NOTES,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    steps: int = 2000,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network with several optimizers, each at one learning rate.

    He initialization, batches of 128.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    optimizers : mapping of str to float
        Learning rate by name of the rule, from `optim.RULES`.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    steps : int
        Number of updates.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        Tables ``curves`` (`tables.CURVE`, the setting is the optimizer: loss, accuracy,
        weight_norm and batch_loss, smoothed over 11 mini-batches) and ``summary`` with one row
        per setting and seed: steps_to_0.1, where the smoothed loss falls below 0.1 (NaN:
        never), and test_accuracy.
    """
    data = digits() if data is None else data
    total = _checks.integer("steps", steps, at_least=20)
    shared = _shared(hidden, activation, optimizers, total)
    runs = train_all(
        data,
        [
            ({"setting": name}, {"optimizer": name, "learning_rate": rate})
            for name, rate in optimizers.items()
        ],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=total // 20,
        **shared,
    )
    keys = ["setting", "seed"]
    summary = runs.steps_to(0.1).rename(columns={"value": "steps_to_0.1"})
    accuracy = runs.at(total, "accuracy", "test").rename(columns={"value": "test_accuracy"})
    summary = summary.merge(accuracy, on=keys)
    settings = {
        "data": data.name,
        **shared,
        "learning_rates": dict(optimizers),
        "seeds": seeds,
    }
    claims = _claims(summary) if set(NOTES) <= set(optimizers) else {}
    return Study(
        "optimizers_training", {"curves": runs.curves, "summary": summary}, settings, claims
    )


def _claims(summary: pd.DataFrame) -> dict[str, Claim]:
    steps = summary.groupby("setting")["steps_to_0.1"].mean()
    accuracy = summary.groupby("setting")["test_accuracy"].mean()
    adaptive = max(steps["adagrad"], steps["adam"])
    sooner = steps["sgd"] / steps["momentum"]
    return {
        "momentum is faster than sgd": Claim.at_least(
            f"At the same learning rate, SGD takes {sooner:.1f} times as many steps as Momentum to "
            "a loss of 0.1",
            sooner,
            3.0,
            measured="steps to a loss of 0.1, SGD over Momentum",
        ),
        "adaptive rules begin fast": Claim.at_most(
            "AdaGrad and Adam are faster still at these untuned rates",
            adaptive / steps["momentum"],
            1.0,
        ),
        "all arrive": Claim.at_most(
            "In the end the four differ little in test accuracy",
            accuracy.max() - accuracy.min(),
            0.03,
            measured="difference in test accuracy, best less worst",
        ),
    }


def learning_rates(
    data: Dataset | None = None,
    *,
    optimizers: Sequence[str] = tuple(NOTES),
    rates: Sequence[float] = RATES,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    steps: int = 200,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network with several optimizers at many learning rates.

    Parameters
    ----------
    data, hidden, activation, steps, seeds, n_jobs, fresh
        As in `optimizers_training`.
    optimizers : sequence of str
        Names from `optim.RULES`.
    rates : sequence of float
        The learning rates, the same for each.

    Returns
    -------
    Study
        Tables ``sensitivity`` with one row per setting (the optimizer), learning_rate and seed:
        loss, the training loss at the end (NaN if it diverged), diverged, and test_accuracy;
        and ``best`` with one row per setting: the learning rate of the lowest mean loss, and
        the mean loss and test_accuracy there.
    """
    data = digits() if data is None else data
    total = _checks.integer("steps", steps, at_least=20)
    shared = _shared(hidden, activation, optimizers, total)
    rates = [_checks.positive("rates", rate) for rate in rates]
    runs = train_all(
        data,
        [
            ({"setting": name, "learning_rate": rate}, {"optimizer": name, "learning_rate": rate})
            for name in optimizers
            for rate in rates
        ],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=total,
        **shared,
    )
    table = _sensitivity(runs, total)
    best = _best(table)
    settings = {
        "data": data.name,
        **shared,
        "optimizers": list(optimizers),
        "learning_rates": rates,
        "seeds": seeds,
    }
    claims = _sensitivity_claims(best) if set(NOTES) <= set(optimizers) else {}
    return Study("learning_rates", {"sensitivity": table, "best": best}, settings, claims)


def _shared(
    hidden: Sequence[int], activation: str, optimizers: Iterable[str], steps: int
) -> dict[str, Any]:
    for name in optimizers:
        _checks.one_of("optimizers", name, optim.RULES)
    return {
        **network_of(hidden, activation),
        "init": "he",  # the default, told so that another study's network is found again
        "batch_size": 128,
        "steps": steps,
    }


def _sensitivity(runs: Runs, steps: int) -> pd.DataFrame:
    """Return the state of every run at the end, one row each."""
    keys = ["setting", "learning_rate", "seed"]
    end = runs.curves[runs.curves["step"] == steps].set_index(keys)
    diverged = runs.batches[runs.batches["step"] == steps].set_index(keys)["loss"].isna()
    loss = end[(end["metric"] == "loss") & (end["split"] == "train")]["value"]
    accuracy = end[(end["metric"] == "accuracy") & (end["split"] == "test")]["value"]
    table = pd.DataFrame({"loss": loss, "test_accuracy": accuracy, "diverged": diverged})
    table.loc[table["diverged"] | ~np.isfinite(table["loss"]), "loss"] = np.nan
    return table.reset_index()


def _best(table: pd.DataFrame) -> pd.DataFrame:
    """Return each rule at the learning rate of its lowest mean loss."""
    # A diverged run is worse than any: it counts as infinite.
    ends = table.assign(loss=table["loss"].fillna(np.inf))
    keys = ["setting", "learning_rate"]
    mean = ends.groupby(keys, sort=False)[["loss", "test_accuracy"]].mean().reset_index()
    lowest = mean.groupby("setting", sort=False)["loss"].idxmin()
    return mean.loc[lowest].reset_index(drop=True)


def _sensitivity_claims(best: pd.DataFrame) -> dict[str, Claim]:
    rates, accuracy = best["learning_rate"], best["test_accuracy"]
    apart = accuracy.max() - accuracy.min()
    return {
        "the best rates differ": Claim.at_least(
            "Every optimizer has a best learning rate of its own: they range from "
            f"{rates.min():g} to {rates.max():g}",
            rates.max() / rates.min(),
            10.0,
            measured="best learning rate, highest over lowest",
        ),
        "tuning closes the gap": Claim.at_most(
            "At its own best rate, the slowest of the four comes close to the fastest",
            best["loss"].max(),
            0.1,
            measured="loss of the slowest at its best rate",
        ),
        "alike at their best": Claim.at_most(
            "Each at its own best rate, the rules differ by "
            f"{100 * apart:.1f} percentage points in test accuracy",
            apart,
            0.02,
            measured="best test accuracy less worst",
        ),
    }
