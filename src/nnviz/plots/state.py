"""What drives an optimizer: gradients, updates and what it remembers, step by step."""

from collections.abc import Hashable, Sequence

import pandas as pd
from matplotlib.axes import Axes

from nnviz.plots import _averages, _canvas, _facets, _headlines, _lines, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots._lines import Line
from nnviz.plots.palette import Dash, Palette, Style, Styles
from nnviz.tables import STATE, Schema

__all__ = ["state_grid", "states"]

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""

_DASHES: dict[str, Dash] = {"x": "-", "y": "--"}


@checked
def states(
    data: pd.DataFrame,
    *,
    quantity: str | None = None,
    log: bool | None = None,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a quantity against the step: along x solid, along y dashed, no averaging.

    Parameters
    ----------
    data : DataFrame
        A `tables.STATE` table. Rows may come in any order.
    quantity : str, optional
        What is drawn: gradient, update, step_size, or what the rule remembers. Needed only if
        there are several.
    log : bool, optional
        Whether it has a logarithmic axis. By default, if all values are positive and span two
        decades.
    palette : str, sequence of colours or mapping, optional
        The colours of the optimizers, as `palette.styles` takes them; by default, their own.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this quantity, or several and none is named.
    """
    STATE.check(data)
    if data.empty:
        return _words.no_data(_canvas.axes_or_new(ax))
    chosen, rows = _averages.chosen(data, "quantity", quantity)
    ax = _canvas.axes_or_new(ax)
    lines = _draw(ax, rows, log, colours.styles(rows["optimizer"], palette))
    _words.set_labels(ax, x=text.quantity("step"), y=text.state(chosen))
    _explain_dashes(ax, rows)
    _lines.name_lines(ax, lines)
    return ax


@checked
def state_grid(
    data: pd.DataFrame,
    *,
    by: str = "quantity",
    log: bool | None = None,
    palette: Palette | None = None,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw each quantity, or each optimizer, in a panel of its own.

    Parameters
    ----------
    data : DataFrame
        A `tables.STATE` table; of one quantity only, if `by` is another column.
    by : str
        The column that tells the panels apart. Panels share the vertical axis unless they show
        different quantities.
    log
        As for `states`.
    palette
        As for `states`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    STATE.check(data)
    styles = colours.styles(data["optimizer"], palette)
    drawn: dict[Axes, Sequence[Line]] = {}

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        quantity = _averages.the_only(rows, "quantity")
        drawn[ax] = _draw(ax, rows, log, styles)
        if len(drawn) == 1:
            _explain_dashes(ax, rows)
        label = "" if by == "quantity" else text.state(quantity)
        _words.set_labels(ax, x=text.quantity("step"), y=label)

    layout = Layout(by, columns, _PANEL, sharey=by != "quantity")
    figure = _facets.grid(data, panel, layout, figure)
    _lines.name_panels(drawn)
    return figure


def _draw(ax: Axes, rows: pd.DataFrame, log: bool | None, styles: Styles) -> list[Line]:
    """Draw a line for each path and coordinate, and return them."""
    alone = rows["optimizer"].nunique() == 1
    named: set[Hashable] = set()
    lines = []
    for (optimizer, _), path in rows.groupby(["optimizer", "start"], sort=False):
        part = path.sort_values("step")
        step = part["step"].to_numpy(float)
        for axis, dash in _DASHES.items():
            name = axis if alone else text.choice(optimizer) * (axis == "x")
            value = part[f"along_{axis}"].to_numpy(float)
            style = Style(styles[optimizer].color, dash, styles[optimizer].marker)
            shown = "" if name in named else name
            named.add(name)
            lines.append(Line(shown, style, step, value, value, value, minor=axis == "y"))
    _lines.draw(ax, lines, log=log)
    return lines


def _explain_dashes(ax: Axes, rows: pd.DataFrame) -> None:
    """Say which dash is which coordinate, unless the lines' own names do."""
    if rows["optimizer"].nunique() > 1:
        marks = {axis: Style(_canvas.muted(), dash, "") for axis, dash in _DASHES.items()}
        along = text.NOTES["along"]
        names = {axis: along.format(axis=text.quantity(axis)) for axis in marks}
        _words.legend_inside(ax, [_lines.handle(names[axis], marks[axis]) for axis in marks])


def _drawn(data: pd.DataFrame, schema: Schema) -> _canvas.Canvas:
    return state_grid(data, by=schema.panels)


register(
    "states",
    "Solid: along x. Dashed: along y. No averaging.",
    Plot("states", STATE, _drawn, _headlines.of_states),
)
