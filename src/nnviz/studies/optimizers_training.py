"""How fast optimizers train a network, and how much of that is the learning rate."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Best, Extreme, Level, Pick, Ratio, Spread
from nnviz.studies.study import Study
from nnviz.studies.training import Runs, batch_of, data_of, facts_of, network_of, train_all
from nnviz.train import Dataset, digits

__all__ = ["learning_rates", "optimizers_training"]

NOTES: Mapping[str, float] = {"sgd": 0.01, "momentum": 0.01, "adagrad": 0.01, "adam": 0.001}
"""The learning rates of the notes: untuned."""

TARGET = 0.1
"""The loss to which steps are counted."""

RATES = tuple(float(f"{rate:.2g}") for rate in np.geomspace(1e-4, 1, 9))


def optimizers_training(
    data: Dataset | None = None,
    *,
    optimizers: Mapping[str, float] = NOTES,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    batch_size: int = 128,
    steps: int = 2000,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network with several optimizers, each at one learning rate.

    He initialization.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    optimizers : mapping of str to float
        Learning rate by name of the rule, from `optim.RULES`.
    hidden : sequence of int
        Widths of the hidden layers.
    activation : str
        A name from `nn.ACTIVATIONS`.
    batch_size : int
        Rows per update.
    steps : int
        Number of updates.
    seeds : int
        Number of seeds; weights and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        Tables ``curves`` (`tables.CURVE`, the setting is the optimizer: loss, accuracy,
        weight_norm and batch_loss, smoothed over 11 mini-batches) and ``summary`` with one row
        per setting and seed: steps_to_target, where the smoothed loss falls below 0.1 (NaN:
        never), and test_accuracy.
    """
    data = data_of(data, digits)
    total = _checks.integer("steps", steps, at_least=20)
    given = _checks.mapping("optimizers", optimizers, _checks.positive, at_least=1)
    for name in given:
        _checks.one_of("optimizers", name, optim.RULES)
    shared = _shared(data, hidden, activation, batch_size, total)
    runs = train_all(
        data,
        [
            ({"setting": name}, {"optimizer": name, "learning_rate": rate})
            for name, rate in optimizers.items()
        ],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=total // 20,
        **shared,
    )
    keys = ["setting", "seed"]
    summary = runs.steps_to(TARGET).rename(columns={"value": "steps_to_target"})
    accuracy = runs.at(total, "accuracy", "test").rename(columns={"value": "test_accuracy"})
    summary = summary.merge(accuracy, on=keys)
    settings = {
        **facts_of(data),
        **shared,
        "learning_rates": dict(optimizers),
        "target_loss": TARGET,
        "seeds": seeds,
    }
    found = {"curves": runs.curves, "summary": summary}
    return Study.asked("optimizers_training", found, settings, _questions(optimizers))


def _questions(rates: Mapping[str, float]) -> list[Question]:
    """Return what is asked of the optimizers that were run."""

    def steps(optimizer: str) -> Pick:
        return Pick("summary", "steps_to_target", {"setting": optimizer})

    asked = []
    if {"sgd", "momentum"} <= set(rates):
        alike = rates["sgd"] == rates["momentum"]
        rate = (
            "a learning rate of {learning_rates[sgd]:g}"
            if alike
            else "learning rates of {learning_rates[sgd]:g} and {learning_rates[momentum]:g}"
        )
        asked.append(
            Question(
                "momentum is faster than sgd",
                "steps to a loss of {target_loss:g}, {slow} divided by {fast}",
                Ratio(steps("sgd"), steps("momentum")),
                Bound.at_least(3.0),
                f"At {rate}, {{slow}} takes {{number:.1f}} times as many steps as {{fast}} to a "
                "loss of {target_loss:g}",
                f"At {rate}, {{slow}} takes {{number:.1f}} times as many steps as {{fast}} to a "
                "loss of {target_loss:g}, not {bound}",
                subjects={"slow": "sgd", "fast": "momentum"},
                missing="not both reach a loss of {target_loss:g} in {steps} steps",
            )
        )
    if {"momentum", "adagrad", "adam"} <= set(rates):
        asked.append(
            Question(
                "adaptive rules begin fast",
                "steps to a loss of {target_loss:g}, the slower of {one} and {other} divided by "
                "{third}",
                Ratio(Best([steps("adagrad"), steps("adam")], "max"), steps("momentum")),
                Bound.at_most(1.0),
                "{one} and {other} are at a loss of {target_loss:g} before {third}, at these "
                "untuned rates",
                "The slower of {one} and {other} is at a loss of {target_loss:g} after "
                "{number:.2f} times as many steps as {third}, at these untuned rates",
                subjects={"one": "adagrad", "other": "adam", "third": "momentum"},
                missing="not all three reach a loss of {target_loss:g} in {steps} steps",
            )
        )
    if len(rates) > 1:
        asked.append(
            Question(
                "all arrive",
                "test accuracy, best minus worst optimizer, seed by seed",
                Spread(Pick("summary", "test_accuracy"), "setting"),
                Bound.at_most(0.03),
                "After {steps} steps the optimizers differ by only {number} in test accuracy",
                "After {steps} steps the optimizers differ by {number} in test accuracy: "
                "{at_high} reaches {highest:.2f}, {at_low} {lowest:.2f}",
                unit="points",
            )
        )
    return asked


