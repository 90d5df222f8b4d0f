"""Lines with bands, named at their ends: what curves, statistics and descents share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from nnviz.plots import _canvas
from nnviz.plots._end_labels import End, end_labels
from nnviz.plots.palette import Style

Values = NDArray[np.float64]

_LONGEST = 28
_NAMES_PER_HEIGHT = 0.75


@dataclass(frozen=True)
class Line:
    """One line in order of x, with the edges of its band; what is not finite is not drawn."""

    name: str
    style: Style
    x: Values
    y: Values
    low: Values | None = None
    high: Values | None = None
    named: bool = True
    markers: bool = field(default=True)


def draw(ax: Axes, lines: Sequence[Line], *, log: bool | None) -> None:
    """Draw lines and bands, mark where a line stops being finite, and name the lines."""
    if log or (log is None and _spans_decades(lines)):
        ax.set_yscale("log")
    for line in lines:
        _draw_one(ax, line)
    ax.margins(x=0.015)
    name_lines(ax, [line for line in lines if line.named])


def name_lines(ax: Axes, lines: Sequence[Line]) -> None:
    """Write names at the ends of the lines where they fit, or else in a legend beside."""
    ends = [(line, _end(line)) for line in lines]
    present = [(line, end) for line, end in ends if end is not None]
    height = ax.get_window_extent().height / ax.get_figure(root=True).dpi * 72
    fits = len(present) * 1.4 * _canvas.small() < _NAMES_PER_HEIGHT * height
    if fits and all(len(line.name) <= _LONGEST for line in lines):
        end_labels(ax, [End(x, y, line.name, line.style.color) for line, (x, y) in present])
    else:
        handles = [handle(line.name, line.style) for line in lines]
        _canvas.legend(ax, handles, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def handle(name: str, style: Style) -> Line2D:
    """Return what stands for a line in a legend."""
    return Line2D(
        [], [], color=style.color, linestyle=style.linestyle, marker=style.marker, label=name
    )


def _draw_one(ax: Axes, line: Line) -> None:
    color = line.style.color
    every = max(1, -(-len(line.x) // 8)) if line.markers else None
    if line.low is not None and line.high is not None:
        ax.fill_between(line.x, line.low, line.high, color=color, alpha=0.18, linewidth=0)
    ax.plot(
        line.x,
        line.y,
        color=color,
        linestyle=line.style.linestyle,
        marker=line.style.marker if line.markers or len(line.x) == 1 else "",
        markevery=every,
        label=line.name,
    )
    last = _end(line)
    if last is not None and not np.isfinite(line.y).all():
        ax.plot(*last, color=color, marker="x", markeredgewidth=1.5, markersize=8, clip_on=False)


def _end(line: Line) -> tuple[float, float] | None:
    """Return the last point before the line stops being finite."""
    broken = np.flatnonzero(~np.isfinite(line.y))
    until = broken[0] if len(broken) else len(line.y)
    return (float(line.x[until - 1]), float(line.y[until - 1])) if until else None


def _spans_decades(lines: Sequence[Line]) -> bool:
    """Whether the values are positive and the largest is 100 times the smallest."""
    values = np.concatenate([line.y for line in lines]) if lines else np.empty(0)
    values = values[np.isfinite(values)]
    return bool(len(values) and values.min() > 0 and values.max() >= 100 * values.min())
