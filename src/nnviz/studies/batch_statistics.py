"""The batch's statistics instead of the whole set's: what the estimate costs, and what it saves."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn, optim
from nnviz._typing import Array
from nnviz.studies._batch_questions import BATCH, ENOUGH, SETTLED, WHOLE, questions_of_batches
from nnviz.studies._estimates import error_of_mean, error_of_variance, measured_errors
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import SWEPT, Schema, from_cells
from nnviz.train import Dataset, digits, run_cells
from nnviz.train.cache import Tables
from nnviz.train.loop import batches, evaluate

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
    optimizer: str = "sgd",
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
    activation, optimizer : str
        Names from `nn.ACTIVATIONS` and `optim.RULES`.
    learning_rate : float
        Of the optimizer.
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


def train(*, data: Dataset, seed: int, whole: bool, **how: Any) -> Tables:
    """Train one network and return its accuracy on the test split."""
    net = _trained(data, seed, whole=whole, **how)
    settings, accuracies = [], []
    if not whole:
        settings.append(BATCH)
        accuracies.append(evaluate(net, data.x_test, data.y_test)[1])
    _settle(net, data.x_train)
    settings.append(WHOLE if whole else SETTLED)
    accuracies.append(evaluate(net, data.x_test, data.y_test)[1])
    return {"ends": {"setting": np.array(settings), "test_accuracy": np.array(accuracies)}}


def estimate(
    *, data: Dataset, seed: int, batch_sizes: Sequence[int], draws: int, **how: Any
) -> Tables:
    """Train one network and return how far batches are from all rows in its last hidden layer."""
    net = _trained(data, seed, whole=False, **how)
    seen: dict[str, Array] = {}
    net(data.x_train, train=True, observe=seen.__setitem__)
    values = seen[f"linear{len(how['hidden'])}/activation"].astype(np.float64)
    varied = values.std(axis=0) > 0
    # Of a network that is lost nothing can be said.
    values = values[:, varied] if varied.any() else np.full_like(values[:, :1], np.nan)
    rng = np.random.default_rng([seed, draws])
    errors = [measured_errors(values, size, draws=draws, rng=rng) for size in batch_sizes]
    theory = [
        (error_of_mean(len(values), size), error_of_variance(values, size)) for size in batch_sizes
    ]
    return {
        "errors": {
            "setting": np.tile(["mean", "variance"], len(batch_sizes)),
            "batch_size": np.repeat(batch_sizes, 2),
            "error": np.ravel(errors),
            "theory": np.ravel(theory),
        }
    }


def _trained(
    data: Dataset,
    seed: int,
    *,
    whole: bool,
    hidden: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
) -> nn.Sequential:
    """Return a network after its training, normalized by the statistics of batches or all rows."""
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *hidden, data.n_classes]
    net = nn.mlp(sizes, activation=activation, batch_norm="before", rng=rng)
    rule = optim.make(optimizer, learning_rate)
    state = rule.init(net.flat)
    order = batches(len(data.x_train), batch_size, rng=rng)
    for _ in range(steps):
        rows = next(order)
        passed = np.arange(len(data.x_train)) if whole else rows
        of_loss = rows if whole else slice(None)
        logits, backward = net(data.x_train[passed], train=True)
        gradient = np.zeros_like(logits)
        gradient[of_loss] = nn.softmax_cross_entropy(logits[of_loss], data.y_train[rows])[1]
        updates, state = rule.update(net.flatten(backward(gradient)[1]), state, net.flat)
        net.flat += updates
    return net


def _settle(net: nn.Sequential, x: Array) -> None:
    """Replace the running statistics by those of all rows, layer after layer."""
    for layer in net.layers.values():
        if isinstance(layer, nn.BatchNorm):
            layer.momentum = 1.0  # nothing is left of what was
    net(x, train=True)


def _cost(data: Dataset, hidden: Sequence[int], sizes: Sequence[int]) -> pd.DataFrame:
    """Return what an update passes forward: rows, and multiplications of the linear layers."""
    widths = [data.n_features, *hidden, data.n_classes]
    weights = sum(a * b for a, b in pairwise(widths))
    table = pd.DataFrame({"batch_size": sizes, "rows": sizes})
    table["whole_rows"] = len(data.x_train)
    table["multiply_adds"] = table["rows"] * weights
    table["whole_multiply_adds"] = table["whole_rows"] * weights
    return table
