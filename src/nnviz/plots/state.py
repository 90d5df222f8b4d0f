"""What drives an optimizer: gradients, updates and what it remembers, step by step."""

from collections.abc import Hashable, Sequence

import pandas as pd
from matplotlib.axes import Axes

from nnviz.plots import _canvas, _headlines, _legends, _lines, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, View, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._lines import Line
from nnviz.plots._panels import Drawing, Legend, Panel, Panels
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

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this quantity, or several and none is named.
    """
    return _STATES.alone(data, ax, quantity, log=log, palette=palette)


def _panels(
    data: pd.DataFrame, _: str, *, log: bool | None, palette: Palette | None
) -> Panels[list[Line]]:
    styles = colours.styles(data["optimizer"], palette)

    def draw(ax: Axes, rows: pd.DataFrame) -> list[Line]:
        return _draw(ax, rows, log, styles)

    return Panels(draw, Layout(_PANEL), text.quantity("step"), explain=_explain)


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
            owner = axis if alone else text.choice(optimizer)
            values = (step, value, value, value)
            line = Line(shown, style, *values, minor=axis == "y", part=owner, over="step")
            lines.append(line)
    _lines.draw(ax, lines, log=log)
    return lines


def _explain(panels: Sequence[Panel[list[Line]]], legend: Legend) -> None:
    """Say which line is which rule, and which dash is which coordinate, unless the names do."""
    if panels[0].rows["optimizer"].nunique() > 1:
        marks = {axis: Style(_canvas.muted(), dash, "") for axis, dash in _DASHES.items()}
        along = text.NOTES["along"]
        names = {axis: along.format(axis=text.quantity(axis)) for axis in marks}
        handles = [_lines.handle(names[axis], marks[axis]) for axis in marks]
        _legends.legend_inside(panels[0].ax, handles)
    _lines.name_lines(panels, legend)


_STATES = Drawing(
    STATE.check,
    _panels,
    one="quantity",
    measured=lambda rows: text.state(rows["quantity"].iloc[0]),
)

state_grid = _STATES.grid_of(
    states,
    "state_grid",
    "Draw each quantity, or each optimizer, in a panel of its own.",
    by="quantity",
)


def _steps(data: pd.DataFrame, _: Schema) -> _canvas.Canvas:
    return state_grid(data[data["quantity"] == "step_size"], by="optimizer", log=True)


def _side_by_side(data: pd.DataFrame, _: Schema) -> _canvas.Canvas:
    return state_grid(data, columns=2)


register(
    states,
    "Solid: along x. Dashed: along y. No averaging.",
    Plot(STATE, by_schema(state_grid, by="panels"), _headlines.of_states),
    View("states", "gradient, update and what each rule remembers, by step", STATE, _side_by_side),
    View("steps", "how far each step goes along x and y", STATE, _steps),
    grid=state_grid,
)
