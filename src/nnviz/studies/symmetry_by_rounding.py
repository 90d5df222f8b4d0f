"""Units that start equal at zero, and what rounding makes of them."""

import pandas as pd

from nnviz import _checks, nn
from nnviz.studies._one_rule import OneRule
from nnviz.studies.cells.summation import train
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Edge, Level, Pick
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of
from nnviz.tables import EACH, RUN, SINGLE_RUN, STEP_CURVE, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["symmetry_by_rounding"]

ONE, TWO, DOUBLE, LIBRARY = (
    "one order",
    "two orders",
    "two orders in float64",
    "the library's order",
)

_SUMS = {
    ONE: {"order": "one", "dtype": "float32"},
    TWO: {"order": "two", "dtype": "float32"},
    DOUBLE: {"order": "two", "dtype": "float64"},
    LIBRARY: {"order": "library", "dtype": "float32"},
}

PARTED = 0.01
"""Units whose weights differ by more, relative to the largest, have parted."""

LATER = 100.0
"""How many more updates double precision has to take."""

_SCHEMAS = {
    "curves": STEP_CURVE,
    "spread": SINGLE_RUN.extended(
        "difference between units by step",
        {
            "step": "number of optimizer updates so far, from the first look after the start",
            "marked": "parted_at of the run",
            "relative_spread": "largest difference between the incoming weights of two units, "
            "over the largest such weight",
        },
        measured="relative_spread",
        log=["relative_spread"],
    ),
    "parting": EACH.extended(
        "parting of units",
        {
            **RUN,
            "parted_at": "the first step that was looked at after which the incoming weights of "
            "two units differ by more than a hundredth of the largest, missing for never",
        },
        label="setting",
        measured="parted_at",
    ),
}


