"""The paths of optimizers across a surface."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz import surfaces
from nnviz.plots import _canvas, _facets, _words, palette, text
from nnviz.plots._facets import Layout
from nnviz.plots._ground import checked, draw_ground, view_of
from nnviz.plots._lines import handle
from nnviz.plots.palette import Style, Styles
from nnviz.surfaces import Range, Surface
from nnviz.tables import TRAJECTORY

__all__ = ["trajectories", "trajectory_grid"]

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""

Point = NDArray[np.float64]

_MOST_MARKERS = 80
"""Up to here each step has a mark of its own; in a longer path the marks would be a smear."""


def trajectories(
    data: pd.DataFrame,
    *,
    surface: str | Surface | None = None,
    view: Range | None = None,
    styles: Styles | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one path per optimizer and start: a ring at its start, a dot at its end.

    A path is drawn to where it leaves the view or stops being finite, and marked there.

    Parameters
    ----------
    data : DataFrame
        A `tables.TRAJECTORY` table. Rows may come in any order.
    surface : str or Surface, optional
        What the paths run on, itself or by its name in `surfaces.SURFACES`: its contours are
        drawn and its minima marked.
    view : ((x_low, x_high), (y_low, y_high)), optional
        The part of the plane that is seen. By default, what the paths reach within the view
        of the surface, and its minima.
    styles : mapping of optimizer to Style, optional
        By default, `palette.styles` of the optimizers.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, the surface is unknown, or the view is no box.
    """
    TRAJECTORY.check(data)
    ax = _canvas.axes_or_new(ax)
    _words.set_labels(ax, x=text.quantity("x"), y=text.quantity("y"))
    if data.empty and surface is None:
        return _words.no_data(ax)
    ground = None if surface is None else surfaces.get(surface)
    view = view_of(data, ground) if view is None else checked(view)
    if ground is not None:
        draw_ground(ax, ground, view)
    given = styles or palette.styles(data["optimizer"])
    for (optimizer, _), rows in data.groupby(["optimizer", "start"], sort=False):
        _path(ax, rows.sort_values("step"), given[optimizer], view)
    ax.set(xlim=view[0], ylim=view[1])
    names = data["optimizer"].unique()
    if len(names) > 1:
        _words.legend_beside(ax, [handle(text.choice(name), given[name]) for name in names])
    return ax


def trajectory_grid(
    data: pd.DataFrame,
    *,
    surface: str | Surface | None = None,
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
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    TRAJECTORY.check(data)
    ground = None if surface is None else surfaces.get(surface)
    view = view_of(data, ground) if view is None else checked(view)
    styles = palette.styles(data["optimizer"])

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        trajectories(rows, surface=ground, view=view, styles=styles, ax=ax)

    return _facets.grid(data, panel, Layout("optimizer", columns, _PANEL), figure)


def _path(ax: Axes, rows: pd.DataFrame, style: Style, view: Range) -> None:
    """Draw one path as far as it can be seen, and mark where that ends before the last step."""
    points = rows[["x", "y"]].to_numpy(dtype=np.float64)
    (x0, x1), (y0, y1) = view
    finite = np.isfinite(points).all(axis=1)
    seen = finite & (points >= (x0, y0)).all(axis=1) & (points <= (x1, y1)).all(axis=1)
    until = len(points) if seen.all() else int(np.argmin(seen))
    inside = points[:until]
    if not until:
        return
    lost = until < len(points)
    if lost and finite[until]:
        inside = np.vstack([inside, _crossing(inside[-1], points[until], view)])
    ax.plot(*inside.T, color=style.color, zorder=3)
    if until <= _MOST_MARKERS:
        ax.plot(*points[1:until].T, linestyle="", color=style.color, marker=style.marker, zorder=3)
    _mark(ax, inside[0], "o", mpl.rcParams["text.color"], hollow=True)
    _mark(ax, inside[-1], "X" if lost else "o", style.color)
    if lost:
        key = "left the view" if finite[until] else "not finite"
        words = text.NOTES[key].format(step=int(rows["step"].iloc[until]))
        _note(ax, inside[-1], words, view, palette.readable(style.color))


def _crossing(inside: Point, outside: Point, view: Range) -> Point:
    """Return where the way out of the view crosses its edge."""
    way = outside - inside
    edges = np.where(way > 0, [axis[1] for axis in view], [axis[0] for axis in view])
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (edges - inside) / way
    return inside + way * np.nanmin(np.where(way != 0, parts, np.nan))


def _mark(ax: Axes, at: Point, marker: str, color: str, *, hollow: bool = False) -> None:
    """Draw a ring, or a dot or cross that stands out from the path by a rim."""
    size = _canvas.dot()
    ax.plot(
        *at,
        marker=marker,
        markersize=(2.0 if hollow else 1.8) * size,
        markerfacecolor=_canvas.ground() if hollow else color,
        markeredgecolor=color if hollow else _canvas.ground(),
        markeredgewidth=_canvas.stroke() * (1.0 if hollow else 0.5),
        linestyle="",
        clip_on=False,
        zorder=4,
    )


def _note(ax: Axes, at: Point, words: str, view: Range, color: str) -> None:
    """Write beside a mark, towards the middle of the view."""
    right, up = (at[axis] < sum(view[axis]) / 2 for axis in (0, 1))
    size = _canvas.small()
    note = ax.annotate(
        words,
        tuple(at),
        xytext=(size if right else -size, 0.6 * size if up else -0.6 * size),
        textcoords="offset points",
        ha="left" if right else "right",
        va="bottom" if up else "top",
        fontsize=size,
        color=color,
        zorder=5,
    )
    _words.backed(_words.plain(note))
