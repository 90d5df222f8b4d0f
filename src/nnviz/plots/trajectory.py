"""The paths of optimizers across a surface."""

import pandas as pd
from matplotlib.axes import Axes

from nnviz import surfaces
from nnviz.plots import _canvas, _facets, _headlines, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.plots._ground import draw_ground, view_of
from nnviz.plots._lines import handle
from nnviz.plots._paths import draw_path
from nnviz.plots.palette import Palette
from nnviz.surfaces import Range, Surface
from nnviz.tables import TRAJECTORY, Schema

__all__ = ["trajectories", "trajectory_grid"]

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""


@checked
def trajectories(
    data: pd.DataFrame,
    *,
    surface: str | Surface | None = None,
    view: Range | None = None,
    palette: Palette | None = None,
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
    palette : str, sequence of colours or mapping, optional
        The colours of the optimizers, as `palette.styles` takes them; by default, their own.
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
    view = view_of(data, ground) if view is None else view
    if ground is not None:
        draw_ground(ax, ground, view)
    given = colours.styles(data["optimizer"], palette)
    for (optimizer, _), rows in data.groupby(["optimizer", "start"], sort=False):
        draw_path(ax, rows.sort_values("step"), given[optimizer], view)
    ax.set(xlim=view[0], ylim=view[1])
    names = data["optimizer"].unique()
    if len(names) > 1:
        _words.legend_beside(ax, [handle(text.choice(name), given[name]) for name in names])
    return ax


@checked
def trajectory_grid(
    data: pd.DataFrame,
    *,
    surface: str | Surface | None = None,
    view: Range | None = None,
    palette: Palette | None = None,
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
    palette
        As for `trajectories`.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    TRAJECTORY.check(data)
    ground = None if surface is None else surfaces.get(surface)
    view = view_of(data, ground) if view is None else view
    styles = colours.styles(data["optimizer"], palette)

    def panel(rows: pd.DataFrame, ax: Axes) -> None:
        trajectories(rows, surface=ground, view=view, palette=styles, ax=ax)

    return _facets.grid(data, panel, Layout("optimizer", columns, _PANEL), figure)


def _drawn(
    data: pd.DataFrame, schema: Schema, *, surface: str | None = None
) -> Axes | _canvas.Canvas:
    if "surface" in schema.columns:
        surface = str(data["surface"].iloc[0])
    draw = trajectory_grid if data["optimizer"].nunique() > 1 else trajectories
    # A surface of the user's own is not known by its name.
    return draw(data, surface=surface if surface in surfaces.SURFACES else None)


register(
    "trajectories",
    "Ring: start. Dot: end. Star: minimum. Marks between: single updates, which long "
    "paths go without. Contours: lines of equal height; the more shade, the lower. Cross: "
    "where a path leaves the view.",
    Plot("trajectories", TRAJECTORY, _drawn, _headlines.of_paths),
)
