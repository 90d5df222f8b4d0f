"""Names at the ends of lines, kept apart: read faster than a legend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.patheffects import Stroke
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from nnviz.plots import _canvas, _parts, _words, palette, text
from nnviz.plots.moving import Move, With, head

__all__ = ["End", "Spreader", "end_labels", "spread"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class End:
    """Where a line ends, in data coordinates, what is written there, and the part it belongs to.

    The number at which it ends, if that is to be written too, stands after the name.
    """

    x: float
    y: float
    name: str
    color: str
    part: str
    number: str = ""

    def words(self, *, over: bool = True) -> str:
        """Return what is written, with the number once the line is all there."""
        if not (over and self.number):
            return self.name
        return text.with_number(self.name, self.number) if self.name else self.number


def end_labels(ax: Axes, ends: Sequence[End]) -> "Spreader":
    """Write a name right of each end; names that would share a place move apart, up or down.

    Returns what moves them, which knows how they travel with their lines.
    """
    size = _canvas.small()
    spreader = Spreader(ends)
    if ends:  # before the names: whoever measures them asks in the order of addition
        ax.add_artist(spreader)
    texts: list[Annotation] = []
    last = max((end.x for end in ends), default=0.0)
    for end in ends:
        with _parts.part(ax, end.part):
            texts.append(_written(ax, end, size))
            _words.plain(texts[-1])
            if end.x < last:  # it stands among the lines
                spreader.halos.append(_halo(ax, texts[-1]))
    spreader.texts = texts
    return spreader


class _Halo(Artist):
    """The ground around the letters of a name: less than a box hides of the lines behind it.

    It is an artist of its own, since letters with a stroke are outlines in a PDF, and no text.
    """

    def __init__(self, words: Text) -> None:
        super().__init__()
        self._words = words
        self._stroke = Stroke(linewidth=0.3 * _canvas.small(), foreground=_canvas.ground())
        self.set_zorder(words.get_zorder() - 0.01)
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the letters with a stroke, as they stand now; the name is drawn over them."""
        self._words.set_path_effects([self._stroke])
        self._words.draw(renderer)
        self._words.set_path_effects([])


def _halo(ax: Axes, words: Text) -> _Halo:
    halo = _Halo(words)
    ax.add_artist(halo)
    return halo


def _written(ax: Axes, end: End, size: float) -> Annotation:
    return ax.annotate(
        end.words(),
        (end.x, end.y),
        xytext=(0.7 * size, 0),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=size,
        color=palette.readable(end.color),
        annotation_clip=False,
    )


def spread(
    wanted: NDArray[np.float64], heights: NDArray[np.float64], low: float, high: float
) -> NDArray[np.float64]:
    """Return centres that do not overlap, as near to the wanted ones as can be.

    Least squares in the order of the wanted centres: isotonic regression by pooling neighbours,
    then clipped to the bounds. Where there is too little room, the bounds give way at the top.
    """
    order = np.argsort(wanted, kind="stable")
    sizes = heights[order]
    below = np.concatenate([[0.0], np.cumsum((sizes[:-1] + sizes[1:]) / 2)])
    pools: list[tuple[float, int]] = []
    for target in wanted[order] - below:
        mean, members = float(target), 1
        while pools and pools[-1][0] > mean:
            other, n = pools.pop()
            mean, members = (mean * members + other * n) / (members + n), members + n
        pools.append((mean, members))
    bases = np.repeat([mean for mean, _ in pools], [n for _, n in pools])
    placed = np.empty_like(wanted)
    placed[order] = np.clip(bases, low, max(low, high - below[-1])) + below
    return placed


class Spreader(Artist):
    """Moves the names before each drawing, when the size of the axes is known."""

    def __init__(self, ends: Sequence[End]) -> None:
        super().__init__()
        self._ends = ends
        self.texts: Sequence[Annotation] = ()
        self.halos: list[Artist] = []
        self.set_clip_on(False)
        self.set_zorder(2.9)  # just below the names

    def moves(self, ways: Sequence[Values]) -> Iterator[tuple[Artist, Move]]:
        """Yield how names travel along their lines, each of shape (n, 2), and what moves."""
        yield self, _Travels(ways)
        for words in (*self.halos, *self.texts):
            yield words, With()

    def place(self, points: Sequence[Values], *, over: bool) -> None:
        """Let the names stand at other ends, with their numbers if these are the last."""
        pairs = zip(self._ends, points, strict=True)
        self._ends = [replace(end, x=float(x), y=float(y)) for end, (x, y) in pairs]
        for end, words in zip(self._ends, self.texts, strict=True):
            words.set_text(end.words(over=over))

    def draw(self, renderer: RendererBase) -> None:
        """Place the names; they draw themselves afterwards."""
        self._place(renderer)

    def get_tightbbox(self, renderer: RendererBase | None = None) -> Bbox | None:
        """Place the names, for the layout to make room for them; this artist needs none."""
        if renderer is not None:
            self._place(renderer)
        return None

    def _place(self, renderer: RendererBase) -> None:
        axes = self.axes
        assert axes is not None  # end_labels added it to them
        room = axes.get_window_extent(renderer)
        points = axes.transData.transform([(end.x, end.y) for end in self._ends])
        boxes = [words.get_window_extent(renderer) for words in self.texts]
        widths, heights = np.array([(box.width, box.height) for box in boxes]).T
        for group in _columns(points[:, 0], widths):
            centres = spread(points[group, 1], 1.1 * heights[group], room.y0, room.y1)
            for index, centre in zip(group.tolist(), centres, strict=True):
                moved = axes.transData.inverted().transform((points[index, 0], centre))
                self.texts[index].xy = (self._ends[index].x, float(moved[1]))


@dataclass(frozen=True)
class _Travels:
    """Names at the heads of lines over time, each of shape (n, 2)."""

    ways: Sequence[Values]
    smooth: ClassVar[bool] = True

    @property
    def moments(self) -> Values:
        """When any of the lines has a point."""
        return np.unique(np.concatenate([way[:, 0] for way in self.ways]))

    def show(self, artist: Spreader, moment: float) -> None:
        """Put each name where its line is."""
        axes = artist.axes
        assert isinstance(axes, Axes)  # end_labels added it to them
        heads = [head(axes, way[:, 0], way, moment) for way in self.ways]
        artist.place(heads, over=moment >= self.moments[-1])


def _columns(left: NDArray[np.float64], widths: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Return which names stand above each other: those without a gap beside them."""
    order = np.argsort(left, kind="stable")
    reached = np.maximum.accumulate((left + widths)[order])
    gaps = np.flatnonzero(left[order][1:] > reached[:-1]) + 1
    return [np.sort(group) for group in np.split(order, gaps)]
