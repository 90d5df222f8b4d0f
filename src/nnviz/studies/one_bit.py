"""How far one bit carries: two networks that start as one, but for the last bit of one weight."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz._typing import Array
from nnviz.studies._one_bit_questions import APART, JUMP, PARTED, questions_of
from nnviz.studies._one_rule import OneRule, maker_of
from nnviz.studies.cells.twins import KINKED, train
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import PAIR, SINGLE_RUN, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["one_bit"]

SMOOTH = "tanh"
"""The activation without a kink that stands beside the one asked for."""

_PLAIN = {"dtype": "float32", "batch_norm": None, "gated": False}
_VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "gated": {"gated": True},
    "smooth": {"activation": SMOOTH},
    "double": {"dtype": "float64"},
    "normalized": {"batch_norm": "before"},
}
_NAMES = {
    "plain": "",
    "gated": "switched by its twin",
    "smooth": SMOOTH,
    "double": "float64",
    "normalized": "batch norm",
}
"""What a variant has that the plain one has not, as it is written."""

_WHICH = {
    "activation": "activation function of the hidden layers",
    "variant": "what else is not as in the first setting, if there is anything",
    "case": "learning rate, and what else is not as in the first setting",
    "learning_rate": "that both trained with",
}
_PARTS = {"setting": ["activation", "variant"]}
_SCHEMAS = {
    "distance": SINGLE_RUN.extended(
        "distance of twins",
        {
            **_WHICH,
            "marked": "number of updates after which a unit's sign first differs for an example, "
            "missing where none does",
            "relative_distance": "norm of the difference of both parameter vectors, over that of "
            "the first",
            "factor": "by which the last update multiplied the distance, where that was less than "
            "the type rounds by, that; missing before the first",
        },
        panels="case",
        measured="relative_distance",
        log=["relative_distance"],
        parts=_PARTS,
    ),
    "pairs": PAIR.extended(
        "accuracy of twins",
        {
            **_WHICH,
            "seed": "seed of the pair",
            "test_accuracy": "of the first twin",
            "twin_accuracy": "of the second",
            "gap": "by how much they differ",
            "chance": "accuracy of always guessing the class with most test rows",
            "relative_distance": "of the weights at the end",
            "switch": "number of updates after which a unit's sign first differs for an example, "
            "missing where none does, and for activations without a kink",
            "outputs": "of how many units and examples it differs then",
            "factor": "the largest by which one update multiplied the distance, where that was "
            "less than the type rounds by, that",
            "apart": "1 where the accuracies differ by more than 1.5 points, else 0",
            "parted": "1 where the distance at the end is above 10⁻⁵, else 0",
            "jumped": "1 where the factor is at least ten, else 0",
        },
        panels="case",
        over="test_accuracy",
        measured="twin_accuracy",
        units={"chance": "%"},
        parts=_PARTS,
    ),
}


@declare(_SCHEMAS)
def one_bit(
    data: Dataset | None = None,
    *,
    learning_rate: float = 0.1,
    rates: Sequence[float] = (0.05, 0.1, 0.2, 0.4),
    hidden: Sequence[int] = (100,) * 6,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    batch_size: int = 100,
    steps: int = 300,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train pairs of networks that differ in the last bit of one weight, side by side.

    Two processors, or two versions of a library, differ by as much: they round the sums of a
    matrix product in another order. A pair has its weights, its batches and its rule in common;
    of the second network, one weight past the first layer is moved to the next floating-point
    number.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    learning_rate : float
        At which the settings are compared, and up to which twins are asked to stay alike.
    rates : sequence of float
        Learning rates of the first setting; at the highest one, float64 and batch normalization
        are tried as well.
    hidden, activation, optimizer, batch_size
        As in `overfitting`; float32 but where the setting says float64. A rule with all its
        settings has no rates to try.
    steps : int
        Number of updates.
    seeds, n_jobs, fresh
        As in `batch_normalization`; a seed is a pair.

    Returns
    -------
    Study
        The tables below. Settings, after the first: the same activation in the second network
        switched by the signs of the first network's units, if it has two pieces; tanh; float64;
        batch normalization. A pair ends where a loss or a weight is no longer finite.
    """
    data = data_of(data, digits)
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **descent_of(data, maker_of(optimizer), learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
    }
    _checks.integer("batch_size", batch_size, at_least=2)
    tried = sorted({learning_rate, *_checks.sequence("rates", rates, _checks.positive)})
    plan = _plan(activation, learning_rate, tried)
    runs = [
        (name, rate, seed) for name, at in plan.items() for rate in at for seed in seeds_of(seeds)
    ]
    cells = [
        {"data": data, **_PLAIN, **shared, **_VARIANTS[name], "learning_rate": rate, "seed": seed}
        for name, rate, seed in runs
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [{**_labels(activation, name, rate), "seed": seed} for name, rate, seed in runs]
    courses = [
        _with_factors(r["distance"], c["dtype"]) for r, c in zip(results, cells, strict=True)
    ]
    pairs = from_cells(labels, [result["pair"] for result in results])
    pairs["factor"] = [_largest(course["factor"]) for course in courses]
    pairs = _judged(pairs, data)
    marked = [
        {**label, "marked": switch} for label, switch in zip(labels, pairs["switch"], strict=True)
    ]
    found = {
        "distance": from_cells(marked, courses),
        "pairs": pairs,
    }
    settings = {
        **facts_of(data),
        **shared,
        "rates": tried,
        "smooth": SMOOTH,
        "unit_outputs": batch_size * sum(shared["hidden"]),
        "apart_points": 100 * APART,
        "jump": JUMP,
        "parted": PARTED,
        "seeds": seeds,
    }
    names = {name: _setting(activation, name) for name in plan}
    return Study.asked("one_bit", found, settings, questions_of(names, settings), _SCHEMAS)


def _plan(activation: str, learning_rate: float, tried: list[float]) -> dict[str, list[float]]:
    """Return the learning rates of each variant that differs from the plain one."""
    both = sorted({learning_rate, tried[-1]})
    plan = {
        "plain": tried,
        "gated": [learning_rate],
        "smooth": [learning_rate],
        "double": both,
        "normalized": [tried[-1]],
    }
    if activation not in KINKED:
        del plan["gated"]
    if activation == SMOOTH:
        del plan["smooth"]
    return plan


def _setting(activation: str, name: str) -> str:
    if name == "smooth":
        return SMOOTH
    return ", ".join(filter(None, (activation, _NAMES[name])))


def _labels(activation: str, name: str, rate: float) -> dict[str, Any]:
    """Return what tells the runs of a variant at a rate apart from others."""
    case = ", ".join(filter(None, (f"learning rate {rate:g}", _NAMES[name])))
    return {
        "setting": _setting(activation, name),
        "activation": SMOOTH if name == "smooth" else activation,
        "variant": None if name == "smooth" else _NAMES[name] or None,
        "case": case,
        "learning_rate": rate,
    }


def _judged(pairs: pd.DataFrame, data: Dataset) -> pd.DataFrame:
    """Return pairs with what is asked of them, missing where it is not known."""
    gap = (pairs["test_accuracy"] - pairs["twin_accuracy"]).abs()
    asked = {
        "apart": (gap, gap > APART),
        "parted": (pairs["relative_distance"], pairs["relative_distance"] > PARTED),
        "jumped": (pairs["factor"], pairs["factor"] >= JUMP),
    }
    answers = {key: found.astype(float).where(of.notna()) for key, (of, found) in asked.items()}
    chance = np.bincount(data.y_test).max() / len(data.y_test)
    return pairs.assign(gap=gap, chance=chance, **answers)


def _with_factors(course: Mapping[str, Array], dtype: str) -> dict[str, Array]:
    """Return the course of a pair with what each update multiplied the distance by.

    A distance below the unit roundoff of the type counts as that: so far are weights apart that
    were rounded otherwise, and on the way there a change of one weight only spreads to the others.
    """
    distances = course["relative_distance"]
    before = np.maximum(distances[:-1], np.finfo(dtype).eps / 2)
    return {**course, "factor": np.concatenate([[math.nan], distances[1:] / before])}


def _largest(factors: Array) -> float:
    return float(np.max(factors[1:], initial=1.0)) if len(factors) > 1 else math.nan
