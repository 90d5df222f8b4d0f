"""The distribution of values in each layer, one above the other."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from nnviz.plots import _canvas, _headlines, _parts, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._histogram import Histogram
from nnviz.plots._panels import Drawing, Panels
from nnviz.plots.moving import during, periods
from nnviz.plots.palette import Palette, Style
from nnviz.tables import DEPTH_HISTOGRAM, HISTOGRAM

__all__ = ["activation_grid", "activations"]

_PANEL = 9.5
"""The least width of a panel, as a multiple of the size of small print."""

_ROW = 0.86
"""How much of its place a row may fill."""

_FEWEST_BINS = 12
"""If all layers together reach no farther, the range shows all bins."""

_FULL_LINES = 10
"""Up to here outlines have their full width; more layers have finer ones."""

_LONGEST_NOTE = 0.45
"""What a note may take of the width; beyond, it gives the share alone."""


@checked
def activations(
    data: pd.DataFrame,
    *,
    setting: str | int | None = None,
    quantity: str = "activation",
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the histogram of each layer of one setting, the first layer on top.

    All layers share the range, which follows the data, and the scale of the density. A spike
    (one or two bins that hold 40 % of a layer or more) would flatten everything else: it is cut
    off at the height of its row, and its share and its place are written beside it.

    Parameters
    ----------
    data : DataFrame
        A `tables.HISTOGRAM` table. Of one with a column ``step``, the last step is drawn.
    setting : str or int, optional
        Which setting to draw. Needed only if there are several.
    quantity : str
        What the values are, for the axis: a key of `text.QUANTITIES`, or any words.
    """
    return _LAYERS.alone(data, ax, setting, quantity=quantity, palette=palette)


def _panels(
    data: pd.DataFrame, _: str, *, quantity: str, palette: Palette | None, share_range: bool = False
) -> Panels[None]:
    """Work out what panels share.

    Parameters
    ----------
    share_range : bool
        Whether all panels have the same range. By default, each has that of its own layers.
    """
    height = min(2.2 * data["layer"].nunique(), 20)
    styles = colours.styles(data["setting"], palette, distinct=False)
    shared = _range(data) if share_range and not data.empty else None

    def draw(ax: Axes, rows: pd.DataFrame) -> None:
        _draw(ax, rows, styles[rows["setting"].iloc[0]], shared or _range(rows))

    layout = Layout(_PANEL, height=height, sharex=share_range)
    return Panels(
        draw,
        layout,
        text.quantity(quantity, data),
        text.quantity("layer") if _numbered(data) else "",
    )


def _numbered(rows: pd.DataFrame) -> bool:
    return all(str(layer).isdigit() for layer in rows["layer"].unique())


_LAYERS = Drawing(HISTOGRAM.check, _panels, one="setting")

activation_grid = _LAYERS.grid_of(
    activations,
    "activation_grid",
    "Draw the layers of each setting in a panel of its own.",
    by="setting",
)


def _range(rows: pd.DataFrame) -> tuple[float, float]:
    """Return what the layers reach; if that is a few bins only, the range of all bins."""
    apart = [name for name in ("setting", "step", "layer") if name in rows]
    layers = [Histogram.read(part) for _, part in rows.groupby(apart, sort=False)]
    reaches = [layer.reach() for layer in layers]
    low, high = min(low for low, _ in reaches), max(high for _, high in reaches)
    edges = np.unique(np.concatenate([layer.edges for layer in layers]))
    if ((edges >= low) & (edges <= high)).sum() <= _FEWEST_BINS:
        return float(edges[0]), float(edges[-1])
    return low, high


def _draw(ax: Axes, rows: pd.DataFrame, style: Style, limits: tuple[float, float]) -> None:
    """Draw all layers of one setting."""
    places = {layer: place for place, layer in enumerate(rows["layer"].unique())}
    names = list(map(str, places))
    shown = names if _numbered(rows) else list(map(text.layer, names))
    every = _set_axes(ax, shown, limits)
    seen = [
        ({places[k]: Histogram.read(own) for k, own in part.groupby("layer", sort=False)}, period)
        for part, period in periods(rows)
    ]
    scale = max(layer.tallest() for layers, _ in seen for layer in layers.values()) or 1.0
    line = 0.5 * _canvas.stroke() * min(1, _FULL_LINES / len(places))
    for layers, period in seen:
        with during(ax, period):
            for place, layer in layers.items():
                with _parts.part(ax, text.layer(names[place])):
                    _draw_row(ax, place, layer, scale, style.color, line)
                    if place % every == 0:
                        _explain_spikes(ax, place, layer)


def _draw_row(
    ax: Axes, place: int, layer: Histogram, scale: float, color: str, line: float
) -> None:
    """Draw one row: the foot of a histogram is at its place, its tip towards the row above."""
    layer = layer.trimmed()
    heights = np.minimum(layer.density() / scale, 1) * _ROW
    ax.axhline(place, color=color, linewidth=line)
    ax.stairs(
        place - heights,
        layer.edges,
        baseline=place,
        fill=True,
        facecolor=(color, 0.4),
        edgecolor=color,
        linewidth=line,
    )
    for left, right, _ in layer.spikes():
        ax.fill_between([left, right], place, place - _ROW, color=color, linewidth=line)


def _explain_spikes(ax: Axes, place: int, layer: Histogram) -> None:
    """Write what the spikes hold: between two, or at the side of the row far from a single one."""
    spikes = layer.spikes()
    if not spikes:
        return
    words = " · ".join(_described(spike) for spike in spikes)
    if _words.length_of(words, _canvas.small()) > _LONGEST_NOTE * _canvas.width_of(ax):
        words = " · ".join(_described(spike, briefly=True) for spike in spikes)
    left, right, _ = spikes[0]
    x, side = (0.99, "right") if left + right <= sum(ax.get_xlim()) else (0.01, "left")
    if len(spikes) > 1:
        x, side = 0.5, "center"
    note = ax.annotate(
        words,
        (x, place - 0.55 * _ROW),
        xycoords=("axes fraction", "data"),
        ha=side,
        va="center",
        fontsize=_canvas.small(),
    )
    _words.backed(_words.plain(note))


def _described(spike: tuple[float, float, float], *, briefly: bool = False) -> str:
    left, right, part = spike
    if briefly:
        return text.share(part)
    key = "all in" if part == 1 else "part in"
    return text.NOTES[key].format(share=text.share(part), interval=text.interval(left, right))


def _set_axes(ax: Axes, names: list[str], limits: tuple[float, float]) -> int:
    """Set range and names, and return n if every nth row has room for words."""
    if limits[0] < limits[1]:
        ax.set_xlim(limits)
    room = _canvas.height_of(ax) * 0.75 / len(names)
    every = max(1, int(np.ceil(1.3 * _canvas.small() / room)))
    ax.set_yticks(range(0, len(names), every), names[::every])
    for words in ax.get_yticklabels():
        _words.plain(words)
    ax.set_ylim(len(names) - 0.9, -1)
    _words.number_ticks(ax)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return every


register(
    activations,
    "Each row is the histogram of one layer; rows share range and scale. A bar that would "
    "flatten all others is cut off, and what it holds is written beside it.",
    Plot(
        DEPTH_HISTOGRAM,
        by_schema(activation_grid, by="panels", quantity="measured"),
        _headlines.of_histograms,
    ),
    grid=activation_grid,
)
