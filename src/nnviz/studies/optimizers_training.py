"""How fast optimizers train a network, and how much of that is the learning rate."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies._optimizer_questions import questions_of_optimizers, questions_of_rates
from nnviz.studies._rules import (
    Makers,
    Named,
    cell_of,
    makers_of,
    our_name,
    rates_of,
    rules_of,
)
from nnviz.studies.study import Study, declare
from nnviz.studies.training import Runs, batch_of, data_of, facts_of, network_of, train_all
from nnviz.tables import EACH, RUN, STEP_CURVE, SWEPT
from nnviz.train import Dataset, digits

__all__ = ["learning_rates", "optimizers_training"]

NOTES: Mapping[str, float] = {"sgd": 0.01, "momentum": 0.01, "adagrad": 0.01, "adam": 0.001}
"""The learning rates of the notes: untuned."""

TARGET = 0.1
"""The loss to which steps are counted."""

RATES = tuple(float(f"{rate:.2g}") for rate in np.geomspace(1e-4, 1, 9))

_SCHEMAS = {
    "curves": STEP_CURVE,
    "summary": EACH.extended(
        "summary of a run",
        {
            **RUN,
            "steps_to_target": "updates until the smoothed loss is below 0.1; missing for never",
            "test_accuracy": "at the end",
        },
        label="setting",
        measured="test_accuracy",
    ),
}
_AT_A_RATE = {
    "loss": "training loss at the end; missing if the run diverged",
    "test_accuracy": "at the end",
}
_SCHEMAS_OF_RATES = {
    "sensitivity": SWEPT.extended(
        "loss by rate",
        {
            **RUN,
            **_AT_A_RATE,
            "learning_rate": "of the run",
            "diverged": "whether the loss is not finite",
        },
        label="setting",
        over="learning_rate",
        measured="loss",
        log=["learning_rate", "loss"],
        lowest=True,
    ),
    "best": EACH.extended(
        "best rate",
        {
            "setting": "the optimizer",
            "learning_rate": "the one with the lowest mean loss",
            "at_edge": "whether that is the lowest or the highest of all",
            **_AT_A_RATE,
        },
        label="setting",
        measured="learning_rate",
    ),
    "at_best": EACH.extended(
        "end at the best rate",
        {
            **RUN,
            **_AT_A_RATE,
            "best_rate": "the one with the lowest mean loss",
            "diverged": "whether the loss is not finite",
        },
        label="setting",
        measured="test_accuracy",
    ),
}


@declare(_SCHEMAS)
def optimizers_training(
    data: Dataset | None = None,
    *,
    optimizers: Named = NOTES,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    batch_size: int = 128,
    steps: int = 2000,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network with several optimizers, each at one learning rate.

    He initialization.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    optimizers : mapping of str to float or Optimizer
        Learning rate by name of the rule, from `optim.RULES`; or by any name a rule with all its
        settings, of PyTorch (``partial(torch.optim.Adam, lr=0.3)``) or optax, too.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    batch_size : int
        Rows per update.
    steps : int
        Number of updates.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; the setting is the optimizer, metrics of ``curves`` are loss, accuracy,
        weight_norm and batch_loss, smoothed over 11 mini-batches.
    """
    data = data_of(data, digits)
    total = _checks.integer("steps", steps, at_least=20)
    rules = rules_of(optimizers)
    shared = _shared(data, hidden, activation, batch_size, total)
    runs = train_all(
        data,
        [
            ({"setting": name}, cell_of(name, optimizers[name], rule))
            for name, rule in rules.items()
        ],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=total // 20,
        **shared,
    )
    keys = ["setting", "seed"]
    summary = runs.steps_to(TARGET).rename(columns={"value": "steps_to_target"})
    accuracy = runs.at(total, "accuracy", "test").rename(columns={"value": "test_accuracy"})
    summary = summary.merge(accuracy, on=keys)
    settings = {
        **facts_of(data),
        **shared,
        "learning_rates": rates_of(optimizers),
        "target_loss": TARGET,
        "seeds": seeds,
    }
    found = {"curves": runs.curves, "summary": summary}
    asked = questions_of_optimizers(rates_of(optimizers))
    return Study.asked("optimizers_training", found, settings, asked, _SCHEMAS)


@declare(_SCHEMAS_OF_RATES)
def learning_rates(
    data: Dataset | None = None,
    *,
    optimizers: Makers = tuple(NOTES),
    rates: Sequence[float] = RATES,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    batch_size: int = 128,
    steps: int = 200,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network with several optimizers at many learning rates.

    Parameters
    ----------
    data, hidden, activation, batch_size, steps, seeds, n_jobs, fresh
        As in `optimizers_training`.
    optimizers : sequence of str, or mapping of str to callable
        Names from `optim.RULES`; or by any name what makes a rule of a learning rate,
        such as ``torch.optim.Adam`` and ``optax.adam``.
    rates : sequence of float
        The learning rates, the same for each.

    Returns
    -------
    Study
        The tables below; the setting is the optimizer, and ``at_best`` has the rows of
        ``sensitivity`` at the best rate of each.
    """
    data = data_of(data, digits)
    total = _checks.integer("steps", steps, at_least=20)
    makers = makers_of(optimizers)
    shared = _shared(data, hidden, activation, batch_size, total)
    rates = _checks.sequence("rates", rates, _checks.positive)
    runs = train_all(
        data,
        [
            ({"setting": name, "learning_rate": rate}, cell_of(our_name(make), rate, make(rate)))
            for name, make in makers.items()
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
        **facts_of(data),
        **shared,
        "optimizers": list(makers),
        "learning_rates": rates,
        "seeds": seeds,
    }
    several = len(makers) > 1
    keys = ["setting", "learning_rate"]
    at_best = table.merge(best[keys], on=keys).rename(columns={"learning_rate": "best_rate"})
    found = {"sensitivity": table, "best": best, "at_best": at_best}
    return Study.asked(
        "learning_rates",
        found,
        settings,
        questions_of_rates() if several else [],
        _SCHEMAS_OF_RATES,
    )


def _shared(
    data: Dataset,
    hidden: Sequence[int],
    activation: str,
    batch_size: int,
    steps: int,
) -> dict[str, Any]:
    return {
        **network_of(hidden, activation),
        "init": "he_normal",  # the default, told so that another study's network is found again
        **batch_of(data, batch_size),
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
    best = mean.loc[lowest].reset_index(drop=True)
    tried = table["learning_rate"]
    at_edge = best["learning_rate"].isin([tried.min(), tried.max()])
    return best.assign(at_edge=at_edge.astype(float))
