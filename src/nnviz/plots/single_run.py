"""Each run by itself, where a mean would hide what happens: a line a run, and a step of each."""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz import _checks
from nnviz.plots import _canvas, _headlines, _lines, _parts, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots._panels import Drawing, Legend, Panel, Panels, kinds_in
from nnviz.plots.moving import During, Grows, moves
from nnviz.plots.palette import Palette, Styles
from nnviz.tables import SINGLE_RUN, Schema

__all__ = ["single_run_grid", "single_runs"]

_PANEL = 13
"""The least width of a panel, as a multiple of the size of small print."""

Values = NDArray[np.float64]


@checked
def single_runs(
    data: pd.DataFrame,
    *,
    y: str,
    log: bool | None = None,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a thin line for each run, with a dot at the step that is marked in it.

    Nothing is averaged: where some runs leap and others do not, each by a step of its own, a mean
    shows a slope that no run has. A run that ends before the others has a cross at its end. On a
    logarithmic axis, a triangle on its lower edge is where a run reaches zero.

    Parameters
    ----------
    data : DataFrame
        A `tables.SINGLE_RUN` table with the column y. Rows may come in any order.
    y : str
        The name of the numeric column that was measured, which also names the axis.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several rows for a step of a run.
    """
    return _SINGLE_RUNS.alone(data, ax, y=y, log=log, palette=palette)


def _panels(
    data: pd.DataFrame, _: str, *, y: str, log: bool | None, palette: Palette | None
) -> Panels[list[Hashable]]:
    Schema("single run", {_checks.text("y", y): "what was measured"}).check(data)
    styles = colours.styles(data["setting"], palette)
    values = data[y].to_numpy(np.float64)
    positive = values[np.isfinite(values) & (values > 0)]
    wide = len(positive) > 0 and (values.min() > 0 and positive.max() >= 100 * positive.min())
    logarithmic = len(positive) > 0 and (wide if log is None else log)
    last = data["step"].max()

    def draw(ax: Axes, rows: pd.DataFrame) -> list[Hashable]:
        if logarithmic:
            ax.set_yscale("log", nonpositive="mask")
        for setting, own in rows.groupby("setting", sort=False):
            with _parts.part(ax, text.choice(setting) if len(styles) > 1 else ""):
                _draw(ax, own, y, styles[setting].color, last)
        ax.margins(x=0.015)
        return list(rows["setting"].unique())

    def explain(panels: Sequence[Panel[list[Hashable]]], legend: Legend) -> None:
        if names := kinds_in(panels):
            legend([_lines.handle(text.choice(name), _plain(styles, name)) for name in names])

    return Panels(draw, Layout(_PANEL), text.quantity("step"), text.quantity(y, data), explain)


_SINGLE_RUNS = Drawing(SINGLE_RUN.check, _panels)

single_run_grid = _SINGLE_RUNS.grid_of(
    single_runs,
    "single_run_grid",
    "Draw the runs of each setting, or of each value of another column, in a panel of its own.",
    by="setting",
)


def _plain(styles: Styles, setting: Hashable) -> colours.Style:
    """Return the style of a run: its colour alone, as dashes would hide what a thin line does."""
    return colours.Style(styles[setting].color, "-", "")


def _draw(ax: Axes, rows: pd.DataFrame, y: str, color: str, last: float) -> None:
    marks = []
    for _, run in rows.sort_values("step").groupby("seed", sort=False):
        if run["step"].duplicated().any():
            raise ValueError(
                "data must have one row for each setting, seed and step of a panel; got several"
            )
        steps, values = run["step"].to_numpy(np.float64), run[y].to_numpy(np.float64)
        shown = np.where(values > 0, values, np.nan) if ax.get_yscale() == "log" else values
        (line,) = ax.plot(steps, shown, color=color, linewidth=0.55 * _canvas.stroke(), alpha=0.75)
        moves(line, Grows(steps, np.column_stack([steps, shown])))
        marks += [(x, at) for x, at in zip(steps, shown, strict=True) if x == run["marked"].iloc[0]]
        _draw_end(ax, steps, values, color, last)
    if marks:
        points = np.array(sorted(marks), np.float64)
        (dots,) = ax.plot(
            *points.T,
            linestyle="",
            marker="o",
            color=color,
            markersize=1.1 * _canvas.dot(),
            markeredgecolor=_canvas.ground(),
            markeredgewidth=0.3 * _canvas.stroke(),
            zorder=4,
        )
        moves(dots, Grows(points[:, 0], points, strokes=False))


def _draw_end(ax: Axes, steps: Values, values: Values, color: str, last: float) -> None:
    """Mark where a run reaches what a logarithmic axis cannot show, or ends early."""
    zeros = np.flatnonzero(values == 0)
    finite = np.flatnonzero(np.isfinite(values))
    if len(zeros) and ax.get_yscale() == "log":
        place, marker, at = zeros[0], "v", ax.get_xaxis_transform()
        height = 0.0
    elif len(finite) and steps[finite[-1]] < last:
        place, marker, at = finite[-1], "X", ax.transData
        height = float(values[place])
    else:
        return
    (mark,) = ax.plot(
        [steps[place]],
        [height],
        marker,
        color=color,
        markersize=1.5 * _canvas.dot(),
        transform=at,
        clip_on=False,
        zorder=4,
    )
    moves(mark, During(float(steps[place])))


def _drawn(data: pd.DataFrame, schema: Schema) -> _canvas.Canvas:
    log = True if schema.measured in schema.log else None
    return single_run_grid(data, by=schema.panels, y=schema.measured, log=log)


register(
    single_runs,
    "Line: one run. Dot: the step that is marked in it. Triangle on the lower edge: zero from "
    "there on. Cross: the run ends there.",
    Plot(SINGLE_RUN, _drawn, _headlines.of_single_runs),
    grid=single_run_grid,
)
