"""The paths of optimizers across a surface."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pandas as pd
from matplotlib.axes import Axes

from nnviz import surfaces
from nnviz.plots import _canvas, _headlines, _parts, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, View, register
from nnviz.plots._facets import Layout
from nnviz.plots._ground import draw_ground, view_of
from nnviz.plots._lines import handle
from nnviz.plots._panels import Drawing, Legend, Panel, Panels
from nnviz.plots._paths import draw_path
from nnviz.plots.palette import Palette
from nnviz.surfaces import Range, Surface
from nnviz.tables import PATH, TRAJECTORY, Schema

__all__ = ["trajectories", "trajectory_grid"]

Drawn = TypeVar("Drawn", Axes, _canvas.Canvas)

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

    Raises
    ------
    ValueError
        If the table lacks a column, the surface is unknown, or the view is no box.
    """
    return _PATHS.alone(data, ax, surface=surface, view=view, palette=palette)


def _panels(
    data: pd.DataFrame,
    _: str,
    *,
    surface: str | Surface | None,
    view: Range | None,
    palette: Palette | None,
) -> Panels[None]:
    ground = None if surface is None else surfaces.get(surface)
    seen = view_of(data, ground) if view is None else view
    styles = colours.styles(data["optimizer"], palette)

    def draw(ax: Axes, rows: pd.DataFrame) -> None:
        if ground is not None:
            draw_ground(ax, ground, seen)
        for (optimizer, _), path in rows.groupby(["optimizer", "start"], sort=False):
            with _parts.part(ax, text.choice(optimizer)):
                draw_path(ax, path.sort_values("step"), styles[optimizer], seen)
        ax.set(xlim=seen[0], ylim=seen[1])

    def explain(panels: Sequence[Panel[None]], legend: Legend) -> None:
        if max(panel.rows["optimizer"].nunique() for panel in panels) > 1:
            legend([handle(text.choice(name), style) for name, style in styles.items()])

    return Panels(
        draw,
        Layout(_PANEL),
        text.quantity("x"),
        text.quantity("y"),
        explain,
        bare=ground is not None,
    )


_PATHS = Drawing(TRAJECTORY.check, _panels)

trajectory_grid = _PATHS.grid_of(
    trajectories,
    "trajectory_grid",
    "Draw the paths of each optimizer in a panel of its own, all with the same view.",
    by="optimizer",
)


def _on_surface(draw: Callable[..., Drawn]) -> Callable[..., Drawn]:
    """Return what draws paths on a surface by its name; the user's own are not known by theirs."""

    def drawn(data: pd.DataFrame, _: Schema, *, surface: str | None = None) -> Drawn:
        return draw(data, surface=surface if surface in surfaces.SURFACES else None)

    return drawn


def _drawn(
    data: pd.DataFrame, schema: Schema, *, surface: str | None = None
) -> Axes | _canvas.Canvas:
    if "surface" in schema.columns:
        surface = str(data["surface"].iloc[0])
    several = data["optimizer"].nunique() > 1
    return (_PANELS if several else _TOGETHER)(data, schema, surface=surface)


_TOGETHER, _PANELS = _on_surface(trajectories), _on_surface(trajectory_grid)

register(
    trajectories,
    "Ring: start. Dot: end. Star: minimum. Marks between: single updates, which long "
    "paths go without. Contours: lines of equal height; the more shade, the lower. Cross: "
    "where a path leaves the view.",
    Plot(TRAJECTORY, _drawn, _headlines.of_paths),
    View("paths", "all paths on one panel", PATH, _TOGETHER),
    View("panels", "the paths of each optimizer in a panel of its own", PATH, _PANELS),
    grid=trajectory_grid,
)
