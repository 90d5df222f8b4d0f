"""How far down rules come at learning rates from too small to too large."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim, surfaces
from nnviz._typing import Array
from nnviz.studies._curvature import best_momentum, curvatures, is_quadratic, limit
from nnviz.studies._starts import one_start
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Agreement, Difference, Level, Pick
from nnviz.studies.study import Study
from nnviz.surfaces import Point, Surface
from nnviz.train import descend

__all__ = ["momentum_map", "rate_map"]

RATES = tuple(float(rate) for rate in np.geomspace(1e-4, 100, 73))
"""A twelfth of a decade apart."""

FINE_RATES = tuple(float(rate) for rate in np.geomspace(0.03, 3, 97))

MOMENTA = tuple(round(0.02 * step, 2) for step in range(50))
"""0, 0.02 … 0.98."""

BETA = 0.9
"""What Momentum and Nesterov have if nothing is said."""

WORKS = 0.01
"""A learning rate works if the path ends below this part of the height it began at."""


def rate_map(
    surface: str | Surface = "bowl",
    optimizers: Sequence[str] = tuple(optim.RULES),
    *,
    rates: Sequence[float] = RATES,
    start: Point | None = None,
    steps: int = 100,
) -> Study:
    """Let each rule descend at each of many learning rates. Deterministic.

    Parameters
    ----------
    surface : str or Surface
        A name from `surfaces.SURFACES`, or a surface of your own; its minima must be known.
    optimizers : sequence of str
        Names from `optim.RULES`. Their other settings are the defaults.
    rates : sequence of float
        Rising.
    start : (x, y), optional
        By default, the surface's own.
    steps : int
        Number of updates.

    Returns
    -------
    Study
        Tables ``ends`` (`tables.RATE`); ``limits``, from which learning rate on no minimum is
        stable: ``2/λ`` for SGD (Nesterov, 2004), ``2(1 + β)/λ`` for Momentum (Polyak, 1964) and
        ``2(1 + β)/((1 + 2β)λ)`` for Nesterov's, with λ the largest curvature of the flattest
        minimum; and ``summary``, a row per rule: its best learning_rate, the height there, and
        decades, over how many decades of learning rates it ends below a hundredth of the height
        it began at, with the edges of the cells of the lowest such rate and the highest; and
        ``cells``, the ends of the rules of which a limit is known: diverged, and beyond, whether
        the learning rate is not below the limit.

    Raises
    ------
    ValueError
        For an unknown name, a surface without a known minimum, or a number out of its range.
    """
    chosen, tried = _surface(surface), _rising("rates", rates)
    _checks.names("optimizers", optimizers, optim.RULES)
    begin = one_start(start, chosen)
    ends = pd.concat(
        [_ends(chosen, name, {"learning_rate": tried}, begin, steps) for name in optimizers],
        ignore_index=True,
    )
    curvature = curvatures(chosen)[1]
    limits = pd.DataFrame(
        {
            "optimizer": list(optimizers),
            "learning_rate": [limit(name, curvature, BETA) for name in optimizers],
        }
    ).dropna(ignore_index=True)
    summary = _summary(ends, tried, _height(chosen, begin))
    settings = _settings(chosen, optimizers, begin, steps) | {"learning_rates": tried.tolist()}
    tables = {
        "ends": ends,
        "limits": limits,
        "summary": summary,
        "cells": _cells(ends, limits),
    }
    asked = [_limit()] if len(limits) and _is_quadratic(chosen, begin) else []
    if {"sgd", "adam"} <= set(optimizers):
        asked.append(_wider("adam", "sgd"))
    return Study.asked("rate_map", tables, {**settings, "times": round(1 / WORKS)}, asked)


def momentum_map(
    surface: str | Surface = "bowl",
    optimizers: Sequence[str] = ("momentum", "nesterov"),
    *,
    rates: Sequence[float] = FINE_RATES,
    momenta: Sequence[float] = MOMENTA,
    start: Point | None = None,
    steps: int = 100,
) -> Study:
    """Let Momentum descend at each pair of a learning rate and a β. Deterministic.

    Parameters
    ----------
    surface, rates, start, steps
        As for `rate_map`.
    optimizers : sequence of {"momentum", "nesterov"}
        Rules that have a momentum.
    momenta : sequence of float
        β, rising, in [0, 1).

    Returns
    -------
    Study
        Tables ``ends`` (`tables.RATE`, with momentum); ``limits``, from which learning rate on
        no minimum is stable, a row per rule and momentum; ``best``, a row per rule, with the
        pair at which it ended lowest; ``cells``, as in `rate_map`; and on a quadratic surface
        ``off``, how far the best pair of Momentum is from that of theory (Polyak, 1964).

    Raises
    ------
    ValueError
        For an unknown name, a surface without a known minimum, or a number out of its range.
    """
    chosen, tried = _surface(surface), _rising("rates", rates)
    beta = _rising("momenta", momenta, at_least_zero=True)
    _checks.names("optimizers", optimizers, ("momentum", "nesterov"))
    begin = one_start(start, chosen)
    grid = {"momentum": beta[:, None], "learning_rate": tried}
    ends = pd.concat(
        [_ends(chosen, name, grid, begin, steps) for name in optimizers], ignore_index=True
    )
    least, largest = curvatures(chosen)
    limits = pd.concat(
        [
            pd.DataFrame(
                {
                    "optimizer": name,
                    "momentum": beta,
                    "learning_rate": limit(name, largest, beta),
                }
            )
            for name in optimizers
        ],
        ignore_index=True,
    ).dropna(ignore_index=True)
    lowest = ends.groupby("optimizer", sort=False)["height"].idxmin()
    best = ends.loc[lowest].reset_index(drop=True)
    settings = _settings(chosen, optimizers, begin, steps)
    settings |= {"learning_rates": tried.tolist(), "momenta": beta.tolist()}
    tables = {"ends": ends, "limits": limits, "best": best, "cells": _cells(ends, limits)}
    asked = []
    if len(limits) and _is_quadratic(chosen, begin):
        asked.append(_limit())
        if "momentum" in optimizers:
            rate, momentum = best_momentum(least, largest)
            settings |= {"best_learning_rate": rate, "best_momentum": momentum}
            tables["off"] = _off(best, rate, momentum)
            asked += _best("momentum")
    return Study.asked("momentum_map", tables, settings, asked)


def _surface(surface: str | Surface) -> Surface:
    chosen = surfaces.get(surface)
    if not chosen.minima:
        raise ValueError(f"surface must have known minima, for a rate map; got {chosen.name!r}")
    return chosen


def _rising(name: str, values: Sequence[float], *, at_least_zero: bool = False) -> Array:
    check = _checks.fraction if at_least_zero else _checks.positive
    numbers = np.array(_checks.sequence(name, values, check, at_least=2))
    if (np.diff(numbers) < 0).any():
        raise _checks.fail(name, "rising", values)
    return numbers


def _ends(
    surface: Surface, name: str, grid: dict[str, Array], start: Array, steps: int
) -> pd.DataFrame:
    """Return where all paths ended, one row for each cell of the grid of hyperparameters."""
    settings = {key: values[..., None] for key, values in grid.items()}
    descent = descend(surface, optim.make(name, **settings), start, steps=steps)
    first, last = descent.value[0], descent.value[-1]
    lost = descent.diverged | ~(last <= first)
    height = np.where(descent.diverged, np.inf, last - surface.minimum)
    columns = {key: np.broadcast_to(values, lost.shape).ravel() for key, values in grid.items()}
    return pd.DataFrame(
        {"optimizer": name, **columns, "height": height.ravel(), "diverged": lost.ravel()}
    )


def _height(surface: Surface, start: Array) -> float:
    return float(surface.value(start[0], start[1])) - surface.minimum


def _summary(ends: pd.DataFrame, rates: Array, height: float) -> pd.DataFrame:
    """Return one row per rule: its best rate, and how wide the range of those that work is."""
    decades = dict(zip(rates.tolist(), _widths(np.log10(rates)), strict=True))
    rows = []
    for name, own in ends.groupby("optimizer", sort=False):
        best = own.loc[own["height"].idxmin()]
        works = own.loc[own["height"] < WORKS * height, "learning_rate"]
        rows.append(
            {
                "optimizer": name,
                "learning_rate": best["learning_rate"],
                "height": best["height"],
                "decades": works.map(decades).sum(),
                "lowest": works.min() * 10 ** (-decades.get(works.min(), 0.0) / 2),
                "highest": works.max() * 10 ** (decades.get(works.max(), 0.0) / 2),
            }
        )
    return pd.DataFrame(rows)


def _widths(places: Array) -> Array:
    """Return the widths of cells around rising numbers, their edges halfway between them."""
    half = np.diff(places) / 2
    if not len(half):
        return np.zeros(len(places))
    widths: Array = np.concatenate([half[:1], half]) + np.concatenate([half, half[-1:]])
    return widths


def _settings(
    surface: Surface, optimizers: Sequence[str], start: Array, steps: int
) -> dict[str, Any]:
    return {
        "surface": surface.name,
        "formula": surface.formula,
        "gradient_by": surface.gradient_by,
        "optimizers": list(optimizers),
        "start": start.tolist(),
        "steps": steps,
    }


def _is_quadratic(surface: Surface, start: Array) -> bool:
    """Return whether theory is exact: the surface is curved alike at the start and below."""
    return is_quadratic(surface, (start[0], start[1]))


def _cells(ends: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Return the ends of the rules of which a limit is known, and whether they are beyond it."""
    keys = [column for column in limits if column != "learning_rate"]
    cells = ends.merge(limits, on=keys, suffixes=("", "_limit"))
    beyond = cells["learning_rate"] >= cells["learning_rate_limit"]
    return cells[[*keys, "learning_rate", "diverged"]].assign(beyond=beyond)


