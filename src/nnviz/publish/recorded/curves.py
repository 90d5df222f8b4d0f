"""Curves of a run, or of several on top of each other."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from nnviz import _checks, plots, tables
from nnviz._few import LINES, PANELS, left_out, listed, spread
from nnviz._language import said
from nnviz._names import is_derived, matches
from nnviz.publish.recorded import notes, sentences
from nnviz.publish.recorded.declared import Drawn, Wanted, declare
from nnviz.record import Recording

__all__ = ["OF_BATCHES", "curves_of_runs", "measured", "named"]

OF_BATCHES = "batch_"
"""Before the name of what was measured on mini-batches."""


@declare("curves", "losses and other numbers over the steps", "name")
def _curves(run: Recording, wanted: Wanted) -> Drawn:
    figure, shown, caption = _drawn(named({"": run}, wanted.name, None))
    headline = sentences.last(shown, shown["axis"].iloc[0])
    return Drawn(figure, headline, f"Numbers as they were reported.{caption}")


def curves_of_runs(table: pd.DataFrame, by: str | None) -> Drawn:
    """Return the curves of several runs: a table of `named` or `measured`."""
    figure, shown, caption = _drawn(table, by=by)
    headline = sentences.last_of_each(shown, shown["axis"].iloc[0])
    return Drawn(figure, headline, f"{_lines(shown, by)}{caption}")


def named(runs: Mapping[str, Recording], pattern: str | None, by: str | None) -> pd.DataFrame:
    """Return the curves of runs, by their names; by default, without what a recorder adds."""
    if not any(run.names for run in runs.values()):
        if any("axis" in run.meta for run in runs.values()):
            raise ValueError("RUN must have numbers such as the loss; got a log without scalars")
        raise ValueError(
            "RUN must have numbers such as the loss; got none: report them in each step by "
            'recorder.scalar("loss", loss)'
        )
    only = next(iter(runs.values())) if len(runs) == 1 and by is None else runs
    table = tables.recorded_curves(only, pattern or "*", by=by)
    if pattern is None:
        derived = [name for name in table["metric"].unique() if is_derived(name)]
        known = table[~table["metric"].isin(derived)]
        table = table if known.empty else known
    return table


def measured(runs: Mapping[str, Recording], metric: str, by: str | None) -> pd.DataFrame:
    """Return the curves of a metric, whatever each run calls it; ValueError if none has it.

    Of a run that has no other loss, that of mini-batches is taken.
    """
    table = named(runs, None, by)
    is_one = table["metric"].map(lambda name: matches(name, metric)).astype(bool)
    has_one = is_one.groupby([table["setting"], table["seed"]]).transform("any")
    of_batches = table["metric"].map(lambda name: matches(name, f"{OF_BATCHES}{metric}"))
    found = table[is_one | (of_batches.astype(bool) & ~has_one.astype(bool))]
    if found.empty:
        _checks.one_of("--metric", metric, list(table["metric"].unique()))
    return found


def _drawn(
    table: pd.DataFrame, *, by: str | None = None
) -> tuple[Figure | SubFigure, pd.DataFrame, str]:
    """Return a figure with a panel for each metric, the rows it shows, and what to say of it.

    What runs over another axis than most is left out, which is said.
    """
    axis = _axis_of_most(table)
    over = table[table["axis"] == axis]
    metrics, settings = list(over["metric"].unique()), list(over["setting"].unique())
    few = spread(metrics, PANELS, keep=sentences.FIRST_METRICS)
    lines = spread(settings, LINES)
    shown = over[over["metric"].isin(few) & over["setting"].isin(lines)]
    rest = left_out(len(few), len(metrics), "numbers", "--name PATTERN chooses")
    rest += left_out(len(lines), len(settings), "settings" if by else "runs")
    rest += _others(table, axis)
    marks = notes.marks(shown, ["setting", "seed", "split", "metric"], log=False)
    return plots.curve_grid(shown, x=axis), shown, f"{rest}{marks}"


def _lines(table: pd.DataFrame, by: str | None) -> str:
    """Return what a line is."""
    seeds = table.groupby("setting")["seed"].nunique()
    if by is None:
        return "A line for each run."
    if seeds.max() == 1:
        return said("A line for each {setting}.", setting=by)
    each = sorted(set(seeds))
    n = said("{low} to {high}", low=each[0], high=each[-1]) if len(each) > 1 else str(each[0])
    words = "Line: mean of the runs that share {setting}, {runs} of each."
    return f"{said(words, setting=by, runs=n)} {said('Band: from lowest to highest.')}"


def _axis_of_most(table: pd.DataFrame) -> str:
    """Return the axis over which most runs have a curve or, of equals, most of their numbers."""
    rank = {
        str(axis): (len(own[["setting", "seed"]].drop_duplicates()), own["metric"].nunique())
        for axis, own in table.groupby("axis", sort=False)
    }
    return max(rank, key=rank.__getitem__)


def _others(table: pd.DataFrame, axis: str) -> str:
    """Return what is left out because it runs over another axis: runs by name, and numbers."""
    other = table[table["axis"] != axis]
    if other.empty:
        return ""
    drawn = table.loc[table["axis"] == axis, "setting"].unique()
    told = []
    for over, own in other.groupby("axis"):
        by = plots.text.quantity(str(over))
        whole = [name for name in own["setting"].unique() if name not in drawn]
        told += [said("{run} by {axis}", run=plots.text.choice(name), axis=by) for name in whole]
        rest = own[own["setting"].isin(drawn)][["setting", "split", "metric"]].drop_duplicates()
        if len(rest):
            told.append(said("{number} by {axis}", number=len(rest), axis=by))
    words = listed(told, most=LINES)
    return f" {said('Left out, as they run over another axis: {numbers}.', numbers=words)}"
