"""Marks for what a title counts: a star, a bracket, a frame, a guide, a highlighter."""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Affine2D, Bbox, Transform
from mpl_toolkits.mplot3d import Axes3D
from mpl_toolkits.mplot3d.proj3d import proj_transform
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._language import current
from nnviz.plots import _canvas, _parts, _words, palette, text
from nnviz.plots._arguments import checked

__all__ = ["bracket", "frame", "guide", "highlight", "star"]

_FRONT = 6
"""In front of whatever a plot draws."""

Pair: TypeAlias = tuple[float, float]


@_parts.comes_last
@checked
def star(ax: Axes, x: float, y: float, words: str = "") -> None:
    """Put a star on a point, in front of lines and markers, and write beside it what it says.

    Parameters
    ----------
    ax : Axes
    x, y : float
        Where, as on the axes.
    words : str, optional
        Beside the star, on the side where they cover least.
    """
    _checks.real("x", x)
    _checks.real("y", y)
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
    _write_beside(ax, words, x, y)


@_parts.comes_last
@checked
def bracket(
    ax: Axes, x: float | tuple[float, float], y: float | tuple[float, float], words: str
) -> None:
    """Draw a line between two strokes, and write beside its middle what it measures.

    Parameters
    ----------
    ax : Axes
    x, y : float or (float, float)
        One of them a pair, from where to where: x of a level bracket, y of an upright one.
    words : str
        Below a level bracket, right of an upright one; may be empty.
    """
    is_level = np.ndim(x) > 0
    if is_level:
        left, right = _checks.point("x", x)
        low = high = _checks.real("y", y)
    else:
        left = right = _checks.real("x", x)
        low, high = _checks.point("y", y)
    for shade, width in ((_canvas.ground(), 1.8), (mpl.rcParams["text.color"], 0.8)):
        ax.plot(
            (left, right),
            (low, high),
            marker="|" if is_level else "_",
            color=shade,
            linewidth=width * _canvas.stroke(),
            markersize=2 * _canvas.dot(),
            markeredgewidth=width * _canvas.stroke(),
            scalex=False,
            scaley=False,
            zorder=_FRONT,
        )
    middle = _middle(left, right, ax.get_xscale()), _middle(low, high, ax.get_yscale())
    if is_level:
        _write(ax, words, middle, (0, -0.6), ha="center", va="top")
    else:
        _write(ax, words, middle, (0.6, 0), ha="left", va="center")


@_parts.comes_last
@checked
def frame(ax: Axes, x: tuple[float, float], y: tuple[float, float]) -> None:
    """Draw a box around what is spoken of, such as a row of a matrix.

    Parameters
    ----------
    ax : Axes
    x, y : (float, float)
        From where to where.
    """
    left, right = _checks.point("x", x)
    low, high = _checks.point("y", y)
    ax.plot(
        (left, right, right, left, left),
        (low, low, high, high, low),
        color=mpl.rcParams["text.color"],
        linewidth=0.6 * _canvas.stroke(),
        solid_joinstyle="miter",
        clip_on=False,
        scalex=False,
        scaley=False,
        zorder=_FRONT,
    )


def _middle(low: float, high: float, scale: str) -> float:
    """Return what is seen halfway."""
    return math.sqrt(low * high) if scale == "log" else (low + high) / 2


@checked
def guide(ax: Axes, words: str, *, x: float | None = None, y: float | None = None) -> None:
    """Draw a thin line across the axes at a value, and write at its end what it stands for.

    Parameters
    ----------
    ax : Axes
    words : str
        Written at an end of a level line, above it or below, or beside the top of an upright
        one, where it covers least; may be empty.
    x, y : float
        One of them: where the upright line stands, or the level one lies.
    """
    if (x is None) == (y is None):
        raise ValueError(f"guide must have x or y; got x={x}, y={y}")
    _checks.optional("x", x, _checks.real)
    _checks.optional("y", y, _checks.real)
    line: dict[str, Any] = {
        "color": _canvas.muted(),
        "linewidth": 0.7 * _canvas.stroke(),
        "zorder": 1.5,
    }
    if x is not None:
        ax.axvline(x, **line)
        top = max(ax.get_ylim(), key=lambda end: ax.transData.transform((x, end))[1])
        _write_where_free(ax, words, [((x, top), (0.4, -0.3)), ((x, top), (-0.4, -0.3))])
    elif y is not None:
        ax.axhline(y, **line)
        _write_along(ax, current().sentence(words), y)


