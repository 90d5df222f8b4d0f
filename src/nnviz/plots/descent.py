"""The height of optimizers on a surface, step by step."""

from collections.abc import Hashable

import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _canvas, _lines, _words, palette, text
from nnviz.plots._lines import Line
from nnviz.plots.palette import Styles
from nnviz.tables import TRAJECTORY

__all__ = ["descent"]


def descent(
    data: pd.DataFrame,
    *,
    quantity: str = "loss",
    log: bool | None = None,
    styles: Styles | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how a descent goes on against the step, a line for each optimizer and start.

    Parameters
    ----------
    data : DataFrame
        A `tables.TRAJECTORY` table. Rows may come in any order.
    quantity : {"loss", "gradient_norm", "distance"}
        What is drawn: the value of the surface, the size of its gradient, or how far the nearest
        minimum is.
    log : bool, optional
        Whether it has a logarithmic axis. By default, if all values are positive and span two
        decades.
    styles : mapping of optimizer to Style, optional
        By default, `palette.styles` of the optimizers.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.
    """
    TRAJECTORY.check(data)
    _checks.one_of("quantity", quantity, ("loss", "gradient_norm", "distance"))
    if quantity not in data:
        raise ValueError(f"data must have the column {quantity}; missing: {quantity}")
    ax = _canvas.axes_or_new(ax)
    if data.empty:
        return _words.no_data(ax)
    given = styles or palette.styles(data["optimizer"])
    lines: list[Line] = []
    named: set[Hashable] = set()
    for (optimizer, _), rows in data.groupby(["optimizer", "start"], sort=False):
        part = rows.sort_values("step")
        x, y = part["step"].to_numpy(float), part[quantity].to_numpy(float)
        name = "" if optimizer in named else text.choice(optimizer)
        named.add(optimizer)
        lines.append(Line(name, given[optimizer], x, y, y, y))
    _lines.draw(ax, lines, log=log)
    _words.set_labels(ax, x=text.quantity("step"), y=text.quantity(quantity))
    _lines.name_lines(ax, lines)
    return ax
