"""What mini-batches do: noise in the gradient, and what it does to a descent."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, optim
from nnviz.optim import LearningRate, schedules
from nnviz.studies._distances import SCHEMAS as DISTANCES
from nnviz.studies._distances import distances
from nnviz.studies._starts import with_minimum
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Deviation, Growth, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.surfaces import Surface
from nnviz.tables import PATH, SWEPT, trajectory_table
from nnviz.train import Descent, descend

__all__ = ["gradient_noise"]

CURVATURE = np.array([0.1, 2.0])
"""Of the bowl, along x and y."""

TIMES = 4
"""Of the batch, for which it is asked how much nearer the minimum SGD keeps."""

_SCHEMAS = {
    "paths": PATH,
    "wandering": SWEPT.extended(
        "wandering around the minimum",
        {
            "setting": "measured, or theory",
            "batch_size": "gradients that an update averages",
            "seed": "seed of the noise",
            "distance": "root mean square distance to the nearest minimum, over the second half",
        },
        label="setting",
        over="batch_size",
        measured="distance",
        log=["batch_size", "distance"],
        lowest=True,
    ),
    **DISTANCES,
}


@declare(_SCHEMAS)
def gradient_noise(
    surface: str | Surface = "bowl",
    *,
    learning_rate: float = 0.2,
    noise: float = 2.0,
    batch_sizes: Sequence[int] = (1, 4, 16, 64, 256),
    steps: int = 600,
    seeds: int = 50,
) -> Study:
    """Descend by SGD with gradients as noisy as those of mini-batches.

    The mean of n independent gradients has a standard deviation of ``noise / √n``. At a constant
    rate, SGD does not settle: along an axis of curvature λ it wanders about the minimum with the
    variance ``lr·noise²/n / (λ·(2 − lr·λ))``, the fixed point of ``x ← (1 − lr·λ)·x − lr·ε``.

    Parameters
    ----------
    surface : str or Surface
        With a minimum.
    learning_rate : float
        Constant; in one more setting, with the smallest batch, it decays to 0 by a cosine.
    noise : float
        Standard deviation of a single example's gradient, in each coordinate.
    batch_sizes : sequence of int
        Rising.
    steps : int
        Number of updates.
    seeds : int
        How many descents of each setting, from the same start.

    Returns
    -------
    Study
        The tables below: ``paths`` of the first seed, ``course`` a hundred steps or so of each
        descent, ``wandering`` at the constant rate, with theory on the bowl.

    Raises
    ------
    ValueError
        For a number out of its range, or a surface without a minimum.
    """
    chosen = with_minimum(surface)
    sizes = _checks.sequence("batch_sizes", batch_sizes, _checks.integer)
    if sizes != sorted(sizes):
        raise _checks.fail("batch_sizes", "rising", batch_sizes)
    total = _checks.integer("steps", steps, at_least=10)
    first, several = seeds_of(seeds)[0], len(seeds_of(seeds))
    scale = _checks.positive("noise", noise)
    decaying = f"batch of {sizes[0]}, decaying rate"
    settings: dict[str, tuple[int, LearningRate]] = {
        f"batch of {size}": (size, learning_rate) for size in sizes
    }
    settings[decaying] = (sizes[0], schedules.cosine(learning_rate, steps=total))
    descents = {
        name: descend(
            chosen,
            optim.sgd(rate),
            np.tile(chosen.start, (several, 1)),
            steps=total,
            noise=scale / np.sqrt(size),
            rng=np.random.default_rng(1000 * first + number),
        )
        for number, (name, (size, rate)) in enumerate(settings.items())
    }
    facts: dict[str, Any] = {
        "surface": chosen.name,
        "optimizer": "sgd",
        "learning_rate": learning_rate,
        "noise": scale,
        "batch_sizes": sizes,
        "steps": total,
        "times": TIMES,
        "seeds": several,
    }
    tables = {
        "paths": trajectory_table({name: _first(each) for name, each in descents.items()}),
        "wandering": _wandering(descents, sizes, scale, learning_rate),
        **distances(descents),
    }
    constant = f"batch of {sizes[0]}"
    return Study.asked(
        "gradient_noise",
        tables,
        facts,
        _questions(tables["wandering"], constant, decaying),
        _SCHEMAS,
    )


def _first(descent: Descent) -> Descent:
    """Return the first path alone."""
    return Descent(descent.surface, descent.points[:, :1], descent.diverged[:1], {})


def _wandering(
    descents: Mapping[str, Descent], sizes: Sequence[int], noise: float, rate: float
) -> pd.DataFrame:
    """Return how far from the minimum each descent at a constant rate stays, and theory."""
    rows = []
    for size, descent in zip(sizes, descents.values(), strict=False):
        late = descent.distance[len(descent.distance) // 2 :]
        found = np.sqrt(np.mean(late**2, axis=0))
        rows += [("measured", size, seed, distance) for seed, distance in enumerate(found)]
        if descent.surface.name == "bowl" and rate * CURVATURE.max() < 2:  # or there is no rest
            variance = rate * noise**2 / size / (CURVATURE * (2 - rate * CURVATURE))
            rows.append(("theory", size, 0, np.sqrt(variance.sum())))
    table = pd.DataFrame(rows, columns=["setting", "batch_size", "seed", "distance"])
    return table.sort_values("setting", kind="stable", ignore_index=True)


def _questions(wandering: pd.DataFrame, constant: str, decaying: str) -> list[Question]:
    """Return what is asked: one batch size has no slope, one surface a theory."""
    asked = [
        Question(
            "a decaying rate settles",
            "distance at the end, decaying rate divided by constant",
            Ratio(
                Pick("ends", "distance", {"setting": decaying}),
                Pick("ends", "distance", {"setting": constant}),
            ),
            Bound.at_most(0.8),
            "With noisy gradients, {rule} ends {b:.2f} from the minimum at a constant rate, and "
            "{a:.2f} at one that decays",
            "With noisy gradients, {rule} does not end at {bound:.0%} of the distance if the rate "
            "decays: it ends {a:.2f} from the minimum, at a constant rate {b:.2f}",
            unit="%",
            subjects={"rule": "sgd"},
        )
    ]
    measured = Pick("wandering", "distance", {"setting": "measured"})
    if wandering["batch_size"].nunique() > 1:
        asked.append(
            Question(
                "four times the batch",
                "distance for {times} times the batch, relative",
                Growth(measured, "batch_size", TIMES),
                Bound(0.4, 0.6),
                "Noisy gradients never let {rule} rest: with {times} times the batch it still "
                "wanders {number:.0%} as far",
                "With a batch {times} times as large, {rule} wanders {number:.0%} as far, not "
                "{low:.0%} to {high:.0%}",
                unit="%",
                subjects={"rule": "sgd"},
            )
        )
    if "theory" in set(wandering["setting"]):
        asked.append(
            Question(
                "as theory says",
                "distance from the minimum, largest deviation from theory, relative",
                Deviation(
                    measured,
                    Pick("wandering", "distance", {"setting": "theory"}),
                    "batch_size",
                    squared=True,
                ),
                Bound.at_most(0.1),
                "{rule} wanders about the minimum as far as theory says, within {bound:.0%}",
                "{rule} does not wander as far as theory says within {bound:.0%}: it is off by "
                "{number:.0%} at a batch of {at}",
                unit="%",
                subjects={"rule": "sgd"},
            )
        )
    return asked
