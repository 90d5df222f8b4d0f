"""Dropout's masks as the network sees them, and what training and evaluation pass on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks, tables
from nnviz.studies._dropout_questions import questions_of
from nnviz.studies._one_rule import OneRule
from nnviz.studies.cells.dropout_masks import train
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import EACH, HISTOGRAM, MASK, STATISTIC
from nnviz.train import Dataset, digits, run_cells

__all__ = ["dropout_masks"]

FORMS = {
    "inverted": {"inverted": True, "evaluates_inverted": True},
    "not inverted": {"inverted": False, "evaluates_inverted": False},
    "not scaled": {"inverted": False, "evaluates_inverted": True},
}
"""In which form a network is trained and evaluated; the last one forgets to scale."""


BINS = 60

_SCHEMAS = {
    "masks": MASK,
    "outputs": HISTOGRAM.extended(
        "histogram by form",
        {"form": "where the scaling is: in evaluation, in training, or nowhere"},
        panels="form",
        measured="output",
    ),
    "passed_on": STATISTIC,
    "summary": EACH.extended(
        "summary of the masks",
        {
            "form": "where the scaling is: in evaluation, in training, or nowhere",
            "seed": "seed of the run",
            "kept": "share of units that the first layer keeps",
            "expected": "one less the dropout rate",
            "rows_agree": "share of units of which two rows keep or drop both",
            "batches_agree": "share of units of which a row keeps or drops both in two passes",
            "chance": "what chance makes of both",
            "errors": "difference of the means in training and evaluation, in standard errors",
            "predicted_std": "what theory says of the standard deviation in training",
            "test_accuracy": "at the end",
        },
        label="form",
        measured="test_accuracy",
        units=dict.fromkeys(("kept", "expected", "rows_agree", "batches_agree", "chance"), "%"),
    ),
}


@declare(_SCHEMAS)
def dropout_masks(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 2,
    activation: str = "relu",
    optimizer: OneRule = "momentum",
    learning_rate: float = 0.01,
    batch_size: int = 100,
    steps: int = 600,
    dropout: float = 0.5,
    draws: int = 20,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train with dropout, then send one batch through the network many times.

    Three times for each seed: inverted, in the notes' form, which is not, and in the notes' form
    with the mistake of not scaling in evaluation.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    hidden, activation, optimizer, learning_rate, batch_size, seeds, n_jobs, fresh
        As in `overfitting`.
    steps : int
        Number of updates before the masks are looked at.
    dropout : float
        Probability of being dropped, after each hidden layer.
    draws : int
        How often the batch is sent through with fresh masks, at least 2.

    Returns
    -------
    Study
        The tables below. ``masks`` are of the first hidden layer of the first seed, for 25 rows
        of the batch, settings "first pass" and "second pass"; ``outputs`` what a row of the batch
        passes on from that layer, mean over units, in "training" and in "evaluation"; statistics
        of ``passed_on``, whose setting is the form, training_mean, training_std, evaluation_mean,
        evaluation_std and mean_ratio, training over evaluation, of absolute values but for the
        std.
    """
    data = data_of(data, digits)
    shared = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
        "dropout": _checks.fraction("dropout", _checks.positive("dropout", dropout)),
        "draws": _checks.integer("draws", draws, at_least=2),
    }
    _checks.integer("batch_size", batch_size, at_least=2)
    runs = [(form, seed) for form in FORMS for seed in seeds_of(seeds)]
    cells = [{"data": data, "seed": seed, **FORMS[form], **shared} for form, seed in runs]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    names = [{"form": form, "seed": seed} for form, seed in runs]
    rows, statistics, summary = (
        tables.from_cells(names, [result[name] for result in results])
        for name in ("rows", "statistics", "summary")
    )
    found = {
        "masks": pd.DataFrame(results[0]["masks"]),
        "outputs": _histograms(rows),
        "passed_on": statistics.rename(columns={"form": "setting"}),
        "summary": summary,
    }
    settings = {
        **facts_of(data),
        **shared,
        "depth": len(shared["hidden"]),
        "forms": list(FORMS),
        "seeds": seeds,
    }
    return Study.asked("dropout_masks", found, settings, questions_of(settings), _SCHEMAS)


def _histograms(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the histogram of each form and mode, all seeds together, on the same bins."""
    edges = np.linspace(rows["value"].min(), rows["value"].max(), BINS + 1)
    frames = [
        pd.DataFrame(
            {
                "form": form,
                "setting": setting,
                "layer": 1,
                "left": edges[:-1],
                "right": edges[1:],
                "count": np.histogram(part["value"], edges)[0],
            }
        )
        for (form, setting), part in rows.groupby(["form", "setting"], sort=False)
    ]
    return pd.concat(frames, ignore_index=True)
