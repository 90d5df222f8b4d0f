"""A figure as frames: what stands still is drawn once, what moves is drawn again in each."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from math import inf
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from nnviz.motion.clock import Clock
from nnviz.motion.counter import Counter
from nnviz.plots._canvas import contrast
from nnviz.plots.moving import Moving, declared
from nnviz.publish.files import freeze_layout

__all__ = ["Frame", "Stage", "set_up"]

Frame: TypeAlias = NDArray[np.uint8]
"""Pixels of red, green, blue and 255, shape (height, width, 4)."""

_SAMPLES = 5
"""How many frames are looked at for a place where the step can be written."""


class Stage:
    """A figure that shows any moment.

    Attributes
    ----------
    moving : list of Moving
        What moves.
    clock : Clock
        When.
    """

    def __init__(
        self, canvas: Any, size: tuple[int, int], after: ExitStack, *, counted: bool
    ) -> None:
        figure = canvas.figure
        self.moving: list[Moving] = list(declared(figure))
        self.clock = Clock.of(self.moving)
        self._size = size
        self._canvas = canvas
        self._canvas.draw()
        self._still = self._pixels().copy()
        _pin_legends(figure, after)
        self._drawn_again = [artist for ax in figure.axes for artist in self._layer(ax)]
        for artist in self._drawn_again:
            after.callback(artist.set_animated, artist.get_animated())
            artist.set_animated(True)
        for one in self.moving:
            after.callback(one.move.show, one.artist, inf)
        self._canvas.draw()
        self._background: Any = self._canvas.copy_from_bbox(figure.bbox)
        self._counter: Counter | None = None
        if counted:
            samples = (self.at(moment) for moment in self.clock.ticks(_SAMPLES))
            self._counter = Counter(figure, self.clock, samples, dark=self.dark)

    @property
    def ground(self) -> str:
        """The colour of what nothing is drawn on: ``#rrggbb``."""
        return to_hex(self._canvas.figure.get_facecolor())

    @property
    def dark(self) -> bool:
        """Whether white is seen better on the background than black."""
        return contrast(self.ground, "white") > contrast(self.ground, "black")

    def _layer(self, ax: Axes) -> Sequence[Artist]:
        """Return what moves in the axes and what lies on it, in the order of drawing."""
        moving = {id(one.artist) for one in self.moving}
        artists = [artist for artist in ax.get_children() if artist is not ax.patch]
        artists.sort(key=attrgetter("zorder"))
        first = next((k for k, one in enumerate(artists) if id(one) in moving), len(artists))
        own = [artist for artist in artists if id(artist) in moving]
        reach = _reach(own)
        if any(isinstance(artist, Text) for artist in own):  # names travel
            reach = Bbox.union([reach, ax.bbox])
        return [
            artist
            for artist in artists[first:]
            # what an axis calls its box leaves out marks and grid
            if id(artist) in moving or isinstance(artist, Axis) or _reach([artist]).overlaps(reach)
        ]

    def still(self) -> Frame:
        """Return the figure as it is saved."""
        return self._still

    def at(self, moment: float) -> Frame:
        """Return what the figure shows at a moment, until it is asked for the next one."""
        for one in self.moving:
            one.move.show(one.artist, moment)
        self._canvas.restore_region(self._background)
        renderer = self._canvas.get_renderer()
        for artist in self._drawn_again:
            if artist.get_visible():
                artist.draw(renderer)
        if self._counter is not None:
            self._counter.draw(renderer, moment)
        return self._pixels()

    def _pixels(self) -> Frame:
        """Return what is drawn, in the middle of a frame of the figure's own background."""
        drawn = np.asarray(self._canvas.buffer_rgba())
        width, height = self._size
        if drawn.shape[:2] == (height, width):
            return drawn
        frame = np.empty((height, width, 4), np.uint8)
        frame[...] = [*(round(255 * part) for part in to_rgb(self.ground)), 255]
        top, left = (height - drawn.shape[0]) // 2, (width - drawn.shape[1]) // 2
        frame[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
        return frame


def _reach(artists: Sequence[Artist]) -> Bbox:
    """Return the box in which artists draw, with room for the marks that travel along them.

    Two pixels are for what is smoothed beyond an edge.
    """
    every = (artist.get_tightbbox() for artist in artists)
    boxes = [box for box in every if box is not None and np.isfinite(box.extents).all()]
    lines = [artist for artist in artists if isinstance(artist, Line2D)]
    marks = [line.get_markersize() * line.axes.figure.dpi / 72 for line in lines if line.axes]
    return Bbox.union(boxes).padded(max(marks, default=2.0)) if boxes else Bbox.null()


def _pin_legends(figure: Figure, after: ExitStack) -> None:
    """Keep legends that look for room themselves where they are: the room changes."""
    for legend in figure.findobj(Legend):
        assert isinstance(legend, Legend)
        if getattr(legend, "_loc", 0) == 0:  # "best"; it cannot be asked for in public
            after.callback(legend.set_loc, "best")
            box = legend.get_window_extent()
            legend.set_loc(tuple(legend.axes.transAxes.inverted().transform(box.p0)))


@contextmanager
def set_up(figure: Figure, size: tuple[int, int], *, counted: bool = True) -> Iterator[Stage]:
    """Lay a figure out at a size in pixels, and put everything back afterwards.

    Parameters
    ----------
    figure : Figure
        Is drawn as large as it fits, in the middle.
    size : (width, height)
        Of the frames.
    counted : bool
        Whether frames say which moment they show.
    """
    width, height = figure.get_size_inches()
    engine = figure.get_layout_engine()
    with ExitStack() as after:
        after.callback(figure.set_canvas, figure.canvas)
        after.callback(figure.set_dpi, figure.dpi)
        if engine is not None:
            after.callback(figure.set_layout_engine, engine)
        canvas = FigureCanvasAgg(figure)  # before the dpi change: it keeps those of the figure
        # a little more: 1,919.99… pixels would be 1,919
        figure.set_dpi(min(size[0] / width, size[1] / height) * (1 + 1e-9))
        freeze_layout(figure)
        yield Stage(canvas, size, after, counted=counted)
