"""Paths of optimizers on a surface."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim, surfaces
from nnviz.studies.study import Claim, Study
from nnviz.surfaces import Surface
from nnviz.tables import trajectory_table
from nnviz.train import descend

__all__ = ["trajectories"]

NOTES: Mapping[str, float] = {"sgd": 0.95, "momentum": 0.1, "adagrad": 1.5, "adam": 0.3}
"""The learning rates of the notes, on their bowl."""


def trajectories(
    surface: str | Surface = "bowl",
    optimizers: Mapping[str, float] = NOTES,
    *,
    start: Sequence[float] | None = None,
    steps: int = 30,
) -> Study:
    """Follow several optimizers down a surface from one start. Deterministic.

    Parameters
    ----------
    surface : str or Surface
        A name from `surfaces.SURFACES`, or a surface of your own.
    optimizers : mapping of str to float
        Learning rate by name of the rule, from `optim.RULES`.
    start : (x, y), optional
        By default, the surface's own.
    steps : int
        Number of updates.

    Returns
    -------
    Study
        Tables ``paths`` (`tables.TRAJECTORY`) and ``summary`` with one row per optimizer:
        final_loss, path_length, sign_changes_y, steps, minimum (the number of the nearest one)
        and distance to it.
    """
    if not optimizers:
        raise ValueError("optimizers must have at least one entry; got none")
    chosen = surfaces.get(surface)
    begin = chosen.start if start is None else tuple(start)
    if len(begin) != 2 or not np.isfinite(begin).all():
        raise _checks.fail("start", "two finite numbers", start)
    descents = {
        name: descend(chosen, optim.make(name, rate), [begin], steps=steps)
        for name, rate in optimizers.items()
    }
    paths = trajectory_table(descents)
    summary = _summary(paths, chosen)
    settings: dict[str, Any] = {
        "surface": chosen.name,
        "formula": chosen.formula,
        "learning_rates": dict(optimizers),
        "start": list(map(float, begin)),
        "steps": steps,
    }
    claims = _claims(chosen, summary, paths)
    return Study("trajectories", {"paths": paths, "summary": summary}, settings, claims)


def _summary(paths: pd.DataFrame, surface: Surface) -> pd.DataFrame:
    """Return one row per optimizer: how far it came, and how it walked."""
    minima = np.array(surface.minima or [(np.nan, np.nan)])
    rows = []
    for name, path in paths.groupby("optimizer", sort=False):
        path = path[np.isfinite(path["loss"])].sort_values("step")
        moves = path[["x", "y"]].diff().iloc[1:]
        distances = np.linalg.norm(minima - path[["x", "y"]].iloc[-1].to_numpy(float), axis=1)
        rows.append(
            {
                "optimizer": name,
                "final_loss": path["loss"].iloc[-1],
                "path_length": np.hypot(moves["x"], moves["y"]).sum(),
                "sign_changes_y": int((np.diff(np.sign(path["y"])) != 0).sum()),
                "steps": len(path) - 1,
                "minimum": int(distances.argmin()) if surface.minima else -1,
                "distance": float(distances.min()),
            }
        )
    return pd.DataFrame(rows)


def _claims(surface: Surface, summary: pd.DataFrame, paths: pd.DataFrame) -> dict[str, Claim]:
    """Return what is said of the bowl and the optimizers of the notes, or else of any descent."""
    by = summary.set_index("optimizer")
    first = paths[paths["step"] == 0]["loss"].max()
    claims = {
        "descends": Claim.at_most(
            f"Every optimizer ends lower than it started on {surface.title}",
            by["final_loss"].max() - first,
            0.0,
        )
    }
    if len(surface.minima) > 1:
        claims["different minima"] = Claim.at_least(
            f"From one start on {surface.title}, different optimizers end in different minima",
            by["minimum"].nunique(),
            2,
        )
    if surface.name == "rosenbrock":
        claims["valley"] = Claim.at_least(
            "Rosenbrock's valley is found at once and followed slowly: "
            f"none has arrived after {by['steps'].max()} steps",
            by["distance"].min(),
            0.1,
        )
    if surface.name != "bowl" or not set(NOTES) <= set(by.index):
        return claims
    path = paths[paths["optimizer"] == "adagrad"].sort_values("step")
    moves = path[["x", "y"]].diff().iloc[1:].abs()
    others = by["final_loss"].drop("adagrad").min()
    return claims | {
        "sgd zigzags": Claim.at_least(
            "SGD zigzags across the narrow axis",
            by.loc["sgd", "sign_changes_y"] / by.loc["sgd", "steps"],
            0.9,
        ),
        "momentum rounds the corners": Claim.at_most(
            "Momentum rounds the corners that SGD takes",
            by.loc["momentum", "path_length"] / by.loc["sgd", "path_length"],
            0.5,
        ),
        "adagrad only slows down": Claim.at_most(
            "AdaGrad goes straight, and its steps never grow",
            moves.diff().iloc[1:].max().max(),
            1e-12,
        ),
        "adam goes nearly straight": Claim.at_most(
            "Adam goes nearly straight",
            by.loc["adam", "path_length"] / _straight(paths, "adam"),
            1.5,
        ),
        "adagrad ends lowest": Claim.at_most(
            "AdaGrad ends lowest here, not Adam: no ranking follows from one setting",
            by.loc["adagrad", "final_loss"] / others,
            0.9,
        ),
    }


def _straight(paths: pd.DataFrame, optimizer: str) -> float:
    """Return the straight distance between the two ends of a path."""
    path = paths[paths["optimizer"] == optimizer].sort_values("step")
    first, last = path.iloc[0], path.iloc[-1]
    return float(np.hypot(last["x"] - first["x"], last["y"] - first["y"]))
