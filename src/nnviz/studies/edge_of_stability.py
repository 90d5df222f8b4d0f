"""How sharp gradient descent lets the loss become: up to 2 over the learning rate."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from nnviz import _checks, nn
from nnviz.studies._edge_questions import questions_of
from nnviz.studies.cells.sharpness import descend
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, facts_of, network_of
from nnviz.tables import EACH, RUN, SINGLE_RUN, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["edge_of_stability"]

LAST = 0.75
"""From which part of the course on it counts as the end."""

_RATE = {"learning_rate": "of plain gradient descent"}
_SCHEMAS = {
    "sharpness": SINGLE_RUN.extended(
        "sharpness by step",
        {
            **_RATE,
            "marked": "the first measured step whose sharpness is 2 / learning rate or more, "
            "missing where none is",
            "limit": "2 / learning rate",
            "sharpness": "largest eigenvalue of the Hessian of the training loss, missing where "
            "it was not found",
            "along_gradient": "curvature along the gradient g: gᵀHg / |g|²",
            "critical_rate": "learning rate at which a step down the gradient would first raise "
            "the loss, by forward passes alone; missing where none was found",
            "passes": "forward passes that took",
            "critical_share": "2 over the critical rate, over the sharpness",
        },
        units={"critical_share": "%"},
        display={"critical_share": "suggested over largest curvature"},
        measured="sharpness",
    ),
    "measures": SINGLE_RUN.extended(
        "two measures of curvature",
        {
            "setting": "sharpness, or critical sharpness: 2 over the critical rate",
            **_RATE,
            "relative_curvature": "times the learning rate, over 2",
        },
        panels="learning_rate",
        measured="relative_curvature",
        log=["relative_curvature"],
    ),
    "runs": EACH.extended(
        "course of a run",
        {
            **RUN,
            **_RATE,
            "limit": "2 / learning rate",
            "first": "sharpness before the first update",
            "last": "mean sharpness over the last quarter",
            "reached": "the step marked",
            "loss_there": "training loss at that step",
            "loss_at_end": "training loss after the last update",
            "uphill_before": "share of updates before that step that raised the loss",
            "uphill_after": "share of those from then on",
            "critical_before": "critical sharpness over sharpness: median before that "
            "step, without the first measurement",
            "critical_after": "the same over the last quarter",
        },
        units=dict.fromkeys(("uphill_before", "uphill_after"), "%"),
        label="setting",
        measured="last",
    ),
}


@declare(_SCHEMAS)
def edge_of_stability(
    data: Dataset | None = None,
    *,
    rates: Sequence[float] = (1.5, 2.0, 4.0),
    loss: str = "mean_squared_error",
    hidden: Sequence[int] = (32, 32, 32),
    activation: str = "tanh",
    steps: int = 1000,
    every: int = 25,
    seeds: int = 4,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Follow the largest curvature of the training loss under full-batch gradient descent.

    Where the loss is quadratic, gradient descent with a rate η climbs out of what is curved more
    than 2/η. Trained networks become sharper until they are there, and stay (Cohen et al., 2021,
    arXiv 2103.00065). The curvature is the largest eigenvalue of the Hessian, by Lanczos, within
    0.1 %. Beside it stands 2 over the critical learning rate, which takes forward passes alone
    (Kalra et al., 2026, arXiv 2601.16979).

    Parameters
    ----------
    data : Dataset, optional
        By default, 100 `digits`. Features are shifted to a mean of 0.
    rates : sequence of float
        Learning rates.
    loss : str
        A name from `nn.LOSSES`; the mean squared error is that of all outputs, which should be
        1 for the class and 0 else.
    hidden, activation
        As in `overfitting`. The curvature of what has kinks is not defined at these.
    steps, every : int
        Number of updates; after how many the curvature is measured each time.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below.
    """
    data = data_of(data, lambda: digits(100))
    tried = sorted(_checks.sequence("rates", rates, _checks.positive))
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        "loss": _checks.one_of("loss", loss, nn.LOSSES),
        "steps": _checks.integer("steps", steps),
        "every": _checks.integer("every", every),
    }
    if every > steps:
        raise _checks.fail("every", f"at most {steps}, the number of steps", every)
    runs = [(rate, seed) for rate in tried for seed in seeds_of(seeds)]
    cells = [{"data": data, **shared, "learning_rate": rate, "seed": seed} for rate, seed in runs]
    results = run_cells(descend, cells, n_jobs=n_jobs, fresh=fresh)
    courses, ends = [], []
    for (rate, seed), found in zip(runs, results, strict=True):
        curvature, losses = pd.DataFrame(found["curvature"]), pd.Series(found["loss"]["loss"])
        labels = {"setting": f"learning rate {rate:g}", "seed": seed, "learning_rate": rate}
        end = _end(curvature, losses, rate)
        marked = {**labels, "marked": end["reached"], "limit": end["limit"]}
        courses.append((marked, found["curvature"]))
        ends.append({**labels, **end})
    sharpness = from_cells(*map(list, zip(*courses, strict=True)))
    sharpness["critical_share"] = 2 / sharpness["critical_rate"] / sharpness["sharpness"]
    tables = {
        "sharpness": sharpness,
        "measures": _measures(sharpness),
        "runs": pd.DataFrame(ends),
    }
    settings = {**facts_of(data), **shared, "rates": tried, "limit": "2/η", "seeds": seeds}
    questions = questions_of(settings)
    return Study.asked("edge_of_stability", tables, settings, questions, _SCHEMAS)


def _measures(sharpness: pd.DataFrame) -> pd.DataFrame:
    """Return both measures of curvature one below the other, in units of 2 / learning rate."""
    found = {
        "sharpness": sharpness["sharpness"],
        "critical sharpness": 2 / sharpness["critical_rate"],
    }
    keys = sharpness[["seed", "step", "marked", "learning_rate"]]
    frames = [
        keys.assign(setting=name, relative_curvature=values / sharpness["limit"])
        for name, values in found.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _end(curvature: pd.DataFrame, losses: "pd.Series[float]", rate: float) -> dict[str, float]:
    """Return what became of one run; missing is what it has not."""
    limit, step = 2 / rate, curvature["step"]
    reached = step[curvature["sharpness"] >= limit].min()
    critical = 2 / curvature["critical_rate"] / curvature["sharpness"]
    late = step >= LAST * (len(losses) - 1)
    uphill = losses.diff().iloc[1:] > 0  # by the number of updates made
    return {
        "limit": limit,
        "first": curvature["sharpness"].iloc[0],
        "last": curvature["sharpness"][late].mean(skipna=False),
        "reached": reached,
        "loss_there": losses.get(reached, math.nan),
        "loss_at_end": losses.iloc[-1],
        "uphill_before": uphill[uphill.index <= reached].mean(),
        "uphill_after": uphill[uphill.index > reached].mean(),
        "critical_before": critical[(step > 0) & (step < reached)].median(),
        "critical_after": critical[late].median(),
    }
