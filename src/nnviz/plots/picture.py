"""Rows of numbers as pictures: weights, or what a network was shown."""

from collections.abc import Sequence
from functools import partial

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from numpy.typing import NDArray

from nnviz import _checks
from nnviz.plots import _canvas, _headlines, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._colour_bar import colour_bar
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._panels import Drawing, Legend, Panel, Panels
from nnviz.tables import INK, PICTURE

__all__ = ["picture_grid", "pictures"]

_PANEL, _HEIGHT = 13, 17
"""The least size of a panel, as a multiple of the size of small print."""

_GAP, _LABEL = 0.12, 0.3
"""What lies between pictures, and what a label takes above one, as a part of its size."""

_PART = 0.7
"""How much of a picture's width a label may take: captions leave the axes less room than now."""

_MOST = 0.99
"""The part of the values that have a colour of their own; those beyond share the strongest."""


@checked
def pictures(
    data: pd.DataFrame,
    *,
    setting: str | int | None = None,
    signed: bool = True,
    columns: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw pictures beside each other, all on the same scale.

    Parameters
    ----------
    data : DataFrame
        A `tables.PICTURE` table; `studies.first_layer_weights` makes one. With a column
        ``label``, this is written above each picture.
    setting : str or int, optional
        Which setting to draw. Needed only if there are several.
    signed : bool
        Whether 0 lies in the middle of the colours, as for weights. Otherwise the lowest value is
        the background and the highest is ink.
    columns : int, optional
        Pictures side by side. By default, as many as make about a square of them.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several settings and none is named.
    """
    return _side_by_side(columns).alone(data, ax, setting, signed=signed)


def _side_by_side(columns: int | None) -> Drawing[None]:
    """Return panels with so many pictures side by side; if None, with a square of them."""

    def panels(data: pd.DataFrame, _: str, *, signed: bool) -> Panels[None]:
        scale = _scale(data, signed=signed)

        def explain(drawn: Sequence[Panel[None]], _: Legend) -> None:
            if signed:
                colour_bar(drawn, scale, text.quantity("weight"), shrink=0.8, extend="both")

        layout = Layout(_PANEL, _HEIGHT, sharex=False, sharey=False)
        return Panels(lambda ax, own: _draw(ax, own, scale, columns), layout, explain=explain)

    return Drawing(PICTURE.check, panels, one="setting")


picture_grid = _side_by_side(None).grid_of(
    pictures,
    "picture_grid",
    "Draw the pictures of each setting in a panel of its own, all on the same scale.",
    by="setting",
)


def _scale(data: pd.DataFrame, *, signed: bool) -> ScalarMappable:
    """Return the colours of all values."""
    values = data["value"].to_numpy(np.float64)
    values = values[np.isfinite(values)]
    if signed:
        most = float(np.quantile(np.abs(values), _MOST)) if len(values) else 0.0
        most = most or 1.0
        return ScalarMappable(colors.Normalize(-most, most), palette.diverging())
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    ends = [_canvas.ground(), str(mpl.rcParams["text.color"])]
    ink = colors.LinearSegmentedColormap.from_list("ink", ends)
    return ScalarMappable(colors.Normalize(low, high if high > low else low + 1), ink)


def _draw(ax: Axes, own: pd.DataFrame, scale: ScalarMappable, columns: int | None) -> None:
    numbers = sorted(own["picture"].unique())
    shape = int(own["row"].max()) + 1, int(own["column"].max()) + 1
    labels = {}
    if "label" in own:
        labels = {k: str(part["label"].iloc[0]) for k, part in own.groupby("picture")}
    square = int(np.ceil(np.sqrt(len(numbers))))
    wide = square if columns is None else _checks.integer("columns", columns)
    high = -(-len(numbers) // wide)
    above = _LABEL * bool(labels)
    step_x, step_y = 1 + _GAP, shape[0] / shape[1] + _GAP + above
    room = min(_canvas.width_of(ax) / (wide * step_x), _canvas.height_of(ax) / (high * step_y))
    for place, number in enumerate(numbers):
        down, across = divmod(place, wide)
        left, top = across * step_x, down * step_y
        picture = _picture(own[own["picture"] == number], shape)
        ax.grid(visible=False)
        ax.imshow(
            scale.to_rgba(picture),
            extent=(left, left + 1, top + shape[0] / shape[1], top),
            interpolation="nearest",
        )
        if number in labels:
            _write(ax, left + 0.5, top, labels[number], room)
    ax.set(xlim=(-_GAP, wide * step_x), ylim=(high * step_y - above, -_GAP - above))
    ax.set_aspect("equal")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def _picture(own: pd.DataFrame, shape: tuple[int, int]) -> NDArray[np.float64]:
    picture = np.full(shape, np.nan)
    picture[own["row"], own["column"]] = own["value"]
    return picture


def _write(ax: Axes, x: float, y: float, words: str, room: float) -> None:
    """Write a label above a picture, cut off where the next one begins."""
    size = _canvas.small()
    _words.plain(
        ax.text(
            x,
            y - 0.04,
            _words.shortened(text.shown(words), _PART * room, size),
            fontsize=size,
            ha="center",
            va="bottom",
        )
    )


register(
    pictures,
    "One picture for each unit or row, all on the same scale.",
    Plot(PICTURE, by_schema(picture_grid), _headlines.of_pixels),
    Plot(INK, by_schema(partial(picture_grid, signed=False)), _headlines.of_pixels),
    grid=picture_grid,
)
