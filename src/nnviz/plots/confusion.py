"""Confusion matrices: how many rows of each class were predicted as each."""

from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz.plots import _canvas, _headlines, _words, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._panels import Drawing, Panels
from nnviz.tables import CONFUSION

__all__ = ["confusion", "confusion_grid"]

_CELL, _BESIDE = 1.7, 9
"""The least width of a cell, and what names and bars take, as a multiple of the size of small
print."""

_PART = 1.1
"""How much of a cell's width a number may take, before the layout: matrices become wider."""

_ROW, _LINE, _AROUND = 2.4, 1.1, 6
"""The least height of a cell, what a line of numbers takes of it, and what is written around the
matrix, as multiples of the size of small print."""

_BAR, _APART = 4.5, 0.7
"""What the bars beside a matrix take, and what lies between, as multiples of the size of small
print."""

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
    """Draw how many rows of each class were predicted as each: errors in red, hits in grey.

    Rows of the matrix are the true classes, the first on top; beside each a bar says which share
    of the class is misread. A count that finds no room in its cell is left out; the colour says
    about how large it is.

    Parameters
    ----------
    data : DataFrame
        A `tables.CONFUSION` table; `studies.misread` makes one. Counts of the same cell add up.
    setting : str or int, optional
        Which setting to draw. Needed only if there are several.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several settings and none is named.
    """
    data = CONFUSION.check(data)
    return _matrices(_classes(data)).alone(data, ax, setting)


def _matrices(classes: list[int] | None) -> Drawing[None]:
    """Return matrices of these classes; if None, of those in the table."""

    def panels(data: pd.DataFrame, _: str) -> Panels[None]:
        known, scale = classes or _classes(data), _Scale.of(data)
        cells = max(len(known), 4)
        return Panels(
            lambda ax, own: _draw(ax, own, known, scale),
            Layout(_CELL * cells + _BESIDE, _ROW * cells),
            text.quantity("predicted"),
            text.quantity("true"),
        )

    return Drawing(CONFUSION.check, panels, one="setting")


confusion_grid = _matrices(None).grid_of(
    confusion,
    "confusion_grid",
    "Draw the matrix of each setting in a panel of its own, with the same colours and bars.",
    by="setting",
)


def _classes(data: pd.DataFrame) -> list[int]:
    return sorted({*data["true"], *data["predicted"]})


@dataclass(frozen=True)
class _Scale:
    """The highest count of an error, and the highest share of a class that is misread."""

    count: float
    share: float

    @classmethod
    def of(cls, data: pd.DataFrame) -> "_Scale":
        """Return that of all settings."""
        cells = data.groupby(["setting", "true", "predicted"])["count"].sum().reset_index()
        errors = cells["count"].where(cells["true"] != cells["predicted"], 0)
        rows = cells.assign(errors=errors).groupby(["setting", "true"])[["errors", "count"]].sum()
        share = (rows["errors"] / rows["count"]).max()
        return cls(float(errors.max()) or 1.0, float(share) or 1.0)


def _draw(ax: Axes, own: pd.DataFrame, classes: list[int], scale: _Scale) -> None:
    place = {label: number for number, label in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)))
    np.add.at(counts, (own["true"].map(place), own["predicted"].map(place)), own["count"])
    ax.grid(visible=False)
    ax.imshow(_coloured(counts, scale.count), interpolation="nearest", aspect="auto")
    width, small = _canvas.width_of(ax), _canvas.small()
    cell = max(width - (_APART + _BAR) * small, 0.5 * width) / len(classes)
    lines = _LINE * len(classes) / max(_canvas.height_of(ax) / small - _AROUND, 1)
    if lines <= 1:
        for (true, predicted), count in np.ndenumerate(counts):
            if count:
                _write(ax, predicted, true, count, _PART * cell)
    every = int(np.ceil(lines))
    names = [text.shown(label) for label in classes]
    left = len(classes) - 0.5 + _APART * small / cell
    right = left + _BAR * small / cell
    _draw_bars(ax, counts, scale.share, (left, right), named=lines <= 1)
    ax.set_xlim(-0.5, right)
    ax.set_xticks([*range(len(names)), (left + right) / 2], [*names, text.NOTES["misread"]])
    ax.set_yticks(range(0, len(names), every), names[::every])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _draw_bars(
    ax: Axes,
    counts: NDArray[np.float64],
    highest: float,
    ends: tuple[float, float],
    *,
    named: bool,
) -> None:
    """Draw beside each row which share of it is misread; the highest of all fills the room."""
    left, right = ends
    total = counts.sum(axis=1)
    shares = (total - counts.diagonal())[total > 0] / total[total > 0]
    places = np.flatnonzero(total)
    ax.barh(
        places,
        shares / highest * (right - left),
        left=left,
        height=0.7,
        color=(palette.warning(), _STRONGEST),
    )
    for place, share in zip(places, shares, strict=True) if named else ():
        _words.plain(
            ax.annotate(
                text.share(share),
                (left, place),
                xytext=(0.2 * _canvas.small(), 0),
                textcoords="offset points",
                va="center_baseline",
                fontsize=_canvas.small(),
                color=mpl.rcParams["text.color"],
            )
        )


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
        _words.plain(
            ax.text(x, y, words, ha="center", va="center_baseline", fontsize=size, color=ink)
        )


register(
    confusion,
    "Row: the true class. Column: what it was read as. Number: how often, over all seeds. "
    "Red: errors. Grey: right. Bar: share of the row that is misread.",
    Plot(CONFUSION, by_schema(confusion_grid), _headlines.of_confusion),
    grid=confusion_grid,
)
