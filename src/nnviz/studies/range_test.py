"""What a range test of learning rates suggests, and which of them really train best."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz._typing import Array
from nnviz.optim.schedules import constant
from nnviz.studies._one_rule import OneRule, maker_of
from nnviz.studies.cells.range_test import sweep
from nnviz.studies.cells.training import train
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import batch_of, data_of, facts_of, network_of
from nnviz.tables import EACH, RUN, SWEPT, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["range_test"]

_TEST, _BEST = "range test", "best"
_TENTH, _LOWEST, _STEEPEST = "lowest / 10", "lowest loss", "steepest"

_AT_END = "in some runs the best rate is the lowest or the highest that was trained at"

_RATE = {"learning_rate": "of the optimizer"}
_SCHEMAS = {
    "test": SWEPT.extended(
        "range test",
        {**RUN, **_RATE, "loss": "of mini-batches, smoothed over eleven"},
        label="setting",
        over="learning_rate",
        measured="loss",
        log=["learning_rate"],
        lowest=True,
    ),
    "runs": SWEPT.extended(
        "trained at each rate",
        {
            **RUN,
            "setting": "the rule",
            **_RATE,
            "loss": "training loss at the end",
            "test_accuracy": "at the end",
        },
        label="setting",
        over="learning_rate",
        measured="test_accuracy",
        log=["learning_rate"],
    ),
    "suggestions": EACH.extended(
        "suggested rate",
        {
            **RUN,
            "setting": "how the range test is read; or best, of all rates that the seed was "
            "trained at, suggestions included",
            "learning_rate": "of the optimizer; of the best missing if that is the lowest or the "
            "highest, since better ones may lie beyond",
            "loss": "training loss at the end, if trained at it",
            "test_accuracy": "likewise",
            "apart": "powers of ten between the rate and the median over seeds",
        },
        label="setting",
        measured="learning_rate",
    ),
}


@declare(_SCHEMAS)
def range_test(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (64, 64),
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    rates: Sequence[float] = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28),
    low: float = 1e-4,
    high: float = 10.0,
    test_steps: int = 150,
    batch_size: int = 50,
    steps: int = 300,
    seeds: int = 6,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Hold what a range test of learning rates suggests against networks trained at the rates.

    A range test trains for a little while the rate rises from update to update (Smith, 2017,
    arXiv 1506.01186). It is read in several ways: where the loss is lowest, a tenth of that, or
    where it falls steepest on the way there. Networks are then trained from the start at each
    suggestion, and at a range of rates. The best of all these is that of the lowest training loss;
    it is not known if it is the lowest or the highest of them.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    hidden, activation, optimizer, batch_size
        As in `overfitting`; the rule must take a schedule, as those of nnviz do.
    rates : sequence of float
        Constant learning rates to train at.
    low, high : float
        From which rate to which a range test goes.
    test_steps, steps : int
        Number of updates of a range test, and of a training.
    seeds, n_jobs, fresh
        As in `batch_normalization`; a range test and its trainings have a seed in common.

    Returns
    -------
    Study
        The tables below.
    """
    data = data_of(data, digits)
    tried = sorted(_checks.sequence("rates", rates, _checks.positive))
    how: dict[str, Any] = {
        **network_of(hidden, activation),
        "optimizer": maker_of(optimizer),
        **batch_of(data, batch_size),
    }
    optim.make(how["optimizer"], constant(tried[0]))  # the test raises the rate step by step
    ends = {"low": _checks.positive("low", low), "high": _checks.positive("high", high)}
    if low >= high:
        raise _checks.fail("high", f"above low, {low:g}", high)
    test_steps = _checks.integer("test_steps", test_steps, at_least=2)
    long = {**how, "steps": _checks.integer("steps", steps), "every": steps}
    numbers = seeds_of(seeds)
    cells = [{"data": data, "seed": seed, **how, **ends, "steps": test_steps} for seed in numbers]
    tests = [each["test"] for each in run_cells(sweep, cells, n_jobs=n_jobs, fresh=fresh)]
    read = [
        {"setting": name, "seed": seed, "learning_rate": rate}
        for seed, test in zip(numbers, tests, strict=True)
        for name, rate in _readings(test["learning_rate"], test["loss"]).items()
    ]
    grid = [
        {"setting": str(how["optimizer"]), "seed": seed, "learning_rate": rate}
        for seed in numbers
        for rate in tried
    ]
    plan = [*read, *grid]
    cells = [
        {"data": data, "seed": run["seed"], "learning_rate": run["learning_rate"], **long}
        for run in plan
    ]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    trained = pd.DataFrame(
        [{**run, **_end(result["curve"])} for run, result in zip(plan, results, strict=True)]
    )
    runs = trained.iloc[len(read) :].reset_index(drop=True)
    found = {
        "test": from_cells([{"setting": _TEST, "seed": seed} for seed in numbers], tests),
        "runs": runs,
        "suggestions": _suggestions(trained.iloc[: len(read)], trained),
    }
    settings = {
        **facts_of(data),
        **how,
        **ends,
        "rates": tried,
        "test_steps": test_steps,
        "steps": steps,
        "seeds": seeds,
    }
    return Study.asked("range_test", found, settings, _questions(), _SCHEMAS)


