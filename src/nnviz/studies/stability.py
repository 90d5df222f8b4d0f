"""From a learning rate that is too small to one that is too large."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz.studies.study import Claim, Study
from nnviz.surfaces import SURFACES
from nnviz.tables import trajectory_table
from nnviz.train import descend

__all__ = ["stability"]

LIMIT = 1.0
"""2 over the bowl's largest curvature: beyond, ``y ← (1 − 2·lr)·y`` grows."""


def stability(
    learning_rates: Sequence[float] = (0.05, 0.5, 0.95, 1.05), *, steps: int = 100
) -> Study:
    """Let SGD descend into the bowl x²/20 + y² at several learning rates. Deterministic.

    Gradient descent on a quadratic is stable below a rate of 2 over the largest curvature, here
    1 (Nesterov, 2004).

    Parameters
    ----------
    learning_rates : sequence of float
        None of them 1, where y neither shrinks nor grows.
    steps : int
        Number of updates.

    Returns
    -------
    Study
        Tables ``paths`` (`tables.TRAJECTORY`) and ``ends`` with learning_rate, loss and grows,
        whether the path is higher in the end than at its start.
    """
    rates = [_checks.positive("learning_rates", rate) for rate in learning_rates]
    if not rates or LIMIT in rates:
        raise _checks.fail("learning_rates", "at least one, none of them 1", list(learning_rates))
    bowl = SURFACES["bowl"]
    descents = {
        f"learning rate {rate:g}": descend(bowl, optim.sgd(rate), [bowl.start], steps=steps)
        for rate in rates
    }
    last = [descent.value[descent.last[0], 0] for descent in descents.values()]
    first = next(iter(descents.values())).value[0, 0]
    ends = pd.DataFrame(
        {"learning_rate": rates, "loss": last, "grows": np.array(last) > first},
    )
    claims = {
        "beyond the limit": Claim.at_least(
            "SGD descends into the bowl at learning rates below 1, and climbs out of it above",
            (ends["grows"] == (ends["learning_rate"] > LIMIT)).mean(),
            1.0,
        )
    }
    settings = {"learning_rates": rates, "steps": steps, "start": list(bowl.start)}
    tables = {"paths": trajectory_table(descents), "ends": ends}
    return Study("stability", tables, settings, claims)
