"""How far down rules come at learning rates from too small to too large."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim, surfaces
from nnviz._typing import Array
from nnviz.studies._curvature import best_momentum, curvatures, is_quadratic, limit
from nnviz.studies._starts import one_start
from nnviz.studies.study import Claim, Study
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
        it began at, with the edges of the cells of the lowest such rate and the highest.

    Raises
    ------
    ValueError
        For an unknown name, a surface without a known minimum, or a number out of its range.
    """
    chosen, tried = _surface(surface), _rising("rates", rates)
    if not optimizers:
        raise ValueError("optimizers must have at least one entry; got none")
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
    claims = _limit_claim(chosen, begin, ends, limits) | _width_claim(summary)
    tables = {"ends": ends, "limits": limits, "summary": summary}
    return Study("rate_map", tables, settings, claims)


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
        no minimum is stable, a row per rule and momentum; and ``best``, a row per rule, with
        the pair at which it ended lowest.

    Raises
    ------
    ValueError
        For an unknown name, a surface without a known minimum, or a number out of its range.
    """
    chosen, tried = _surface(surface), _rising("rates", rates)
    beta = _rising("momenta", momenta, at_least_zero=True)
    for name in optimizers:
        _checks.one_of("optimizers", name, ("momentum", "nesterov"))
    if not optimizers:
        raise ValueError("optimizers must have at least one entry; got none")
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
    claims = _limit_claim(chosen, begin, ends, limits)
    if claims and "momentum" in optimizers:
        claims |= _best_claim(best, *best_momentum(least, largest))
    tables = {"ends": ends, "limits": limits, "best": best}
    return Study("momentum_map", tables, settings, claims)


def _surface(surface: str | Surface) -> Surface:
    chosen = surfaces.get(surface)
    if not chosen.minima:
        raise ValueError(f"surface must have known minima, for a rate map; got {chosen.name!r}")
    return chosen


def _rising(name: str, values: Sequence[float], *, at_least_zero: bool = False) -> Array:
    check = _checks.fraction if at_least_zero else _checks.positive
    numbers = np.array([check(name, value) for value in values])
    if len(numbers) < 2 or (np.diff(numbers) <= 0).any():
        raise _checks.fail(name, "at least two numbers, rising", list(values))
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


def _limit_claim(
    surface: Surface, start: Array, ends: pd.DataFrame, limits: pd.DataFrame
) -> dict[str, Claim]:
    """Return whether paths climb where they must, on a quadratic, where theory is exact."""
    if limits.empty or not is_quadratic(surface, (start[0], start[1])):
        return {}
    keys = [column for column in limits if column != "learning_rate"]
    both = ends.merge(limits, on=keys, suffixes=("", "_limit"))
    beyond = both["learning_rate"] >= both["learning_rate_limit"]
    agree = float((both["diverged"] == beyond).mean())
    return {
        "limit": Claim.at_least(
            "Theory knows where a learning rate gets too large: paths climb beyond its line, and "
            f"sink below it, in {_percent(agree)} cells",
            agree,
            0.99,
            measured="share of cells that agree",
        )
    }


def _width_claim(summary: pd.DataFrame) -> dict[str, Claim]:
    decades = summary.set_index("optimizer")["decades"]
    if not {"sgd", "adam"} <= set(decades.index):
        return {}
    return {
        "wider": Claim.at_least(
            "Adam comes down by a factor of 100 at learning rates over "
            f"{decades['adam']:.1f} decades, SGD over {decades['sgd']:.1f}",
            decades["adam"] - decades["sgd"],
            0.5,
            measured="difference in decades",
        )
    }


def _best_claim(best: pd.DataFrame, rate: float, beta: float) -> dict[str, Claim]:
    found = best.set_index("optimizer").loc["momentum"]
    off = max(abs(found["learning_rate"] / rate - 1), abs(found["momentum"] - beta))
    return {
        "best": Claim.at_most(
            f"Momentum comes down fastest at β = {found['momentum']:.2f} and a learning rate of "
            f"{found['learning_rate']:.2f}; theory says {beta:.2f} and {rate:.2f}",
            off,
            0.1,
            measured="distance from theory, the larger of β and relative rate",
        )
    }


def _percent(part: float) -> str:
    return "all" if part == 1 else f"{np.floor(1000 * part) / 10:.1f}% of the"