def _readings(rates: Array, loss: Array) -> dict[str, float]:
    """Return the learning rates that a range test suggests, by how it is read."""
    lowest = int(np.argmin(loss))
    way = slice(0, max(lowest + 1, 2))
    steepest = int(np.argmin(np.gradient(loss[way], np.log(rates[way]))))
    at = {_LOWEST: rates[lowest], _STEEPEST: rates[steepest], _TENTH: rates[lowest] / 10}
    return {name: float(rate) for name, rate in at.items()}


def _end(curve: dict[str, Any]) -> dict[str, float]:
    """Return training loss and test accuracy at the end of a run."""
    rows = pd.DataFrame(curve).groupby(["split", "metric"])["value"].last()
    return {"loss": rows["train", "loss"], "test_accuracy": rows["test", "accuracy"]}


def _suggestions(read: pd.DataFrame, trained: pd.DataFrame) -> pd.DataFrame:
    """Return the suggested rates and the best ones, with how far each is from its median."""
    loss, seed = trained["loss"], trained["seed"]
    lowest = loss.where(np.isfinite(loss), np.inf).groupby(seed).idxmin()
    rates = trained["learning_rate"].groupby(seed)
    inside = trained["learning_rate"].between(
        rates.transform("min"), rates.transform("max"), inclusive="neither"
    )
    known = trained.assign(setting=_BEST, learning_rate=trained["learning_rate"].where(inside))
    best = known.loc[lowest]
    table = pd.concat([read, best], ignore_index=True)
    place = np.log10(table["learning_rate"])
    return table.assign(apart=(place - place.groupby(table["setting"]).transform("median")).abs())


def _questions() -> list[Question]:
    def of(setting: str, value: str) -> Pick:
        return Pick("suggestions", value, {"setting": setting})

    return [
        Question(
            "a tenth is too low",
            "learning rate suggested, a tenth of that at the lowest loss of a range test, divided "
            "by the best",
            Ratio(of(_TENTH, "learning_rate"), of(_BEST, "learning_rate")),
            Bound.at_most(0.4),
            "A tenth of the rate at which the loss of a range test is lowest is {number:.0%} of "
            "the rate that trains best",
            "A tenth of the rate at which the loss of a range test is lowest is {number:.0%} of "
            "the rate that trains best, more than {bound}",
            missing=_AT_END,
        ),
        Question(
            "it costs accuracy",
            "test accuracy at the rate that trains best, minus at a tenth of that at the lowest "
            "loss of a range test",
            Difference(of(_BEST, "test_accuracy"), of(_TENTH, "test_accuracy")),
            Bound.at_least(0.005),
            "A tenth of the rate at which a range test's loss is lowest trains to a test accuracy "
            "of {b:.1%}, the best rate to {a:.1%}",
            "A tenth of the rate at the lowest loss of a range test does not cost {bound} of test "
            "accuracy: after {steps} updates it is {a:.1%} at the best rate, {b:.1%} at that",
            unit="points",
            given=("a tenth is too low",),
        ),
        Question(
            "the lowest loss is near",
            "learning rate at the lowest loss of a range test, divided by the best",
            Ratio(of(_LOWEST, "learning_rate"), of(_BEST, "learning_rate")),
            Bound(1 / 3, 3.0),
            "The rate at which the loss of a range test is lowest is {number:.0%} of the rate that "
            "trains best",
            "The rate at which the loss of a range test is lowest is {number:.0%} of the rate that "
            "trains best, not {low:.0%} to {high:.0%}",
            missing=_AT_END,
        ),
        Question(
            "read by a factor",
            "powers of ten between the lowest loss of a range test and the median of its repeats",
            Level(of(_LOWEST, "apart")),
            Bound.at_most(0.3),
            "Repeated, a range test has its lowest loss {number} powers of ten from the median",
            "Repeated, a range test has its lowest loss {number} powers of ten from the median, "
            "more than {bound}",
        ),
    ]
