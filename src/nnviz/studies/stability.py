"""From a learning rate that is too small to one that is too large."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Agreement
from nnviz.studies.study import Study, declare
from nnviz.surfaces import SURFACES
from nnviz.tables import EACH, PATH, trajectory_table
from nnviz.train import descend

__all__ = ["stability"]

LIMIT = 1.0
"""2 over the bowl's largest curvature: beyond, ``y ← (1 − 2·lr)·y`` grows."""

_SCHEMAS = {
    "paths": PATH,
    "ends": EACH.extended(
        "end of a path",
        {
            "learning_rate": "of the path",
            "loss": "value of the surface at the end",
            "grows": "whether that is more than at the start",
            "beyond": "whether the learning rate is above 1",
        },
        label="learning_rate",
        measured="loss",
        lowest=True,
    ),
}


@declare(_SCHEMAS)
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
        The tables below.
    """
    rates = _checks.sequence("learning_rates", learning_rates, _checks.positive)
    if LIMIT in rates:
        raise _checks.fail("learning_rates", f"other than {LIMIT:g}", learning_rates)
    bowl = SURFACES["bowl"]
    descents = {
        f"learning rate {rate:g}": descend(bowl, optim.sgd(rate), [bowl.start], steps=steps)
        for rate in rates
    }
    last = [descent.value[descent.last[0], 0] for descent in descents.values()]
    first = next(iter(descents.values())).value[0, 0]
    grows, beyond = np.array(last) > first, np.array(rates) > LIMIT
    ends = pd.DataFrame({"learning_rate": rates, "loss": last, "grows": grows, "beyond": beyond})
    question = Question(
        "beyond the limit",
        "share of learning rates at which a path climbs beyond the limit, or sinks below it",
        Agreement("ends", "grows", "beyond"),
        Bound.at_least(1.0),
        "{rule} descends into the {place} at learning rates below {limit:g}, and climbs out of it "
        "above",
        "{rule} does not descend into the {place} at all learning rates below {limit:g} and climb "
        "out of it above: it does at {count} of {total}",
        unit="%",
        subjects={"rule": "sgd", "place": bowl.name},
    )
    settings = {
        "surface": bowl.name,
        "optimizer": "sgd",
        "learning_rates": rates,
        "limit": LIMIT,
        "steps": steps,
        "start": list(bowl.start),
    }
    tables = {"paths": trajectory_table(descents), "ends": ends}
    return Study.asked("stability", tables, settings, [question], _SCHEMAS)
