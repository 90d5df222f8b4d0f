"""A statistic of each layer, from the first to the last."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from nnviz.plots import _averages, _canvas, _lines, palette, text
from nnviz.plots.palette import Style
from nnviz.tables import STATISTIC

__all__ = ["by_layer"]

_MOST_NUMBERS, _MOST_NAMES = 20, 6


def by_layer(
    data: pd.DataFrame,
    *,
    statistic: str | None = None,
    log: bool | None = None,
    styles: Mapping[str, Style] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic against depth: a line for the mean over seeds, a band for their range.

    Parameters
    ----------
    data : DataFrame
        A `tables.STATISTIC` table.
    statistic : str, optional
        Which statistic to draw. Needed only if there are several.
    log : bool, optional
        Whether the statistic has a logarithmic axis. By default, if it spans two decades.
    styles : mapping of setting to Style, optional
        By default, `palette.styles` of the settings.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.
    """
    STATISTIC.check(data)
    ax = _canvas.axes_or_new(ax)
    if data.empty:
        return _canvas.no_data(ax)
    statistic = _averages.the_only(data, "statistic", statistic)
    _canvas.set_labels(ax, x=text.quantity("layer"), y=text.quantity(statistic))
    rows = data[data["statistic"] == statistic]
    layers = {name: place for place, name in enumerate(rows["layer"].unique(), start=1)}
    placed = rows.assign(
        metric=statistic, split="", step=0, epoch=rows["layer"].map(layers).astype(int)
    )
    given = styles or palette.styles(rows["setting"])
    lines = [
        _lines.Line(
            text.choice(setting),
            given[setting],
            *(part[column].to_numpy(float) for column in ("epoch", "mean", "low", "high")),
        )
        for (setting, _), part in _averages.banded(placed, x="epoch")
    ]
    _lines.draw(ax, lines, log=log)
    _name_layers(ax, [str(name) for name in layers])
    return ax


def _name_layers(ax: Axes, names: list[str]) -> None:
    """Write the layers' numbers, or their names; of many, every second, third …"""
    every = -(-len(names) // (_MOST_NUMBERS if all(map(str.isdigit, names)) else _MOST_NAMES))
    shown = [name if name.isdigit() else text.layer(name) for name in names[::every]]
    ax.set_xticks(range(1, len(names) + 1, every), shown)
    for words in ax.get_xticklabels():
        _canvas.plain(words)
