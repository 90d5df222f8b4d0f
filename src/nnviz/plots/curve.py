"""Measured numbers over the course of training."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks, tables
from nnviz.plots import _averages, _canvas, _facets, _headlines, _lines, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots._lines import Line
from nnviz.plots.palette import SPLIT_DASHES, Palette, Style, Styles

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
    log : bool, optional
        Whether the metric has a logarithmic axis. By default, if all values are positive and
        span two decades.
    palette : str, sequence of colours or mapping, optional
        The colours of the settings, as `palette.styles` takes them; by default, their own.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this metric, or several and none is named.
    """
    _check(data, x)
    if data.empty:
        return _words.no_data(_canvas.axes_or_new(ax))
    metric, rows = _averages.chosen(data, "metric", metric)
    ax = _canvas.axes_or_new(ax)
    lines = _draw(ax, rows, x, log, colours.styles(rows["setting"], palette))
    _words.set_labels(ax, x=text.quantity(x), y=_y_label(rows, metric))
    _explain_splits(ax, rows)
    _lines.name_lines(ax, lines)
    return ax


@checked
def curve_grid(
    data: pd.DataFrame,
    *,
    by: str = "metric",
    x: str = "epoch",
    log: bool | None = None,
    palette: Palette | None = None,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw the curves of each metric, or of each value of another column, in a panel of its own.

    Parameters
    ----------
    data : DataFrame
        A `tables.CURVE` table, or what `tables.bands` makes of one; of one metric only, if `by`
        is another column.
    by : str
        The column that tells the panels apart. Panels share the vertical axis unless they show
        different metrics.
    x, log
        As for `curves`.
    palette
        As for `curves`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    _check(data, x)
    styles = colours.styles(data["setting"], palette)
    drawn: dict[Axes, Sequence[Line]] = {}
    labels: dict[Axes, str] = {}

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        metric = _averages.the_only(rows, "metric")
        explained = bool(drawn)
        drawn[ax] = _draw(ax, rows, x, log, styles)
        if not explained:
            _explain_splits(ax, rows)
        labels[ax] = _y_label(rows, metric)
        _words.set_labels(ax, x=text.quantity(x), y="" if by == "metric" else labels[ax])

    layout = Layout(by, columns, _PANEL, sharey=by != "metric")
    figure = _facets.grid(data, panel, layout, figure)
    if by == "metric":
        _words.titles(labels)
    _lines.name_panels(drawn)
    return figure


def _check(data: pd.DataFrame, x: str) -> None:
    is_band = isinstance(data, pd.DataFrame) and "mean" in data
    schema = tables.BAND if is_band else tables.CURVE
    schema.check(data)
    _checks.one_of("x", x, tables.AXES)
    if x not in data:
        raise ValueError(f"data must have the column {x}; missing: {x}")


def _draw(ax: Axes, rows: pd.DataFrame, x: str, log: bool | None, styles: Styles) -> list[Line]:
    """Draw a line for each setting and split, and return them."""
    splits = _splits(rows)
    one_setting = rows["setting"].nunique() == 1
    lines = []
    for setting, split, part in _averages.banded(rows, x=x):
        style = styles[setting]
        leading = len(splits) < 2 or split == splits[0]
        dash = style.linestyle if len(splits) < 2 else _checks.lookup("split", split, SPLIT_DASHES)
        x_, mean, low, high = (part[c].to_numpy(float) for c in (x, "mean", "low", "high"))
        name = text.choice(split if one_setting and len(splits) > 1 else setting)
        named = name if leading or one_setting else ""
        drawn = Style(style.color, dash, style.marker)
        lines.append(Line(named, drawn, x_, mean, low, high, minor=not leading))
    _lines.draw(ax, lines, log=log)
    return lines


def _splits(rows: pd.DataFrame) -> list[str]:
    present = set(rows["split"])
    return [split for split in SPLIT_DASHES if split in present]


def _explain_splits(ax: Axes, rows: pd.DataFrame) -> None:
    """Say which dash is which split, unless the lines' own names do."""
    splits = _splits(rows)
    if len(splits) < 2 or rows["setting"].nunique() == 1:
        return
    styles = {split: Style(_canvas.muted(), SPLIT_DASHES[split], "") for split in splits}
    _words.legend_inside(ax, [_lines.handle(text.choice(s), styles[s]) for s in splits])


def _y_label(rows: pd.DataFrame, metric: str) -> str:
    """Return "test accuracy" if only the test split is drawn, else "accuracy"."""
    splits = set(rows["split"])
    return text.of_split(metric, splits.pop() if len(splits) == 1 else "")


def _drawn(data: pd.DataFrame, schema: tables.Schema) -> _canvas.Canvas:
    return curve_grid(data, by=schema.panels, x=schema.over)


register(
    "curves",
    "Line: mean over seeds. Band: from the lowest to the highest seed.",
    Plot("curves", tables.CURVE, _drawn, _headlines.at_the_end),
)
