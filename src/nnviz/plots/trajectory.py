"""The paths of optimizers across a surface."""

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz.plots import _canvas, _facets, palette, text
from nnviz.plots._ground import draw_ground, view_of
from nnviz.plots._lines import handle
from nnviz.plots.palette import Style
from nnviz.surfaces import Range, Surface
from nnviz.tables import TRAJECTORY

__all__ = ["trajectories", "trajectory_grid"]


def trajectories(
    data: pd.DataFrame,
    *,
    surface: Surface | None = None,
    view: Range | None = None,
    styles: Mapping[str, Style] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one path per optimizer and start: a ring at its start, a dot at its end.

    A path is drawn to where it leaves the view or stops being finite, and marked there.

    Parameters
    ----------
    data : DataFrame
        A `tables.TRAJECTORY` table. Rows may come in any order.
    surface : Surface, optional
        What the paths run on: its contours are drawn and its minima marked.
    view : ((x_low, x_high), (y_low, y_high)), optional
        The part of the plane that is seen. By default, what the paths reach within the domain
        of the surface, and its minima.
    styles : mapping of optimizer to Style, optional
        By default, `palette.styles` of the optimizers.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.
    """
    TRAJECTORY.check(data)
    ax = _canvas.axes_or_new(ax)
    _canvas.set_labels(ax, x=text.quantity("x"), y=text.quantity("y"))
    if data.empty and surface is None:
        return _canvas.no_data(ax)
    view = view or view_of(_floats(data["x"]), _floats(data["y"]), surface)
    if surface is not None:
        draw_ground(ax, surface, view)
    given = styles or palette.styles(data["optimizer"])
    for (optimizer, _), rows in data.groupby(["optimizer", "start"], sort=False):
        _path(ax, rows.sort_values("step"), given[optimizer], view)
    ax.set(xlim=view[0], ylim=view[1])
    names = data["optimizer"].unique()
    if len(names) > 1:
        handles = [handle(text.choice(name), given[name]) for name in names]
        _canvas.legend(ax, handles, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def trajectory_grid(
    data: pd.DataFrame,
    *,
    surface: Surface | None = None,
    view: Range | None = None,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw the paths of each optimizer in a panel of its own, all with the same view.

    Parameters
    ----------
    data : DataFrame
        A `tables.TRAJECTORY` table.
    surface, view
        As for `trajectories`.
    columns : int, optional
        Panels side by side. By default, as many as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    TRAJECTORY.check(data)
    view = view or view_of(_floats(data["x"]), _floats(data["y"]), surface)
    styles = palette.styles(data["optimizer"])

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        trajectories(rows, surface=surface, view=view, styles=styles, ax=ax)

    return _facets.grid(data, panel, by="optimizer", columns=columns, figure=figure)


def _path(ax: Axes, rows: pd.DataFrame, style: Style, view: Range) -> None:
    """Draw one path, at most as far as the first point that cannot be seen."""
    points = rows[["x", "y"]].to_numpy(dtype=np.float64)
    (x0, x1), (y0, y1) = view
    finite = np.isfinite(points).all(axis=1)
    seen = finite & (points >= (x0, y0)).all(axis=1) & (points <= (x1, y1)).all(axis=1)
    lost = int(np.argmin(seen)) if not seen.all() else len(points)
    inside = points[:lost]
    drawn = points[: lost + 1] if lost < len(points) and finite[lost] else inside
    ax.plot(*drawn.T, color=style.color, zorder=3)
    ax.plot(*inside[1:-1].T, linestyle="", color=style.color, marker=style.marker, zorder=3)
    if len(inside):
        _mark(ax, inside[0], "o", style.color, hollow=True)
        _mark(ax, inside[-1], "o" if lost == len(points) else "X", style.color)


def _mark(
    ax: Axes, at: NDArray[np.float64], marker: str, color: str, *, hollow: bool = False
) -> None:
    size, ground = mpl.rcParams["lines.markersize"], mpl.rcParams["figure.facecolor"]
    ax.plot(
        *at,
        marker=marker,
        markersize=(2.0 if hollow else 1.7) * size,
        color=color,
        markerfacecolor=ground if hollow else color,
        markeredgecolor=color if hollow else ground,
        markeredgewidth=_canvas.stroke() * (1.0 if hollow else 0.5),
        linestyle="",
        zorder=4,
    )


def _floats(values: "pd.Series[float]") -> NDArray[np.float64]:
    return values.to_numpy(dtype=np.float64)
