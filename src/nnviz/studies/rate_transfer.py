"""Whether the best learning rate of a narrow network is that of a wide one."""

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn
from nnviz.studies.cells.coordinate_check import ADAPTIVE
from nnviz.studies.cells.rate_transfer import train_at_width
from nnviz.studies.claims import Bound, Question
from nnviz.studies.coordinate_check import SCALINGS
from nnviz.studies.measures import Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import batch_of, data_of, facts_of
from nnviz.tables import EACH, RUN, SWEPT, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["rate_transfer"]

RATES = tuple(2.0**k for k in range(-10, -2))
"""Learning rates that are tried: each twice the one before."""

_WHICH = {
    "scaling": "of the learning rates",
    "width": "units in each hidden layer",
    "seed": RUN["seed"],
}
_SCHEMAS = {
    "ends": SWEPT.extended(
        "loss by learning rate",
        {
            **_WHICH,
            "setting": "the width, in words",
            "learning_rate": "that of the smallest width",
            "loss": "on the training set, after the last update; missing where it is not finite",
            "train_accuracy": "on the training set",
            "test_accuracy": "on the test set",
        },
        label="setting",
        panels="scaling",
        over="learning_rate",
        measured="loss",
        log=["learning_rate", "loss"],
    ),
    "best": EACH.extended(
        "best rate by width",
        {
            **_WHICH,
            "best_rate": "of the rates tried, that with the lowest loss; missing if first or last",
            "lowest": "that loss",
            "shift": "the best rate over that of the smallest width, of the same seed",
            "transferred": "loss at the best rate of the smallest width",
            "cost": "that loss over the lowest",
        },
        label="scaling",
        measured="shift",
        part="width",
    ),
}


