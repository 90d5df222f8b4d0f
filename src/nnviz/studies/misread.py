"""Which rows are misread, and as what: without a regularizer, with weight decay, with dropout."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, tables
from nnviz.studies._misread_pairs import Labels, Run, chosen, overlap
from nnviz.studies._misread_questions import questions
from nnviz.studies._one_rule import OneRule
from nnviz.studies._pictures import pixels
from nnviz.studies.cells.misread import train
from nnviz.studies.regularized import Regularizer, strengths_of
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.train import Dataset, digits, run_cells

__all__ = ["misread"]

SHOWN = 12
"""How many of the rows that are misread most often are drawn."""

_SCHEMAS = {
    "confusion": tables.CONFUSION.extended("confusion by seed", {"seed": "seed of the run"}),
    "ends": tables.OUTCOME,
    "classes": tables.SWEPT.extended(
        "share misread by class",
        {
            **tables.RUN,
            "class": "number of the class, from 0",
            "value": "share of its rows that are misread",
        },
        label="setting",
        over="class",
        measured="value",
        lowest=True,
        display={"value": "share misread"},
        units={"value": "%"},
    ),
    "pairs": tables.Schema(
        "share of the errors by pair",
        {**tables.RUN, "pair": "such as 8 as 1", "value": "share of all errors that are this one"},
        units={"value": "%"},
        undrawn="confusion shows the same numbers, as counts",
    ),
    "overlap": tables.EACH.extended(
        "errors in common",
        {
            **tables.RUN,
            "value": "part of the errors that two networks of different seeds have in common",
            "none": "the same of two networks without a regularizer",
        },
        label="setting",
        measured="value",
        display={"value": "share of errors in common"},
        units={"value": "%", "none": "%"},
    ),
    "chosen": tables.Schema(
        "what stands out",
        {
            **tables.RUN,
            "at": "the class or the error that stands out on every second seed",
            "value": "its share on the other seeds",
            "rival": "the share of what it is compared with",
        },
        units={"value": "%", "rival": "%"},
        undrawn="it is a choice from classes and pairs, for the claims",
    ),
    "pictures": tables.INK,
}


@declare(_SCHEMAS)
def misread(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (50,),
    activation: str = "relu",
    optimizer: OneRule = "momentum",
    learning_rate: float = 0.01,
    batch_size: int = 50,
    weight_decay: float = 0.03,
    dropout: float = 0.4,
    epochs: int = 200,
    seeds: int = 20,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Count which test rows are taken for what, by regularizer.

    All seeds are trained on the same rows. Which class is the hardest depends on these: after
    three other hundreds of digits it was 3, 1, or none that the seeds could tell.

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 100 training rows, so few that errors are many.
    hidden, activation, optimizer, learning_rate, batch_size
        As in `overfitting`.
    weight_decay, dropout : float
        The strength of each where it is on; dropout is inverted.
    epochs : int
        Passes over the training set.
    seeds : int
        Number of seeds; weights, masks and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below. ``ends`` has error_rate, the share of test rows that are misread. Errors
        in common are the same row misread as the same class, each seed being in one pair.
        ``chosen`` is measured on other seeds than it was chosen on, beside what it is compared
        with. ``pictures``, if the data are such: the rows that most networks misread, with a
        label such as "8 as 1", what they are read as most often, and the share of networks.
    """
    data = data_of(data, lambda: digits(100))
    strength = strengths_of(weight_decay, dropout)
    variants: dict[str, Regularizer] = {
        "none": {},
        **{
            f"{name.replace('_', ' ')} {value:g}": {name: value} for name, value in strength.items()
        },
    }
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "epochs": _checks.integer("epochs", epochs),
    }
    runs = [(name, seed) for name in variants for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "seed": seed, "regularizer": dict(variants[name]), **shared}
        for name, seed in runs
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    read = {run: result["test"]["read"] for run, result in zip(runs, results, strict=True)}
    counts = {run: _counts(data, own) for run, own in read.items()}
    classes, pairs = _classes(data, counts), _pairs(counts)
    found = {
        "confusion": _confusion(counts),
        "ends": _ends(counts),
        "classes": classes,
        "pairs": pairs,
        "overlap": overlap(data.y_test, read, list(variants), seeds_of(seeds)),
        "chosen": chosen(classes, pairs, list(variants), seeds_of(seeds)),
    }
    if data.shape is not None:
        found["pictures"] = _pictures(data, np.array(list(read.values())), data.shape)
    settings = {
        **facts_of(data),
        **shared,
        **strength,
        "regularizers": {name: dict(value) for name, value in variants.items()},
        "seeds": seeds,
    }
    return Study.asked("misread", found, settings, questions(data, variants), _SCHEMAS)


