"""Schedules, and the means that do without: what a rule deploys when its gradients are noisy."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz.optim import Optimizer, schedules
from nnviz.studies._averaging_questions import (
    CONSTANT,
    DECAYING,
    FREE,
    GRADIENTS,
    MEAN,
    MUON,
    questions_of_descent,
    questions_of_training,
)
from nnviz.studies._distances import SCHEMAS, distances
from nnviz.studies._starts import with_minimum
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import batch_of, data_of, facts_of, network_of, train_all
from nnviz.surfaces import Surface
from nnviz.tables import EACH, RUN, STEP_CURVE
from nnviz.train import Dataset, descend, digits

__all__ = ["averaged_descent", "averaged_training"]

WARM_UP = 20
"""Updates over which all rates rise, as the authors of Schedule-Free AdamW have it."""

DECAY = 0.01
"""Of the weights, the default of AdamW."""

_SCHEMAS_OF_TRAINING = {
    "curves": STEP_CURVE,
    "ends": EACH.extended(
        "accuracy of what is deployed",
        {
            **RUN,
            "test_accuracy": "at the end",
            "early_accuracy": "of the test rows, after as many updates as `early` in the settings",
        },
        label="setting",
        measured="test_accuracy",
    ),
}


@declare(SCHEMAS)
def averaged_descent(
    surface: str | Surface = "bowl",
    *,
    learning_rate: float = 0.5,
    noise: float = 2.0,
    steps: int = 2000,
    seeds: int = 200,
) -> Study:
    """Descend with noisy gradients by SGD, its mean, and Schedule-Free SGD.

    The settings are SGD at a constant rate; at one that decays to 0 by a cosine; the mean of all
    points of the first (`optim.averaged`); the point that Schedule-Free SGD would deploy, and the
    one where it takes its gradients. In all of them a seed has the same noise.

    Parameters
    ----------
    surface : str or Surface
        With a minimum.
    learning_rate : float
        Of all settings, of the second the first one.
    noise : float
        Standard deviation of the noise in each coordinate of the gradient.
    steps : int
        Number of updates.
    seeds : int
        How many descents of each setting, from the same start.

    Returns
    -------
    Study
        The tables below; ``course`` has a hundred steps or so of each descent.

    Raises
    ------
    ValueError
        For a number out of its range, or a surface without a minimum.
    """
    chosen = with_minimum(surface)
    total, several = _checks.integer("steps", steps, at_least=10), seeds_of(seeds)
    free = optim.schedule_free_sgd(learning_rate)
    rules = {
        CONSTANT: optim.sgd(learning_rate),
        DECAYING: optim.sgd(schedules.cosine(learning_rate, steps=total)),
        MEAN: optim.averaged(optim.sgd(learning_rate)),
        GRADIENTS: optim.gradient_point(free),
        FREE: free,
    }
    descents = {
        name: descend(
            chosen,
            rule,
            np.tile(chosen.start, (len(several), 1)),
            steps=total,
            noise=_checks.positive("noise", noise),
            rng=np.random.default_rng(1000 * several[0]),
        )
        for name, rule in rules.items()
    }
    settings = {
        "surface": chosen.name,
        "optimizers": ["sgd", "schedule_free_sgd"],
        "learning_rate": learning_rate,
        "noise": noise,
        "steps": total,
        "seeds": len(several),
    }
    return Study.asked(
        "averaged_descent",
        distances(descents),
        settings,
        questions_of_descent(),
        SCHEMAS,
    )


@declare(_SCHEMAS_OF_TRAINING)
def averaged_training(
    data: Dataset | None = None,
    *,
    learning_rate: float = 0.02,
    hidden: Sequence[int] = (100,) * 2,
    activation: str = "relu",
    batch_size: int = 32,
    steps: int = 400,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train the same network by AdamW, with a schedule, a mean, and schedule-free.

    He initialization. The settings are AdamW at a constant rate; at one that decays to 0 by a
    cosine; the mean of all weights of the first (`optim.averaged`); Schedule-Free AdamW; and
    `optim.muon` for weights, with AdamW for biases, at the decaying rate. All rates rise over the
    first 20 updates, and all decay their parameters by 0.01, as AdamW does by default. What is
    measured is the network that would be deployed.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    learning_rate : float
        Of all settings, of the second the first one.
    hidden, activation, batch_size, steps, seeds, n_jobs, fresh
        As in `optimizers_training`.

    Returns
    -------
    Study
        The tables below; metrics of ``curves`` are as in `optimizers_training`.
    """
    data = data_of(data, digits)
    total = _checks.integer("steps", steps, at_least=WARM_UP)
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **batch_of(data, batch_size),
        "steps": total,
    }
    rules = _rules(learning_rate, total, [data.n_features, *shared["hidden"], data.n_classes])
    runs = train_all(
        data,
        [({"setting": name}, {"optimizer": rule}) for name, rule in rules.items()],
        seeds=seeds,
        n_jobs=n_jobs,
        fresh=fresh,
        every=total // 4 // 5,
        **shared,
    )
    looks = {"early_accuracy": total // 4 // 5 * 5, "test_accuracy": total}
    ends = pd.DataFrame(
        {
            name: runs.at(step, "accuracy", "test").set_index(["setting", "seed"])["value"]
            for name, step in looks.items()
        }
    ).reset_index()
    settings = {
        **facts_of(data),
        **shared,
        "optimizers": ["adamw", "schedule_free_adamw", "muon"],
        "learning_rate": learning_rate,
        "early": looks["early_accuracy"],
        "seeds": seeds,
    }
    tables = {"curves": runs.curves, "ends": ends}
    return Study.asked(
        "averaged_training", tables, settings, questions_of_training(), _SCHEMAS_OF_TRAINING
    )


def _rules(rate: float, steps: int, sizes: Sequence[int]) -> dict[str, Optimizer]:
    """Return the rule of each setting, for a network of layers of some sizes."""
    flat = schedules.warm_up(rate, steps=WARM_UP)
    falling = schedules.cosine(rate, steps=max(steps - WARM_UP, 1))
    cosine = schedules.warm_up(falling, steps=WARM_UP)
    constant = optim.adamw(flat, weight_decay=DECAY)
    shapes = [shape for pair in pairwise(sizes) for shape in (pair, pair[1:])]
    muon = optim.muon(cosine, shapes=shapes, others=optim.adam(cosine))
    return {
        CONSTANT: constant,
        DECAYING: optim.adamw(cosine, weight_decay=DECAY),
        MEAN: optim.averaged(constant),
        FREE: optim.schedule_free_adamw(flat, weight_decay=DECAY),
        MUON: optim.decoupled_decay(muon, cosine, DECAY),
    }
