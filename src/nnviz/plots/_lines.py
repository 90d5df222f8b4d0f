"""Lines with bands, named at their ends: what curves, statistics and descents share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from nnviz.plots import _canvas, _parts, _words, text
from nnviz.plots._end_labels import End, end_labels
from nnviz.plots._panels import Legend, Panel
from nnviz.plots.moving import During, Grows, Move, Widens, moves
from nnviz.plots.palette import Style

__all__ = ["Line", "draw", "handle", "name_lines"]

Values = NDArray[np.float64]

_WIDEST, _TALLEST = 0.42, 0.8
"""What names may take of the width and height of the axes; beyond, a legend reads better."""

_NARROWEST = 0.06
"""If all lines end within this part of the height, a name at the end points to none of them."""

_ALIKE = 6
"""Of more names than this, those of one colour need dash and marker to be told apart."""

_MARKERS, _MEASURED = 8, 24
"""Markers of a line over time, and of one on which each stands for what was measured there."""


@dataclass(frozen=True)
class Line:
    """One line in order of x, with the edges of its band; what is not finite is not drawn.

    A line without a name is explained elsewhere. A minor one has no markers. The part of the
    figure to which it belongs is called like the line, unless it says another. One over
    time, such as "step" or "epoch", says so: it is drawn bit by bit where the figure moves.
    """

    name: str
    style: Style
    x: Values
    y: Values
    low: Values
    high: Values
    minor: bool = False
    part: str = ""
    over: str = ""

    def until(self) -> int:
        """Return how many points come before the line stops being finite."""
        broken = np.flatnonzero(~np.isfinite(self.y))
        return int(broken[0]) if len(broken) else len(self.y)

    def end(self) -> tuple[float, float] | None:
        """Return the last point before the line stops being finite."""
        until = self.until()
        return (float(self.x[until - 1]), float(self.y[until - 1])) if until else None


def draw(ax: Axes, lines: Sequence[Line], *, log: bool | None) -> None:
    """Draw lines and bands, and mark where a line stops being finite.

    On a logarithmic axis, zeros are triangles on its lower edge.
    """
    logarithmic = _is_log(lines, log)
    for number, line in enumerate(lines):
        with _parts.part(ax, line.part or line.name):
            _draw_one(ax, line, number, _lowest(lines) if logarithmic else -np.inf)
    if logarithmic:
        ax.set_yscale("log", nonpositive="mask")
        for line in lines:
            with _parts.part(ax, line.part or line.name):
                _draw_zeros(ax, line)
    ax.margins(x=0.015)


def name_lines(
    panels: Sequence[Panel[list[Line]]], legend: Legend, *, numbers: bool = False
) -> None:
    """Write names at the ends of the lines if they fit in all panels, or else in one legend.

    If asked for, the number at which each line ends is written there in either case.
    """
    fit = all(_fit(panel.ax, panel.drawn) for panel in panels)
    for panel in panels:
        if fit or numbers:
            _name(panel, names=fit, numbers=numbers)
    if not fit:
        every = [line for panel in panels for line in panel.drawn if line.name]
        legend([handle(*each) for each in dict.fromkeys((line.name, line.style) for line in every)])


def handle(name: str, style: Style) -> Line2D:
    """Return what stands for a line in a legend."""
    return Line2D([], [], color=style.color, linestyle=style.linestyle, label=name, **style.marks())


def _fit(ax: Axes, lines: Sequence[Line]) -> bool:
    names = [line.name for line in lines if line.name]
    height = 1.4 * _canvas.small() * len(names)
    width = max((_words.length_of(name, _canvas.small()) for name in names), default=0.0)
    colours = {line.style.color for line in lines if line.name}
    return (
        len(names) <= max(len(colours), _ALIKE)
        and height <= _TALLEST * _canvas.height_of(ax)
        and width <= _WIDEST * _canvas.width_of(ax)
        and (len(names) < 3 or _ends_apart(ax, lines))
    )


def _ends_apart(ax: Axes, lines: Sequence[Line]) -> bool:
    """Whether the ends of the lines take so much of the height that names can point to them."""
    ends = [end for line in lines if line.name and (end := line.end())]
    if not ends:
        return False
    heights = ax.transAxes.inverted().transform(ax.transData.transform(ends))[:, 1]
    finite = heights[np.isfinite(heights)]
    return bool(len(finite) and np.ptp(finite) > _NARROWEST)


def _name(panel: Panel[list[Line]], *, names: bool, numbers: bool) -> None:
    seen = [(line, _seen(panel.ax, line)) for line in panel.drawn if line.name]
    named = [(line, way) for line, way in seen if len(way)]
    last = text.numbers([way[-1, 1] for _, way in named], panel.y)
    ends = [
        _end(line, way, line.name if names else "", number if numbers else "")
        for (line, way), number in zip(named, last, strict=True)
    ]
    written = end_labels(panel.ax, ends)
    if named and all(line.over for line, _ in named):
        for artist, move in written.moves([way for _, way in named]):
            moves(artist, move, named[0][0].over)


def _end(line: Line, way: Values, name: str, number: str) -> End:
    x, y = map(float, way[-1])
    return End(x, y, name, line.style.color, line.part or line.name, number)


def _seen(ax: Axes, line: Line) -> Values:
    """Return the points before the line stops being finite that the scale can show."""
    points = _points(line.x, line.y)[: line.until()]
    with np.errstate(divide="ignore", invalid="ignore"):
        return points[np.isfinite(ax.transScale.transform(points)).all(axis=1)]


def _lowest(lines: Sequence[Line]) -> float:
    """Return the lowest number that a logarithmic axis can show."""
    shown = np.concatenate([part for line in lines for part in (line.y, line.low)])
    return float(shown[shown > 0].min())


def _draw_one(ax: Axes, line: Line, number: int, lowest: float) -> None:
    style = line.style
    every = -(-len(line.x) // (_MARKERS if line.over else _MEASURED))
    marks = {"marker": ""} if line.minor and len(line.x) > 1 else style.marks()
    if len(line.x) > 1 and (line.low < line.high).any():  # one of a long run alone takes seconds
        alpha = 0.09 if line.minor else 0.18
        # a band that reaches 0 ends at the edge of a logarithmic axis
        low, high = np.maximum(line.low, lowest), np.maximum(line.high, lowest)
        band = ax.fill_between(line.x, low, high, color=style.color, alpha=alpha, linewidth=0)
        _comes(line, band, Widens(line.x, _points(line.x, low), _points(line.x, high)))
    # lines that lie on each other must not have their markers on each other, too
    marked = (number * every // 3 % every, every) if every else None
    (drawn,) = ax.plot(
        line.x,
        line.y,
        color=style.color,
        linestyle=style.linestyle,
        markevery=marked,
        label=line.name,
        **marks,
    )
    _comes(line, drawn, Grows(line.x, _points(line.x, line.y), marked))
    end = line.end()
    if end is not None and not np.isfinite(line.y).all():
        (lost,) = ax.plot(*end, marker="X", markersize=2 * _canvas.dot(), color=style.color)
        _comes(line, lost, During(float(line.x[line.until()])))
        ax.update_datalim([(float(line.x[-1]), end[1])])  # where it would have ended


def _draw_zeros(ax: Axes, line: Line) -> None:
    x = line.x[line.y == 0]
    size, edge = 1.5 * _canvas.dot(), ax.get_xaxis_transform()
    if len(x):
        (marks,) = ax.plot(
            x, 0 * x, "v", markersize=size, color=line.style.color, transform=edge, clip_on=False
        )
        _comes(line, marks, Grows(x, _points(x, 0 * x), strokes=False))


def _comes(line: Line, artist: Artist, move: Move) -> None:
    """Declare how what is drawn of a line over time came to be."""
    if line.over:
        moves(artist, move, line.over)


def _points(x: Values, y: Values) -> Values:
    return np.column_stack([x, y])


def _is_log(lines: Sequence[Line], log: bool | None) -> bool:
    """Whether the axis is logarithmic: by default, if all is positive and spans two decades."""
    values = np.concatenate([line.y for line in lines]) if lines else np.empty(0)
    values = values[np.isfinite(values)]
    if log is None:
        return bool(len(values) and 0 < values.min() <= values.max() / 100)
    return log and bool((values > 0).any())