def _off(best: pd.DataFrame, rate: float, momentum: float) -> pd.DataFrame:
    """Return by how much a learning rate, relative, and β differ from what theory says."""
    return pd.DataFrame(
        {
            "optimizer": best["optimizer"],
            "learning_rate": (best["learning_rate"] / rate - 1).abs(),
            "momentum": (best["momentum"] - momentum).abs(),
        }
    )


def _limit() -> Question:
    return Question(
        "limit",
        "share of cells in which a path climbs beyond the limit, or sinks below it",
        Agreement("cells", "diverged", "beyond"),
        Bound.at_least(0.99),
        "Theory knows where a learning rate gets too large: in {count} of {total} cells paths "
        "climb beyond its line and sink below it",
        "Theory does not tell where a learning rate gets too large in {bound:.0%} of the cells, "
        "but in {count} of {total}",
        unit="%",
    )


def _wider(adaptive: str, plain: str) -> Question:
    def decades(optimizer: str) -> Pick:
        return Pick("summary", "decades", {"optimizer": optimizer})

    return Question(
        "wider",
        "decades of learning rates that bring it down, {adaptive} minus {plain}",
        Difference(decades(adaptive), decades(plain)),
        Bound.at_least(0.5),
        "{adaptive} comes down by a factor of {times} at learning rates over {a:.1f} decades, "
        "{plain} over {b:.1f}",
        "{adaptive} does not come down by a factor of {times} over {bound} more than {plain}: over "
        "{a:.1f}, {plain} over {b:.1f}",
        unit="decades",
        subjects={"adaptive": adaptive, "plain": plain},
    )


def _best(optimizer: str) -> list[Question]:
    where = {"optimizer": optimizer}
    return [
        Question(
            "best",
            "learning rate at which {optimizer} ends lowest, distance from theory, relative",
            Level(Pick("off", "learning_rate", where)),
            Bound.at_most(0.1),
            "{optimizer} comes down fastest where theory says: at β = {best_momentum:.2f} and a "
            "learning rate of {best_learning_rate:.2f}, within {bound:.0%}",
            "{optimizer} comes down fastest at a learning rate that is {number:.0%} off what "
            "theory says, {best_learning_rate:.2f}",
            unit="%",
            subjects=where,
        ),
        Question(
            "best momentum",
            "β at which {optimizer} ends lowest, distance from theory",
            Level(Pick("off", "momentum", where)),
            Bound.at_most(0.1),
            "{optimizer} comes down fastest at the β of theory, {best_momentum:.2f}, within "
            "{bound}",
            "{optimizer} comes down fastest at a β that is {number:.2f} off that of theory, "
            "{best_momentum:.2f}",
            subjects=where,
        ),
    ]
