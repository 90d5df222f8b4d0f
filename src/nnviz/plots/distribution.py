"""Distributions on top of each other, one line per setting."""

from collections.abc import Hashable, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nnviz.plots import _canvas, _headlines, _lines, _words, text
from nnviz.plots import palette as colours
from nnviz.plots._arguments import checked
from nnviz.plots._declared import Plot, by_schema, register
from nnviz.plots._facets import Layout
from nnviz.plots._histogram import Histogram
from nnviz.plots._panels import Drawing, Legend, Panel, Panels
from nnviz.plots.moving import During, during, periods
from nnviz.plots.palette import Palette, Style, Styles
from nnviz.tables import HISTOGRAM

__all__ = ["distribution_grid", "distributions"]

LAYOUT = Layout(12, least=0.5)
"""How the panels of a grid lie."""

_SPIKE, _TALLER = 0.2, 1.5
"""What one or two bins must hold, and how tall they must be beside the rest, to be cut off."""

_LONGEST_NOTE = 0.5
"""What a note may take of the width; beyond, it gives the share alone."""


@checked
def distributions(
    data: pd.DataFrame,
    *,
    layer: str | int | None = None,
    quantity: str = "weight",
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the histogram of one layer for each setting, on top of each other, with equal areas.

    A spike (one or two bins that hold a fifth or more, such as a ReLU's zeros) that would flatten
    everything else is cut off, and its share is written beside it.

    Parameters
    ----------
    data : DataFrame
        A `tables.HISTOGRAM` table. Of one with a column ``step``, the last step is drawn.
    layer : str or int, optional
        Which layer to draw. Needed only if there are several.
    quantity : str
        What the values are, for the axis: a key of `text.QUANTITIES`, or any words.

    Raises
    ------
    ValueError
        If the table lacks a column, or has not this layer, or several and none is named.
    """
    return _HISTOGRAMS.alone(data, ax, layer, quantity=quantity, palette=palette)


_Drawn = list[tuple[During | None, dict[Hashable, Histogram]]]
"""The histogram of each setting, at each step if there are several."""


def _panels(
    data: pd.DataFrame, _: str, *, quantity: str, palette: Palette | None
) -> Panels[_Drawn]:
    styles = colours.styles(data["setting"], palette)

    def explain(panels: Sequence[Panel[_Drawn]], legend: Legend) -> None:
        _cut_spikes({panel.ax: panel.drawn for panel in panels}, styles)
        for panel in panels if len(panels) > 1 else ():
            _words.fit_ticks(panel.ax)
        if len(styles) > 1:
            legend([_key(name, style) for name, style in styles.items()], inside=True)

    return Panels(
        lambda ax, rows: _draw(ax, rows, styles),
        LAYOUT,
        text.quantity(quantity, data),
        text.quantity("density"),
        explain,
    )


def _draw(ax: Axes, rows: pd.DataFrame, styles: Styles) -> _Drawn:
    """Draw a line for each setting, and return their histograms."""
    drawn: _Drawn = []
    for part, period in periods(rows):
        own = {s: Histogram.read(of_one) for s, of_one in part.groupby("setting", sort=False)}
        drawn.append((period, {setting: whole.trimmed() for setting, whole in own.items()}))
        with during(ax, period):
            _draw_lines(ax, drawn[-1][1], styles)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.margins(x=0)
    return drawn


def _draw_lines(ax: Axes, histograms: Mapping[Hashable, Histogram], styles: Styles) -> None:
    for setting, histogram in histograms.items():
        if not histogram.share.any():
            continue
        style = styles[setting]
        ax.stairs(
            histogram.density(),
            histogram.edges,
            fill=True,
            facecolor=(style.color, 0.12),
            edgecolor=style.color,
            linestyle=style.linestyle,
            linewidth=0.8 * _canvas.stroke(),
        )
    if not any(histogram.share.any() for histogram in histograms.values()):
        _words.in_the_middle(ax, text.NOTES["nothing finite"])


def _cut_spikes(panels: Mapping[Axes, _Drawn], styles: Styles) -> None:
    """Let no spike be taller than the rest, and write what is in those that are cut off."""
    every = [
        histogram
        for drawn in panels.values()
        for _, histograms in drawn
        for histogram in histograms.values()
    ]
    top = max((histogram.tallest(_SPIKE) for histogram in every), default=0.0)
    tallest = max((float(histogram.density().max()) for histogram in every), default=0.0)
    if not 0 < _TALLER * top < tallest:
        return
    for ax, drawn in panels.items():
        ax.set_ylim(0, 1.2 * top)
        for period, histograms in drawn:
            with during(ax, period):
                _explain_taller(ax, histograms, 1.2 * top, styles)


def _explain_taller(
    ax: Axes, histograms: Mapping[Hashable, Histogram], top: float, styles: Styles
) -> None:
    """Write what is in spikes that are taller than the axes."""
    taller = [
        (setting, spike)
        for setting, histogram in histograms.items()
        for spike in histogram.spikes(_SPIKE)
        if spike[2] > top * (spike[1] - spike[0])
    ]
    places = [(spike[0] + spike[1]) / 2 for _, spike in taller]
    for line, (setting, spike) in enumerate(taller):
        color = colours.readable(styles[setting].color)
        to_right = sum(spike[:2]) <= sum(ax.get_xlim())
        if max(places) > min(places):  # away from each other
            to_right = sum(spike[:2]) > max(places) + min(places)
        _explain(ax, spike, line, color, to_right=to_right)


def _explain(
    ax: Axes, spike: tuple[float, float, float], line: int, color: str, *, to_right: bool
) -> None:
    """Write what a spike holds beside it."""
    left, right, part = spike
    ends = {"share": text.share(part), "interval": text.interval(left, right)}
    words = text.NOTES["part in"].format(**ends)
    if _words.length_of(words, _canvas.small()) > _LONGEST_NOTE * _canvas.width_of(ax):
        words = text.share(part)
    note = ax.annotate(
        words,
        (right if to_right else left, 1.0),
        xycoords=ax.get_xaxis_transform(),
        xytext=(4 if to_right else -4, -1.3 * line * _canvas.small()),
        textcoords="offset points",
        ha="left" if to_right else "right",
        va="top",
        fontsize=_canvas.small(),
        color=color,
    )
    _words.backed(_words.plain(note))


def _key(setting: Hashable, style: Style) -> Line2D:
    return _lines.handle(text.choice(setting), Style(style.color, style.linestyle, ""))


_HISTOGRAMS = Drawing(HISTOGRAM.check, _panels, one="layer")

distribution_grid = _HISTOGRAMS.grid_of(
    distributions,
    "distribution_grid",
    "Draw the histograms of each layer, or of each value of another column, in its own panel.",
    by="layer",
)


register(
    distributions,
    "Area under each line: 1. A spike that would flatten all others is cut off, and what "
    "it holds is written beside it.",
    Plot(
        HISTOGRAM,
        by_schema(distribution_grid, by="panels", quantity="measured"),
        _headlines.of_histograms,
    ),
    grid=distribution_grid,
)