@_parts.comes_last
@checked
def highlight(ax: Axes, *coordinates: ArrayLike, where: ArrayLike, label: str = "") -> None:
    """Draw a broad, light line behind parts of a path, as with a highlighter.

    Parameters
    ----------
    ax : Axes
    coordinates : array-like of shape (n,)
        x and y of the path, and z on axes with three dimensions.
    where : array-like of bool, shape (n - 1,)
        Which of the ways from one point to the next.
    label : str, optional
        Written beside the first of them.

    Raises
    ------
    ValueError
        If the axes have other dimensions, or coordinates and ways do not belong together.
    """
    _checks.text("label", label)
    points = _path(ax, coordinates)
    chosen = _checks.numbers("where", where) != 0
    ways = points.shape[1] - 1
    if chosen.shape != (ways,):
        raise ValueError(
            f"where must have {ways} entries, one for each way from point to point; "
            f"got shape {chosen.shape}"
        )
    gaps = np.full((len(points), np.count_nonzero(chosen)), np.nan)
    parts = np.stack([points[:, :-1][:, chosen], points[:, 1:][:, chosen], gaps], axis=-1)
    ax.plot(
        *parts.reshape(len(points), -1),
        color=palette.warning(),
        linewidth=4.5 * _canvas.stroke(),
        alpha=0.45,
        solid_capstyle="round",
        solid_joinstyle="round",
        zorder=2.5,
    )
    if label and chosen.any():
        first = points[:, np.argmax(chosen)]
        if isinstance(ax, Axes3D):
            seen = _seen_at(ax, first)
            _write(ax, label, (0, 0), (-0.7, 0), xycoords=seen, ha="right", va="center")
        else:
            _write_beside(ax, label, *first)


def _path(ax: Axes, coordinates: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """Return a row for each dimension of the axes, of as many points."""
    names = "x, y and z" if isinstance(ax, Axes3D) else "x and y"
    rows = [_checks.numbers("coordinates", each) for each in coordinates]
    if len(rows) != (3 if isinstance(ax, Axes3D) else 2):
        raise ValueError(f"coordinates must be {names} on these axes; got {len(rows)} of them")
    shapes = [row.shape for row in rows]
    if len(set(shapes)) > 1 or rows[0].ndim != 1 or not len(rows[0]):
        told = ", ".join(map(str, shapes))
        raise ValueError(f"coordinates must be {names} of as many points each; got shapes {told}")
    return np.stack(rows)


def _seen_at(ax: Axes3D, point: NDArray[np.float64]) -> Callable[[object], Transform]:
    """Return what finds where a point in space is seen: elsewhere, once the axes are turned."""

    def seen(_: object) -> Transform:
        x, y, _depth = proj_transform(*point, ax.get_proj())
        return Affine2D().translate(*ax.transData.transform((x, y)))

    return seen


def _write_along(ax: Axes, words: str, y: float) -> None:
    """Write at a level line: at the end and on the side where the words cover least."""
    left, right = sorted(ax.get_xlim(), key=lambda end: ax.transData.transform((end, y))[0])
    _write_where_free(ax, words, [((right, y), (-0.3, 0.3)), ((left, y), (0.3, 0.3))])


def _write_beside(ax: Axes, words: str, x: float, y: float) -> None:
    """Write at a corner of a point, where the words cover least: rather right of it, and above."""
    if words:
        _write_where_free(ax, words, [((x, y), (0.5, 0.5)), ((x, y), (-0.5, 0.5))])


def _write_where_free(ax: Axes, words: str, above: Sequence[tuple[Pair, Pair]]) -> None:
    """Write at one of several points, above it or below, where the words cover least.

    Parameters
    ----------
    above : sequence of ((x, y), (right, up))
        Points, and how many small letters away from each the words would be.
    """
    places = [(at, (dx, up)) for at, (dx, dy) in above for up in (dy, -dy)]
    at, away = min(places, key=lambda place: _covered(ax, words, *place))
    ha, va = "left" if away[0] > 0 else "right", "bottom" if away[1] > 0 else "top"
    _write(ax, words, at, away, ha=ha, va=va)


def _covered(ax: Axes, words: str, at: Pair, away: Pair) -> tuple[bool, int]:
    """Return whether words would leave the axes, and how many lines and words they would cover."""
    size = _canvas.small()
    pixels = _canvas.dpi(ax) / 72
    width, height = pixels * _words.length_of(words, size), pixels * 1.2 * size
    left, low = ax.transData.transform(at) + np.multiply(away, pixels * size)
    corner = left - width * (away[0] < 0), low - height * (away[1] < 0)
    box = Bbox.from_bounds(*corner, width, height)
    crossed = [
        line.get_path().transformed(line.get_transform()).intersects_bbox(box, filled=False)
        for line in ax.lines
    ]
    met = [box.overlaps(note.get_window_extent()) for note in ax.texts]
    leaves = ax.get_window_extent().count_contains(box.corners()) < len(box.corners())
    return leaves, sum(crossed) + sum(met)


def _write(ax: Axes, words: str, at: Pair, away: Pair, **align: Any) -> None:
    """Write beside a point, so many small letters away from it."""
    if not words:
        return
    size = _canvas.small()
    note = ax.annotate(
        text.shown(current().sentence(words)),
        at,
        xytext=(away[0] * size, away[1] * size),
        textcoords="offset points",
        fontsize=size,
        color=palette.readable(mpl.rcParams["text.color"]),
        zorder=_FRONT,
        **align,
    )
    _words.backed(_words.plain(note))
