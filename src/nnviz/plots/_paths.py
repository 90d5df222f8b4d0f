"""One path across a view: where it starts, where it ends, and where it leaves."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from numpy.typing import NDArray

from nnviz.plots import _canvas, _words, palette, text
from nnviz.plots.moving import During, Follows, Grows, moves
from nnviz.plots.palette import Style
from nnviz.surfaces import Range

__all__ = ["draw_path", "visible"]

Point = NDArray[np.float64]
Points = NDArray[np.float64]

_MOST_MARKERS = 80
"""Up to here each step has a mark of its own; in a longer path the marks would be a smear."""

_NEAR = (0.5, 0.1)
"""How near to each other, as parts of the view, marks are whose notes would overlap."""


def draw_path(ax: Axes, rows: pd.DataFrame, style: Style, view: Range) -> None:
    """Draw one path as far as it can be seen, and mark where that ends before the last step."""
    points = rows[["x", "y"]].to_numpy(dtype=np.float64)
    inside, until = visible(points, view)
    if not until:
        return
    lost, steps = until < len(points), rows["step"].to_numpy(np.float64)
    (line,) = ax.plot(*inside.T, color=style.color, linestyle=style.linestyle, zorder=3)
    moves(line, Grows(steps[: len(inside)], inside))
    if until <= _MOST_MARKERS:
        updates = points[1:until]
        (marks,) = ax.plot(*updates.T, linestyle="", color=style.color, zorder=3, **style.marks())
        moves(marks, Grows(steps[1:until], updates, strokes=False))
    _mark(ax, inside[0], "o", mpl.rcParams["text.color"], hollow=True)
    end = _mark(ax, inside[-1], "X" if lost else "o", style.color)
    if not lost:
        moves(end, Follows(steps[: len(inside)], inside))
    else:
        key = "left the view" if np.isfinite(points[until]).all() else "not finite"
        words = text.NOTES[key].format(step=int(rows["step"].iloc[until]))
        note = _note(ax, inside[-1], words, view, palette.readable(style.color))
        for artist in (end, note):
            moves(artist, During(steps[until]))


def visible(points: Points, view: Range) -> tuple[Points, int]:
    """Return the way that can be seen, up to the edge if it crosses it, and its whole steps."""
    (x0, x1), (y0, y1) = view
    finite = np.asarray(np.isfinite(points).all(axis=1))
    seen = finite & (points >= (x0, y0)).all(axis=1) & (points <= (x1, y1)).all(axis=1)
    until = len(points) if seen.all() else int(np.argmin(seen))
    inside = points[:until]
    if 0 < until < len(points) and finite[until]:
        inside = np.vstack([inside, _crossing(inside[-1], points[until], view)])
    return inside, until


def _crossing(inside: Point, outside: Point, view: Range) -> Point:
    """Return where the way out of the view crosses its edge."""
    way = outside - inside
    edges = np.where(way > 0, [axis[1] for axis in view], [axis[0] for axis in view])
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (edges - inside) / way
    return inside + way * np.nanmin(np.where(way != 0, parts, np.nan))


def _mark(ax: Axes, at: Point, marker: str, color: str, *, hollow: bool = False) -> Line2D:
    """Draw a ring, or a dot or cross that stands out from the path by a rim."""
    size = _canvas.dot()
    (mark,) = ax.plot(
        *at,
        marker=marker,
        markersize=(2.0 if hollow else 1.8) * size,
        markerfacecolor=_canvas.ground() if hollow else color,
        markeredgecolor=color if hollow else _canvas.ground(),
        markeredgewidth=_canvas.stroke() * (1.0 if hollow else 0.5),
        linestyle="",
        clip_on=False,
        zorder=4,
    )
    return mark


def _note(ax: Axes, at: Point, words: str, view: Range, color: str) -> Annotation:
    """Write beside a mark, towards the middle of the view and beyond notes on marks nearby."""
    right, up = (at[axis] < sum(view[axis]) / 2 for axis in (0, 1))
    size = _canvas.small()
    others = [other.xy for other in ax.texts if isinstance(other, Annotation)]
    near = np.abs(np.reshape(others, (-1, 2)) - at) < np.multiply(_NEAR, np.ptp(view, axis=1))
    away = (0.6 + 1.7 * near.all(axis=1).sum()) * size
    note = ax.annotate(
        words,
        tuple(at),
        xytext=(size if right else -size, away if up else -away),
        textcoords="offset points",
        ha="left" if right else "right",
        va="bottom" if up else "top",
        fontsize=size,
        color=color,
        zorder=5,
    )
    _words.backed(_words.plain(note))
    return note
