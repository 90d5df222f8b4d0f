"""How a distribution moves over the steps: its median, and bands around it."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.ticker import FixedLocator, NullLocator

from nnviz.plots import _canvas, _headlines, palette, text
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._panels import Drawing, Panels
from nnviz.plots.moving import Grows, Widens, moves
from nnviz.tables import QUANTILE

__all__ = ["quantile_grid", "quantiles"]

LAYOUT = Layout(12, least=0.5)
"""How the panels of a grid lie."""

_GROWTH = 1e4
"""If the values of one step are larger than those of another by more, the axis is logarithmic."""

_FARTHEST = 1e250
"""The farthest that an axis reaches; values beyond are drawn there."""


@checked
def quantiles(
    data: pd.DataFrame,
    *,
    layer: str | int | None = None,
    quantity: str = "activation",
    ax: Axes | None = None,
) -> Axes:
    """Draw the quantiles of a layer's values over the steps.

    The line is the median. Each pair of ranks that lie alike around it, such as 0.25 and 0.75,
    is a band; the wider the paler. A cross on the upper edge marks each step at which some
    values, or all, are not finite. Values that grow by more than four decades have an axis that
    is logarithmic but around zero.

    Parameters
    ----------
    data : DataFrame
        A `tables.QUANTILE` table; `tables.recorded_quantiles` makes one. Of several seeds, the
        mean is drawn. Samples are called such. If it has the column *not_finite*, that tells
        where NaN and infinities are beside finite values.
    layer : str or int, optional
        Which layer to draw. Needed only if there are several.
    quantity : str
        What the values are, for the axis: a key of `text.QUANTITIES`, or any words.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this layer, or several and none is named.
    """
    return _QUANTILES.alone(data, ax, layer, quantity=quantity)


def _panels(data: pd.DataFrame, _: str, *, quantity: str) -> Panels[None]:
    label, growth = _label(data, quantity), _growth(data)
    return Panels(
        lambda ax, rows: _draw(ax, rows, growth),
        LAYOUT,
        text.quantity("step"),
        label,
    )


_QUANTILES = Drawing(QUANTILE.check, _panels, one="layer")

quantile_grid = _QUANTILES.grid_of(
    quantiles,
    "quantile_grid",
    "Draw the quantiles of each layer, or of each value of another column, in its own panel.",
    by="layer",
)


def _label(data: pd.DataFrame, quantity: str) -> str:
    words = text.quantity(quantity, data)
    if bool(data["exact"].all()):
        return words
    return text.NOTES["sampled"].format(quantity=words)


def _mark_not_finite(ax: Axes, rows: pd.DataFrame) -> None:
    odd = ~np.isfinite(rows["value"].to_numpy(np.float64))
    if "not_finite" in rows:
        odd |= rows["not_finite"].to_numpy(np.float64) > 0
    steps = rows["step"][odd].unique()
    if len(steps):
        _canvas.cross_above(ax, steps, palette.readable(palette.warning()))


def _growth(rows: pd.DataFrame) -> tuple[float, float] | None:
    """Return the largest size at the calmest step, and at the wildest, if far apart."""
    sizes = rows["value"].abs().clip(upper=_FARTHEST).groupby(rows["step"]).max()
    least, most = float(sizes[sizes > 0].min()), float(sizes.max())
    return (least, most) if most > _GROWTH * least else None


def _scale(ax: Axes, least: float, most: float) -> None:
    """Make the axis linear around zero and logarithmic beyond, with two numbers a side."""
    ax.set_yscale("symlog", linthresh=least)
    last = math.floor(math.log10(most))
    far = [10.0 ** ((last + math.ceil(math.log10(least))) // 2), 10.0**last]
    ax.yaxis.set_major_locator(FixedLocator([*(-at for at in far), 0, *far]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(lambda at, _: ("−" if at < 0 else "") + text.number(abs(at)))


def _draw(ax: Axes, rows: pd.DataFrame, growth: tuple[float, float] | None) -> None:
    table = rows.groupby(["step", "quantile"])["value"].mean().unstack("quantile")
    table = table.clip(-_FARTHEST, _FARTHEST)
    ranks, steps = [float(rank) for rank in table.columns], table.index.to_numpy(float)
    color = to_hex(palette.colour(0))
    for low in (rank for rank in ranks if rank < 0.5):
        for high in (rank for rank in ranks if abs(low + rank - 1) < 1e-9):
            sides = table[low], table[high]
            band = ax.fill_between(table.index, *sides, color=color, alpha=0.2, linewidth=0)
            moves(band, Widens(steps, *(np.column_stack([steps, side]) for side in sides)))
    if 0.5 in ranks:
        (line,) = ax.plot(table.index, table[0.5], color=color)
        moves(line, Grows(steps, np.column_stack([steps, table[0.5]])))
    ax.axhline(0, color=_canvas.muted(), linewidth=0.5 * _canvas.stroke(), zorder=0)
    if growth is not None:
        _scale(ax, *growth)
    _mark_not_finite(ax, rows)
    ax.margins(x=0)


register(
    quantiles,
    "Line: median. Bands: the middle half of the values, and the middle nine tenths. "
    "Cross on the upper edge: values that are not finite.",
    Plot(
        QUANTILE, by_schema(quantile_grid, by="panels", quantity="measured"), _headlines.of_medians
    ),
    grid=quantile_grid,
)
