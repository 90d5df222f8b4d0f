"""The learning rate that a rule begins with on a surface."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from nnviz import optim, surfaces
from nnviz._typing import Array
from nnviz.optim.registry import Factory
from nnviz.studies.optimizer_race import RATES
from nnviz.surfaces import Surface
from nnviz.train import descend, run_cells
from nnviz.train.cache import Tables

__all__ = ["JUDGED", "STEPS", "best_rate", "rates"]

STEPS = 300
"""The longest path that the explorer shows."""

JUDGED = 100
"""The update after which the paths of a rule are compared."""

SHAKEN, SAME = 2.0**-52, 1e-10
"""By what part a gradient is shaken, as another library's sine would, and how far this may move a
point of a path, as a part of the view: it does not hang on rounding then."""


def rates() -> Mapping[str, Mapping[str, float]]:
    """Return a learning rate by surface and rule.

    Of the rates that a race tries (1, 2, 5, 10 … apart), it is the one whose path from the
    surface's own start ends lowest after 100 updates. Only paths are compared that stay in view
    and do not hang on rounding, so that two programs draw the same; if there is none, it is the
    least rate.
    """
    cells = [{"surface": name} for name in surfaces.SURFACES]
    found = run_cells(_best, cells, n_jobs=1)
    names = list(optim.RULES.ours)
    return {
        cell["surface"]: dict(zip(names, table["rates"]["learning_rate"].tolist(), strict=True))
        for cell, table in zip(cells, found, strict=True)
    }


def _best(*, surface: str) -> Tables:
    chosen = surfaces.get(surface)
    best = [best_rate(chosen, make) for make in optim.RULES.ours.values()]
    return {"rates": {"learning_rate": np.array(best)}}


def best_rate(surface: Surface, make: Factory) -> float:
    """Return the rate that a rule begins with on a surface."""
    low, high = np.array(surface.view, dtype=float).T
    tried = np.array(RATES)
    starts = np.array([surface.start] * 3)
    descent = descend(_shaken(surface), make(tried[:, None, None]), starts, steps=STEPS)
    points = descent.points
    seen = points[: JUDGED + 1, :, 0]
    inside = ((seen >= low) & (seen <= high)).all(axis=(0, 2))
    moved = np.abs(points - points[:, :, :1]) / (high - low)
    calm = np.nan_to_num(moved, nan=np.inf).max(axis=(0, 2, 3)) <= SAME
    height: Array = np.where(inside & calm, descent.value[JUDGED, :, 0], np.inf)
    return float(tried[np.argmin(height)])


def _shaken(surface: Surface) -> Surface:
    """Return a surface off by rounding in its gradients, but for the first column of points."""
    rng = np.random.default_rng(0)

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        factors = 1 + SHAKEN * rng.uniform(-1, 1, (2, *x.shape))
        factors[..., 0] = 1
        return surface.gradient(x * factors[0], y * factors[1])

    return replace(surface, gradient=gradient)
