"""What is said of paths on a surface, and the numbers that decide it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nnviz.studies.study import Claim
from nnviz.surfaces import Surface

__all__ = ["NOTES", "claims_of"]

NOTES: Mapping[str, float] = {"sgd": 0.95, "momentum": 0.1, "adagrad": 1.5, "adam": 0.3}
"""The learning rates of the notes, on their bowl."""

EARLY = 50
"""The update at which it is asked how much of the gradient and of the way are left."""


def claims_of(
    surface: Surface, summary: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> dict[str, Claim]:
    """Return what is said of the bowl and the optimizers of the notes, or else of any descent."""
    paths = tables["paths"]
    by = summary.set_index("optimizer")
    first = paths[paths["step"] == 0].set_index(["optimizer", "start"])["loss"]
    gained = summary.set_index(["optimizer", "start"])["final_loss"] - first
    claims = {
        "descends": Claim.at_most(
            f"Every optimizer ends lower than it started on {surface.title}",
            gained.max(),
            0.0,
        )
    }
    if len(surface.minima) > 1 and by.index.is_unique:
        claims["different minima"] = Claim.at_least(
            f"From one start on {surface.title}, different optimizers end in different minima",
            by["minimum"].nunique(),
            2,
            measured="minima reached",
        )
        if {"sgd", "momentum"} <= set(by.index):
            claims["overshoots"] = _overshoot(paths)
    if surface.name == "rosenbrock":
        claims |= _valley(paths, by)
    if surface.name != "bowl" or not set(NOTES) <= set(by.index) or not by.index.is_unique:
        return claims
    return claims | _notes(paths, by) | _drives(tables["states"])


def _overshoot(paths: pd.DataFrame) -> Claim:
    """Return what is said of momentum beside plain descent among several minima."""
    climbs = paths.sort_values("step").groupby("optimizer")["loss"].diff() > 0
    share = climbs.groupby(paths["optimizer"]).sum() / paths.groupby("optimizer")["step"].max()
    return Claim.at_least(
        f"Momentum overshoots: {share['momentum']:.0%} of its updates lead uphill, "
        f"{share['sgd']:.0%} of SGD's",
        share["momentum"] - share["sgd"],
        0.1,
        measured="difference of the shares",
    )


def _valley(paths: pd.DataFrame, by: pd.DataFrame) -> dict[str, Claim]:
    """Return what is said of Rosenbrock's function."""
    claims = {
        "valley": Claim.at_least(
            "Rosenbrock's valley is found at once and followed slowly: "
            f"none has arrived after {by['steps'].max()} steps",
            by["distance"].min(),
            0.1,
            measured="least distance to the minimum",
        )
    }
    early = paths[paths["step"] == EARLY].set_index(["optimizer", "start"])
    if len(early):
        first = paths[paths["step"] == 0].set_index(["optimizer", "start"])
        slope = (early["gradient_norm"] / first["gradient_norm"]).max()
        way = (early["distance"] / first["distance"]).min()
        claims["small gradient"] = Claim.at_most(
            f"After {EARLY} updates less than {np.ceil(100 * slope):.0f}% of the gradient is left, "
            f"but more than {np.floor(100 * way):.0f}% of the way",
            slope / way,
            0.1,
        )
    return claims


def _drives(states: pd.DataFrame) -> dict[str, Claim]:
    """Return what is said of what drives the optimizers of the notes on the bowl."""
    along = ["along_x", "along_y"]
    wide = states.pivot(index=["optimizer", "step"], columns="quantity", values=along)
    first = wide.xs(0, level="step")
    ratio = first["along_y", "step_size"] / first["along_x", "step_size"]
    momentum = wide.loc["momentum"].swaplevel(axis=1)
    uphill = (momentum["gradient"] * momentum["update"]).dropna().sum(axis=1) > 0
    late = {key: _first_turn(wide.loc["adam"]["along_y", key]) for key in ("mean", "gradient")}
    lag = late["mean"] - late["gradient"]
    return {
        "alike along both axes": Claim.at_most(
            "AdaGrad and Adam begin with equal steps along both axes; SGD's is "
            f"{ratio['sgd']:.1f} times as long along the steep one",
            (ratio[["adagrad", "adam"]] - 1).abs().max(),
            1e-6,
        ),
        "momentum goes uphill": Claim.at_least(
            f"Momentum overshoots: {uphill.sum()} of its {len(uphill)} steps lead uphill",
            uphill.mean(),
            0.2,
            measured="share of the steps",
        ),
        "adam turns late": Claim.at_least(
            "Along y, the steep axis, Adam's running mean changes sign "
            f"{lag} updates after the gradient: it overshoots",
            lag,
            2,
        ),
    }


def _first_turn(values: "pd.Series[float]") -> int:
    """Return the step at which values first have another sign than they began with."""
    signs = np.sign(values[values != 0].dropna())
    return int((signs != signs.iloc[0]).idxmax())


def _notes(paths: pd.DataFrame, by: pd.DataFrame) -> dict[str, Claim]:
    """Return what the notes say of their optimizers on the bowl."""
    path = paths[paths["optimizer"] == "adagrad"].sort_values("step")
    moves = path[["x", "y"]].diff().iloc[1:].abs()
    others = by["final_loss"].drop("adagrad").min()
    return {
        "sgd zigzags": Claim.at_least(
            "SGD zigzags across the narrow axis",
            by.loc["sgd", "sign_changes_y"] / by.loc["sgd", "steps"],
            0.9,
            measured="share of steps that change sides",
        ),
        "momentum rounds the corners": Claim.at_most(
            "Momentum rounds the corners that SGD takes",
            by.loc["momentum", "path_length"] / by.loc["sgd", "path_length"],
            0.5,
            measured="path length, Momentum over SGD",
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
            "At these learning rates AdaGrad ends lowest, not Adam",
            by.loc["adagrad", "final_loss"] / others,
            0.9,
            measured="last height, AdaGrad over the best of the others",
        ),
    }


def _straight(paths: pd.DataFrame, optimizer: str) -> float:
    """Return the straight distance between the two ends of a path."""
    path = paths[paths["optimizer"] == optimizer].sort_values("step")
    first, last = path.iloc[0], path.iloc[-1]
    return float(np.hypot(last["x"] - first["x"], last["y"] - first["y"]))
