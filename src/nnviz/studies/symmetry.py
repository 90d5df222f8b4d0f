"""Equal units stay equal: why a network must not start at zero."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn, optim, tables
from nnviz.studies.study import Claim, Study, seeds_of
from nnviz.train import Dataset, digits, run_cells
from nnviz.train.cache import Tables
from nnviz.train.loop import batches, evaluate

__all__ = ["symmetry"]

INITIALIZERS = {"zeros": nn.zeros, "Xavier": nn.xavier}


def symmetry(
    data: Dataset | None = None,
    *,
    activations: Sequence[str] = ("relu", "sigmoid"),
    width: int = 100,
    depth: int = 2,
    steps: int = 500,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train networks that start at zero beside others that start at random.

    Momentum at 0.05, batches of 100.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    activations : sequence of str
        Names from `nn.ACTIVATIONS`.
    width, depth : int
        Units per hidden layer, number of hidden layers.
    steps : int
        Number of updates.
    seeds, n_jobs, fresh
        As in `overfitting`.

    Returns
    -------
    Study
        Table ``curves`` (`tables.CURVE`): accuracy, and column_spread, the largest difference
        between the incoming weights of two units of the same hidden layer.
    """
    data = digits() if data is None else data
    shared: dict[str, Any] = {
        "width": _checks.integer("width", width, at_least=2),
        "depth": _checks.integer("depth", depth),
        "steps": _checks.integer("steps", steps),
    }
    cells = [
        {"data": data, "activation": activation, "initializer": name, "seed": seed, **shared}
        for activation in activations
        for name in INITIALIZERS
        for seed in seeds_of(seeds)
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    names = [
        {"setting": f"{cell['activation']}, {cell['initializer']}", "seed": cell["seed"]}
        for cell in cells
    ]
    curves = tables.from_cells(names, [result["curve"] for result in results])
    settings = {"data": data.name, "activations": list(activations), **shared, "seeds": seeds}
    return Study("symmetry", {"curves": curves}, settings, _claims(curves, activations))


def _claims(curves: pd.DataFrame, activations: Sequence[str]) -> dict[str, Claim]:
    end = curves[curves["step"] == curves["step"].max()]
    largest = end[end["metric"] == "column_spread"].groupby("setting")["value"].max()
    test = end[(end["metric"] == "accuracy") & (end["split"] == "test")]
    accuracy = test.groupby("setting")["value"].mean()
    claims = {}
    if "relu" in activations:
        claims["relu never separates"] = Claim.at_most(
            "ReLU units that start at zero stay there, however long the network trains",
            largest["relu, zeros"],
            0.0,
        )
    if "sigmoid" in activations:
        # Not exactly 0: a matrix product may round its last columns in another order.
        claims["sigmoid never separates"] = Claim.at_most(
            "Sigmoid units that start at zero stay alike to the end, but for rounding",
            largest["sigmoid, zeros"],
            1e-6,
            measured="largest difference between units",
        )
    for activation in activations:
        claims[f"{activation} does not learn"] = Claim.at_most(
            "A network that starts at zero learns next to nothing",
            accuracy[f"{activation}, zeros"] / accuracy[f"{activation}, Xavier"],
            0.5,
        )
    return claims


def train(
    *,
    data: Dataset,
    activation: str,
    initializer: str,
    seed: int,
    width: int,
    depth: int,
    steps: int,
) -> Tables:
    """Train one network and return its curve."""
    rng = np.random.default_rng(seed)
    sizes = [data.n_features, *[width] * depth, data.n_classes]
    net = nn.mlp(sizes, activation=activation, init=INITIALIZERS[initializer], rng=rng)
    rule = optim.momentum(0.05)
    state = rule.init(net.flat)
    order = batches(len(data.x_train), 100, rng=rng)
    rows: list[tuple[int, str, str, float]] = []
    for step in range(steps + 1):
        if step % max(steps // 20, 1) == 0 or step == steps:
            rows.append((step, "train", "column_spread", _column_spread(net, depth)))
            for split in ("train", "test"):
                x, y = getattr(data, f"x_{split}"), getattr(data, f"y_{split}")
                rows.append((step, split, "accuracy", evaluate(net, x, y)[1]))
        chosen = next(order)
        logits, backward = net(data.x_train[chosen], train=True)
        _, dlogits = nn.softmax_cross_entropy(logits, data.y_train[chosen])
        updates, state = rule.update(net.flatten(backward(dlogits)[1]), state, net.flat)
        net.flat += updates
    steps_, splits, metrics, values = zip(*rows, strict=True)
    step_column = np.array(steps_)
    curve = {
        "step": step_column,
        "epoch": step_column / (len(data.x_train) // 100),
        "split": np.array(splits),
        "metric": np.array(metrics),
        "value": np.array(values, dtype=np.float64),
    }
    return {"curve": curve}


def _column_spread(net: nn.Sequential, depth: int) -> float:
    """Return the largest difference between two units' incoming weights, over hidden layers."""
    spreads = [np.ptp(net.params[f"linear{k}/weight"], axis=1).max() for k in range(1, depth + 1)]
    return float(max(spreads))
