"""Curves of a run, or of several on top of each other."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz._few import LINES, PANELS, ROWS, left_out, spread
from nnviz._names import is_derived, matches, safe_text
from nnviz.cli import words
from nnviz.cli.report import aligned, cut, number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure, SubFigure

    from nnviz.record import Recording

__all__ = ["curves_of", "lacking", "last_values", "measured", "named", "save_curves"]

_OF_BATCHES = "batch_"
"""Before the name of what was measured on mini-batches."""


def named(runs: Mapping[str, "Recording"], pattern: str | None, by: str | None) -> "pd.DataFrame":
    """Return the curves of runs, by their names; by default, without what a recorder adds."""
    from nnviz import tables

    if not any(run.names for run in runs.values()):
        raise ValueError(
            "RUN must have numbers such as the loss; got none: report them in each step by "
            'recorder.scalar("loss", loss)'
        )
    only = next(iter(runs.values())) if len(runs) == 1 and by is None else runs
    table = tables.recorded_curves(only, pattern or "*", by=by)
    if pattern is None:
        known = table[[not is_derived(name) for name in table["metric"]]]
        table = table if known.empty else known
    return table


def measured(runs: Mapping[str, "Recording"], metric: str, by: str | None) -> "pd.DataFrame":
    """Return the curves of a metric, whatever each run calls it; ValueError if none has it.

    Of a run that has no other loss, that of mini-batches is taken.
    """
    from nnviz import _checks

    table = named(runs, None, by)
    is_one = table["metric"].map(lambda name: matches(name, metric)).astype(bool)
    has_one = is_one.groupby([table["setting"], table["seed"]]).transform("any")
    of_batches = table["metric"].map(lambda name: matches(name, f"{_OF_BATCHES}{metric}"))
    found = table[is_one | (of_batches.astype(bool) & ~has_one.astype(bool))]
    if found.empty:
        _checks.one_of("--metric", metric, list(table["metric"].unique()))
    return found


def lacking(runs: Mapping[str, "Recording"], metric: str) -> Iterator[str]:
    """Yield a line with the runs that have nothing of `measured`, if there are any."""
    from nnviz.tables.tags import split_and_metric

    either = (metric, f"{_OF_BATCHES}{metric}")
    others = [
        safe_text(name)
        for name, run in runs.items()
        if not any(
            matches(own, pattern)
            for _, own in split_and_metric(run.names).values()
            for pattern in either
        )
    ]
    if others:
        yield f"without {safe_text(metric)}: {', '.join(others)}"


def save_curves(table: "pd.DataFrame", options: argparse.Namespace) -> Path:
    """Save the curves of several runs as a figure.

    Parameters
    ----------
    table : DataFrame
        Of `named` or `measured`.
    options : Namespace
        With *out*, *by*, *theme* and *context*.
    """
    from matplotlib.figure import Figure

    from nnviz import plots
    from nnviz.publish import save

    with plots.theme(options.theme, options.context):
        figure, shown, caption = curves_of(table, by=options.by)
        assert isinstance(figure, Figure)  # none was given, so it is a new one
        caption = f"{_lines(shown, options.by)}{caption}"
        plots.headline(figure, words.last_of_each(shown, shown["axis"].iloc[0]))
        plots.caption(figure, caption)
        return save(figure, options.out, description=caption)


def curves_of(
    table: "pd.DataFrame", *, by: str | None = None
) -> tuple["Figure | SubFigure", "pd.DataFrame", str]:
    """Return a figure with a panel for each metric, the rows it shows, and what to say of it.

    What runs over another axis than most is left out, which is said.
    """
    from nnviz import plots

    axis = str(table.groupby("axis")["metric"].nunique().idxmax())
    over = table[table["axis"] == axis]
    metrics, settings = list(over["metric"].unique()), list(over["setting"].unique())
    few = spread(metrics, PANELS, keep=words.FIRST_METRICS)
    lines = spread(settings, LINES)
    shown = over[over["metric"].isin(few) & over["setting"].isin(lines)]
    rest = left_out(len(few), len(metrics), "numbers", "--name PATTERN chooses")
    rest += left_out(len(lines), len(settings), "settings" if by else "runs")
    rest += _others(table, axis)
    marks = words.marks(shown, ["setting", "seed", "split", "metric"], log=False)
    return plots.curve_grid(shown, x=axis), shown, f"{rest}{marks}"


def last_values(table: "pd.DataFrame") -> Iterator[str]:
    """Yield lines with the last number of each split and metric, runs side by side."""
    settings = list(table["setting"].unique())
    rows = [("name", *map(safe_text, settings))]
    for (split, metric), own in table.groupby(["split", "metric"], sort=False):
        last = own.sort_values("step", kind="stable").groupby(["setting", "seed"])["value"].last()
        ends = last.groupby(level="setting").mean()
        cells = (number(ends[name]) if name in ends else "" for name in settings)
        rows.append((safe_text(f"{split} {metric}".strip()), *cells))
    yield "last numbers"
    yield from cut(aligned(rows), most=ROWS + 1)


def _lines(table: "pd.DataFrame", by: str | None) -> str:
    """Return what a line is."""
    seeds = table.groupby("setting")["seed"].nunique()
    if by is None:
        return "A line for each run."
    if seeds.max() == 1:
        return f"A line for each {by}."
    each = sorted(set(seeds))
    n = str(each[0]) if len(each) == 1 else f"{each[0]} to {each[-1]}"
    return f"Line: mean of the runs that share {by}, {n} of each. Band: from lowest to highest."


def _others(table: "pd.DataFrame", axis: str) -> str:
    """Return what is left out because it runs over another axis."""
    from nnviz.plots import text

    other = table[table["axis"] != axis]
    if other.empty:
        return ""
    lines = other.groupby("axis")[["setting", "split", "metric"]]
    told = [f"{len(own.drop_duplicates())} by {text.quantity(str(axis))}" for axis, own in lines]
    return f" Left out, as they run over another axis: {', '.join(told)}."
