"""One number against another that was swept: a learning rate, a scale, a gradient."""

from collections.abc import Hashable
from functools import partial
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks, tables
from nnviz.plots import _canvas, _headlines, _lines, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots._lines import Line
from nnviz.plots._panels import Drawing, Panels
from nnviz.plots.palette import Palette, Styles
from nnviz.tables import SWEPT, Schema
from nnviz.tables.missing import check_keys, with_names

__all__ = ["sweep", "sweep_grid"]

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""


@checked
def sweep(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    setting: str = "setting",
    theory: str | None = None,
    log_x: bool = False,
    log_y: bool | None = False,
    numbers: bool = False,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a column against another, a line for each setting, with a band over seeds.

    Rows whose y is not finite, such as runs that diverged, are crosses on the upper edge.

    Parameters
    ----------
    data : DataFrame
        With the columns named; rows may come in any order.
    x, y : str
        Names of numeric columns, which also name the axes.
    setting : str
        The column that tells the lines apart.
    theory : str, optional
        A column of what is predicted of y: a thin dashed line through its means.
    log_x, log_y : bool
        Whether an axis is logarithmic; None: if y is positive and spans two decades.

    Raises
    ------
    ValueError
        If the table lacks one of the columns.
    """
    options = {"log_x": log_x, "log_y": log_y, "numbers": numbers, "palette": palette}
    return _SWEEP.alone(data, ax, x=x, y=y, setting=setting, theory=theory, **options)


def _check(data: pd.DataFrame) -> pd.DataFrame:
    return _checks.instance("data", data, pd.DataFrame)


def _panels(
    data: pd.DataFrame,
    _: str,
    *,
    x: str,
    y: str,
    setting: str,
    theory: str | None,
    log_x: bool,
    log_y: bool | None,
    numbers: bool,
    palette: Palette | None,
) -> Panels[list[Line]]:
    names = [(setting, "what was varied"), (x, "what was swept"), (y, "the measured number")]
    predicted = [] if theory is None else [(theory, "what is predicted")]
    columns = {str(name): meaning for name, meaning in [*names, *predicted]}
    data = with_names(Schema("sweep", columns).check(data), [setting])
    check_keys(data, (x,), name="data")
    given = colours.styles(data[setting], palette)

    def draw(ax: Axes, rows: pd.DataFrame) -> list[Line]:
        bands = tables.bands_over(rows, x=x, y=y, setting=setting)
        if log_x:
            ax.set_xscale("log")
        lines = [_line(name, own, given) for name, own in bands.groupby("setting", sort=False)]
        _lines.draw(ax, lines, log=log_y)
        if theory is not None:
            _draw_theory(ax, tables.bands_over(rows, x=x, y=theory, setting=setting))
        for name, own in bands[bands["lost"] > 0].groupby("setting", sort=False):
            _canvas.cross_above(ax, own["x"].to_numpy(float), given[name].color)
        return lines

    return Panels(
        draw,
        Layout(_PANEL),
        text.quantity(x, data),
        text.quantity(y, data),
        partial(_lines.name_lines, numbers=numbers),
    )


_SWEEP = Drawing(_check, _panels)

sweep_grid = _SWEEP.grid_of(
    sweep,
    "sweep_grid",
    "Draw a column against another for each value of a third, in a panel of its own.",
    by="panel",
)


def _draw_theory(ax: Axes, bands: pd.DataFrame) -> None:
    for name, rows in bands.groupby("setting", sort=False):
        ax.plot(
            rows["x"].to_numpy(float),
            rows["mean"].to_numpy(float),
            color=mpl.rcParams["text.color"],
            linestyle=(0, (4, 2)),
            linewidth=0.6 * _canvas.stroke(),
            label=f"_{name}",
            zorder=3,
        )


def _line(name: Hashable, rows: pd.DataFrame, styles: Styles) -> Line:
    rows = rows[rows["seeds"] > 0]
    x, mean, low, high = (rows[c].to_numpy(float) for c in ("x", "mean", "low", "high"))
    return Line(text.choice(name), styles[name], x, mean, low, high)


def _drawn(data: pd.DataFrame, schema: Schema) -> Axes | _canvas.Canvas:
    options: dict[str, Any] = {
        "x": schema.over,
        "y": schema.measured,
        "setting": schema.label,
        "log_x": schema.over in schema.log,
        "log_y": schema.measured in schema.log,
    }
    if schema.panels:
        return sweep_grid(data, by=schema.panels, **options)
    return sweep(data, **options)


register(
    sweep,
    "Line: mean over seeds. Band: from the lowest to the highest seed. Cross on the upper "
    "edge: a run diverged.",
    Plot(SWEPT, _drawn, _headlines.of_measured),
    grid=sweep_grid,
)
