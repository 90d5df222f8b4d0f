"""What every plot needs of matplotlib: a place to draw, and safe words on it."""

from collections.abc import Mapping
from typing import TypeAlias

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text

from nnviz.plots import text

__all__ = [
    "Canvas",
    "axes_or_new",
    "figure_or_new",
    "legend",
    "muted",
    "no_data",
    "plain",
    "set_labels",
    "small",
    "stroke",
    "title",
]

Canvas: TypeAlias = Figure | SubFigure
"""What a grid draws on."""


def axes_or_new(ax: Axes | None) -> Axes:
    """Return the axes given, or those of a new figure; never the current ones."""
    if ax is not None:
        if not isinstance(ax, Axes):
            raise TypeError(f"ax must be a matplotlib Axes; got {ax!r:.80}")
        return ax
    return figure_or_new(None).add_subplot()


def figure_or_new(figure: Canvas | None, *, size: tuple[float, float] | None = None) -> Canvas:
    """Return the figure given, or a new one of this size in inches."""
    if figure is not None:
        if not isinstance(figure, Figure | SubFigure):
            raise TypeError(f"figure must be a matplotlib Figure or SubFigure; got {figure!r:.80}")
        return figure
    import matplotlib.pyplot as plt  # a new figure is shown in a notebook only by pyplot

    return plt.figure(figsize=size, layout="constrained")


def plain(words: Text) -> Text:
    """Return the text, drawn as it is: a ``$`` in a user's name does not begin a formula."""
    words.set_parse_math(False)
    return words


def set_labels(ax: Axes, *, x: str = "", y: str = "") -> None:
    """Write the names of the quantities on the axes."""
    plain(ax.set_xlabel(x))
    plain(ax.set_ylabel(y))


def title(ax: Axes, words: str) -> None:
    """Write what a panel shows above it."""
    plain(ax.set_title(words))


def legend(ax: Axes, handles: list[mpl.artist.Artist], **where: object) -> None:
    """Draw a legend whose names are plain text."""
    for words in ax.legend(handles=handles, **where).get_texts():  # type: ignore[arg-type]
        plain(words)


def small() -> float:
    """Return the size of small print in the context in force, in points."""
    size: Mapping[str, float] | float = mpl.rcParams["legend.fontsize"]
    return mpl.font_manager.FontProperties(size=size).get_size_in_points()


def stroke() -> float:
    """Return the width of a line in the context in force, in points."""
    return float(mpl.rcParams["lines.linewidth"])


def muted() -> str:
    """Return the colour of what is there but not the message: axes, ticks, notes."""
    return str(mpl.rcParams["axes.edgecolor"])


def no_data(ax: Axes) -> Axes:
    """Say that a table is empty, in the middle of the axes."""
    ax.set(xticks=[], yticks=[])
    plain(
        ax.text(0.5, 0.5, text.NOTES["no data"], transform=ax.transAxes, ha="center", va="center")
    )
    return ax
