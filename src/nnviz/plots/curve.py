"""Measured numbers over the course of training."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks, tables
from nnviz.plots import _averages, _canvas, _headlines, _legends, _lines, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._lines import Line
from nnviz.plots._panels import Drawing, Legend, Panel, Panels
from nnviz.plots.palette import SPLIT_DASHES, Palette, Style, Styles
from nnviz.tables.missing import check_keys

__all__ = ["curve_grid", "curves"]

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""


@checked
def curves(
    data: pd.DataFrame,
    *,
    metric: str | None = None,
    x: str = "epoch",
    log: bool | None = None,
    numbers: bool = False,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a metric during training: a line for the mean over seeds, a band for their range.

    A colour is a setting; a dash is a split, if there are several: test solid, train dashed.

    Parameters
    ----------
    data : DataFrame
        A `tables.CURVE` table, or what `tables.bands` makes of one. Rows may come in any order.
    metric : str, optional
        Which metric to draw. Needed only if there are several.
    x : {"epoch", "step", "logged_step", "environment_step"}
        What runs to the right: a column of the table. The last two are of logs that others
        wrote (`tables.recorded_curves`).

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this metric, or several and none is named.
    """
    return _CURVES.alone(data, ax, metric, x=x, log=log, numbers=numbers, palette=palette)


def _check(data: pd.DataFrame) -> pd.DataFrame:
    is_band = isinstance(data, pd.DataFrame) and "mean" in data
    return (tables.BAND if is_band else tables.CURVE).check(data)


def _panels(
    data: pd.DataFrame,
    _: str,
    *,
    x: str,
    log: bool | None,
    numbers: bool,
    palette: Palette | None,
) -> Panels[list[Line]]:
    _checks.one_of("x", x, tables.AXES)
    if x not in data:
        raise ValueError(f"data must have the column {x}; missing: {x}")
    check_keys(data, (x,), name="data")
    styles = colours.styles(data["setting"], palette)

    def draw(ax: Axes, rows: pd.DataFrame) -> list[Line]:
        return _draw(ax, rows, x, log, styles)

    return Panels(
        draw, Layout(_PANEL), text.quantity(x), explain=partial(_explain, numbers=numbers)
    )


def _draw(ax: Axes, rows: pd.DataFrame, x: str, log: bool | None, styles: Styles) -> list[Line]:
    """Draw a line for each setting and split, and return them."""
    splits = _splits(rows)
    one_setting = rows["setting"].nunique() == 1
    lines = []
    for setting, split, own in _averages.banded(rows, x=x):
        style = styles[setting]
        leading = len(splits) < 2 or split == splits[0]
        dash = style.linestyle if len(splits) < 2 else _checks.lookup("split", split, SPLIT_DASHES)
        x_, mean, low, high = (own[c].to_numpy(float) for c in (x, "mean", "low", "high"))
        name = text.choice(split if one_setting and len(splits) > 1 else setting)
        named = name if leading or one_setting else ""
        drawn = Style(style.color, dash, style.marker)
        part = "" if one_setting else text.choice(setting)
        lines.append(Line(named, drawn, x_, mean, low, high, minor=not leading, part=part, over=x))
    _lines.draw(ax, lines, log=log)
    return lines


def _splits(rows: pd.DataFrame) -> list[str]:
    present = set(rows["split"])
    return [split for split in SPLIT_DASHES if split in present]


def _explain(panels: Sequence[Panel[list[Line]]], legend: Legend, *, numbers: bool) -> None:
    """Say which line is which setting, and which dash is which split, unless the names do."""
    ax, rows = panels[0].ax, panels[0].rows
    splits = _splits(rows)
    if len(splits) > 1 and rows["setting"].nunique() > 1:
        styles = {split: Style(_canvas.muted(), SPLIT_DASHES[split], "") for split in splits}
        _legends.legend_inside(ax, [_lines.handle(text.choice(s), styles[s]) for s in splits])
    _lines.name_lines(panels, legend, numbers=numbers)


def _quantity(rows: pd.DataFrame) -> str:
    """Return "test accuracy" if only the test split is drawn, else "accuracy"."""
    splits, metric = set(rows["split"]), rows["metric"].iloc[0]
    return text.of_split(metric, splits.pop() if len(splits) == 1 else "", rows)


_CURVES = Drawing(_check, _panels, one="metric", measured=_quantity)

curve_grid = _CURVES.grid_of(
    curves,
    "curve_grid",
    "Draw the curves of each metric, or of each value of another column, in a panel of its own.",
    by="metric",
)


register(
    curves,
    "Line: mean over seeds. Band: from the lowest to the highest seed.",
    Plot(tables.CURVE, by_schema(curve_grid, by="panels", x="over"), _headlines.at_the_end),
    grid=curve_grid,
)
