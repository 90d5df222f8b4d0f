"""The way of a network through its weights, seen in the plane that holds most of it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from nnviz import _checks
from nnviz.studies._one_rule import OneRule
from nnviz.studies.cells.paths import COMPONENTS, follow
from nnviz.studies.claims import SHARES_APART, Bound, Question
from nnviz.studies.measures import Difference, Level, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import EACH, SWEPT, TRAJECTORY, Schema, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["path_planes"]

_SEED = {"seed": "seed of the run"}
_SCHEMAS = {
    "path": TRAJECTORY.extended(
        "path of a network",
        {
            **_SEED,
            "optimizer": "name of the rule",
            "start": "the seed, too",
            "x": "place along the first principal component",
            "y": "place along the second",
            "loss": "of the network, on all training rows",
            "gradient_norm": "Euclidean norm of the gradient of that",
            "loss_in_plane": "loss at the nearest point of the plane",
            "off_plane": "distance from the plane, over that from start to end",
        },
        units={"off_plane": "%"},
        display={"off_plane": "distance from the plane"},
        beside={},
    ),
    "components": SWEPT.extended(
        "variance by component",
        {
            **_SEED,
            "setting": "the network's path, or a random walk",
            "component": "number of the principal component, from 1",
            "share": "of the variance",
            "together": "share of this component and of those before",
        },
        units={"together": "%"},
        label="setting",
        over="component",
        measured="share",
        display={
            "component": "principal component",
            "share": "share of the variance",
            "together": "share of the variance, summed",
        },
    ),
    "surface": Schema(
        "loss in the plane",
        {
            "x": "place along the first principal component of the first seed's path",
            "y": "place along the second; the points are a grid",
            "loss": "on all training rows",
        },
        undrawn="it is the surface below the first seed's path",
    ),
    "runs": EACH.extended(
        "path of a run",
        {
            **_SEED,
            "optimizer": "name of the rule",
            "plane_share": "share of the variance in the first two components",
            "walk_share": "the same of a random walk of as many points",
            "farthest": "largest distance from the plane, over that from start to end",
            "farthest_step": "number of updates there",
            "loss": "training loss at the end",
            "loss_in_plane": "that at the nearest point of the plane",
        },
        units=dict.fromkeys(("plane_share", "walk_share"), "%"),
        label="optimizer",
        measured="plane_share",
    ),
}


@declare(_SCHEMAS)
def path_planes(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (32, 32),
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.1,
    batch_size: int = 50,
    steps: int = 400,
    every: int = 4,
    side: int = 41,
    seeds: int = 5,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Look at the way of a network through its weights in the plane of two principal components.

    The components are those of the points of the way, all weights and biases together (Lorch,
    2016; Li et al., 2018, arXiv 1712.09913). Of a random walk in many dimensions, component k
    holds ``6 / (π k)²`` of the variance, however long it is (Antognini and Sohl-Dickstein, 2018,
    arXiv 1806.08805): a large share of the first two tells little by itself.

    Parameters
    ----------
    data : Dataset, optional
        By default, 500 `digits`.
    hidden, activation, optimizer, learning_rate, batch_size
        As in `overfitting`.
    steps, every : int
        Number of updates; after how many a point of the way is taken.
    side : int
        Points along each side of the grid on which the loss is evaluated, for the first seed.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below.
    """
    data = data_of(data, lambda: digits(500))
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
        "every": _checks.integer("every", every),
    }
    if COMPONENTS * every > steps:
        raise _checks.fail("every", f"at most {steps // COMPONENTS}, steps / {COMPONENTS}", every)
    _checks.integer("side", side, at_least=4)
    numbers = seeds_of(seeds)
    cells = [
        {"data": data, "seed": seed, **shared, "side": side if seed == numbers[0] else 0}
        for seed in numbers
    ]
    results = run_cells(follow, cells, n_jobs=n_jobs, fresh=fresh)
    name = str(shared["optimizer"])
    labels = [{"optimizer": name, "start": seed, "seed": seed} for seed in numbers]
    path = from_cells(labels, [result["path"] for result in results])
    components = from_cells(labels, [result["components"] for result in results])
    tables = {
        "path": path,
        "components": _by_setting(components),
        "surface": pd.DataFrame(results[0]["ground"]),
        "runs": _runs(path, components),
    }
    settings = {**facts_of(data), **shared, "seeds": seeds}
    return Study.asked("path_planes", tables, settings, _questions(), _SCHEMAS)


def _by_setting(components: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of path and walk one below the other."""
    keys = components[["seed", "component"]]
    frames = [
        keys.assign(setting=name, share=components[column])
        for name, column in {"network": "share", "random walk": "walk"}.items()
    ]
    table = pd.concat(frames, ignore_index=True)
    return table.assign(together=table.groupby(["setting", "seed"])["share"].cumsum())


def _runs(path: pd.DataFrame, components: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each run."""
    first_two = components[components["component"] <= 2].groupby("seed")[["share", "walk"]].sum()
    ways = path.set_index("step").groupby("seed")
    ends = path.groupby("seed").last()
    return pd.DataFrame(
        {
            "optimizer": ends["optimizer"],
            "plane_share": first_two["share"],
            "walk_share": first_two["walk"],
            "farthest": ways["off_plane"].max(),
            "farthest_step": ways["off_plane"].idxmax(),
            "loss": ends["loss"],
            "loss_in_plane": ends["loss_in_plane"],
        }
    ).reset_index()


def _questions() -> list[Question]:
    return [
        Question(
            "more than a walk",
            "share of the variance in the first two components, of a network's path minus of a "
            "random walk of as many points",
            Difference(Pick("runs", "plane_share"), Pick("runs", "walk_share")),
            Bound.at_least(0.1),
            "The plane of two principal components holds {a:.0%} of the variance of a network's "
            "path, and {b:.0%} of a random walk's",
            "The plane of two principal components holds {a:.0%} of the variance of a network's "
            "path, not {bound} more than the {b:.0%} of a random walk",
            unit="points",
            possible=SHARES_APART,
        ),
        Question(
            "near the plane",
            "largest distance of a network from the plane of its path, over the distance from "
            "start to end",
            Level(Pick("runs", "farthest")),
            Bound.at_most(0.25),
            "On average, a path's furthest point lies {number:.0%} of the distance from start to "
            "end off the plane of its first two principal components",
            "A network does not keep near the plane of its path's first two principal components: "
            "on average its furthest point lies {number:.0%} of the distance from start to end off",
            unit="%",
        ),
        Question(
            "alike in the plane",
            "training loss after the last update, at the nearest point of the plane divided by "
            "the network's own",
            Ratio(Pick("runs", "loss_in_plane"), Pick("runs", "loss")),
            Bound(0.5, 2.0),
            "The plane shows the loss of the network within a factor of {high:.0f}: at the end it "
            "is {a:.2g} there, and {b:.2g} where the network is",
            "The plane does not show the loss of the network: at the end it is {a:.2g} there, and "
            "{b:.2g} where the network is",
        ),
    ]
