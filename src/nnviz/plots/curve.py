"""Measured numbers over the course of training."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from nnviz import tables
from nnviz.plots import _averages, _canvas, _lines, palette, text
from nnviz.plots.palette import SPLIT_DASHES, Style

__all__ = ["curves"]


def curves(
    data: pd.DataFrame,
    *,
    metric: str | None = None,
    x: str = "epoch",
    log: bool | None = None,
    styles: Mapping[str, Style] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a metric during training: a line for the mean over seeds, a band for their range.

    A colour is a setting; a dash is a split, if there are several: test solid, train dashed.

    Parameters
    ----------
    data : DataFrame
        A `tables.CURVE` table, or what `tables.bands` makes of one.
    metric : str, optional
        Which metric to draw. Needed only if there are several.
    x : {"epoch", "step"}
        What runs to the right.
    log : bool, optional
        Whether the metric has a logarithmic axis. By default, if it spans two decades.
    styles : mapping of setting to Style, optional
        By default, `palette.styles` of the settings.
    ax : Axes, optional
        Where to draw. By default, the axes of a new figure.
    """
    (tables.BAND if "mean" in data else tables.CURVE).check(data)
    ax = _canvas.axes_or_new(ax)
    if data.empty:
        return _canvas.no_data(ax)
    metric = _averages.the_only(data, "metric", metric)
    _canvas.set_labels(ax, x=text.quantity(x), y=text.quantity(metric))
    rows = data[data["metric"] == metric]
    given = styles or palette.styles(rows["setting"])
    splits = [split for split in reversed(SPLIT_DASHES) if split in set(rows["split"])]
    lines = []
    for (setting, split), part in _averages.banded(rows, x=x):
        style = given[setting]
        dash = SPLIT_DASHES.get(split, "-") if len(splits) > 1 else style.linestyle
        lines.append(
            _lines.Line(
                text.choice(setting),
                Style(style.color, dash, style.marker),
                *(part[column].to_numpy(float) for column in (x, "mean", "low", "high")),
                named=not splits or split == splits[0],
                markers=split == splits[0],
            )
        )
    _lines.draw(ax, lines, log=log)
    if len(splits) > 1:
        keys = [
            _lines.handle(text.choice(split), Style(_canvas.muted(), SPLIT_DASHES[split], ""))
            for split in splits
        ]
        _canvas.legend(ax, keys, loc="best")
    return ax
