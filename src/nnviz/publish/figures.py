"""A figure for every table of a study whose kind has one."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from nnviz import plots, surfaces, tables
from nnviz.publish import headlines
from nnviz.publish.settings import settings_in_words
from nnviz.studies import Study

__all__ = ["figures_of"]

Draw = Callable[[Study, pd.DataFrame], Axes | Figure | SubFigure]


class _Kind(NamedTuple):
    """A kind of table: its columns, its figure, how to read that, and its main number."""

    columns: Sequence[str]
    draw: Draw
    key: str
    numbers: Callable[[pd.DataFrame], headlines.Numbers]


def figures_of(study: Study) -> Iterator[tuple[str, Figure]]:
    """Yield the name of each table that can be drawn, and a new figure of it.

    Above it stands the main number of each setting, below it how to read the figure and with
    which settings the study was run.

    What a table shows is told by its columns. Tables in which setting and seed do not tell all
    runs apart have no figure: a mean would mix them. Nor have paths on several surfaces, and
    learning rates of which each optimizer has but one.
    """
    import matplotlib.pyplot as plt

    for name, table in study.tables.items():
        kind = _kind_of(table)
        if kind is not None:
            drawn = kind.draw(study, table)
            figure = cast(Figure, drawn.figure if isinstance(drawn, Axes) else drawn)
            plots.headline(figure, f"{study.name}: {headlines.said(kind.numbers(table))}")
            plots.caption(figure, f"{plots.text.KEYS[kind.key]} {_settings(study)}".strip())
            yield name, figure
            plt.close(figure)


def _settings(study: Study) -> str:
    return f"Settings: {settings_in_words(study.settings)}." if study.settings else ""


def _kind_of(table: pd.DataFrame) -> _Kind | None:
    columns = set(table.columns)
    keys = ["setting", "seed", "step", "split", "metric"]
    if columns.issuperset(keys) and table.duplicated(keys).any():
        return None
    if "surface" in columns and "step" in columns and table["surface"].nunique() > 1:
        return None
    is_map = columns.issuperset(tables.RATE.columns) and "start" not in columns
    if is_map and ("surface" in columns or table["optimizer"].is_unique):
        return None
    return next((kind for kind in _KINDS if columns.issuperset(kind.columns)), None)


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


def _regions(study: Study, table: pd.DataFrame) -> Axes | Figure | SubFigure:
    rows = study.tables.get("rows")
    return plots.boundary_grid(table, rows=None if rows is None else rows[rows["split"] == "train"])


def _rates(study: Study, table: pd.DataFrame) -> Axes | Figure | SubFigure:
    limits = study.tables.get("limits")
    if "momentum" in table:
        return plots.rate_map_grid(table, limits=limits)
    return plots.rate_map(table, limits=limits)


_KINDS: Sequence[_Kind] = (
    _Kind(list(tables.TRAJECTORY.columns), _paths, "trajectories", headlines.of_paths),
    _Kind(
        list(tables.STATE.columns),
        lambda _, table: plots.state_grid(table),
        "states",
        headlines.of_states,
    ),
    _Kind(
        ["surface", *tables.RACE.columns],
        lambda _, table: plots.race_grid(table),
        "race",
        headlines.best("median height above the minimum", "height", "optimizer", median=True),
    ),
    _Kind(
        list(tables.BASIN.columns),
        lambda study, table: plots.basin_grid(table, surface=_surface(study)),
        "basins",
        headlines.of_starts,
    ),
    _Kind(
        list(tables.REGION.columns),
        _regions,
        "boundaries",
        headlines.of_regions,
    ),
    _Kind(
        [*tables.PICTURE.columns, "label", "share"],  # rows that were misread: ink, not weights
        lambda _, table: plots.picture_grid(table, signed=False),
        "pictures",
        headlines.best("largest value of a pixel", "value", "setting"),
    ),
    _Kind(
        list(tables.PICTURE.columns),
        lambda _, table: plots.picture_grid(table),
        "pictures",
        headlines.best("largest value of a pixel", "value", "setting"),
    ),
    _Kind(
        list(tables.CONFUSION.columns),
        lambda _, table: plots.confusion_grid(table),
        "confusion",
        headlines.of_confusion,
    ),
    _Kind(
        list(tables.RATE.columns),
        _rates,
        "rate_map",
        headlines.best("lowest end above the minimum", "height", "optimizer", lowest=True),
    ),
    _Kind(
        ["setting", *tables.PROGRESS.columns],
        lambda _, table: plots.layer_map_grid(table[table["metric"] == table["metric"].iloc[0]]),
        "layer_map",
        headlines.of_layers,
    ),
    _Kind(
        ["setting", *tables.QUANTILE.columns],
        lambda _, table: plots.quantile_grid(
            table[table["layer"] == table["layer"].iloc[0]], by="setting"
        ),
        "quantiles",
        headlines.of_medians,
    ),
    _Kind(
        list(tables.CURVE.columns),
        lambda _, table: plots.curve_grid(table, x=_across(table)),
        "curves",
        headlines.at_the_end,
    ),
    _Kind(
        list(tables.STATISTIC.columns),
        lambda _, table: plots.layer_grid(table),
        "by_layer",
        headlines.in_the_last_layer,
    ),
    _Kind(
        list(tables.MASK.columns),
        lambda _, table: plots.mask_grid(table),
        "masks",
        headlines.of_masks,
    ),
    _Kind(
        [*tables.HISTOGRAM.columns, "form"],
        lambda _, table: plots.distribution_grid(table, by="form", quantity="output"),
        "distributions",
        headlines.of_histograms,
    ),
    _Kind(
        [*tables.HISTOGRAM.columns, "activation"],
        lambda _, table: plots.activation_grid(table),
        "activations",
        headlines.of_histograms,
    ),
    _Kind(
        list(tables.HISTOGRAM.columns),
        lambda _, table: plots.distribution_grid(table),
        "distributions",
        headlines.of_histograms,
    ),
    _Kind(
        ["setting", "seed", "split", "metric", "value"],
        lambda _, table: plots.outcomes(table, metric=str(table["metric"].iloc[0])),
        "outcomes",
        headlines.at_the_end,
    ),
    _Kind(
        ["activation", "x", "value", "derivative"],
        lambda _, table: plots.function_grid(table),
        "functions",
        headlines.best("largest derivative", "derivative", "activation"),
    ),
    _Kind(
        ["setting", "trial", "learning_rate", "weight_decay", "accuracy"],
        lambda study, table: plots.trials(
            table[table["setting"] == table["setting"].iloc[0]], ranges=study.settings["ranges"]
        ),
        "trials",
        headlines.best("best accuracy of a trial", "accuracy", "setting"),
    ),
    _Kind(
        ["setting", "scale", "train_accuracy"],
        lambda _, table: plots.sweep(table, x="scale", y="train_accuracy", log_x=True),
        "sweep",
        headlines.best("best training accuracy", "train_accuracy", "setting"),
    ),
    _Kind(
        ["setting", "seed", "batch_size", "test_accuracy"],
        lambda _, table: plots.sweep(table, x="batch_size", y="test_accuracy", log_x=True),
        "sweep",
        headlines.best("best test accuracy", "test_accuracy", "setting"),
    ),
    _Kind(
        ["setting", "seed", "batch_size", "error"],
        lambda _, table: plots.sweep(table, x="batch_size", y="error", log_x=True, log_y=True),
        "sweep",
        headlines.best("lowest error", "error", "setting", lowest=True),
    ),
    _Kind(
        ["setting", "seed", "width", "gain"],
        lambda _, table: plots.sweep(table, x="width", y="gain", log_x=True),
        "sweep",
        headlines.best("largest gain of a run", "gain", "setting"),
    ),
    _Kind(
        ["setting", "seed", "depth", "gain"],
        lambda _, table: plots.sweep(table, x="depth", y="gain"),
        "sweep",
        headlines.best("largest gain of a run", "gain", "setting"),
    ),
    _Kind(
        ["setting", "seed", "learning_rate", "loss"],
        lambda _, table: plots.sweep(table, x="learning_rate", y="loss", log_x=True, log_y=True),
        "sweep",
        headlines.best("lowest loss", "loss", "setting", lowest=True),
    ),
    _Kind(
        ["optimizer", "step", "relative"],
        lambda _, table: plots.sweep(
            table, x="step", y="relative", setting="optimizer", log_y=True
        ),
        "sweep",
        headlines.best("largest step over that before the burst", "relative", "optimizer"),
    ),
    _Kind(
        ["optimizer", "step", "over_mean"],
        lambda _, table: plots.sweep(table, x="step", y="over_mean", setting="optimizer"),
        "sweep",
        headlines.best("largest update over its mean size", "over_mean", "optimizer"),
    ),
    _Kind(
        ["setting", "step", "left"],
        lambda _, table: plots.sweep(table, x="step", y="left"),
        "sweep",
        headlines.best("least share remembered", "left", "setting", lowest=True),
    ),
    _Kind(
        ["optimizer", "gradient", "step", "size"],
        lambda _, table: plots.sweep(
            table[table["gradient"] == table["gradient"].max()],
            x="step",
            y="size",
            setting="optimizer",
            log_y=True,
        ),
        "sweep",
        headlines.best("largest step", "size", "optimizer"),
    ),
    _Kind(
        ["schedule", "step", "learning_rate"],
        lambda _, table: plots.sweep(table, x="step", y="learning_rate", setting="schedule"),
        "sweep",
        headlines.best("highest learning rate", "learning_rate", "schedule"),
    ),
)
"""The kinds of table; the first that fits counts."""
