"""By how much of its weights a layer moves in a step."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from nnviz.plots import _canvas, _words, text
from nnviz.plots._arguments import checked
from nnviz.plots._declared import register
from nnviz.plots.curve import curves
from nnviz.plots.palette import Palette

__all__ = ["update_ratios"]

GUIDE = 1e-3
"""A rough guide: update and weights are this far apart where training goes well (Karpathy,
*CS231n: Neural Networks Part 3*, "Ratio of weights:updates"). No law: see the gallery."""


@checked
def update_ratios(
    data: pd.DataFrame,
    *,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the norm of the update over that of the weights by step, and the usual guide.

    Parameters
    ----------
    data : DataFrame
        A `tables.CURVE` table with the metric update_to_weight, whose settings are layers or
        runs; `tables.recorded_progress` makes one.

    Raises
    ------
    ValueError
        If the table lacks a column or this metric.
    """
    ax = curves(data, metric="update_to_weight", x="step", log=True, palette=palette, ax=ax)
    if data.empty:
        return ax
    ink = mpl.rcParams["text.color"]
    on_right = _room(ax, right=True) > _room(ax, right=False)
    ax.axhline(GUIDE, color=ink, linestyle=(0, (1, 2)), linewidth=0.8 * _canvas.stroke(), zorder=1)
    note = ax.annotate(
        text.NOTES["guide"].format(number=text.number(GUIDE)),
        (float(on_right), GUIDE),
        xycoords=("axes fraction", "data"),
        xytext=((-0.4 if on_right else 0.4) * _canvas.small(), -0.3 * _canvas.small()),
        textcoords="offset points",
        ha="right" if on_right else "left",
        va="top",
        size=_canvas.small(),
        color=ink,
        zorder=1.5,  # behind the lines: it must not rub out their ends
    )
    _words.plain(note)
    return ax


def _room(ax: Axes, *, right: bool) -> float:
    """Return how far the lines keep from the guide, in decades, in one third of the width."""
    points = np.concatenate([line.get_xydata() for line in ax.lines])
    low, high = ax.get_xlim()
    place = (points[:, 0] - low) / (high - low)
    heights = points[place > 2 / 3 if right else place < 1 / 3, 1]
    heights = heights[heights > 0]
    return float(np.abs(np.log10(heights / GUIDE)).min(initial=np.inf))


register(
    update_ratios,
    "Line: mean over seeds. Band: from the lowest to the highest seed. Dotted: a usual guide.",
)