@declare(_SCHEMAS)
def rate_transfer(
    data: Dataset | None = None,
    *,
    widths: Sequence[int] = (32, 96, 256),
    rates: Sequence[float] = RATES,
    depth: int = 3,
    activation: str = "tanh",
    optimizer: str = "adam",
    batch_size: int = 100,
    steps: int = 50,
    seeds: int = 9,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Search the best learning rate at several widths, in standard and maximal-update scaling.

    In standard scaling all parameters have one learning rate, in maximal-update scaling each has
    its own, as in `coordinate_check`; at the smallest width both are the same.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    widths : sequence of int
        Units in each hidden layer.
    rates : sequence of float
        Learning rates, those of the smallest width. A best rate is known up to the next one; that
        it lies at the edge of those tried is known, too, and not taken for the best.
    depth, activation, optimizer
        As in `coordinate_check`.
    batch_size, steps : int
        Rows per update, number of updates.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below.
    """
    data = data_of(data, digits)
    shared: dict[str, Any] = {
        "depth": _checks.integer("depth", depth),
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
        "optimizer": _checks.one_of("optimizer", optimizer, ADAPTIVE),
        **batch_of(data, batch_size),
        "steps": _checks.integer("steps", steps),
    }
    wide = sorted(_checks.sequence("widths", widths, _checks.integer, at_least=2))
    tried = sorted(_checks.sequence("rates", rates, _checks.positive, at_least=2))
    runs = [
        (scaling, width, rate, seed)
        for scaling in SCALINGS
        for width in wide
        for rate in tried
        for seed in seeds_of(seeds)
    ]
    results = run_cells(
        train_at_width,
        [
            # At the smallest width both scalings are the same.
            {"scaled": SCALINGS[scaling] and width > wide[0], "base_width": wide[0], "data": data}
            | {"width": width, "learning_rate": rate, "seed": seed, **shared}
            for scaling, width, rate, seed in runs
        ],
        n_jobs=n_jobs,
        fresh=fresh,
    )
    names = ("scaling", "width", "learning_rate", "seed")
    labels = [{"setting": f"width {run[1]}", **dict(zip(names, run, strict=True))} for run in runs]
    ends = from_cells(labels, [result["end"] for result in results])
    ends["loss"] = ends["loss"].where(np.isfinite(ends["loss"]))
    settings: dict[str, Any] = {
        **facts_of(data),
        **shared,
        "widths": wide,
        "times": wide[-1] / wide[0],
        "rates": tried,
        "resolution": max(later / rate for rate, later in pairwise(tried)),
        "scalings": list(SCALINGS),
        "seeds": seeds,
    }
    tables = {"ends": ends, "best": _best(ends, wide[0])}
    return Study.asked("rate_transfer", tables, settings, _questions(settings), _SCHEMAS)


def _best(ends: pd.DataFrame, narrow: int) -> pd.DataFrame:
    """Return the best rate of each width and seed, and what that of the narrowest costs there."""
    rows = []
    for (scaling, seed), own in ends.groupby(["scaling", "seed"], sort=False):
        losses = own.pivot_table("loss", "width", "learning_rate", dropna=False)
        best = losses.fillna(math.inf).idxmin(axis=1)
        lowest = losses.min(axis=1)
        # Where it is the first or the last one tried, a better one may lie beyond.
        best = best.where(lowest.notna() & ~best.isin([losses.columns[0], losses.columns[-1]]))
        for width in losses.index:
            known = pd.notna(best[narrow])
            there = losses.loc[width, best[narrow]] if known else math.nan
            rows.append(
                {
                    "scaling": scaling,
                    "width": width,
                    "seed": seed,
                    "best_rate": best[width],
                    "lowest": lowest[width],
                    "shift": best[width] / best[narrow],
                    "transferred": there,
                    "cost": there / lowest[width],
                }
            )
    return pd.DataFrame(rows)


def _questions(settings: dict[str, Any]) -> list[Question]:
    """Return what is asked of the widest network, beside the narrowest."""
    standard, scaled = SCALINGS
    step = settings["resolution"]

    def at(width: int, scaling: str, value: str) -> Pick:
        return Pick("best", value, {"scaling": scaling, "width": width})

    def shift(scaling: str) -> Ratio:
        return Ratio(at(wide, scaling, "best_rate"), at(narrow, scaling, "best_rate"))

    def apart(value: str) -> Ratio:
        return Ratio(at(wide, standard, value), at(wide, scaled, value))

    narrow, wide = settings["widths"][0], settings["widths"][-1]
    ask = partial(
        Question,
        subjects={"standard": standard, "scaled": scaled},
        missing="a best learning rate lies at the edge of those tried, or a network is lost",
    )
    return [
        ask(
            "best rate falls",
            "best learning rate at {times:g} times the width divided by that at the smallest "
            "width, in {standard} scaling",
            shift(standard),
            Bound.at_most(1 / step),
            "In {standard} scaling the best learning rate falls with the width: at {times:g} times "
            "the width it is {number} times as large",
            "In {standard} scaling the best learning rate hardly falls with the width: at "
            "{times:g} times the width it is {number} times as large",
        ),
        ask(
            "best rate stays",
            "best learning rate at {times:g} times the width divided by that at the smallest "
            "width, in {scaled} scaling",
            shift(scaled),
            Bound(1 / step**2, step**2),
            "In {scaled} scaling the best learning rate stays within {low} and {high} times the "
            "narrow network's: at {times:g} times the width it is {number} times as large",
            "In {scaled} scaling, too, the best learning rate changes with the width: at {times:g} "
            "times the width it is {number} times as large",
        ),
        ask(
            "best rate falls less",
            "best learning rate at {times:g} times the width, in {standard} scaling divided by "
            "{scaled} scaling",
            apart("best_rate"),
            Bound.at_most(1 / step),
            "At {times:g} times the width, {optimizer}'s best learning rate is {a:.2g} in "
            "{standard} scaling, in {scaled} scaling {b:.2g}",
            "At {times:g} times the width {optimizer}'s best learning rate is {a:.2g} in "
            "{standard} scaling, and hardly another in {scaled} scaling: {b:.2g}",
            given=("best rate falls",),
        ),
        ask(
            "narrow rate costs less",
            "training loss at {times:g} times the width, at the best learning rate of the smallest "
            "width over that at its own, in {standard} scaling divided by {scaled} scaling",
            apart("cost"),
            Bound.at_least(2.0),
            "The narrow network's best learning rate costs less at {times:g} times the width in "
            "{scaled} scaling: the loss is {b:.3g} times the lowest, in {standard} scaling {a:.3g} "
            "times",
            "The narrow network's best learning rate hardly costs less at {times:g} times the "
            "width in {scaled} scaling: the loss is {b:.3g} times the lowest, in {standard} "
            "scaling {a:.3g} times",
        ),
    ]
