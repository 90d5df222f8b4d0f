"""How far down rules come at learning rates from too small to too large."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz._typing import Array
from nnviz.studies._curvature import best_momentum, curvatures, is_quadratic, limit
from nnviz.studies._ends import ends_of
from nnviz.studies._rate_questions import best_questions, limit_question, wider_question
from nnviz.studies._rules import Makers, makers_of, our_name
from nnviz.studies._starts import one_start, with_minimum
from nnviz.studies.study import Study, declare
from nnviz.surfaces import Point, Surface
from nnviz.tables import EACH, MOMENTUM_RATE, RATE, Schema

__all__ = ["learning_rate_map", "momentum_map"]

RATES = tuple(float(rate) for rate in np.geomspace(1e-4, 100, 73))
"""A twelfth of a decade apart."""

FINE_RATES = tuple(float(rate) for rate in np.geomspace(0.03, 3, 97))

MOMENTA = tuple(round(0.02 * step, 2) for step in range(50))
"""0, 0.02 … 0.98."""

BETA = 0.9
"""What Momentum and Nesterov have if nothing is said."""

WORKS = 0.01
"""A learning rate works if the path ends below this part of the height it began at."""

_CELLS = {
    "optimizer": "name of the rule",
    "learning_rate": "the one it ran with",
    "diverged": "whether it ended higher than it began, or left for good",
    "beyond": "whether the rate is not below the limit",
}
_LIMIT = {
    "optimizer": "name of the rule",
    "learning_rate": "from which on no minimum is stable",
}
_IN_THE_MAP = "it is the line in the map of the ends"
_FOR_CLAIMS = "it sorts the cells of the map, for the claims"
_SCHEMAS = {
    "ends": RATE,
    "limits": Schema("limit of the rate", _LIMIT, undrawn=_IN_THE_MAP),
    "summary": EACH.extended(
        "summary of a rule",
        {
            "optimizer": "name of the rule",
            "learning_rate": "the one at which it ends lowest",
            "height": "above the minimum, there",
            "decades": "of learning rates over which it ends below a hundredth of the start",
            "lowest": "lower edge of the lowest such rate's cell",
            "highest": "upper edge of the highest such rate's cell",
        },
        label="optimizer",
        measured="decades",
        display={"decades": "decades of learning rates that work"},
    ),
    "cells": Schema("cell of the map", _CELLS, undrawn=_FOR_CLAIMS),
}
_MOMENTUM = {"momentum": "that the rule ran with"}
_MOMENTUM_SCHEMAS = {
    "ends": MOMENTUM_RATE,
    "limits": Schema("limit by momentum", {**_LIMIT, **_MOMENTUM}, undrawn=_IN_THE_MAP),
    "best": Schema(
        "best pair",
        {**MOMENTUM_RATE.columns},
        undrawn="it is the dot in the map of the ends",
    ),
    "cells": Schema("cell of the map", {**_CELLS, **_MOMENTUM}, undrawn=_FOR_CLAIMS),
    "off": Schema(
        "distance from theory",
        {
            "optimizer": "name of the rule",
            "learning_rate": "best one over that of theory",
            "momentum": "best one less that of theory",
        },
        undrawn="it is a pair of numbers, which a claim says",
    ),
}


@declare(_SCHEMAS)
def learning_rate_map(
    surface: str | Surface = "bowl",
    optimizers: Makers = tuple(optim.RULES.ours),
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
    optimizers : sequence of str, or mapping of str to callable
        Names from `optim.RULES`, whose other settings are the defaults; or by any name what makes
        a rule of a learning rate, such as ``torch.optim.Adam`` and ``optax.adam``.
    rates : sequence of float
        Rising.
    start : (x, y), optional
        By default, the surface's own.
    steps : int
        Number of updates.

    Returns
    -------
    Study
        The tables below. Of ``limits``: ``2/λ`` for SGD (Nesterov, 2004), ``2(1 + β)/λ`` for
        Momentum (Polyak, 1964) and ``2(1 + β)/((1 + 2β)λ)`` for Nesterov's, with λ the largest
        curvature of the flattest minimum; ``cells`` are the ends of the rules of which one is
        known.

    Raises
    ------
    ValueError
        For an unknown name, a surface without a known minimum, or a number out of its range.
    """
    chosen, tried = with_minimum(surface), _rising("rates", rates)
    makers = makers_of(optimizers)
    begin = one_start(start, chosen)
    ends = pd.concat(
        [
            ends_of(chosen, name, make, {"learning_rate": tried}, begin, steps)
            for name, make in makers.items()
        ],
        ignore_index=True,
    )
    curvature = curvatures(chosen)[1]
    limits = pd.DataFrame(
        {
            "optimizer": list(makers),
            "learning_rate": [limit(our_name(make), curvature, BETA) for make in makers.values()],
        }
    ).dropna(ignore_index=True)
    summary = _summary(ends, tried, _height(chosen, begin))
    settings = _settings(chosen, list(makers), begin, steps) | {"learning_rates": tried.tolist()}
    tables = {
        "ends": ends,
        "limits": limits,
        "summary": summary,
        "cells": _cells(ends, limits),
    }
    asked = [limit_question()] if len(limits) and _is_quadratic(chosen, begin) else []
    if {"sgd", "adam"} <= set(makers):
        asked.append(wider_question("adam", "sgd"))
    return Study.asked(
        "learning_rate_map", tables, {**settings, "times": round(1 / WORKS)}, asked, _SCHEMAS
    )


@declare(_MOMENTUM_SCHEMAS)
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
        As for `learning_rate_map`.
    optimizers : sequence of {"momentum", "nesterov"}
        Rules that have a momentum.
    momenta : sequence of float
        β, rising, in [0, 1).

    Returns
    -------
    Study
        The tables below; ``limits`` and ``cells`` as in `learning_rate_map`, ``best`` the pair at
        which each rule ended lowest, and on a quadratic surface ``off``, how far that of Momentum
        is from that of theory (Polyak, 1964).

    Raises
    ------
    ValueError
        For an unknown name, a surface without a known minimum, or a number out of its range.
    """
    chosen, tried = with_minimum(surface), _rising("rates", rates)
    beta = _rising("momenta", momenta, at_least_zero=True)
    _checks.names("optimizers", optimizers, ("momentum", "nesterov"))
    begin = one_start(start, chosen)
    grid = {"momentum": beta[:, None], "learning_rate": tried}
    ends = pd.concat(
        [ends_of(chosen, name, optim.RULES[name], grid, begin, steps) for name in optimizers],
        ignore_index=True,
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
        asked.append(limit_question())
        if "momentum" in optimizers:
            rate, momentum = best_momentum(least, largest)
            settings |= {"best_learning_rate": rate, "best_momentum": momentum}
            tables["off"] = _off(best, rate, momentum)
            asked += best_questions("momentum")
    return Study.asked("momentum_map", tables, settings, asked, _MOMENTUM_SCHEMAS)


def _rising(name: str, values: Sequence[float], *, at_least_zero: bool = False) -> Array:
    check = _checks.fraction if at_least_zero else _checks.positive
    numbers = np.array(_checks.sequence(name, values, check, at_least=2))
    if (np.diff(numbers) < 0).any():
        raise _checks.fail(name, "rising", values)
    return numbers


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
