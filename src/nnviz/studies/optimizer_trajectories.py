"""Paths of optimizers on a surface."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, surfaces
from nnviz.studies._path_questions import NOTES, questions_of
from nnviz.studies._rules import Named, rates_of, rules_of
from nnviz.studies._starts import starts_of
from nnviz.studies.study import Study, declare
from nnviz.surfaces import Point, Surface
from nnviz.tables import EACH, PATH, STATE, state_table, trajectory_table
from nnviz.train import descend

__all__ = ["optimizer_trajectories"]

EARLY = 50
"""The update after which it is asked how much of the gradient and of the way is left."""

_SCHEMAS = {
    "paths": PATH,
    "states": STATE,
    "summary": EACH.extended(
        "summary of a path",
        {
            "optimizer": "name of the rule or of the setting",
            "start": "number of the start point, from 0",
            "final_loss": "value of the surface at the end",
            "gained": "that at the start less that at the end",
            "path_length": "of all updates together",
            "crookedness": "path_length over the straight distance between its ends",
            "sign_changes_y": "updates along y that turn back",
            "changes_sides": "their share of the updates",
            "climbs": "share of the updates after which the path is higher",
            "uphill": "share of the updates along which the surface rises at first",
            "step_growth": "factor by which an update is longer than the one before, at most",
            "first_step_ratio": "first update, along y over along x",
            "turns_late": "updates from the first change of sign of the gradient along y to that "
            "of the rule's running mean",
            "early_gradient": "share of the gradient that is left after 50 updates",
            "early_distance": "share of the distance to the minimum that is left by then",
            "steps": "number of updates",
            "diverged": "whether the path left for good",
            "minimum": "number of the nearest minimum, from 0",
            "distance": "to it, at the end",
        },
        label="optimizer",
        measured="final_loss",
        lowest=True,
        display={"final_loss": "value of the surface at the end"},
        units=dict.fromkeys(
            ("changes_sides", "climbs", "uphill", "early_gradient", "early_distance"), "%"
        ),
    ),
}


@declare(_SCHEMAS)
def optimizer_trajectories(
    surface: str | Surface = "bowl",
    optimizers: Named = NOTES,
    *,
    start: Point | Sequence[Point] | None = None,
    steps: int = 30,
    noise: float = 0.0,
    seed: int = 0,
) -> Study:
    """Follow several optimizers down a surface from the same start, or from each of several.

    Parameters
    ----------
    surface : str or Surface
        A name from `surfaces.SURFACES`, or a surface of your own.
    optimizers : mapping of str to float or Optimizer
        Learning rate by name of the rule, from `optim.RULES`; or by any name a rule with all its
        settings, of PyTorch (``partial(torch.optim.Adam, lr=0.3)``) or optax, too.
    start : (x, y) or sequence of (x, y), optional
        By default, the surface's own.
    steps : int
        Number of updates.
    noise : float
        Standard deviation of the noise in each coordinate of the gradient.
    seed : int
        Of the noise, which is the same for all optimizers.

    Returns
    -------
    Study
        The tables below. What needs 50 updates, or a change of sign, is missing without.
    """
    rules = rules_of(optimizers)
    first = _checks.integer("seed", seed, at_least=0)
    chosen = surfaces.get(surface)
    begin = starts_of(start, chosen)
    descents = {
        name: descend(
            chosen,
            rule,
            begin,
            steps=steps,
            noise=noise,
            rng=np.random.default_rng(first),
            keep_states=True,
        )
        for name, rule in rules.items()
    }
    paths = trajectory_table(descents)
    states = state_table(descents)
    summary = _summary(paths, states, chosen)
    settings: dict[str, Any] = {
        "surface": chosen.name,
        "formula": chosen.formula,
        "learning_rates": rates_of(optimizers),
        "start": begin.tolist() if len(begin) > 1 else begin[0].tolist(),
        "steps": steps,
        "early": EARLY,
    }
    if noise:
        settings |= {"noise": noise, "seed": seed}
    tables = {"paths": paths, "states": states, "summary": summary}
    return Study.asked(
        "optimizer_trajectories", tables, settings, questions_of(chosen, summary), _SCHEMAS
    )


def _summary(paths: pd.DataFrame, states: pd.DataFrame, surface: Surface) -> pd.DataFrame:
    """Return one row per path: how far it came, and how it walked."""
    minima = np.array(surface.minima or [(np.nan, np.nan)])
    driven = dict(iter(states.groupby(["optimizer", "start"], sort=False)))
    rows = []
    for (name, start), path in paths.groupby(["optimizer", "start"], sort=False):
        path = path[np.isfinite(path["loss"])].sort_values("step")
        distances = np.linalg.norm(minima - path[["x", "y"]].iloc[-1].to_numpy(float), axis=1)
        rows.append(
            {
                "optimizer": name,
                "start": start,
                "final_loss": path["loss"].iloc[-1],
                "gained": path["loss"].iloc[-1] - path["loss"].iloc[0],
                **_walk(path),
                **_drive(driven[name, start]),
                **_early(path),
                "steps": len(path) - 1,
                "diverged": bool(path["diverged"].iloc[0]),
                "minimum": int(distances.argmin()) if surface.minima else -1,
                "distance": float(distances.min()),
            }
        )
    return pd.DataFrame(rows)


def _walk(path: pd.DataFrame) -> dict[str, float]:
    """Return how a path leads from its start to its end."""
    places = path[["x", "y"]].to_numpy(float)
    moves = np.diff(places, axis=0)
    length, straight = np.hypot(*moves.T).sum(), np.hypot(*(places[-1] - places[0]))
    has_ends = straight > 0 and np.isfinite(length)
    sides = int((np.diff(np.sign(places[:, 1])) != 0).sum())
    updates = max(len(moves), 1)
    growth = np.diff(np.abs(moves), axis=0)
    return {
        "path_length": float(length),
        "crookedness": float(length / straight) if has_ends else np.nan,
        "sign_changes_y": sides,
        "changes_sides": sides / updates,
        "climbs": float((path["loss"].diff() > 0).sum()) / updates,
        "step_growth": float(growth.max()) if growth.size else np.nan,
    }


def _drive(states: pd.DataFrame) -> dict[str, float]:
    """Return what drives a path: where its updates point, and when its memory turns."""
    wide = states.pivot(index="step", columns="quantity", values=["along_x", "along_y"])
    wide = wide.swaplevel(axis=1)
    slope = (wide["gradient"] * wide["update"]).dropna().sum(axis=1)
    first = wide.xs("step_size", axis=1).iloc[0].abs()
    late = {
        key: _first_turn(wide[key, "along_y"]) if key in wide else np.nan
        for key in ("mean", "gradient")
    }
    return {
        "uphill": float((slope > 0).mean()),
        "first_step_ratio": first["along_y"] / first["along_x"] if first["along_x"] else np.nan,
        "turns_late": late["mean"] - late["gradient"],
    }


def _first_turn(values: "pd.Series[float]") -> float:
    """Return the step at which values first have another sign than they began with, or NaN."""
    signs = np.sign(values[values != 0].dropna())
    turned = signs.index[signs != signs.iloc[0]] if len(signs) else []
    return float(turned[0]) if len(turned) else np.nan


def _early(path: pd.DataFrame) -> dict[str, float]:
    """Return what is left, early on, of the gradient and of the way to the minimum."""
    quantities = {"early_gradient": "gradient_norm", "early_distance": "distance"}
    late = path[path["step"] == EARLY]
    if not len(late):
        return dict.fromkeys(quantities, np.nan)
    with np.errstate(all="ignore"):  # a path may begin at the minimum
        return {
            name: float(late[column].iloc[0] / path[column].iloc[0])
            for name, column in quantities.items()
        }
