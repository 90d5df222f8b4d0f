"""Marks for what a title counts: a star, a bracket, a guide."""

import math
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes

from nnviz.plots import _canvas, _words, palette, text

__all__ = ["bracket", "guide", "star"]

_FRONT = 6
"""In front of whatever a plot draws."""


def star(ax: Axes, x: float, y: float) -> None:
    """Put a star on a point, in front of lines and markers.

    Parameters
    ----------
    ax : Axes
    x, y : float
        Where, as on the axes.
    """
    ax.plot(
        [x],
        [y],
        "*",
        color=mpl.rcParams["text.color"],
        markersize=2.6 * _canvas.dot(),
        markeredgecolor=_canvas.ground(),
        markeredgewidth=0.4 * _canvas.stroke(),
        clip_on=False,
        scalex=False,
        scaley=False,
        zorder=_FRONT,
    )


def bracket(ax: Axes, x: tuple[float, float], y: float, words: str) -> None:
    """Draw a level line between two strokes, and write below its middle what it measures.

    Parameters
    ----------
    ax : Axes
    x : (float, float)
        From where to where.
    y : float
        At which height.
    words : str
    """
    color = mpl.rcParams["text.color"]
    for shade, width in ((_canvas.ground(), 1.8), (color, 0.8)):
        ax.plot(
            x,
            (y, y),
            marker="|",
            color=shade,
            linewidth=width * _canvas.stroke(),
            markersize=2 * _canvas.dot(),
            markeredgewidth=width * _canvas.stroke(),
            scalex=False,
            scaley=False,
            zorder=_FRONT,
        )
    middle = math.sqrt(x[0] * x[1]) if ax.get_xscale() == "log" else sum(x) / 2
    _write(ax, words, (middle, y), (0, -0.6), ha="center", va="top")


def guide(ax: Axes, words: str, *, x: float | None = None, y: float | None = None) -> None:
    """Draw a thin line across the axes at a value, and write at its end what it stands for.

    Parameters
    ----------
    ax : Axes
    words : str
        Written above the right end of a level line, or right of the top of an upright one.
    x, y : float
        One of them: where the upright line stands, or the level one lies.
    """
    if (x is None) == (y is None):
        raise ValueError(f"guide must have x or y; got x={x}, y={y}")
    line: dict[str, Any] = {
        "color": _canvas.muted(),
        "linewidth": 0.7 * _canvas.stroke(),
        "zorder": 1.5,
    }
    if x is not None:
        ax.axvline(x, **line)
        top = max(ax.get_ylim(), key=lambda end: ax.transData.transform((x, end))[1])
        _write(ax, words, (x, top), (0.4, -0.3), ha="left", va="top")
    elif y is not None:
        ax.axhline(y, **line)
        right = max(ax.get_xlim(), key=lambda end: ax.transData.transform((end, y))[0])
        _write(ax, words, (right, y), (-0.3, 0.3), ha="right", va="bottom")


def _write(
    ax: Axes, words: str, at: tuple[float, float], away: tuple[float, float], **align: Any
) -> None:
    """Write beside a point, so many small letters away from it."""
    size = _canvas.small()
    note = ax.annotate(
        text.shown(words),
        at,
        xytext=(away[0] * size, away[1] * size),
        textcoords="offset points",
        fontsize=size,
        color=palette.readable(mpl.rcParams["text.color"]),
        zorder=_FRONT,
        **align,
    )
    _words.backed(_words.plain(note))
