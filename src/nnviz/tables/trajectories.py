"""From descents to the table of paths."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz._typing import Array
from nnviz.tables.kinds_of_paths import STATE, TRAJECTORY

if TYPE_CHECKING:
    from nnviz.train import Descent

__all__ = ["state_table", "trajectory_table"]


def trajectory_table(descents: Mapping[str, "Descent"]) -> pd.DataFrame:
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
    _checks.mapping("descents", descents, _descent)
    frames = [_rows(name, descent) for name, descent in descents.items()]
    return pd.concat(frames, ignore_index=True) if frames else TRAJECTORY.empty()


def _descent(name: str, value: "Descent") -> "Descent":
    from nnviz.train import Descent  # a run's tables need nothing that trains

    return _checks.instance(name, value, Descent)


def _rows(name: str, descent: "Descent") -> pd.DataFrame:
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


def state_table(descents: Mapping[str, "Descent"]) -> pd.DataFrame:
    """Return what drives every path, one row per step and quantity.

    Parameters
    ----------
    descents : mapping of str to Descent
        By what is written into the column ``optimizer``; best with their states kept.

    Returns
    -------
    DataFrame
        A `STATE` table. Its quantities are ``gradient``, the surface's own at the point; all of
        `Descent.states`, as they are there; ``update``, where the next step goes; and
        ``step_size``, its absolute value by coordinate.
    """
    _checks.mapping("descents", descents, _descent)
    frames = [
        _quantity(name, descent, quantity, values)
        for name, descent in descents.items()
        for quantity, values in _vectors(descent).items()
    ]
    return pd.concat(frames, ignore_index=True) if frames else STATE.empty()


def _vectors(descent: "Descent") -> dict[str, Array]:
    """Return everything that has two components, each of the shape of the points."""
    points, surface = descent.points, descent.surface
    with np.errstate(all="ignore"):
        gradient = np.stack(surface.gradient(points[..., 0], points[..., 1]), axis=-1)
    update = np.diff(points, axis=0, append=np.nan)
    return {
        "gradient": gradient,
        **descent.states,
        "update": update,
        "step_size": np.abs(update),
    }


def _quantity(name: str, descent: "Descent", quantity: str, values: Array) -> pd.DataFrame:
    points = descent.points.reshape(len(descent.points), -1, 2)
    length, starts, _ = points.shape
    pairs = values.reshape(-1, 2)
    table = pd.DataFrame(
        {
            "optimizer": name,
            "start": np.tile(np.arange(starts), length),
            "step": np.repeat(np.arange(length), starts),
            "x": points[..., 0].ravel(),
            "y": points[..., 1].ravel(),
            "quantity": quantity,
            "along_x": pairs[:, 0],
            "along_y": pairs[:, 1],
        }
    )
    return table[table["along_x"].notna()]