Counts = Mapping[Run, Labels]
"""Of each run, how many test rows of each class (row) were taken for each (column)."""


def _counts(data: Dataset, read: Labels) -> Labels:
    table = np.zeros((data.n_classes, data.n_classes), dtype=np.int64)
    np.add.at(table, (data.y_test, read), 1)
    return table


def _errors(counts: Labels) -> Labels:
    """Return the same without what was read right."""
    return counts * ~np.eye(len(counts), dtype=bool)


def _confusion(counts: Counts) -> pd.DataFrame:
    frames = []
    for (setting, seed), table in counts.items():
        true, predicted_as = np.indices(table.shape).reshape(2, -1)
        columns = {"true": true, "predicted": predicted_as, "count": table.ravel()}
        frames.append(pd.DataFrame({"setting": setting, "seed": seed, **columns}))
    return pd.concat(frames, ignore_index=True)


def _ends(counts: Counts) -> pd.DataFrame:
    rows = [
        (setting, seed, "test", "error_rate", _errors(own).sum() / own.sum())
        for (setting, seed), own in counts.items()
    ]
    return pd.DataFrame(rows, columns=["setting", "seed", "split", "metric", "value"])


def _classes(data: Dataset, counts: Counts) -> pd.DataFrame:
    rows = np.bincount(data.y_test, minlength=data.n_classes)
    present = np.flatnonzero(rows)
    each = {
        run: {int(k): _errors(own).sum(axis=1)[k] / rows[k] for k in present}
        for run, own in counts.items()
    }
    return _long(each, "class")


def _pairs(counts: Counts) -> pd.DataFrame:
    each = {}
    for run, own in counts.items():
        errors = _errors(own)
        parts = errors / max(errors.sum(), 1)
        each[run] = {
            f"{true} as {other}": parts[true, other]
            for true, other in np.argwhere(~np.eye(len(own), dtype=bool))
        }
    return _long(each, "pair")


def _long(each: Mapping[Run, Mapping[Any, float]], name: str) -> pd.DataFrame:
    """Return numbers by run and name as a table with one row each."""
    rows = [(*run, key, value) for run, own in each.items() for key, value in own.items()]
    return pd.DataFrame(rows, columns=["setting", "seed", name, "value"])


def _pictures(data: Dataset, read: Labels, shape: tuple[int, int]) -> pd.DataFrame:
    """Return the test rows that most of the networks, of shape (networks, rows), misread."""
    wrong = (read != data.y_test).mean(axis=0)
    chosen = np.argsort(-wrong, kind="stable")[:SHOWN]
    table = pixels(data.x_test[chosen], shape).assign(setting="test rows")
    labels = []
    for row in chosen:
        others = read[read[:, row] != data.y_test[row], row]
        taken = np.bincount(others).argmax() if len(others) else data.y_test[row]
        labels.append(f"{data.y_test[row]} as {taken}")
    own = {"label": np.array(labels), "share": wrong[chosen]}
    return table[list(tables.PICTURE.columns)].assign(
        **{name: each[table["picture"]] for name, each in own.items()}
    )
