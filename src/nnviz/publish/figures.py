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
    runs apart have no figure: a mean would mix them. Nor have paths on several surfaces.
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
    mixed = columns.issuperset(keys) and table.duplicated(keys).any()
    if mixed or ("surface" in columns and "step" in columns and table["surface"].nunique() > 1):
        return None
    return next((draw for needed, draw in _DRAWINGS if columns.issuperset(needed)), None)


def _paths(study: Study, table: pd.DataFrame) -> Axes | Figure | SubFigure:
    name = study.settings.get("surface")
    surface = name if name in surfaces.SURFACES else None  # a user's own is not known by name
    if table["optimizer"].nunique() > 1:
        return plots.trajectory_grid(table, surface=surface)
    return plots.trajectories(table, surface=surface)


def _histograms(study: Study, table: pd.DataFrame) -> Figure | SubFigure:  # noqa: ARG001
    # Activations come with the activation's name; weights have a sign and one scale for all.
    draw = plots.activation_grid if "activation" in table else plots.distribution_grid
    return draw(table)


_DRAWINGS: Sequence[tuple[Sequence[str], Draw]] = (
    (list(tables.TRAJECTORY.columns), _paths),
    (list(tables.STATE.columns), lambda _, table: plots.state_grid(table)),
    (["surface", *tables.RACE.columns], lambda _, table: plots.race_grid(table)),
    (list(tables.CURVE.columns), lambda _, table: plots.curve_grid(table)),
    (list(tables.STATISTIC.columns), lambda _, table: plots.layer_grid(table)),
    (list(tables.HISTOGRAM.columns), _histograms),
    (["setting", "seed", "split", "metric", "value"], lambda _, table: plots.outcomes(table)),
    (["activation", "x", "value", "derivative"], lambda _, table: plots.function_grid(table)),
    (
        ["setting", "trial", "learning_rate", "weight_decay", "accuracy"],
        lambda _, table: plots.trials(table[table["setting"] == "random"]),
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
