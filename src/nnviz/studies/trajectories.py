"""Paths of optimizers on a surface."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import optim, surfaces
from nnviz.optim import Optimizer
from nnviz.studies._path_claims import NOTES, claims_of
from nnviz.studies._starts import starts_of
from nnviz.studies.study import Study
from nnviz.surfaces import Surface
from nnviz.tables import state_table, trajectory_table
from nnviz.train import descend

__all__ = ["trajectories"]


def trajectories(
    surface: str | Surface = "bowl",
    optimizers: Mapping[str, float | Optimizer] = NOTES,
    *,
    start: Sequence[Any] | None = None,
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
        settings, `train.from_torch` and `train.from_optax` included.
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
        Tables ``paths`` (`tables.TRAJECTORY`), ``states`` (`tables.STATE`: gradients, updates
        and what each rule remembers) and ``summary`` with one row per optimizer and start:
        final_loss, path_length, sign_changes_y, steps, minimum (the number of the nearest one)
        and distance to it.
    """
    if not optimizers:
        raise ValueError("optimizers must have at least one entry; got none")
    chosen = surfaces.get(surface)
    begin = starts_of(start, chosen)
    descents = {
        name: descend(
            chosen,
            _rule(name, rate),
            begin,
            steps=steps,
            noise=noise,
            rng=np.random.default_rng(seed),
            keep_states=True,
        )
        for name, rate in optimizers.items()
    }
    paths = trajectory_table(descents)
    summary = _summary(paths, chosen)
    settings: dict[str, Any] = {
        "surface": chosen.name,
        "formula": chosen.formula,
        "learning_rates": {
            name: "as given" if isinstance(rate, Optimizer) else rate
            for name, rate in optimizers.items()
        },
        "start": begin.tolist() if len(begin) > 1 else begin[0].tolist(),
        "steps": steps,
    }
    if noise:
        settings |= {"noise": noise, "seed": seed}
    tables = {"paths": paths, "states": state_table(descents), "summary": summary}
    return Study("trajectories", tables, settings, claims_of(chosen, summary, tables))


def _rule(name: str, rate: float | Optimizer) -> Optimizer:
    return rate if isinstance(rate, Optimizer) else optim.make(name, rate)


def _summary(paths: pd.DataFrame, surface: Surface) -> pd.DataFrame:
    """Return one row per path: how far it came, and how it walked."""
    minima = np.array(surface.minima or [(np.nan, np.nan)])
    rows = []
    for (name, start), path in paths.groupby(["optimizer", "start"], sort=False):
        path = path[np.isfinite(path["loss"])].sort_values("step")
        moves = path[["x", "y"]].diff().iloc[1:]
        distances = np.linalg.norm(minima - path[["x", "y"]].iloc[-1].to_numpy(float), axis=1)
        rows.append(
            {
                "optimizer": name,
                "start": start,
                "final_loss": path["loss"].iloc[-1],
                "path_length": np.hypot(moves["x"], moves["y"]).sum(),
                "sign_changes_y": int((np.diff(np.sign(path["y"])) != 0).sum()),
                "steps": len(path) - 1,
                "diverged": bool(path["diverged"].iloc[0]),
                "minimum": int(distances.argmin()) if surface.minima else -1,
                "distance": float(distances.min()),
            }
        )
    return pd.DataFrame(rows)
