"""What a slice of the loss shows, and what of it is the scale of the weights alone."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from nnviz import _checks
from nnviz.studies._one_rule import OneRule
from nnviz.studies.cells.slices import PLACES, measure
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of
from nnviz.tables import EACH, RUN, SWEPT, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["loss_slices"]

_WHICH = {
    "setting": "how directions are scaled, and whether the network is",
    "normalized": "by filter, or as a whole",
    "network": "trained, or rescaled",
}
_SCHEMAS = {
    "slices": SWEPT.extended(
        "slice of the loss",
        {
            **RUN,
            **_WHICH,
            "place": "along a random direction, in multiples of the length of the weights",
            "loss": "on all training rows, mean over directions",
        },
        label="setting",
        over="place",
        measured="loss",
        log=["loss"],
        display={"place": "place along the direction, in lengths of the weights"},
    ),
    "rises": EACH.extended(
        "rise of a slice",
        {**RUN, **_WHICH, "rise": "mean loss of the slice less that in its middle"},
        label="setting",
        measured="rise",
        lowest=True,
    ),
}


@declare(_SCHEMAS)
def loss_slices(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (32, 32),
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.1,
    batch_size: int = 50,
    steps: int = 400,
    factor: float = 4.0,
    directions: int = 5,
    seeds: int = 5,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Slice the loss along random directions, of a ReLU network and of the same one rescaled.

    If the weights into the first hidden layer grow by a factor and those into the output shrink
    by it, a ReLU network computes what it did. What a slice shows should not change. Random
    directions that are as long as all weights together are now too long for the output and too
    short for the first layer; if each unit's part is as long as its weights (filter
    normalization; Li et al., 2018, arXiv 1712.09913), they are stretched as the network is.

    Parameters
    ----------
    data : Dataset, optional
        By default, 500 `digits`.
    hidden, optimizer, learning_rate, batch_size
        As in `overfitting`; ReLU.
    steps : int
        Number of updates.
    factor : float
        By which the first layer is multiplied and the last divided.
    directions : int
        Number of random directions, over which losses are averaged.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below.
    """
    data = data_of(data, lambda: digits(500))
    shared: dict[str, Any] = {
        "hidden": _checks.sequence("hidden", hidden, _checks.integer, distinct=False),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
        "factor": _checks.positive("factor", factor),
        "directions": _checks.integer("directions", directions),
    }
    numbers = seeds_of(seeds)
    cells = [{"data": data, "seed": seed, **shared} for seed in numbers]
    results = run_cells(measure, cells, n_jobs=n_jobs, fresh=fresh)
    slices = from_cells([{"seed": seed} for seed in numbers], [each["slices"] for each in results])
    suffix = slices["network"].map({"trained": "", "rescaled": " and rescaled"})
    slices.insert(0, "setting", slices["normalized"] + suffix)
    settings = {**facts_of(data), **shared, "activation": "relu", "seeds": seeds}
    tables = {"slices": slices, "rises": _rises(slices)}
    return Study.asked("loss_slices", tables, settings, _questions(), _SCHEMAS)


def _rises(slices: pd.DataFrame) -> pd.DataFrame:
    """Return how far each slice rises above its middle, in the mean."""
    runs = slices.groupby(["setting", "normalized", "network", "seed"], sort=False)["loss"]
    middle = runs.nth(PLACES // 2)
    middle.index = runs.mean().index
    return (runs.mean() - middle).rename("rise").reset_index()


def _questions() -> list[Question]:
    def rise(how: str, network: str) -> Pick:
        return Pick("rises", "rise", {"normalized": how, "network": network})

    return [
        Question(
            "the same by filter",
            "mean rise of a slice by filter, of the rescaled network divided by the trained one",
            Ratio(rise("by filter", "rescaled"), rise("by filter", "trained")),
            Bound(0.999, 1.001),
            "A slice by filter is the same for a network whose layers were rescaled",
            "A slice by filter is not the same for a network whose layers were rescaled: it rises "
            "{number} times as high",
        ),
        Question(
            "another as a whole",
            "mean rise of a slice as a whole, of the rescaled network divided by the trained one",
            Ratio(rise("as a whole", "rescaled"), rise("as a whole", "trained")),
            Bound.at_least(2.0),
            "Layers rescaled by {factor:g} compute the same function, yet along random directions "
            "its loss rises by {a:.2g} instead of {b:.2g} on average",
            "Slices of a network whose layers were rescaled by {factor:g} do not rise {bound} "
            "times as high: by {a:.2g} in place of {b:.2g}",
            given=("the same by filter",),
        ),
    ]
