"""The batch's statistics instead of the whole set's: what the estimate costs, and what it saves."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from nnviz import _checks
from nnviz.studies._batch_questions import ENOUGH, questions_of_batches
from nnviz.studies._one_rule import OneRule
from nnviz.studies.cells.batch_statistics import estimate, train
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import SWEPT, Schema, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["batch_statistics"]

_SCHEMAS = {
    "ends": SWEPT.extended(
        "accuracy by batch size",
        {
            "setting": "which statistics normalized in training, and which in evaluation",
            "seed": "seed of the run",
            "batch_size": "rows per update",
            "test_accuracy": "at the end",
        },
        label="setting",
        over="batch_size",
        measured="test_accuracy",
        log=["batch_size"],
    ),
    "errors": SWEPT.extended(
        "error of the estimate",
        {
            "setting": "the statistic: mean or variance",
            "seed": "seed of the run",
            "batch_size": "rows of the batch that it is estimated from",
            "error": "root mean square error in the last hidden layer, of the mean in standard "
            "deviations, of the variance relative to it",
            "theory": "what theory says of it",
        },
        label="setting",
        over="batch_size",
        measured="error",
        log=["batch_size", "error"],
        lowest=True,
        display={"error": "root mean square error"},
    ),
    "cost": Schema(
        "cost of an update",
        {
            "batch_size": "rows of the batch",
            "rows": "rows that an update passes forward",
            "whole_rows": "the same with the statistics of the whole set",
            "multiply_adds": "multiplications of the linear layers in the forward pass",
            "whole_multiply_adds": "the same with the statistics of the whole set",
        },
        undrawn="it follows from the sizes, without a measurement",
    ),
}


@declare(_SCHEMAS)
def batch_statistics(
    data: Dataset | None = None,
    *,
    batch_sizes: Sequence[int] = (2, 5, 10, 20, 50, 100, 200),
    hidden: Sequence[int] = (50, 50),
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.1,
    batch_size: int = 50,
    steps: int = 200,
    draws: int = 200,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train with the statistics of a batch and, on the same batches, with those of all rows.

    Both kinds of network take the loss of the same few rows; the second passes all rows forward
    in each update, so that each layer is normalized by the mean and variance of the whole training
    set, and carries the gradient back through them, too. Nothing else differs.

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 500 training rows.
    batch_sizes : sequence of int
        Rows per update, two sizes or more: each at least 2, and fewer than there are.
    hidden : sequence of int
        Widths of the hidden layers; batch normalization stands before each activation.
    activation : str
        A name from `nn.ACTIVATIONS`.
    optimizer : str, Optimizer or callable
        A name from `optim.RULES`, a rule with all its settings, or what makes one of a learning
        rate, PyTorch's and optax's included.
    learning_rate : float
        Of the optimizer; a rule with all its settings has its own.
    batch_size : int
        Rows per update of the network in which the errors of the estimate are measured.
    steps : int
        Number of updates.
    draws : int
        How many batches of each size are drawn to measure the errors.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below. Settings of ``ends``: trained with the statistics of the batch and
        evaluated with the running ones, or with the whole set's, and both with the whole set's.
    """
    data = data_of(data, lambda: digits(500))
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
    }
    sizes = sorted(_checks.sequence("batch_sizes", batch_sizes, _size, at_least=2))
    _checks.integer("batch_size", batch_size, at_least=2)
    draws = _checks.integer("draws", draws)
    n = len(data.x_train)
    if sizes[-1] >= n:
        raise _checks.fail("batch_sizes", f"below {n}, the number of training rows", sizes[-1])
    runs = [(size, whole, seed) for size in sizes for whole in (0, 1) for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "seed": seed, "whole": bool(whole), **shared, "batch_size": size}
        for size, whole, seed in runs
    ]
    ends = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    measured = run_cells(
        estimate,
        [
            {"data": data, "seed": seed, **shared, "batch_sizes": sizes, "draws": draws}
            for seed in seeds_of(seeds)
        ],
        n_jobs=n_jobs,
        fresh=fresh,
    )
    found = {
        "ends": from_cells(
            [{"batch_size": size, "seed": seed} for size, _, seed in runs],
            [end["ends"] for end in ends],
        ),
        "errors": from_cells(
            [{"seed": seed} for seed in seeds_of(seeds)], [each["errors"] for each in measured]
        ),
        "cost": _cost(data, shared["hidden"], sizes),
    }
    settings = {
        **facts_of(data),
        **shared,
        "batch_sizes": sizes,
        "draws": draws,
        "enough": ENOUGH,
        "seeds": seeds,
    }
    return Study.asked("batch_statistics", found, settings, questions_of_batches(data), _SCHEMAS)


def _size(name: str, value: Any) -> int:
    return _checks.integer(name, value, at_least=2)


def _cost(data: Dataset, hidden: Sequence[int], sizes: Sequence[int]) -> pd.DataFrame:
    """Return what an update passes forward: rows, and multiplications of the linear layers."""
    widths = [data.n_features, *hidden, data.n_classes]
    weights = sum(a * b for a, b in pairwise(widths))
    table = pd.DataFrame({"batch_size": sizes, "rows": sizes})
    table["whole_rows"] = len(data.x_train)
    table["multiply_adds"] = table["rows"] * weights
    table["whole_multiply_adds"] = table["whole_rows"] * weights
    return table
