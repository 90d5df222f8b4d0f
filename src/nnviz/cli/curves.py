"""Numbers of several runs: in words, and as a figure."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz._few import ROWS, cut, listed
from nnviz._language import current
from nnviz._names import matches, safe_text
from nnviz.cli.columns import aligned
from nnviz.cli.options import as_file, look_of
from nnviz.cli.summary import number
from nnviz.cli.words import WORDS

if TYPE_CHECKING:
    import pandas as pd

    from nnviz.record import Recording

__all__ = ["counted", "lacking", "last_values", "save_curves"]


def counted(axes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a line on which runs count what, if not all count the same.

    Parameters
    ----------
    axes : iterable of (str, str)
        Runs and an axis of each, as of `tables.recorded_curves`.
    """
    runs: dict[str, list[str]] = {}
    for run, axis in axes:
        word = axis.removeprefix("logged_").replace("_", " ")
        word = current().word("quantities", axis, word)
        runs.setdefault(word, []).append(safe_text(run))
    if len(runs) > 1:
        by = WORDS["by axis"]
        yield "; ".join(by.format(axis=word, runs=listed(own)) for word, own in runs.items())


def lacking(runs: Mapping[str, "Recording"], metric: str) -> Iterator[str]:
    """Yield a line with the runs that have nothing of `measured`, if there are any."""
    from nnviz.publish.recorded.curves import OF_BATCHES
    from nnviz.tables.tags import split_and_metric

    either = (metric, f"{OF_BATCHES}{metric}")
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
        yield WORDS["without"].format(metric=safe_text(metric), runs=", ".join(others))


def save_curves(table: "pd.DataFrame", options: argparse.Namespace) -> Path:
    """Save the curves of several runs as a figure.

    Parameters
    ----------
    table : DataFrame
        Of `publish.recorded.curves`.
    options : Namespace
        With *out*, *by*, and those of `add_look` and `add_file`.
    """
    from nnviz.publish import save
    from nnviz.publish.recorded.curves import curves_of_runs
    from nnviz.publish.recorded.figure import shown

    look = tuple(look_of(options).values())
    figure = shown(lambda: curves_of_runs(table, options.by), look=look)
    return save(figure, options.out, description=figure.get_supxlabel(), **as_file(options))


def last_values(table: "pd.DataFrame") -> Iterator[str]:
    """Yield lines with the last number of each split and metric, runs side by side."""
    settings = list(table["setting"].unique())
    rows = [(WORDS["name"], *map(safe_text, settings))]
    for (split, metric), own in table.groupby(["split", "metric"], sort=False):
        last = own.sort_values("step", kind="stable").groupby(["setting", "seed"])["value"].last()
        ends = last.groupby(level="setting").mean()
        cells = (number(ends[name]) if name in ends else "" for name in settings)
        said = (
            current().word(table, word, word)
            for table, word in (("splits", split), ("quantities", metric))
            if word
        )
        rows.append((safe_text(" ".join(said)), *cells))
    yield WORDS["last numbers"]
    yield from counted(table[["setting", "axis"]].drop_duplicates().itertuples(index=False))
    yield from cut(aligned(rows), most=ROWS + 1)
