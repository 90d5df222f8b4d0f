"""A fair race: every rule at the best of as many learning rates, from the same starts."""

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz._typing import Array
from nnviz.optim.registry import Factory
from nnviz.studies._race_questions import questions_of_race
from nnviz.studies._rules import Makers, makers_of, our_name
from nnviz.studies._starts import with_minimum
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.surfaces import Point, Surface
from nnviz.tables import EACH, PATH, RACE, SWEPT, Schema, trajectory_table
from nnviz.train import Descent, descend

__all__ = ["optimizer_race"]

RATES = tuple(float(f"{digit}e{power}") for power in range(-6, 3) for digit in (1, 2, 5))
"""The learning rates that every rule may try, 10⁻⁶ … 500."""

RULES = tuple(name for name in optim.RULES.ours if name != "adamw")
"""AdamW's decay pulls to the origin, which is a help or a hindrance but no merit."""

RESOLUTION = 1e-12
"""Heights above a minimum below this count as this: what is lower is rounding."""

TOLERANCE = 1e-2
"""A path has arrived as long as it is no further than this from a minimum."""

_ON = {"surface": "name of the surface", "optimizer": "name of the rule"}
_SCHEMAS = {
    "results": RACE.extended(
        "race on surfaces",
        {
            **_ON,
            "loss": "value of the surface at the end",
            "distance": "from the end to the nearest minimum",
            "steps": "updates after which the path stays within 0.01 of a minimum, if any",
            "diverged": "whether the path left for good",
        },
        panels="surface",
    ),
    "summary": Schema(
        "summary of a race",
        {
            **_ON,
            "learning_rate": "the one it races with",
            "height": "median over the starts of the height above the minimum",
            "steps": "median of the updates after which a path stays",
            "arrived": "share of the starts that end within 0.01 of a minimum",
            "diverged": "share of those that left for good",
            "rank": "by height, from 1",
        },
        units={"arrived": "%", "diverged": "%"},
        undrawn="results has all starts of it",
    ),
    "tuning": SWEPT.extended(
        "tuning of the rates",
        {
            **_ON,
            "learning_rate": "that was tried, on other starts",
            "height": "median height above the minimum",
            "diverged": "share of the paths that left for good",
            "chosen": "whether the rule races with it",
        },
        label="optimizer",
        over="learning_rate",
        measured="height",
        log=["learning_rate", "height"],
        lowest=True,
        part="surface",
        units={"diverged": "%"},
    ),
    "paths": PATH.extended(
        "paths on surfaces",
        {**_ON, "learning_rate": "the one that the rule races with"},
        part="surface",
        beside={},
    ),
    "surfaces": EACH.extended(
        "how far the rates are apart",
        {"surface": "name of the surface", "apart": "highest of the rules' rates over the lowest"},
        label="surface",
        measured="apart",
        display={"apart": "highest learning rate over the lowest"},
    ),
    "wins": EACH.extended(
        "wins by rule",
        {"optimizer": "name of the rule", "share": "of the surfaces on which none is better"},
        label="optimizer",
        measured="share",
        display={"share": "share of the surfaces won"},
    ),
    "edges": Schema(
        "rates at an edge",
        {
            **_ON,
            "learning_rate": "the one it races with",
            "at_edge": "whether it is the lowest or the highest that was tried",
        },
        undrawn="it is a caution that a claim says",
    ),
}


