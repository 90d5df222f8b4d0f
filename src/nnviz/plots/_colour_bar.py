"""The bar that explains a scale of colours."""

from collections.abc import Sequence
from typing import Any, TypeVar

from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar

from nnviz.plots import _canvas, _words
from nnviz.plots._panels import Panel
from nnviz.plots._units import written_in

__all__ = ["colour_bar"]

T = TypeVar("T")


def colour_bar(
    panels: Sequence[Panel[T]], scale: ScalarMappable, words: str, **place: Any
) -> Colorbar:
    """Draw the bar beside panels that share a scale, or where matplotlib's arguments place it."""
    axes = [panel.ax for panel in panels]
    bar = axes[0].figure.colorbar(scale, ax=axes, pad=0.02, **place)
    bar.outline.set_visible(False)
    _canvas.pinned(bar.ax)
    _words.plain(bar.ax.xaxis.label)
    _words.plain(bar.ax.yaxis.label)
    bar.set_label(words)
    written_in(bar.ax.xaxis if bar.orientation == "horizontal" else bar.ax.yaxis, words)
    return bar
