"""Rows of numbers as pictures: weights, or what a network was shown."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from numpy.typing import NDArray

from nnviz import _checks
from nnviz.plots import _averages, _canvas, _facets, _headlines, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, register
from nnviz.plots._facets import Layout
from nnviz.tables import INK, PICTURE, Schema

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
        the ground and the highest is ink.
    columns : int, optional
        Pictures side by side. By default, as many as make about a square of them.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several settings and none is named.
    """
    PICTURE.check(data)
    if data.empty:
        return _words.no_data(_canvas.axes_or_new(ax))
    _, own = _averages.chosen(data, "setting", setting)
    ax = _canvas.axes_or_new(ax)
    scale = _scale(own, signed=signed)
    _draw(ax, own, scale, columns)
    if signed:
        _explain([ax], scale)
    return ax


@checked
def picture_grid(
    data: pd.DataFrame,
    *,
    signed: bool = True,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw the pictures of each setting in a panel of its own, all on the same scale.

    Parameters
    ----------
    data : DataFrame
        A `tables.PICTURE` table.
    signed
        As for `pictures`.
    columns, figure
        As for `curve_grid`.
    """
    PICTURE.check(data)
    scale = _scale(data, signed=signed)
    drawn: list[Axes] = []

    def panel(own: pd.DataFrame, ax: Axes) -> None:
        _draw(ax, own, scale)
        drawn.append(ax)

    layout = Layout("setting", columns, _PANEL, _HEIGHT, sharex=False, sharey=False)
    figure = _facets.grid(data, panel, layout, figure)
    if drawn and signed:
        _explain(drawn, scale)
    return figure


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


def _draw(ax: Axes, own: pd.DataFrame, scale: ScalarMappable, columns: int | None = None) -> None:
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


def _explain(axes: list[Axes], scale: ScalarMappable) -> None:
    bar = axes[0].figure.colorbar(scale, ax=axes, pad=0.02, shrink=0.8, extend="both")
    bar.outline.set_visible(False)
    _canvas.pinned(bar.ax)
    _words.plain(bar.ax.yaxis.label)
    bar.set_label(text.quantity("weight"), color=mpl.rcParams["axes.labelcolor"])


def _drawn(data: pd.DataFrame, _: Schema) -> _canvas.Canvas:
    return picture_grid(data)


def _ink(data: pd.DataFrame, _: Schema) -> _canvas.Canvas:
    return picture_grid(data, signed=False)


register(
    "pictures",
    "One picture for each unit or row, all on the same scale.",
    Plot("pictures", PICTURE, _drawn, _headlines.of_pixels),
    Plot("pictures", INK, _ink, _headlines.of_pixels),
)