def learning_rates(
    data: Dataset | None = None,
    *,
    optimizers: Sequence[str] = tuple(NOTES),
    rates: Sequence[float] = RATES,
    hidden: Sequence[int] = (100,) * 4,
    activation: str = "relu",
    batch_size: int = 128,
    steps: int = 200,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network with several optimizers at many learning rates.

    Parameters
    ----------
    data, hidden, activation, batch_size, steps, seeds, n_jobs, fresh
        As in `optimizers_training`.
    optimizers : sequence of str
        Names from `optim.RULES`.
    rates : sequence of float
        The learning rates, the same for each.

    Returns
    -------
    Study
        Tables ``sensitivity`` with one row per setting (the optimizer), learning_rate and seed:
        loss, the training loss at the end (NaN if it diverged), diverged, and test_accuracy;
        ``best`` with one row per setting: the learning rate of the lowest mean loss, the mean loss
        and test_accuracy there, and at_edge, whether it is the lowest or highest of all; and
        ``at_best``, the rows of ``sensitivity`` at these rates.
    """
    data = data_of(data, digits)
    total = _checks.integer("steps", steps, at_least=20)
    _checks.names("optimizers", optimizers, optim.RULES)
    shared = _shared(data, hidden, activation, batch_size, total)
    rates = _checks.sequence("rates", rates, _checks.positive)
    runs = train_all(
        data,
        [
            ({"setting": name, "learning_rate": rate}, {"optimizer": name, "learning_rate": rate})
            for name in optimizers
            for rate in rates
        ],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=total,
        **shared,
    )
    table = _sensitivity(runs, total)
    best = _best(table)
    settings = {
        **facts_of(data),
        **shared,
        "optimizers": list(optimizers),
        "learning_rates": rates,
        "seeds": seeds,
    }
    several = len(set(optimizers)) > 1
    keys = ["setting", "learning_rate"]
    at_best = table.merge(best[keys], on=keys).rename(columns={"learning_rate": "best_rate"})
    found = {"sensitivity": table, "best": best, "at_best": at_best}
    return Study.asked("learning_rates", found, settings, _questions_of_rates() if several else [])


def _shared(
    data: Dataset,
    hidden: Sequence[int],
    activation: str,
    batch_size: int,
    steps: int,
) -> dict[str, Any]:
    return {
        **network_of(hidden, activation),
        "init": "he",  # the default, told so that another study's network is found again
        **batch_of(data, batch_size),
        "steps": steps,
    }


def _sensitivity(runs: Runs, steps: int) -> pd.DataFrame:
    """Return the state of every run at the end, one row each."""
    keys = ["setting", "learning_rate", "seed"]
    end = runs.curves[runs.curves["step"] == steps].set_index(keys)
    diverged = runs.batches[runs.batches["step"] == steps].set_index(keys)["loss"].isna()
    loss = end[(end["metric"] == "loss") & (end["split"] == "train")]["value"]
    accuracy = end[(end["metric"] == "accuracy") & (end["split"] == "test")]["value"]
    table = pd.DataFrame({"loss": loss, "test_accuracy": accuracy, "diverged": diverged})
    table.loc[table["diverged"] | ~np.isfinite(table["loss"]), "loss"] = np.nan
    return table.reset_index()


def _best(table: pd.DataFrame) -> pd.DataFrame:
    """Return each rule at the learning rate of its lowest mean loss."""
    # A diverged run is worse than any: it counts as infinite.
    ends = table.assign(loss=table["loss"].fillna(np.inf))
    keys = ["setting", "learning_rate"]
    mean = ends.groupby(keys, sort=False)[["loss", "test_accuracy"]].mean().reset_index()
    lowest = mean.groupby("setting", sort=False)["loss"].idxmin()
    best = mean.loc[lowest].reset_index(drop=True)
    tried = table["learning_rate"]
    at_edge = best["learning_rate"].isin([tried.min(), tried.max()])
    return best.assign(at_edge=at_edge.astype(float))


def _questions_of_rates() -> list[Question]:
    inside = ("inside the range",)
    return [
        Question(
            "inside the range",
            "share of optimizers whose best learning rate lies at an edge of those tried",
            Level(Pick("best", "at_edge")),
            Bound.at_most(0.0),
            "Each optimizer's best learning rate lies within the range of those tried",
            "For {number:.0%} of the optimizers the best learning rate lies at an edge of those "
            "tried: a better one may lie beyond",
            unit="%",
        ),
        Question(
            "the best rates differ",
            "best learning rate, highest divided by lowest",
            Spread(Pick("at_best", "best_rate"), "setting", "ratio"),
            Bound.at_least(10.0),
            "What is the best learning rate depends on the optimizer: from {lowest:g} for {at_low} "
            "to {highest:g} for {at_high}",
            "The optimizers' best learning rates do not differ by {bound} times: they range from "
            "{lowest:g} to {highest:g}",
            given=inside,
        ),
        Question(
            "tuning closes the gap",
            "loss of the slowest optimizer at its best rate",
            Extreme(Pick("at_best", "loss"), "setting", "max"),
            Bound.at_most(0.1),
            "Each at its own best rate, every optimizer brings the loss below {bound:g} in {steps} "
            "steps",
            "Even at its own best rate, {at} ends at a loss of {number:.2g} after {steps} steps, "
            "above {bound:g}",
            given=inside,
        ),
        Question(
            "alike at their best",
            "test accuracy at the best rates, best minus worst optimizer, seed by seed",
            Spread(Pick("at_best", "test_accuracy"), "setting"),
            Bound.at_most(0.03),
            "Each at its own best rate, the best and the worst optimizer of a seed differ by only "
            "{number} in test accuracy",
            "Even at their own best rates, the best and the worst optimizer of a seed differ by "
            "{number} in test accuracy",
            unit="points",
            given=("inside the range", "tuning closes the gap"),
        ),
    ]