@declare(_SCHEMAS)
def symmetry_by_rounding(
    data: Dataset | None = None,
    *,
    width: int = 10,
    activation: str = "sigmoid",
    optimizer: OneRule = "momentum",
    learning_rate: float = 0.2,
    batch_size: int = 25,
    steps: int = 1000,
    seeds: int = 5,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train one hidden layer from zero, its sums taken in one order, in two, or as a library does.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    width : int
        Hidden units.
    activation : str
        A name from `nn.ACTIVATIONS`. One that is zero at zero, such as ReLU and tanh, passes no
        gradient to weights that are zero.
    optimizer, learning_rate, batch_size
        As in `overfitting`.
    steps : int
        Number of updates.
    seeds, n_jobs, fresh
        As in `overfitting`; only the order of the rows differs between seeds.

    Returns
    -------
    Study
        The tables below. Settings: "one order", in which all units add up their inputs; "two
        orders", from the last input to the first for every second unit; the same in float64; and
        that of the library that NumPy calls for matrix products on this processor. Metrics of
        ``curves`` are accuracy, and relative_spread, the largest difference between the incoming
        weights of two hidden units, over the largest such weight.
    """
    data = data_of(data, digits)
    shared = {
        "width": _checks.integer("width", width, at_least=2),
        "activation": _checks.one_of("activation", activation, nn.ACTIVATIONS),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
    }
    labels = [{"setting": name, "seed": seed} for name in _SUMS for seed in seeds_of(seeds)]
    cells = [
        {"data": data, "seed": seed, **how, **shared}
        for how in _SUMS.values()
        for seed in seeds_of(seeds)
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    curves = from_cells(labels, [result["curve"] for result in results])
    looked_at = sorted(curves["step"].unique())
    settings = {
        **facts_of(data),
        **shared,
        "orders": list(_SUMS),
        "early": int(looked_at[1]),
        "parted": PARTED,
        "seeds": seeds,
    }
    parting = _parting(curves)
    found = {"curves": curves, "spread": _spread(curves, parting), "parting": parting}
    questions = _questions(data, settings["early"])
    return Study.asked("symmetry_by_rounding", found, settings, questions, _SCHEMAS)


def _parting(curves: pd.DataFrame) -> pd.DataFrame:
    """Return when units of each run had parted."""
    spread = curves[curves["metric"] == "relative_spread"]
    first = spread[spread["value"] > PARTED].groupby(["setting", "seed"])["step"].min()
    runs = curves[["setting", "seed"]].drop_duplicates(ignore_index=True)
    return runs.join(first.rename("parted_at"), on=["setting", "seed"]).astype({"parted_at": float})


def _spread(curves: pd.DataFrame, parting: pd.DataFrame) -> pd.DataFrame:
    """Return how far apart units of each run are, with where they had parted."""
    later = curves["step"] > 0  # before the first update all weights are zero
    spread = curves[later & (curves["metric"] == "relative_spread")]
    spread = spread[["setting", "seed", "step", "value"]]
    marked = parting.rename(columns={"parted_at": "marked"})
    runs = spread.merge(marked, on=["setting", "seed"], how="left")
    return runs.rename(columns={"value": "relative_spread"})


def _questions(data: Dataset, early: int) -> list[Question]:
    def spread(setting: str, **where: object) -> Pick:
        rows = {"setting": setting, "metric": "relative_spread", **where}
        return Pick("curves", where=rows, over="max")

    def accuracy(setting: str) -> Pick:
        rows = {"setting": setting, "metric": "accuracy", "step": Edge.LAST}
        return Pick("curves", where=rows)

    def parted(setting: str) -> Pick:
        return Pick("parting", "parted_at", {"setting": setting})

    return [
        Question(
            "one order never parts",
            "largest difference between the incoming weights of two units at any step, over the "
            "largest weight, with {order} for all sums",
            Level(spread(ONE)),
            Bound.at_most(0.0),
            "With {order} for all sums, units that start at zero are alike to the last bit for "
            "{steps} steps",
            "With {order} for all sums, too, units that start at zero come to differ by up to "
            "{number} of the largest weight",
            subjects={"order": ONE},
        ),
        *(
            _rounds(setting, spread(setting, step=early), limit)
            for setting, limit in ((TWO, 1e-5), (DOUBLE, 1e-13), (LIBRARY, 1e-5))
        ),
        Question(
            "rounding parts",
            "largest difference between the incoming weights of two units at the end, over the "
            "largest weight, with {order} of sums",
            Level(spread(TWO, step=Edge.LAST)),
            Bound.at_least(0.1),
            "Rounding parts units that start at zero: with {order} of sums, they differ by "
            "{number:.0%} of the largest weight after {steps} steps",
            "With {order} of sums, units that start at zero differ by no more than {number} of the "
            "largest weight after {steps} steps",
            subjects={"order": TWO},
        ),
        Question(
            "double precision waits",
            "number of updates until the incoming weights of two units differ by {parted:.0%}, in "
            "double precision minus in single precision",
            Difference(parted(DOUBLE), parted(TWO)),
            Bound.at_least(LATER),
            "Rounding errors alone make units that start at zero differ by {parted:.0%}: in single "
            "precision after {b:.0f} updates, in double after {a:.0f}",
            "In double precision units do not differ by {parted:.0%} {bound} later: after "
            "{a:.0f}, in single precision after {b:.0f}",
            unit="updates",
            given=("rounding parts",),
            missing="in some runs the units do not differ by as much",
        ),
        Question(
            "parted units learn",
            "test accuracy at the end, with {two} of sums minus {one}",
            Difference(accuracy(TWO), accuracy(ONE)),
            Bound.at_least(0.1),
            "Rounding lets a network that starts at zero learn: test accuracy is {a:.0%} with "
            "{two} of sums, {b:.0%} with {one}",
            "Rounding does not let a network that starts at zero learn {bound} more: test accuracy "
            "is {a:.0%} with {two} of sums, {b:.0%} with {one}",
            unit="points",
            subjects={"two": TWO, "one": ONE},
            given=("rounding parts",),
            resolution=1 / len(data.x_test),
        ),
    ]


def _rounds(setting: str, spread: Pick, limit: float) -> Question:
    return Question(
        f"{setting}: rounding at first",
        "largest difference between the incoming weights of two units after {early} steps, over "
        "the largest weight, with {order}",
        Level(spread),
        Bound.at_most(limit),
        "At first equal units differ by rounding at most: by {number} of the largest weight after "
        "{early} steps, with {order}",
        "Equal units differ by more than rounding: by {number} of the largest weight after "
        "{early} steps, with {order}",
        subjects={"order": setting},
    )
