"""What pulls an optimizer, and where to, drawn along its path."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks, surfaces
from nnviz.optim.registry import states
from nnviz.plots import _canvas, _legends, _lines, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._declared import register
from nnviz.plots._ground import draw_ground, view_of
from nnviz.plots._paths import draw_path
from nnviz.plots.palette import Style
from nnviz.surfaces import Range, Surface
from nnviz.tables import STATE

__all__ = ["arrows"]

_LONGEST = 0.18
"""The longest arrow of a quantity, as a part of the view."""

_MOST = 25
"""Arrows of one quantity along one path."""


@checked
def arrows(
    data: pd.DataFrame,
    *,
    quantities: Sequence[str] | None = None,
    surface: str | Surface | None = None,
    view: Range | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw arrows along each path: what pulls the optimizer there, and where it goes.

    Gradients, and running means and sums of them, are drawn reversed, as rules follow them. The
    arrows of one quantity are true to each other; its longest spans about a sixth of the view.
    At most 25 points of a path have arrows, evenly spaced in steps.

    Parameters
    ----------
    data : DataFrame
        A `tables.STATE` table. Rows may come in any order.
    quantities : sequence of {"gradient", "update", "mean", "velocity", "last"}, optional
        What is drawn. By default, all of these that the table has.
    surface : str or Surface, optional
        What the paths run on: its contours are drawn and its minima marked.
    view : ((x_low, x_high), (y_low, y_high)), optional
        The part of the plane that is seen. By default, as for `trajectories`.

    Raises
    ------
    ValueError
        If the table lacks a column or a quantity, or a quantity has no direction.
    """
    data = STATE.check(data)
    uphill = _uphill()
    present = [key for key in data["quantity"].unique() if key in ("update", *uphill)]
    given = None if quantities is None else _checks.sequence("quantities", quantities, _checks.text)
    chosen = present if given is None else given
    for quantity in chosen:
        _checks.one_of("quantities", quantity, present)
    ax = _canvas.axes_or_new(ax)
    _words.set_labels(ax, x=text.quantity("x"), y=text.quantity("y"))
    if data.empty:
        return _words.no_data(ax)
    ground = None if surface is None else surfaces.get(surface)
    view = view_of(data, ground) if view is None else view
    if ground is not None:
        draw_ground(ax, ground, view)
    neutral = Style(_canvas.muted(), "-", ".")
    for _, rows in data.groupby(["optimizer", "start"], sort=False):
        draw_path(ax, rows.drop_duplicates("step").sort_values("step"), neutral, view)
    styles = palette.styles(chosen)
    for quantity in chosen:
        rows = data[data["quantity"] == quantity]
        _arrows(ax, rows, view, styles[quantity].color, uphill=quantity in uphill)
    ax.set(xlim=view[0], ylim=view[1])
    names = {quantity: _name(quantity) for quantity in chosen}
    arrow = {quantity: Style(styles[quantity].color, "-", ">") for quantity in chosen}
    _legends.legend_beside(ax, [_lines.handle(names[key], arrow[key]) for key in chosen])
    return ax


def _name(quantity: str) -> str:
    words = text.state(quantity)
    return text.NOTES["reversed"].format(quantity=words) if quantity in _uphill() else words


def _uphill() -> set[str]:
    """Return what points uphill: rules go against it."""
    return {"gradient", *(state.name for state in states() if state.uphill)}


def _arrows(ax: Axes, rows: pd.DataFrame, view: Range, color: str, *, uphill: bool) -> None:
    """Draw one quantity, all paths to one scale."""
    every = -(-int(rows["step"].max() + 1) // _MOST)
    rows = rows[rows["step"] % every == 0]
    at = rows[["x", "y"]].to_numpy(float)
    along = rows[["along_x", "along_y"]].to_numpy(float)
    size = np.array([high - low for low, high in view])
    longest = np.max(np.hypot(*(along / size).T), initial=0)
    if longest == 0:
        return
    along = along * ((-1 if uphill else 1) * _LONGEST / longest)
    ax.quiver(
        *at.T,
        *along.T,
        color=color,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=1.2 * _canvas.stroke() / _canvas.width_of(ax),
        zorder=3.5,
    )


register(
    arrows,
    "Ring: start. Dot: end. Star: minimum. Arrows of one colour are true to each other.",
)
