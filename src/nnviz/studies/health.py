"""What a recorder sees in networks that learn, and in one whose learning rate is too large."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks, tables
from nnviz.nn.initializers import initializer_name
from nnviz.studies._health_questions import questions_of, setting_of
from nnviz.studies._one_rule import OneRule, maker_of
from nnviz.studies.cells.health import train
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import batch_of, data_of, facts_of, network_of
from nnviz.tables import HISTOGRAM, OUTCOME, PROGRESS, QUANTILE, RUN, STATISTIC, STEP_CURVE
from nnviz.train import Dataset, digits, run_cells

__all__ = ["health"]

RATES = (0.001, 0.1, 1.0)
"""Too small, good, and too large for the default network."""


_SCHEMAS = {
    "progress": PROGRESS.extended("progress of runs", RUN, panels="setting"),
    "updates": STEP_CURVE,
    "quantiles": QUANTILE.extended(
        "quantiles of runs",
        {**RUN, "not_finite": "number of values that are not finite"},
        panels="setting",
        part="layer",
        measured="activation",
    ),
    "depth": STATISTIC.extended("statistic by rate", {"rate": "learning rate of the run"}),
    "histograms": HISTOGRAM.extended("histogram before the activation", measured="preactivation"),
    "below_zero": STATISTIC.extended("statistic below zero", units={"below_zero": "%"}),
    "accuracy": OUTCOME.extended("outcome at a step", {"step": "number of updates"}),
}


@declare(_SCHEMAS)
def health(
    data: Dataset | None = None,
    *,
    learning_rates: Sequence[float] = RATES,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    init: str = "he_normal",
    optimizer: OneRule = "sgd",
    batch_size: int = 100,
    steps: int = 300,
    every: int = 3,
    seeds: int = 5,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Record networks that differ only in their learning rate: too small, good, too large.

    Everything is counted in full at every recorded step.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    learning_rates : sequence of float
        One setting each; all different.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    init : str
        A name from `nn.INITIALIZERS`.
    optimizer : str or callable
        A name from `optim.RULES`, or what makes a rule of a learning rate, PyTorch's and
        optax's included.
    batch_size : int
        Rows per update.
    steps : int
        Number of updates.
    every : int
        The interval of recorded steps.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; a setting is a rate, such as "rate 0.1". Metrics of ``progress`` are
        dead, update_to_weight and gradient, the norm of the weights' gradient; ``updates`` is the
        mean of update_to_weight over the layers. ``quantiles`` and ``histograms`` are of what the
        activation functions are fed, the latter at the end, or before the run diverged, of all
        seeds, and ``below_zero`` the share of that which lies below 0. ``depth`` is the norm of
        the weights' gradient in the first and last recorded steps, ``accuracy`` that on the test
        set.
    """
    data = data_of(data, digits)
    rates = _checks.sequence("learning_rates", learning_rates, _checks.positive)
    shared = {
        **network_of(hidden, activation),
        "init": initializer_name("init", init),
        "optimizer": maker_of(optimizer),
        **batch_of(data, batch_size),
        "steps": _checks.integer("steps", steps),
        "every": _checks.integer("every", every),
    }
    labels = [{"setting": setting_of(r), "seed": seed} for r in rates for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "seed": seed, "learning_rate": rate, **shared}
        for rate in rates
        for seed in seeds_of(seeds)
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)

    def gathered(name: str) -> pd.DataFrame:
        return tables.from_cells(labels, [result[name] for result in results])

    progress, histograms = gathered("progress"), gathered("histograms")
    by = ["setting", "layer", "left", "right"]
    found = {
        "progress": progress,
        "updates": _updates(progress),
        "quantiles": gathered("quantiles"),
        "depth": _depth(progress),
        "histograms": histograms.groupby(by, sort=False)["count"].sum().reset_index(),
        "below_zero": _below_zero(histograms, activation),
        "accuracy": gathered("accuracy"),
    }
    settings = {**facts_of(data), **shared, "learning_rates": rates, "seeds": seeds}
    return Study.asked("health", found, settings, questions_of(data, rates, activation), _SCHEMAS)


def _updates(progress: pd.DataFrame) -> pd.DataFrame:
    rows = progress[progress["metric"] == "update_to_weight"]
    mean = rows.groupby(["setting", "seed", "step"], sort=False)["value"].mean().reset_index()
    return mean.assign(epoch=np.nan, split="train", metric="update_to_weight")


def _depth(progress: pd.DataFrame) -> pd.DataFrame:
    """Return the norm of the weights' gradients from layer to layer, first step and last."""
    rows = progress[progress["metric"] == "gradient"]
    ends = rows[rows["step"].isin([rows["step"].min(), rows["step"].max()])]
    return pd.DataFrame(
        {
            "setting": [
                f"{s}, step {k}" for s, k in zip(ends["setting"], ends["step"], strict=True)
            ],
            "rate": ends["setting"],
            "seed": ends["seed"],
            "layer": ends["layer"],
            "statistic": "gradient_norm",
            "value": ends["value"],
        }
    ).reset_index(drop=True)


def _below_zero(histograms: pd.DataFrame, activation: str) -> pd.DataFrame:
    """Return by setting, seed and layer of activations which share of its inputs is negative."""
    by = [histograms[name] for name in ("setting", "seed", "layer")]
    below = histograms["count"].where(histograms["right"] < 1e-9, 0)
    sums = {"below": below, "all": histograms["count"]}
    below, total = (counts.groupby(by, sort=False).sum() for counts in sums.values())
    shares = (below / total).rename("value").reset_index().assign(statistic="below_zero")
    return shares.assign(layer=shares["layer"].str.replace("linear", activation))
