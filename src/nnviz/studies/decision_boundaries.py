"""Decision boundaries as training goes on, with and without weight decay."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnviz import _checks, tables
from nnviz.studies._one_rule import OneRule
from nnviz.studies._plane import grid_around
from nnviz.studies.cells.decision_boundaries import train
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Edge, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import REGION, STEP_CURVE, Schema
from nnviz.train import Dataset, run_cells
from nnviz.train.synthetic import SYNTHETIC

__all__ = ["decision_boundaries"]

Columns = Mapping[str, NDArray[Any]]
N_TEST, DRAW = 1000, 1
"""Test rows of each draw, and what keeps its random numbers apart from those of the weights."""

_SCHEMAS = {
    "regions": REGION.extended("regions with their rows", beside={"rows": "rows"}),
    "rows": Schema(
        "rows of the plane",
        {
            "x": "first feature",
            "y": "second feature",
            "class": "number of the class, from 0",
            "split": "train or test",
        },
        undrawn="its rows are the marks of the figure of the regions",
    ),
    "curves": STEP_CURVE,
}


@declare(_SCHEMAS)
def decision_boundaries(
    data: Dataset | None = None,
    *,
    problem: str = "moons",
    rows: int = 60,
    noise: float = 0.35,
    hidden: Sequence[int] = (50, 50),
    activation: str = "relu",
    optimizer: OneRule = "momentum",
    learning_rate: float = 0.01,
    batch_size: int = 20,
    weight_decay: float = 0.03,
    snapshots: Sequence[int] = (30, 300, 3000),
    side: int = 100,
    seeds: int = 20,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Look at what a network makes of the plane, at several steps of its training.

    Parameters
    ----------
    data : Dataset, optional
        Of two features, the same for all seeds. By default each seed draws its own rows: with so
        few, which ones were drawn decides more than how the weights began.
    problem : {"moons", "spirals", "blobs"}
        What is drawn, of `train`, if no data are given.
    rows : int
        Training rows of each draw; 1,000 others are for testing.
    noise : float
        Of each draw; by default such that the classes overlap.
    hidden, activation, optimizer, learning_rate, batch_size
        As in `overfitting`.
    weight_decay : float
        Strength; the other setting has none.
    snapshots : sequence of int
        After how many updates to look, at least twice; training ends with the last.
    side : int
        Points of the grid along each axis; it reaches a little beyond the training rows.
    seeds : int
        Number of seeds; rows, unless data are given, weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below: ``regions`` and ``rows`` are those of the first seed; ``curves`` has
        accuracy, and boundary_length, that of the lines between the classes, in the unit of the
        features.

    Raises
    ------
    ValueError
        If the data have not two features, or an argument breaks its rule.
    """
    _checks.integer("rows", rows, at_least=2)
    _checks.non_negative("noise", noise)
    draw = _checks.lookup("problem", problem, SYNTHETIC)

    def of_seed(seed: int) -> Dataset:
        rng = np.random.default_rng((seed, DRAW))
        return data_of(data, lambda: draw(rows, N_TEST, noise=noise, rng=rng))

    every = seeds_of(seeds)
    each = {seed: of_seed(seed) for seed in every}
    first = each[every[0]]
    strength = _checks.positive("weight_decay", weight_decay)
    variants = {"none": 0.0, f"weight decay {strength:g}": strength}
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **descent_of(first, optimizer, learning_rate, batch_size),
        "snapshots": _increasing(snapshots),
        "side": _checks.integer("side", side, at_least=2),
    }
    if first.n_features != 2:
        raise _checks.fail("data", "of 2 features, so that they can be drawn", first.n_features)
    runs = [(name, seed) for name in variants for seed in every]
    cells = [
        {"data": each[seed], "seed": seed, "weight_decay": variants[name], **shared}
        for name, seed in runs
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    drawn = {
        name: result["regions"]
        for (name, seed), result in zip(runs, results, strict=True)
        if seed == every[0]
    }
    labels = [{"setting": name, "seed": seed} for name, seed in runs]
    found = {
        "regions": _regions(first, drawn, side),
        "rows": _rows(first),
        "curves": tables.from_cells(labels, [result["curve"] for result in results]),
    }
    settings = {
        **facts_of(first),
        **({"noise": noise} if data is None else {}),
        **shared,
        "weight_decay": strength,
        "settings": list(variants),
        "seeds": seeds,
    }
    return Study.asked(
        "decision_boundaries", found, settings, _questions(first, *variants), _SCHEMAS
    )


def _increasing(snapshots: Sequence[int]) -> list[int]:
    steps = _checks.sequence("snapshots", snapshots, _step, at_least=2)
    if steps != sorted(steps):
        raise _checks.fail("snapshots", "in increasing order", snapshots)
    return steps


def _step(name: str, value: int) -> int:
    return _checks.integer(name, value, at_least=0)


def _regions(data: Dataset, drawn: Mapping[str, Columns], side: int) -> pd.DataFrame:
    x, y = (part.ravel() for part in np.meshgrid(*grid_around(data, side)))
    frames = [
        pd.DataFrame(
            {
                "setting": name,
                "step": seen["step"],
                "x": np.resize(x, len(seen["step"])),  # again for each step
                "y": np.resize(y, len(seen["step"])),
                "class": seen["class"].astype(int),
                "margin": seen["margin"],
            }
        )
        for name, seen in drawn.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _rows(data: Dataset) -> pd.DataFrame:
    splits = [("train", data.x_train, data.y_train), ("test", data.x_test, data.y_test)]
    frames = [
        pd.DataFrame({"x": x[:, 0], "y": x[:, 1], "class": labels, "split": split})
        for split, x, labels in splits
    ]
    return pd.concat(frames, ignore_index=True)


def _questions(data: Dataset, plain: str, decayed: str) -> list[Question]:
    def length(setting: str, when: Edge) -> Pick:
        where = {"setting": setting, "metric": "boundary_length", "step": when}
        return Pick("curves", where=where)

    def accuracy(setting: str, split: str) -> Pick:
        where = {"setting": setting, "metric": "accuracy", "split": split, "step": Edge.LAST}
        return Pick("curves", where=where)

    row = 1 / len(data.x_test)
    kind = {"kind": "weight decay"}
    return [
        Question(
            "overfits",
            "training minus test accuracy without a regularizer",
            Difference(accuracy(plain, "train"), accuracy(plain, "test")),
            Bound.at_least(0.02),
            "Without a regularizer the network overfits: it is right on {a:.0%} of the training "
            "rows and on {b:.0%} of the others",
            "Without a regularizer the network does not overfit by {bound}: it is right on {a:.0%} "
            "of the training rows and on {b:.0%} of the others",
            unit="points",
            resolution=row,
        ),
        Question(
            "boundary lengthens",
            "length of the decision boundary without a regularizer, at the end divided by the "
            "first look",
            Ratio(length(plain, Edge.LAST), length(plain, Edge.FIRST)),
            Bound.at_least(1.2),
            "As training goes on without a regularizer, the decision boundary grows to "
            "{number:.2f} times its length at step {snapshots[0]}",
            "As training goes on without a regularizer, the decision boundary does not grow to "
            "{bound} times its length at step {snapshots[0]}, but to {number:.2f}",
        ),
        Question(
            "weight decay shortens",
            "length of the decision boundary at the end, with {kind} divided by without",
            Ratio(length(decayed, Edge.LAST), length(plain, Edge.LAST)),
            Bound.at_most(0.9),
            "With {kind} of {weight_decay:g}, the decision boundary is {number:.2f} times as long "
            "as without",
            "With {kind} of {weight_decay:g}, the decision boundary is {number:.2f} times as long "
            "as without, more than {bound:.2f} times",
            unit="%",
            subjects=kind,
        ),
        Question(
            "costs little accuracy",
            "test accuracy, with {kind} minus without",
            Difference(accuracy(decayed, "test"), accuracy(plain, "test")),
            Bound.at_least(-0.03),
            "{kind} of {weight_decay:g} costs at most {bound.size} of test accuracy: it is "
            "{a:.0%}, without it {b:.0%}",
            "{kind} of {weight_decay:g} costs more than {bound.size} of test accuracy: it is "
            "{a:.0%}, without it {b:.0%}",
            unit="points",
            subjects=kind,
            given=("overfits",),
            resolution=row,
        ),
    ]
