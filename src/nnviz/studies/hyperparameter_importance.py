"""Four hyperparameters searched at once: which of them accuracy follows, and how far."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies._importance_questions import questions
from nnviz.studies._one_rule import OneRule, maker_of
from nnviz.studies._search import Range, log_uniform, range_of, rank_correlations
from nnviz.studies.cells.training import train
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import batch_of, data_of, facts_of, network_of
from nnviz.tables import OUTCOME, TRIAL
from nnviz.train import Dataset, digits, run_cells
from nnviz.train.cache import Tables

__all__ = ["hyperparameter_importance"]

HELD_OUT = 0.2
"""Share of the training rows on which trials are validated."""

EPOCHS, UPDATES = "same epochs", "same updates"
"""What trials have in common when they are measured."""

_SCHEMAS = {
    "trials": TRIAL.extended(
        "trial of four",
        {"batch_size": "of the trial", "width": "units in each hidden layer"},
        beside={"ranges": "ranges"},
    ),
    "correlations": OUTCOME.extended("correlation", {"size": "its absolute value"}),
    "slopes": OUTCOME.extended(
        "slope", {"cost": "the same with the other sign"}, {"tenfold": "points"}
    ),
}


@declare(_SCHEMAS)
def hyperparameter_importance(
    data: Dataset | None = None,
    *,
    learning_rate: Range = (1e-4, 1e-1),
    batch_size: tuple[int, int] = (10, 100),
    width: tuple[int, int] = (10, 100),
    weight_decay: Range = (1e-8, 1e-4),
    depth: int = 3,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    epochs: int = 20,
    trials: int = 30,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Search at random for learning rate, batch size, width and weight decay at once.

    A trial draws all four log-uniformly from their ranges (Bergstra and Bengio, 2012). It is
    measured twice: after the same number of epochs, in which a large batch makes few updates, and
    after the number of updates that a batch in the middle of the range makes in them.

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 500 training rows, a fifth of them held out for validation. Its
        test rows take no part.
    learning_rate, weight_decay : (low, high)
        The range that is searched, positive.
    batch_size : (low, high)
        The range that is searched, in whole numbers of rows per update.
    width : (low, high)
        The range that is searched, in neurons of each hidden layer.
    depth : int
        Number of hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    optimizer : str or callable
        A name from `optim.RULES`, or what makes a rule of a learning rate, PyTorch's and
        optax's included.
    epochs : int
        Passes over the training rows.
    trials : int
        Of each search, at least 6: five coefficients are fitted to them.
    seeds : int
        Number of searches; hold-out, draws, weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; settings "same epochs" and "same updates". ``correlations`` are the rank
        correlations of accuracy after the same epochs with each hyperparameter; ``slopes``, by
        how much accuracy rises if a hyperparameter is ten times as large and the others stay:
        least squares on the logarithms of all four, with settings such as "batch size" and "batch
        size, same updates".
    """
    data = data_of(data, lambda: digits(500))
    ranges = {
        "learning_rate": range_of("learning_rate", learning_rate),
        "batch_size": _whole("batch_size", batch_size),
        "width": _whole("width", width),
        "weight_decay": range_of("weight_decay", weight_decay),
    }
    batch_of(data, batch_size[1], held_out=HELD_OUT)
    depth = _checks.integer("depth", depth)
    shared = {
        "activation": network_of([1], activation)["activation"],
        "optimizer": maker_of(optimizer),
    }
    epochs = _checks.integer("epochs", epochs)
    n_trials = _checks.integer("trials", trials, at_least=len(ranges) + 2)
    middle = round(math.sqrt(batch_size[0] * batch_size[1]))
    labels: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    for seed in seeds_of(seeds):
        rng = np.random.default_rng(seed)
        held_out = data.holdout(HELD_OUT, rng=rng)
        rows = len(held_out.x_train)
        for trial, point in enumerate(_points(rng, ranges, n_trials)):
            ends = {
                EPOCHS: epochs * (rows // point["batch_size"]),
                UPDATES: epochs * (rows // middle),
            }
            labels.append({"seed": seed, "trial": trial, **point, "ends": ends})
            own = {name: value for name, value in point.items() if name != "width"}
            first, last = sorted(ends.values())
            own |= {"hidden": [point["width"]] * depth, "every": first, "steps": last}
            cells.append({"data": held_out, "seed": 1000 * seed + trial, **own, **shared})
    table = _trials(labels, run_cells(train, cells, n_jobs=n_jobs, fresh=fresh))
    settings = {
        **facts_of(data),
        **shared,
        "depth": depth,
        "ranges": {name: list(ends) for name, ends in ranges.items()},
        "epochs": epochs,
        "updates": epochs * (rows // middle),
        "trials": n_trials,
        "seeds": seeds,
    }
    after = table[table["setting"] == EPOCHS]
    correlations = rank_correlations(after, list(ranges))
    found = {
        "trials": table,
        "correlations": correlations.assign(size=correlations["value"].abs()),
        "slopes": _slopes(table, list(ranges)),
    }
    return Study.asked("hyperparameter_importance", found, settings, questions(), _SCHEMAS)


def _whole(name: str, value: tuple[int, int]) -> Range:
    low, high = range_of(name, value)
    for edge in value:
        _checks.integer(name, edge)
    return int(low), int(high)


def _points(rng: np.random.Generator, ranges: dict[str, Range], n: int) -> list[dict[str, Any]]:
    """Return hyperparameters by name; whole numbers where both ends of the range are."""
    columns = {name: log_uniform(rng, ends, n) for name, ends in ranges.items()}
    return [
        {
            name: round(values[k]) if isinstance(ranges[name][0], int) else float(values[k])
            for name, values in columns.items()
        }
        for k in range(n)
    ]


def _trials(labels: Sequence[dict[str, Any]], results: Sequence[Tables]) -> pd.DataFrame:
    """Return the validation accuracy of each trial at both ends."""
    rows = []
    for label, result in zip(labels, results, strict=True):
        curve = pd.DataFrame(result["curve"])
        validation = curve[(curve["split"] == "test") & (curve["metric"] == "accuracy")]
        accuracy = validation.set_index("step")["value"]
        point = {name: value for name, value in label.items() if name != "ends"}
        rows += [
            {"setting": setting, **point, "accuracy": accuracy[step]}
            for setting, step in label["ends"].items()
        ]
    return pd.DataFrame(rows).sort_values(["setting", "seed", "trial"], ignore_index=True)


def _slopes(trials: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the coefficients of least squares on the logarithms to the base of ten, by search."""
    rows = []
    for (setting, seed), table in trials.groupby(["setting", "seed"]):
        logs = np.log10(table[names].to_numpy(float))
        design = np.column_stack([logs - logs.mean(axis=0), np.ones(len(logs))])
        slopes, *_ = np.linalg.lstsq(design, table["accuracy"].to_numpy(float), rcond=None)
        for name, slope in zip(names, slopes[:-1], strict=True):
            words = name.replace("_", " ") + (f", {setting}" if setting == UPDATES else "")
            rows.append({"setting": words, "seed": seed, "value": slope, "cost": -slope})
    return pd.DataFrame(rows).assign(split="validation", metric="tenfold")
