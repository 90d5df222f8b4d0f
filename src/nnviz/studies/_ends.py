"""Where the paths of a rule end at many of its settings."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nnviz._typing import Array
from nnviz.optim.registry import Factory
from nnviz.studies._rules import our_name
from nnviz.surfaces import Surface
from nnviz.train import Descent, descend

__all__ = ["ends_of"]


def ends_of(
    surface: Surface,
    name: str,
    make: Factory,
    grid: Mapping[str, Array],
    start: Array,
    steps: int,
) -> pd.DataFrame:
    """Return where all paths ended, one row for each cell of the grid of hyperparameters."""
    if our_name(make):  # these take all settings at once
        settings = {key: values[..., None] for key, values in grid.items()}
        descent = descend(surface, make(**settings), start, steps=steps)
        return _rows(name, grid, descent)
    rates = grid["learning_rate"]
    single = [
        _rows(
            name, {"learning_rate": rate}, descend(surface, make(float(rate)), start, steps=steps)
        )
        for rate in rates
    ]
    return pd.concat(single, ignore_index=True)


def _rows(name: str, grid: Mapping[str, Array], descent: Descent) -> pd.DataFrame:
    """Return a row for each path: its settings, how high it ended, and whether it diverged."""
    surface = descent.surface
    first, last = descent.value[0], descent.value[-1]
    lost = descent.diverged | ~(last <= first)
    height = np.where(descent.diverged, np.inf, last - surface.minimum)
    columns = {key: np.broadcast_to(values, lost.shape).ravel() for key, values in grid.items()}
    return pd.DataFrame(
        {"optimizer": name, **columns, "height": height.ravel(), "diverged": lost.ravel()}
    )
