"""A figure for every table of a study whose kind has one."""

from collections.abc import Callable, Iterator, Sequence
from typing import cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from nnviz import plots, surfaces, tables
from nnviz.studies import Study

__all__ = ["figures_of"]

Draw = Callable[[Study, pd.DataFrame], Axes | Figure | SubFigure]


def figures_of(study: Study) -> Iterator[tuple[str, Figure]]:
    """Yield the name of each table that can be drawn, and a new figure of it.

    What a table shows is told by its columns. Tables in which setting and seed do not tell all
    runs apart have no figure: a mean would mix them. Nor have paths on several surfaces, and
    learning rates of which each optimizer has but one.
    """
    import matplotlib.pyplot as plt

    for name, table in study.tables.items():
        draw = _drawing_of(table)
        if draw is not None:
            drawn = draw(study, table)
            figure = cast(Figure, drawn.figure if isinstance(drawn, Axes) else drawn)
            yield name, figure
            plt.close(figure)


def _drawing_of(table: pd.DataFrame) -> Draw | None:
    columns = set(table.columns)
    keys = ["setting", "seed", "step", "split", "metric"]
    if columns.issuperset(keys) and table.duplicated(keys).any():
        return None
    if "surface" in columns and "step" in columns and table["surface"].nunique() > 1:
        return None
    is_map = columns.issuperset(tables.RATE.columns) and "start" not in columns
    if is_map and ("surface" in columns or table["optimizer"].is_unique):
        return None
    return next((draw for needed, draw in _DRAWINGS if columns.issuperset(needed)), None)


def _across(curves: pd.DataFrame) -> str:
    """Return what runs to the right: epochs, where they were counted."""
    return "step" if curves["epoch"].isna().any() else "epoch"


def _paths(study: Study, table: pd.DataFrame) -> Axes | Figure | SubFigure:
    surface = _surface(study)
    if table["optimizer"].nunique() > 1:
        return plots.trajectory_grid(table, surface=surface)
    return plots.trajectories(table, surface=surface)


def _surface(study: Study) -> str | None:
    """Return the name of a study's surface; a user's own is not known by its name."""
    name = study.settings.get("surface")
    return name if name in surfaces.SURFACES else None


def _rates(study: Study, table: pd.DataFrame) -> Axes | Figure | SubFigure:
    limits = study.tables.get("limits")
    if "momentum" in table:
        return plots.rate_map_grid(table, limits=limits)
    return plots.rate_map(table, limits=limits)


def _histograms(study: Study, table: pd.DataFrame) -> Figure | SubFigure:  # noqa: ARG001
    # Activations come with the activation's name; weights have a sign and one scale for all.
    draw = plots.activation_grid if "activation" in table else plots.distribution_grid
    return draw(table)


_DRAWINGS: Sequence[tuple[Sequence[str], Draw]] = (
    (list(tables.TRAJECTORY.columns), _paths),
    (list(tables.STATE.columns), lambda _, table: plots.state_grid(table)),
    (["surface", *tables.RACE.columns], lambda _, table: plots.race_grid(table)),
    (
        list(tables.BASIN.columns),
        lambda study, table: plots.basin_grid(table, surface=_surface(study)),
    ),
    (list(tables.RATE.columns), _rates),
    (
        ["setting", *tables.PROGRESS.columns],
        lambda _, table: plots.layer_map_grid(table[table["metric"] == table["metric"].iloc[0]]),
    ),
    (
        ["setting", *tables.QUANTILE.columns],
        lambda _, table: plots.quantile_grid(
            table[table["layer"] == table["layer"].iloc[0]], by="setting"
        ),
    ),
    (list(tables.CURVE.columns), lambda _, table: plots.curve_grid(table, x=_across(table))),
    (list(tables.STATISTIC.columns), lambda _, table: plots.layer_grid(table)),
    (list(tables.HISTOGRAM.columns), _histograms),
    (["setting", "seed", "split", "metric", "value"], lambda _, table: plots.outcomes(table)),
    (["activation", "x", "value", "derivative"], lambda _, table: plots.function_grid(table)),
    (
        ["setting", "trial", "learning_rate", "weight_decay", "accuracy"],
        lambda study, table: plots.trials(
            table[table["setting"] == "random"], ranges=study.settings["ranges"]
        ),
    ),
    (
        ["setting", "scale", "train_accuracy"],
        lambda _, table: plots.sweep(table, x="scale", y="train_accuracy", log_x=True),
    ),
    (
        ["setting", "learning_rate", "loss"],
        lambda _, table: plots.sweep(table, x="learning_rate", y="loss", log_x=True, log_y=True),
    ),
    (
        ["optimizer", "gradient", "step", "size"],
        lambda _, table: plots.sweep(
            table[table["gradient"] == table["gradient"].max()],
            x="step",
            y="size",
            setting="optimizer",
            log_y=True,
        ),
    ),
    (
        ["schedule", "step", "learning_rate"],
        lambda _, table: plots.sweep(table, x="step", y="learning_rate", setting="schedule"),
    ),
)
"""The columns that a kind of table has, and what is drawn of it; the first that fits counts."""
