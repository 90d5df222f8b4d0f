"""What every plot needs of matplotlib: a place to draw, and the sizes and colours in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike

__all__ = [
    "Canvas",
    "axes_or_new",
    "contrast",
    "cross_above",
    "dot",
    "dpi",
    "figure_or_new",
    "ground",
    "height_of",
    "luminance",
    "muted",
    "newly_drawn",
    "pinned",
    "setting",
    "size_of",
    "small",
    "stroke",
    "width_of",
]

Canvas: TypeAlias = Figure | SubFigure
"""What a grid draws on."""

_SEEN, _INK = 3.0, 0.6
"""The contrast that WCAG 2 asks of graphics, and how much of the text's colour reaches it."""


def axes_or_new(ax: Axes | None, *, size: tuple[float, float] | None = None) -> Axes:
    """Return the axes given, or those of a new figure of this size; never the current ones."""
    if ax is None:
        return pinned(figure_or_new(None, size=size).add_subplot())
    return ax


def figure_or_new(figure: Canvas | None, *, size: tuple[float, float] | None = None) -> Canvas:
    """Return the figure given, or a new one of this size in inches."""
    if figure is None:
        import matplotlib.pyplot as plt  # only pyplot's figures are shown in a notebook

        return plt.figure(figsize=size, layout="constrained")
    return figure


def pinned(ax: Axes) -> Axes:
    """Return new axes whose ticks keep the look in force now.

    matplotlib makes ticks when it draws, which may be after the end of a theme.
    """
    for axis in ("x", "y"):
        ticks = {
            name: setting(f"{axis}tick.{key}")
            for name, key in (
                ("color", "color"),
                ("labelcolor", "labelcolor"),
                ("labelsize", "labelsize"),
                ("length", "major.size"),
                ("width", "major.width"),
                ("pad", "major.pad"),
            )
        }
        if ticks["labelcolor"] == "inherit":
            ticks["labelcolor"] = ticks["color"]
        ax.tick_params(axis=axis, **ticks)
        ax.tick_params(axis=axis, which="minor", length=setting(f"{axis}tick.minor.size"))
    return ax


def cross_above(ax: Axes, places: ArrayLike, color: str) -> None:
    """Put crosses on the upper edge: what is there cannot be drawn."""
    ax.plot(
        places,
        np.ones(np.shape(places)),
        "x",
        color=color,
        markersize=1.7 * dot(),
        markeredgewidth=stroke(),
        transform=ax.get_xaxis_transform(),
        clip_on=False,
    )


def width_of(ax: Axes) -> float:
    """Return the width of the axes in points, before the layout has made room for labels."""
    return float(ax.get_window_extent().width / dpi(ax) * 72)


def height_of(ax: Axes) -> float:
    """Return the height of the axes in points, before the layout has made room for labels."""
    return float(ax.get_window_extent().height / dpi(ax) * 72)


def size_of(role: str) -> float:
    """Return the font size of a role (``legend.font``, ``axes.label``, …), in points."""
    return float(FontProperties(size=setting(f"{role}size")).get_size_in_points())


def small() -> float:
    """Return the size of small print in the context in force, in points."""
    return size_of("legend.font")


def stroke() -> float:
    """Return the width of a line in the context in force, in points."""
    return float(mpl.rcParams["lines.linewidth"])


def dot() -> float:
    """Return the size of a marker in the context in force, in points."""
    return float(mpl.rcParams["lines.markersize"])


def muted() -> str:
    """Return the colour of what is there but not the message: axes, ticks, notes.

    It is that of the axes' frame, or, where that is hardly seen as in seaborn's themes with a
    grid, the text's colour, paler.
    """
    frame = str(mpl.rcParams["axes.edgecolor"])
    if contrast(frame, ground()) >= _SEEN:
        return frame
    text, under = (np.array(colors.to_rgb(c)) for c in (mpl.rcParams["text.color"], ground()))
    return colors.to_hex(tuple(_INK * text + (1 - _INK) * under))


def ground() -> str:
    """Return the colour that is drawn on."""
    face = mpl.rcParams["axes.facecolor"]
    return str(mpl.rcParams["figure.facecolor"] if face == "none" else face)


def contrast(one: ColorType, other: ColorType) -> float:
    """Return the contrast of two colours by WCAG 2, from 1 (none) to 21 (black on white).

    ``(L₁ + 0.05) / (L₂ + 0.05)`` of the relative luminances, the lighter one first.
    """
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: ColorType) -> float:
    """Return the relative luminance of a colour by WCAG 2, from 0 (black) to 1 (white)."""
    parts = colors.to_rgb(color)
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def dpi(ax: Axes) -> float:
    """Return how many pixels of the axes' figure make an inch."""
    return float(ax.get_figure(root=True).dpi)  # type: ignore[union-attr]


def setting(name: str) -> Any:
    """Return one of matplotlib's settings by a name that was put together."""
    return mpl.rcParams[name]  # type: ignore[index]


@contextmanager
def newly_drawn(ax: Axes) -> Iterator[list[Artist]]:
    """Yield a list that, after the ``with`` block, has what was drawn on axes inside it."""
    before = set(ax.get_children())
    artists: list[Artist] = []
    yield artists
    artists.extend(artist for artist in ax.get_children() if artist not in before)
