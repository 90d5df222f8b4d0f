"""From descents to the table of paths."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nnviz.tables.schema import TRAJECTORY
from nnviz.train.descent import Descent

__all__ = ["trajectory_table"]


def trajectory_table(descents: Mapping[str, Descent]) -> pd.DataFrame:
    """Return one row per step of every path.

    Parameters
    ----------
    descents : mapping of str to Descent
        By what is written into the column ``optimizer``.

    Returns
    -------
    DataFrame
        A `TRAJECTORY` table, also with ``distance`` to the nearest minimum (infinite if there is
        none), ``diverged``, ``step_x`` and ``step_y``, how far the next update moves each
        coordinate (NaN at the end of a path), and, for descents that kept their states,
        ``velocity_x``, ``square_y`` and so on, by the names of `Descent.states`. A path that
        diverged ends with its last finite point.
    """
    frames = [_rows(name, descent) for name, descent in descents.items()]
    return pd.concat(frames, ignore_index=True) if frames else TRAJECTORY.empty()


def _rows(name: str, descent: Descent) -> pd.DataFrame:
    length = len(descent.points)
    points = descent.points.reshape(length, -1, 2)
    starts = points.shape[1]
    moves = np.full_like(points, np.nan)
    moves[:-1] = descent.step_size.reshape(length - 1, starts, 2)
    columns = {
        "optimizer": name,
        "start": np.tile(np.arange(starts), length),
        "step": np.repeat(np.arange(length), starts),
        "x": points[..., 0].ravel(),
        "y": points[..., 1].ravel(),
        "loss": descent.value.ravel(),
        "gradient_norm": descent.gradient_norm.ravel(),
        "distance": descent.distance.ravel(),
        "diverged": np.tile(descent.diverged.ravel(), length),
    }
    for kind, values in {"step": moves, **descent.states}.items():
        pairs = values.reshape(-1, 2)
        columns[f"{kind}_x"], columns[f"{kind}_y"] = pairs[:, 0], pairs[:, 1]
    table = pd.DataFrame(columns)
    return table[table["x"].notna()].reset_index(drop=True)
