"""Which units of a layer dropout keeps, row by row of a batch."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from nnviz.plots import _canvas, _headlines, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._panels import Drawing, Panels
from nnviz.tables import MASK

__all__ = ["mask_grid", "masks"]

_PANEL, _HEIGHT = 13, 12
"""The least size of a panel, as a multiple of the size of small print."""

_APART = 5
"""Cells that are so many times as large as a line is thick are drawn apart."""


@checked
def masks(data: pd.DataFrame, *, setting: str | int | None = None, ax: Axes | None = None) -> Axes:
    """Draw a mask: a cell for each unit of each row, filled where it is kept, the first row on top.

    Parameters
    ----------
    data : DataFrame
        A `tables.MASK` table; `studies.dropout_masks` makes one. Rows may come in any order.
    setting : str or int, optional
        Which mask to draw. Needed only if there are several.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several masks and none is named.
    """
    return _MASKS.alone(data, ax, setting)


def _panels(_: pd.DataFrame, __: str) -> Panels[None]:
    return Panels(
        _draw,
        Layout(_PANEL, _HEIGHT),
        text.quantity("unit"),
        text.quantity("row"),
        lambda _, legend: legend(_handles()),
    )


_MASKS = Drawing(MASK.check, _panels, one="setting")

mask_grid = _MASKS.grid_of(
    masks, "mask_grid", "Draw each mask in a panel of its own.", by="setting"
)


def _draw(ax: Axes, rows: pd.DataFrame) -> None:
    kept = rows.pivot(index="row", columns="unit", values="kept").sort_index().sort_index(axis=1)
    height, width = kept.shape
    cell = min(_canvas.height_of(ax) / height, _canvas.width_of(ax) / width)
    line = 0.5 * _canvas.stroke()
    ax.grid(visible=False)
    ax.pcolormesh(
        np.append(kept.columns, kept.columns[-1] + 1) - 0.5,
        np.append(kept.index, kept.index[-1] + 1) - 0.5,
        np.ma.masked_invalid(kept.to_numpy(float)),
        cmap=colors.ListedColormap([_canvas.ground(), _ink()]),
        vmin=0,
        vmax=1,
        edgecolors=_canvas.ground() if cell > _APART * line else "none",
        linewidth=line,
        rasterized=True,
    )
    ax.set_ylim(kept.index[-1] + 0.5, kept.index[0] - 0.5)
    ax.locator_params(integer=True)
    ax.spines[["top", "right"]].set_visible(True)


def _ink() -> str:
    return palette.styles(["dropout"])["dropout"].color


def _handles() -> list[Patch]:
    """Return what stands in the legend."""
    rim: dict[str, Any] = {"edgecolor": _canvas.muted(), "linewidth": 0.5 * _canvas.stroke()}
    return [
        Patch(facecolor=_ink(), label=text.NOTES["kept"], **rim),
        Patch(facecolor=_canvas.ground(), label=text.NOTES["dropped"], **rim),
    ]


register(
    masks,
    "A cell for each unit of each row. Filled: kept, for this row, in this pass.",
    Plot(MASK, by_schema(mask_grid, by="panels"), _headlines.of_masks),
    grid=mask_grid,
)