@declare(_SCHEMAS)
def optimizer_race(
    surface: str | Surface | Sequence[str | Surface] = "rosenbrock",
    optimizers: Makers = RULES,
    *,
    starts: int | Sequence[Point] = 30,
    rates: Sequence[float] = RATES,
    steps: int = 200,
    seed: int = 0,
) -> Study:
    """Race rules down surfaces, each at the best of the same number of learning rates.

    Everyone gets the raw gradient, the same starts and the same number of updates. On each
    surface, each rule's rate is chosen on 30 other starts: the one at which the fewest paths
    diverge, and of these the one whose median height above the minimum is lowest in the end.
    Starts are drawn evenly from the surface's view.

    Parameters
    ----------
    surface : str, Surface or sequence of these
        On which to race; each must have a minimum.
    optimizers : sequence of str, or mapping of str to callable
        Names from `optim.RULES`, by default all but AdamW, whose decay knows where the origin
        is; or by any name what makes a rule of a learning rate, such as
        ``torch.optim.Adam`` and ``optax.adam``.
    starts : int or sequence of (x, y)
        How many starts are drawn for the race, or the starts themselves.
    rates : sequence of float
        The learning rates that every rule may try, rising.
    steps : int
        Number of updates, when a rate is chosen as in the race.
    seed : int
        Of the starts.

    Returns
    -------
    Study
        The tables below; rules in the order of their ranks, ``paths`` from the first start.

    Raises
    ------
    ValueError
        For an unknown name, a surface without a minimum, or a number out of its range.
    """
    several = [surface] if isinstance(surface, str | Surface) else surface
    courses = [with_minimum(one) for one in _checks.sequence("surface", several, _checks.anything)]
    tried = _rates(rates)
    makers = makers_of(optimizers)
    parts = [
        _one(course, makers, _starts(course, starts, seed), tried, steps) for course in courses
    ]
    tables = {
        name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]
    }
    settings: dict[str, Any] = {
        "surfaces": [course.name for course in courses],
        **({"surface": courses[0].name} if len(courses) == 1 else {}),
        "optimizers": list(makers),
        "learning_rates": tried.tolist(),
        "starts": int(starts) if isinstance(starts, Integral) else np.asarray(starts).tolist(),
        "steps": steps,
        "seed": seed,
    }
    tables["surfaces"] = _surfaces(tables["summary"])
    tables["wins"] = _wins(tables["summary"])
    tables["edges"] = _edges(tables["summary"], tried)
    asked = questions_of_race(tried, [course.title for course in courses], len(makers))
    return Study.asked("optimizer_race", tables, settings, asked, _SCHEMAS)


def _rates(rates: Sequence[float]) -> Array:
    tried = np.array(_checks.sequence("rates", rates, _checks.positive))
    if (np.diff(tried) < 0).any():
        raise _checks.fail("rates", "rising", rates)
    return tried


def _starts(surface: Surface, starts: int | Sequence[Point], seed: int) -> tuple[Array, Array]:
    """Return the starts on which rates are chosen, and those of the race."""
    _checks.integer("seed", seed, at_least=0)
    rng = np.random.default_rng(seed + seeds_of(1)[0])  # rates depend on the surface alone
    low, high = np.array(surface.view, dtype=float).T
    tuning = rng.uniform(low, high, (30, 2))
    if not isinstance(starts, Integral):
        points = _checks.numbers("starts", starts)
        if points.ndim != 2 or points.shape[1] != 2 or not len(points):
            raise _checks.fail("starts", "a number, or points (x, y)", starts)
        return tuning, points
    return tuning, rng.uniform(low, high, (_checks.integer("starts", starts), 2))


def _one(
    surface: Surface,
    makers: Mapping[str, Factory],
    starts: tuple[Array, Array],
    rates: Array,
    steps: int,
) -> dict[str, pd.DataFrame]:
    """Return the tables of a race on one surface."""
    tuning, results, descents, rate_of = [], [], {}, {}
    for name, make in makers.items():
        tried = _tried(surface, name, make, starts[0], rates, steps)
        tuning.append(tried)
        rate = float(tried.loc[tried["chosen"], "learning_rate"].item())
        descent = descend(surface, make(rate), starts[1], steps=steps)
        results.append(_result(name, rate, descent))
        descents[name] = descend(surface, make(rate), starts[1][:1], steps=steps)
        rate_of[name] = rate
    table = pd.concat(results, ignore_index=True)
    summary = _summary(table)
    order = {name: place for place, name in enumerate(summary["optimizer"])}
    table = table.sort_values("optimizer", key=lambda names: names.map(order), kind="stable")
    paths = trajectory_table(descents)
    parts = {
        "results": table,
        "summary": summary,
        "tuning": pd.concat(tuning, ignore_index=True),
        "paths": paths.assign(learning_rate=paths["optimizer"].map(rate_of)),
    }
    for part in parts.values():
        part.insert(0, "surface", surface.title)
    return parts


