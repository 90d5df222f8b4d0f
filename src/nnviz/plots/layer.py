"""A statistic of each layer, from the first to the last."""

from collections.abc import Sequence
from functools import partial
from math import ceil

import pandas as pd
from matplotlib.axes import Axes

from nnviz.plots import _averages, _canvas, _headlines, _lines, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._lines import Line
from nnviz.plots._panels import Drawing, Legend, Panel, Panels
from nnviz.plots.palette import Palette, Styles
from nnviz.tables import STATISTIC, THEORY

__all__ = ["by_layer", "layer_grid"]

_PANEL = 15.5
"""The least width of a panel, as a multiple of the size of small print."""

_MOST_NUMBERS, _MOST_NAMES = 20, 6


@checked
def by_layer(
    data: pd.DataFrame,
    *,
    statistic: str | None = None,
    theory: pd.DataFrame | None = None,
    log: bool | None = None,
    numbers: bool = False,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic against depth: a line for the mean over seeds, a band for their range.

    Parameters
    ----------
    data : DataFrame
        A `tables.STATISTIC` table; the layers in order of appearance.
    statistic : str, optional
        Which statistic to draw. Needed only if there are several.
    theory : DataFrame, optional
        What is predicted, columns ``setting, layer, statistic, value``: a thin dashed line.
    log : bool, optional
        Whether the statistic has a logarithmic axis, with zeros as triangles on its lower edge.
        By default, if all values are positive and span two decades.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this statistic, or several and none is named.
    """
    return _LAYERS.alone(
        data, ax, statistic, theory=theory, log=log, numbers=numbers, palette=palette
    )


def _panels(
    data: pd.DataFrame,
    _: str,
    *,
    theory: pd.DataFrame | None,
    log: bool | None,
    numbers: bool,
    palette: Palette | None,
) -> Panels[list[Line]]:
    if theory is not None:
        theory = THEORY.check(theory, name="theory")
    styles = colours.styles(data["setting"], palette)

    def draw(ax: Axes, rows: pd.DataFrame) -> list[Line]:
        lines = _draw(ax, rows, log, styles)
        if theory is not None:
            _draw_theory(ax, theory[theory["statistic"] == rows["statistic"].iloc[0]], rows, styles)
        return lines

    return Panels(
        draw, Layout(_PANEL), text.quantity("layer"), explain=partial(_explain, numbers=numbers)
    )


def _explain(panels: Sequence[Panel[list[Line]]], legend: Legend, *, numbers: bool) -> None:
    if not any(panel.rows["value"].any() for panel in panels):
        for panel in panels:
            panel.ax.set_ylim(0, 1)  # not below, where there is nothing
    _lines.name_lines(panels, legend, numbers=numbers)


def _quantity(rows: pd.DataFrame) -> str:
    return text.quantity(rows["statistic"].iloc[0], rows)


_LAYERS = Drawing(STATISTIC.check, _panels, one="statistic", measured=_quantity)

layer_grid = _LAYERS.grid_of(
    by_layer,
    "layer_grid",
    "Draw each statistic, or each value of another column, against depth in a panel of its own.",
    by="statistic",
)


def _draw(ax: Axes, rows: pd.DataFrame, log: bool | None, styles: Styles) -> list[Line]:
    """Draw a line for each setting, and return them."""
    layers = {name: place for place, name in enumerate(rows["layer"].unique(), start=1)}
    # a layer's place stands for the epoch: bands are then computed as for curves
    placed = rows.assign(
        metric=rows["statistic"], split="", step=0, epoch=[layers[name] for name in rows["layer"]]
    )
    lines = []
    for setting, _, part in _averages.banded(placed, x="epoch"):
        x, mean, low, high = (part[c].to_numpy(float) for c in ("epoch", "mean", "low", "high"))
        lines.append(Line(text.choice(setting), styles[setting], x, mean, low, high))
    _lines.draw(ax, lines, log=log)
    _name_layers(ax, list(map(str, layers)))
    return lines


def _draw_theory(ax: Axes, theory: pd.DataFrame, rows: pd.DataFrame, styles: Styles) -> None:
    """Draw predictions of the settings that were measured, on the same layers."""
    layers = {name: place for place, name in enumerate(rows["layer"].unique(), start=1)}
    known = theory[theory["setting"].isin(list(styles)) & theory["layer"].isin(list(layers))]
    for setting, part in known.groupby("setting", sort=False):
        ax.plot(
            [layers[name] for name in part["layer"]],
            part["value"].to_numpy(float),
            color=_canvas.muted(),
            linestyle=(0, (4, 2)),
            linewidth=0.6 * _canvas.stroke(),
            label=f"_{setting}",
            zorder=3,
        )


def _name_layers(ax: Axes, names: list[str]) -> None:
    """Write the layers' numbers, or their names; of many, every second, third and so on."""
    numbers = all(map(str.isdigit, names))
    size = _canvas.size_of("xtick.label")
    every = -(-len(names) // (_MOST_NUMBERS if numbers else _MOST_NAMES))
    each = _canvas.width_of(ax) / len(names)
    if numbers:  # a legend may take a part of the width
        longest = max(_words.length_of(name, size) for name in names)
        every = max(every, ceil(longest / (0.6 * each)))
    room = 0.9 * every * each
    shown = names[::every]
    if not numbers:
        shown = [_words.shortened(text.layer(name), room, size) for name in shown]
    ax.set_xticks(range(1, len(names) + 1, every), shown)
    for words in ax.get_xticklabels():
        _words.plain(words)


register(
    by_layer,
    "Line: mean over seeds. Band: from the lowest to the highest seed.",
    Plot(STATISTIC, by_schema(layer_grid, by="panels"), _headlines.in_the_last_layer),
    grid=layer_grid,
)
