"""Random and grid search over learning rate and weight decay, at the same budget."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies._one_rule import OneRule, maker_of
from nnviz.studies._search import Range, log_uniform, range_of, rank_correlations
from nnviz.studies.cells.training import train
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Share
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import batch_of, data_of, facts_of, network_of
from nnviz.tables import CURVE, OUTCOME, TRIAL, Schema, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["hyperparameters"]

_BEST = 5
"""Trials of a search from whose learning rates the best one is taken: a single one is luck."""

_SCHEMAS = {
    "trials": TRIAL.extended(
        "trial of a search",
        {
            "best_accuracy": "highest validation accuracy so far",
            "best": "whether it is one of the five best of its search; of equal ones, the first",
        },
    ),
    "curves": CURVE.extended(
        "curve of a trial",
        {
            "trial": "number of the trial, from 0",
            "learning_rate": "of the trial",
            "weight_decay": "of the trial",
        },
        undrawn="it has a line for every trial; trials has their ends",
    ),
    "correlations": OUTCOME,
    "summary": Schema(
        "summary of the searches",
        {
            "seed": "seed of the run",
            "best_learning_rate": "geometric mean of those of the five best trials",
            "place": "where that lies in the range, from 0 to 1 on a logarithmic scale",
            "best_random": "best validation accuracy of the random search",
            "earlier_random": "the same before the last row of the grid",
            "best_grid": "best validation accuracy of the grid at the same budget",
            "earlier_grid": "the same before its last row",
        },
        units=dict.fromkeys(("best_random", "earlier_random", "best_grid", "earlier_grid"), "%"),
        undrawn="its numbers are of different kinds, and the claims say each",
    ),
}


@declare(_SCHEMAS)
def hyperparameters(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 6,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    batch_size: int = 100,
    learning_rate: Range = (1e-6, 1e-2),
    weight_decay: Range = (1e-8, 1e-4),
    trials: int = 100,
    side: int = 5,
    epochs: int = 50,
    seeds: int = 5,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Search for a learning rate and a weight decay, at random and on a grid.

    A fifth of the training rows is held out for validation. A random trial draws
    both values log-uniformly from their ranges; the grid has the same ranges, edges included
    (Bergstra and Bengio, 2012).

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 500 training rows. Its test rows take no part.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    optimizer : str or callable
        A name from `optim.RULES`, or what makes a rule of a learning rate, PyTorch's and
        optax's included.
    batch_size : int
        Rows per update.
    learning_rate, weight_decay : (low, high)
        The range that is searched, positive.
    trials : int
        Number of random trials per seed, at least side².
    side : int
        The grid has side² trials; the first side² random ones are what it is compared with.
    epochs : int
        Passes over the training rows in a trial.
    seeds : int
        Number of searches; hold-out, draws, weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; settings "random" and "grid", ``correlations`` the rank correlation of
        accuracy with each hyperparameter over the random trials.
    """
    data = data_of(data, lambda: digits(500))
    ranges = {
        "learning_rate": range_of("learning_rate", learning_rate),
        "weight_decay": range_of("weight_decay", weight_decay),
    }
    n_grid = _checks.integer("side", side, at_least=2) ** 2
    n_random = _checks.integer("trials", trials, at_least=n_grid)
    shared = {
        **network_of(hidden, activation),
        "optimizer": maker_of(optimizer),
        **batch_of(data, batch_size, held_out=0.2),
    }
    labels: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    for seed in seeds_of(seeds):
        rng = np.random.default_rng(seed)
        held_out = data.holdout(0.2, rng=rng)
        per_epoch = max(len(held_out.x_train) // batch_size, 1)
        steps = _checks.integer("epochs", epochs) * per_epoch
        for method, points in (
            ("random", _random(rng, ranges, n_random)),
            ("grid", _grid(ranges, side)),
        ):
            for trial, (rate, decay) in enumerate(points):
                point = {"learning_rate": rate, "weight_decay": decay}
                labels.append({"setting": method, "seed": seed, "trial": trial, **point})
                own = {"seed": 1000 * seed + trial, "steps": steps, "every": 10 * per_epoch}
                cells.append({"data": held_out, **own, **point, **shared})
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    curves = from_cells(labels, [result["curve"] for result in results])
    curves = curves[curves["metric"] == "accuracy"].reset_index(drop=True)
    curves["split"] = curves["split"].replace("test", "validation")
    table = _trials(curves)
    summary = _summary(table, n_grid, ranges["learning_rate"])
    settings = {
        **facts_of(data),
        **shared,
        "ranges": {name: list(value) for name, value in ranges.items()},
        "trials": n_random,
        "grid": [side, side],
        "epochs": epochs,
        "seeds": seeds,
    }
    found = {
        "trials": table,
        "curves": curves,
        "correlations": rank_correlations(table[table["setting"] == "random"], list(ranges)),
        "summary": summary,
    }
    one_row = 1 / max(1, round(0.2 * len(data.x_train)))
    return Study.asked("hyperparameters", found, settings, _questions(one_row), _SCHEMAS)


def _random(
    rng: np.random.Generator, ranges: dict[str, Range], n: int
) -> list[tuple[float, float]]:
    """Return points that are uniform in the logarithm of both coordinates."""
    columns = [log_uniform(rng, ends, n) for ends in ranges.values()]
    return [(float(rate), float(decay)) for rate, decay in zip(*columns, strict=True)]


def _grid(ranges: dict[str, Range], side: int) -> list[tuple[float, float]]:
    rates, decays = (np.geomspace(*ranges[name], side) for name in ranges)
    return [(float(rate), float(decay)) for rate in rates for decay in decays]


def _trials(curves: pd.DataFrame) -> pd.DataFrame:
    """Return the validation accuracy at the end of every trial."""
    end = curves[(curves["split"] == "validation") & (curves["step"] == curves["step"].max())]
    columns = ["setting", "seed", "trial", "learning_rate", "weight_decay", "value"]
    table = end[columns].rename(columns={"value": "accuracy"}).reset_index(drop=True)
    table["best_accuracy"] = table.groupby(["setting", "seed"])["accuracy"].cummax()
    ranked = table.sort_values("accuracy", ascending=False, kind="stable")
    table["best"] = ranked.groupby(["setting", "seed"]).cumcount() < _BEST
    return table


def _summary(trials: pd.DataFrame, budget: int, rates: Range) -> pd.DataFrame:
    """Return what each search found, also before the last row of the grid."""
    rows = []
    for seed, table in trials.groupby("seed"):
        random, grid = (table[table["setting"] == name] for name in ("random", "grid"))
        last_row = budget - math.isqrt(budget)
        best = float(np.exp(np.log(random.loc[random["best"], "learning_rate"]).mean()))
        place = np.log(best / rates[0]) / np.log(rates[1] / rates[0])
        row = {"seed": seed, "best_learning_rate": best, "place": place}
        for name, search in (("random", random), ("grid", grid)):
            row[f"best_{name}"] = search.loc[search["trial"] < budget, "accuracy"].max()
            row[f"earlier_{name}"] = search.loc[search["trial"] < last_row, "accuracy"].max()
        rows.append(row)
    return pd.DataFrame(rows)


def _questions(one_row: float) -> list[Question]:
    return [
        Question(
            "accuracy follows the learning rate",
            "rank correlation of accuracy with the learning rate",
            Level(Pick("correlations", where={"setting": "learning rate"}), none=0.0),
            Bound.at_least(0.4),
            "Between learning rates of {ranges[learning_rate][0]:g} and "
            "{ranges[learning_rate][1]:g}, accuracy follows the learning rate: their rank "
            "correlation is {number:.3f}",
            "Between learning rates of {ranges[learning_rate][0]:g} and "
            "{ranges[learning_rate][1]:g}, accuracy does not follow the learning rate: their rank "
            "correlation is {number:.3f}, below {bound}",
        ),
        Question(
            "accuracy ignores weight decay",
            "rank correlation of accuracy with weight decay",
            Level(Pick("correlations", where={"setting": "weight decay"}), none=0.0),
            Bound(-0.5, 0.5),
            "Between {ranges[weight_decay][0]:g} and {ranges[weight_decay][1]:g}, accuracy hardly "
            "depends on weight decay: their rank correlation is {number:.3f}",
            "Between {ranges[weight_decay][0]:g} and {ranges[weight_decay][1]:g}, weight decay "
            "makes a difference: its rank correlation with accuracy is {number:.3f}",
        ),
        Question(
            "cut off",
            "place of the five best in the range, from its lower edge to its upper one",
            Level(Pick("summary", "place")),
            Bound.at_least(0.75),
            "The search range is too short: its five best learning rates lie {number:.0%} of the "
            "way up to its edge of {ranges[learning_rate][1]:g}, on average",
            "The best learning rates lie {number:.0%} of the way up the range, not in the quarter "
            "below its edge of {ranges[learning_rate][1]:g}",
            unit="%",
            given=("accuracy follows the learning rate",),
        ),
        Question(
            "not before the last row",
            "best accuracy before the grid's last row, random search minus grid",
            Difference(Pick("summary", "earlier_random"), Pick("summary", "earlier_grid")),
            Bound.at_least(0.0),
            "Before its last row, at the highest learning rate, the grid has found less than "
            "random search: {b:.0%} against {a:.0%}",
            "Before its last row, at the highest learning rate, the grid has already found more "
            "than random search: {b:.0%} against {a:.0%}",
            unit="points",
            resolution=one_row,
        ),
        Question(
            "grid beats random",
            "share of searches in which the grid finds more than random search",
            Share(Pick("summary", "best_grid"), Pick("summary", "best_random")),
            Bound.at_least(0.8),
            "The grid finds more than random search in {count} of {total} searches, but only in "
            "its last row, at the highest learning rate",
            "The grid finds more than random search in only {count} of {total} searches",
            unit="%",
            given=("not before the last row",),
        ),
    ]