def _tried(
    surface: Surface, name: str, make: Factory, starts: Array, rates: Array, steps: int
) -> pd.DataFrame:
    """Return one row per rate: how it did, and whether it is the one to race with."""
    if our_name(make):  # these take all rates at once
        height = _height(descend(surface, make(rates[:, None, None]), starts, steps=steps))
    else:
        height = np.array(
            [_height(descend(surface, make(float(rate)), starts, steps=steps)) for rate in rates]
        )
    lost, median = np.isinf(height).mean(axis=1), np.median(height, axis=1)
    chosen = np.lexsort((median, lost))[0]
    return pd.DataFrame(
        {
            "optimizer": name,
            "learning_rate": rates,
            "height": np.maximum(median, RESOLUTION),
            "diverged": lost,
            "chosen": np.arange(len(rates)) == chosen,
        }
    )


def _height(descent: Descent) -> Array:
    """Return how far above the minimum each path ended, infinite where it diverged."""
    height: Array = np.where(descent.diverged, np.inf, descent.value[-1] - descent.surface.minimum)
    return height


def _result(name: str, rate: float, descent: Descent) -> pd.DataFrame:
    """Return one row per start."""
    outside = ~(descent.distance <= TOLERANCE)
    steps = len(outside) - np.argmax(outside[::-1], axis=0)  # after the last one outside
    steps = np.where(outside.any(axis=0), steps, 0)
    return pd.DataFrame(
        {
            "optimizer": name,
            "learning_rate": rate,
            "start": np.arange(len(steps)),
            "loss": np.where(descent.diverged, np.inf, descent.value[-1]),
            "height": np.maximum(_height(descent), RESOLUTION),
            "distance": np.where(descent.diverged, np.inf, descent.distance[-1]),
            "steps": np.where(outside[-1], np.nan, steps),
            "diverged": descent.diverged,
        }
    )


def _summary(results: pd.DataFrame) -> pd.DataFrame:
    """Return one row per rule, the best first; equal heights have equal ranks."""
    rules = results.groupby("optimizer", sort=False)
    summary = pd.DataFrame(
        {
            "learning_rate": rules["learning_rate"].first(),
            "height": rules["height"].median(),
            "steps": rules["steps"].median(),
            "arrived": rules["steps"].count() / rules.size(),
            "diverged": rules["diverged"].mean(),
        }
    ).reset_index()
    summary["rank"] = summary["height"].rank(method="min").astype(int)
    return summary.sort_values(["rank", "steps"], kind="stable", ignore_index=True)


def _surfaces(summary: pd.DataFrame) -> pd.DataFrame:
    """Return by what factor the rules' best learning rates lie apart on each surface."""
    chosen = summary.groupby("surface", sort=False)["learning_rate"]
    return (chosen.max() / chosen.min()).rename("apart").reset_index()


def _wins(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the share of surfaces on which a rule ranks first, ties included."""
    first = (summary["rank"] == 1).astype(float)
    return first.groupby(summary["optimizer"], sort=False).mean().rename("share").reset_index()


def _edges(summary: pd.DataFrame, rates: Array) -> pd.DataFrame:
    """Return whether a rule's best learning rate is the lowest or the highest that it had."""
    at_edge = summary["learning_rate"].isin([rates[0], rates[-1]])
    return summary[["surface", "optimizer", "learning_rate"]].assign(at_edge=at_edge.astype(float))
