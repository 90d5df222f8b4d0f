"""How far from the minimum descents are on their way and at the end, by setting."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nnviz.tables import EACH, RUN, SWEPT
from nnviz.train import Descent

__all__ = ["SCHEMAS", "distances"]

SHOWN = 100
"""Steps of a descent, beside its start, that the course tells of."""

SCHEMAS = {
    "course": SWEPT.extended(
        "distance by step",
        {**RUN, "step": "number of updates", "distance": "to the nearest minimum"},
        label="setting",
        over="step",
        measured="distance",
        log=["distance"],
        lowest=True,
    ),
    "ends": EACH.extended(
        "distance at the end",
        {**RUN, "distance": "to the nearest minimum after the last update"},
        label="setting",
        measured="distance",
        lowest=True,
    ),
}


def distances(descents: Mapping[str, Descent]) -> dict[str, pd.DataFrame]:
    """Return both tables of `SCHEMAS`, of descents that have as many steps each.

    Parameters
    ----------
    descents : mapping of str to Descent
        By setting; a start is a seed.
    """
    frames = []
    for name, descent in descents.items():
        last, several = len(descent.distance) - 1, descent.points.shape[1]
        steps = np.unique(np.linspace(0, last, min(last, SHOWN) + 1).astype(int))
        columns = {
            "setting": name,
            "seed": np.tile(np.arange(several), len(steps)),
            "step": np.repeat(steps, several),
            "distance": descent.distance[steps].ravel(),
        }
        frames.append(pd.DataFrame(columns))
    course = pd.concat(frames, ignore_index=True)
    ends = course[course["step"] == course["step"].max()]
    return {"course": course, "ends": ends.drop(columns="step").reset_index(drop=True)}
