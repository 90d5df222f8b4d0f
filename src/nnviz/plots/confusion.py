"""What was taken for what: a matrix of counts."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz.plots import _averages, _canvas, _facets, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._facets import Layout
from nnviz.tables import CONFUSION

__all__ = ["confusion", "confusion_grid"]

_CELL, _BESIDE = 1.7, 4.5
"""The least width of a cell, and what the names take, as a multiple of the size of small print."""

_PART = 1.1
"""How much of a cell's width a number may take, before the layout: matrices become wider."""

_ROW, _LINE, _AROUND = 2.4, 1.1, 6
"""The least height of a cell, what a line of numbers takes of it, and what is written around the
matrix, as multiples of the size of small print."""

_STRONGEST, _GREY = 0.6, 0.12
"""How opaque the cell of the most frequent error is, so that its number can be read, and what is
right."""


@checked
def confusion(
    data: pd.DataFrame,
    *,
    setting: str | int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many rows of each class were taken for each: errors in red, what is right in grey.

    Rows of the matrix are the true classes, the first on top. A count that finds no room
    in its cell is left out; the colour says about how large it is.

    Parameters
    ----------
    data : DataFrame
        A `tables.CONFUSION` table; `studies.misread` makes one.
    setting : str or int, optional
        Which setting to draw. Needed only if there are several.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several settings and none is named.
    """
    CONFUSION.check(data)
    if data.empty:
        return _words.no_data(_canvas.axes_or_new(ax))
    _, own = _averages.chosen(data, "setting", setting)
    ax = _canvas.axes_or_new(ax)
    _draw(ax, own, _classes(data), _most(own))
    return ax


@checked
def confusion_grid(
    data: pd.DataFrame,
    *,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
) -> _canvas.Canvas:
    """Draw the matrix of each setting in a panel of its own, with the same colours.

    Parameters
    ----------
    data : DataFrame
        A `tables.CONFUSION` table.
    columns : int, optional
        Panels side by side; fewer where the figure is too narrow for them. By default, as many
        as make the grid about square.
    figure : Figure or SubFigure, optional
        Where to draw. By default, a new figure.
    """
    CONFUSION.check(data)
    classes, most = _classes(data), _most(data)
    cells = max(len(classes), 4)
    layout = Layout("setting", columns, _CELL * cells + _BESIDE, _ROW * cells)
    return _facets.grid(data, lambda own, ax: _draw(ax, own, classes, most), layout, figure)


def _classes(data: pd.DataFrame) -> list[int]:
    return sorted({*data["true"], *data["predicted"]})


def _most(data: pd.DataFrame) -> float:
    """Return the highest count of an error."""
    errors = data.loc[data["true"] != data["predicted"], "count"]
    return float(max(errors.max() if len(errors) else 0, 1))


def _draw(ax: Axes, own: pd.DataFrame, classes: list[int], most: float) -> None:
    place = {label: number for number, label in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)))
    np.add.at(counts, (own["true"].map(place), own["predicted"].map(place)), own["count"])
    ax.grid(visible=False)
    ax.imshow(_coloured(counts, most), interpolation="nearest", aspect="auto")
    room = _PART * _canvas.width_of(ax) / len(classes)
    lines = _LINE * len(classes) / max(_canvas.height_of(ax) / _canvas.small() - _AROUND, 1)
    if lines <= 1:
        for (true, predicted), count in np.ndenumerate(counts):
            if count:
                _write(ax, predicted, true, count, room)
    every = int(np.ceil(lines))
    names = [text.shown(label) for label in classes]
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(0, len(names), every), names[::every])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    _words.set_labels(ax, x=text.quantity("predicted"), y=text.quantity("true"))


def _coloured(counts: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """Return the colour of each cell: red for errors, grey for what is right."""
    picture = np.empty((*counts.shape, 4))
    picture[..., :3] = colors.to_rgb(palette.warning())
    picture[..., 3] = _STRONGEST * np.sqrt(np.minimum(counts / most, 1))  # rare ones are seen, too
    np.einsum("iij->ij", picture)[:] = colors.to_rgba(_canvas.muted(), _GREY)
    return picture


def _write(ax: Axes, x: int, y: int, count: float, room: float) -> None:
    """Write a count into its cell, if it fits."""
    words, size = text.number(count), _canvas.small()
    if _words.length_of(words, size) <= room:
        ink = palette.readable(_canvas.muted()) if x == y else mpl.rcParams["text.color"]
        _words.plain(ax.text(x, y, words, ha="center", va="center", fontsize=size, color=ink))
