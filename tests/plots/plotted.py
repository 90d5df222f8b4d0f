"""Every plot and grid with a table it draws: what the contract tests run over."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from nnviz import plots, tables

from . import cases


@dataclass(frozen=True)
class Drawn:
    """A plot or grid, ``draw(data, ax=…)`` or ``draw(data, figure=…)``."""

    draw: Callable
    table: Callable[..., pd.DataFrame]
    columns: tuple[str, ...]
    names: str = "setting"
    projection: str | None = None


def final(settings=("none", "weight decay 0.1"), **options):
    return tables.final(cases.curve(settings, **options))


def one_layer(settings=("none", "weight decay 0.1", "dropout 0.2")):
    return cases.histogram(settings, layers=1, collapsed=())


def two_metrics(settings=("none", "weight decay 0.1")):
    return pd.concat([cases.curve(settings), cases.curve(settings, metric="loss")])


def two_statistics(settings=("std 1", "std 0.01", "Xavier", "He")):
    other = cases.statistic(settings).assign(statistic="gradient_rms")
    return pd.concat([cases.statistic(settings), other])


TRAJECTORY, CURVE = tuple(tables.TRAJECTORY.columns), tuple(tables.CURVE.columns)
HISTOGRAM, STATISTIC = tuple(tables.HISTOGRAM.columns), tuple(tables.STATISTIC.columns)
FUNCTION = ("activation", "x", "value", "derivative", "saturated")
STATE, RACE = tuple(tables.STATE.columns), tuple(tables.RACE.columns)
MASK = tuple(tables.MASK.columns)
BASIN, RATE = tuple(tables.BASIN.columns), tuple(tables.RATE.columns)
REGION = tuple(tables.REGION.columns)
PICTURE, CONFUSION = tuple(tables.PICTURE.columns), tuple(tables.CONFUSION.columns)
PROGRESS, QUANTILE = tuple(tables.PROGRESS.columns), tuple(tables.QUANTILE.columns)
SINGLE = tuple(tables.SINGLE_RUN.columns)
OUTCOME = ("setting", "seed", "split", "metric", "value")


def two_surfaces(optimizers=("adam", "momentum", "sgd")):
    second = cases.raced(optimizers).assign(surface="Beale")
    return pd.concat([cases.raced(optimizers).assign(surface="Bowl"), second])


def two_sweeps(settings=("sgd", "adam")):
    shown = cases.swept(settings)
    return pd.concat([shown.assign(panel="< ∞"), shown[shown["loss"] < 3].assign(panel="< 3")])


def two_runs(settings=("rate 0.1", "rate 1")):
    return pd.concat([cases.progress().assign(setting=setting) for setting in settings])


def labelled():
    data = cases.picture(("none",))
    return data.assign(label=data["picture"].map("{} → 7".format))


on_the_bowl = partial(plots.trajectories, surface=cases.BOWL)
grid_on_the_bowl = partial(plots.trajectory_grid, surface=cases.BOWL)
tanh = partial(cases.histogram, ("tanh, Xavier",))

PLOTS = {
    "trajectories": Drawn(on_the_bowl, cases.paths, TRAJECTORY, "optimizer"),
    "descent": Drawn(plots.descent, cases.paths, TRAJECTORY, "optimizer"),
    "activations": Drawn(plots.activations, cases.histogram, HISTOGRAM),
    "distributions": Drawn(plots.distributions, one_layer, HISTOGRAM),
    "curves": Drawn(plots.curves, cases.curve, CURVE),
    "by_layer": Drawn(plots.by_layer, cases.statistic, STATISTIC),
    "outcomes": Drawn(plots.outcomes, final, OUTCOME),
    "functions": Drawn(plots.functions, partial(cases.shape, ("tanh",)), FUNCTION, "activation"),
    "sweep": Drawn(
        partial(plots.sweep, x="learning_rate", y="loss", log_x=True),
        cases.swept,
        ("setting", "learning_rate", "loss"),
    ),
    "race": Drawn(plots.race, cases.raced, RACE, "optimizer"),
    "states": Drawn(partial(plots.states, quantity="gradient"), cases.state, STATE, "optimizer"),
    "arrows": Drawn(
        partial(plots.arrows, surface=cases.BOWL),
        partial(cases.state, ("momentum",)),
        STATE,
        "",
    ),
    "basins": Drawn(
        partial(plots.basins, surface=cases.BOWL), partial(cases.basin, ("sgd",)), BASIN, ""
    ),
    "boundaries": Drawn(
        partial(plots.boundaries, rows=cases.row()), partial(cases.region, ("none",)), REGION, ""
    ),
    "pictures": Drawn(partial(plots.pictures, signed=False), labelled, PICTURE, ""),
    "confusion": Drawn(
        plots.confusion, partial(cases.confused, ("none",), classes=3), CONFUSION, ""
    ),
    "rate_map": Drawn(
        partial(plots.rate_map, limits=cases.limit(("momentum",), momenta=(0.9,))),
        cases.rated,
        RATE,
        "optimizer",
    ),
    "surface_3d": Drawn(
        partial(plots.surface_3d, surface=cases.BOWL), cases.paths, TRAJECTORY, "optimizer", "3d"
    ),
    "single_runs": Drawn(
        partial(plots.single_runs, y="value", log=True), cases.single_run, (*SINGLE, "value")
    ),
    "pairs": Drawn(
        partial(plots.pairs, x="accuracy", y="twin_accuracy", alike=0.02),
        cases.pair,
        ("setting", "accuracy", "twin_accuracy"),
    ),
    "layer_map": Drawn(plots.layer_map, cases.progress, PROGRESS, "layer"),
    "masks": Drawn(plots.masks, partial(cases.mask, ("batch 1",)), MASK, ""),
    "quantiles": Drawn(
        plots.quantiles, partial(cases.quantile, ("linear1",), exact=False), QUANTILE, ""
    ),
    "update_ratios": Drawn(plots.update_ratios, cases.ratio, CURVE),
    "trials": Drawn(plots.trials, cases.search, ("learning_rate", "weight_decay", "accuracy"), ""),
}

GRIDS = {
    "trajectory_grid": Drawn(grid_on_the_bowl, cases.paths, TRAJECTORY, "optimizer"),
    "descent_grid": Drawn(
        partial(plots.descent_grid, quantities=("loss", "gradient_norm")),
        cases.paths,
        TRAJECTORY,
        "optimizer",
    ),
    "basin_grid": Drawn(
        partial(plots.basin_grid, surface=cases.BOWL), cases.basin, BASIN, "optimizer"
    ),
    "boundary_grid": Drawn(
        partial(plots.boundary_grid, rows=cases.row(), lengths=cases.length()),
        cases.region,
        REGION,
    ),
    "picture_grid": Drawn(plots.picture_grid, cases.picture, PICTURE),
    "confusion_grid": Drawn(plots.confusion_grid, cases.confused, CONFUSION),
    "rate_map_grid": Drawn(
        partial(plots.rate_map_grid, limits=cases.limit()),
        cases.momenta,
        (*RATE, "momentum"),
        "optimizer",
    ),
    "race_grid": Drawn(plots.race_grid, two_surfaces, RACE, "optimizer"),
    "state_grid": Drawn(plots.state_grid, cases.state, STATE, "optimizer"),
    "activation_grid": Drawn(
        plots.activation_grid,
        partial(cases.histogram, ("tanh, Xavier", "tanh, std 0.01", "tanh, He")),
        HISTOGRAM,
    ),
    "distribution_grid": Drawn(
        plots.distribution_grid,
        partial(cases.histogram, ("none", "weight decay 0.1"), layers=3, collapsed=()),
        HISTOGRAM,
    ),
    "single_run_grid": Drawn(
        partial(plots.single_run_grid, y="value", log=True), cases.single_run, (*SINGLE, "value")
    ),
    "pair_grid": Drawn(
        partial(plots.pair_grid, x="accuracy", y="twin_accuracy"),
        cases.pair,
        ("setting", "accuracy", "twin_accuracy"),
    ),
    "sweep_grid": Drawn(
        partial(plots.sweep_grid, x="learning_rate", y="loss", log_x=True),
        two_sweeps,
        ("setting", "learning_rate", "loss"),
    ),
    "layer_map_grid": Drawn(plots.layer_map_grid, two_runs, PROGRESS, "setting"),
    "mask_grid": Drawn(plots.mask_grid, cases.mask, MASK),
    "quantile_grid": Drawn(plots.quantile_grid, cases.quantile, QUANTILE, "layer"),
    "curve_grid": Drawn(plots.curve_grid, two_metrics, CURVE),
    "layer_grid": Drawn(plots.layer_grid, two_statistics, STATISTIC),
    "function_grid": Drawn(plots.function_grid, cases.shape, FUNCTION, "activation"),
}

ALL = {**PLOTS, **GRIDS}


def named(drawn: Drawn, names) -> pd.DataFrame:
    """The plot's table with these names in place of its own, as many as it has room for."""
    data = drawn.table()
    if not drawn.names:
        return data
    new = dict(zip(data[drawn.names].unique(), names, strict=False))
    return data.assign(**{drawn.names: data[drawn.names].map(new)}).dropna(subset=[drawn.names])
