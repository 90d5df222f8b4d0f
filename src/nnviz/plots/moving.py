"""What of a figure moves: an artist, and what it shows at a moment of training.

A plot draws its figure whole, and declares here how each artist that has a course came to be.
`nnviz.motion` then shows the figure moment by moment; what is not declared stands still.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox, TransformedBbox
from numpy.typing import NDArray

from nnviz.plots import _canvas

__all__ = [
    "During",
    "Fills",
    "Follows",
    "Grows",
    "Move",
    "Moving",
    "Uncovers",
    "Widens",
    "With",
    "declared",
    "during",
    "head",
    "moves",
    "periods",
]

Values = NDArray[np.float64]

_NAME = "_nnviz_moving"
"""Where an artist keeps its own: it is copied, pickled and forgotten with it."""


class Move(Protocol):
    """What an artist shows at a moment."""

    smooth: ClassVar[bool]
    """Whether it also moves between two moments."""

    @property
    def moments(self) -> Sequence[float] | Values:
        """When it shows something else than before, in increasing order."""

    def show(self, artist: Any, moment: float) -> None:
        """Let the artist show what is there at a moment; from the last one on, all of it."""


@dataclass(frozen=True)
class Moving:
    """An artist that moves.

    Attributes
    ----------
    artist : Artist
        Part of a figure.
    move : Move
        What it shows, and when.
    over : str
        What its moments count: a key of `text.QUANTITIES` such as "step" or "epoch".
    """

    artist: Artist
    move: Move
    over: str


def moves(artist: Artist, move: Move, over: str = "step") -> None:
    """Declare how an artist came to be."""
    setattr(artist, _NAME, (move, over))


def declared(artist: Artist) -> Iterator[Moving]:
    """Yield what moves of a figure, or of another artist and its parts."""
    for part in artist.findobj(lambda one: hasattr(one, _NAME)):
        yield Moving(part, *getattr(part, _NAME))


def head(ax: Axes, moments: Values, points: Values, moment: float) -> Values:
    """Return where between its points, shape (n, 2), a line is at a moment.

    It moves along the straight stroke that is drawn between two points, whatever the scale.
    """
    after = int(np.searchsorted(moments, moment, side="right"))
    if after in (0, len(moments)):
        return np.asarray(points[min(after, len(moments) - 1)])
    ends = ax.transScale.transform(points[after - 1 : after + 1])
    part = (moment - moments[after - 1]) / (moments[after] - moments[after - 1])
    between = ends[0] + part * (ends[1] - ends[0])
    return np.asarray(ax.transScale.inverted().transform(between))


@dataclass(frozen=True)
class Grows:
    """A line that is drawn up to the moment, or marks that come one by one.

    Parameters
    ----------
    moments : array, shape (n,)
        When it reaches each of its points.
    points : array, shape (n, 2)
        In data coordinates.
    marks : (int, int), optional
        Which points have a marker: the first one, and every so many.
    strokes : bool
        Whether the way to the next point is seen, too.
    """

    moments: Values
    points: Values
    marks: tuple[int, int] | None = None
    strokes: bool = True
    smooth: ClassVar[bool] = True

    def show(self, artist: Any, moment: float) -> None:
        """Draw the points that are reached, and a stroke towards the next one."""
        n = int(np.searchsorted(self.moments, moment, side="right"))
        reached = self.points[:n]
        if self.strokes and 0 < n < len(self.points):
            reached = np.vstack([reached, head(artist.axes, self.moments, self.points, moment)])
        artist.set_data(*reached.T)
        if self.marks is not None:  # none at the tip, which is no point
            artist.set_markevery(slice(self.marks[0], n, self.marks[1]))


@dataclass(frozen=True)
class Follows:
    """A mark at the head of a line."""

    moments: Values
    points: Values
    smooth: ClassVar[bool] = True

    def show(self, artist: Any, moment: float) -> None:
        """Put the mark where the line is."""
        x, y = head(artist.axes, self.moments, self.points, moment)
        artist.set_data([x], [y])


@dataclass(frozen=True)
class Widens:
    """A band between two lines that is drawn up to the moment."""

    moments: Values
    low: Values
    high: Values
    smooth: ClassVar[bool] = True

    def show(self, artist: Any, moment: float) -> None:
        """Draw the band up to the moment."""
        n = int(np.searchsorted(self.moments, moment, side="right"))
        sides = [self.low[:n], self.high[:n]]
        if 0 < n < len(self.low):
            tips = [head(artist.axes, self.moments, all, moment) for all in (self.low, self.high)]
            sides = [np.vstack([side, tip]) for side, tip in zip(sides, tips, strict=True)]
        artist.set_data(sides[0][:, 0], sides[0][:, 1], sides[1][:, 1])


@dataclass(frozen=True)
class During:
    """An artist that is there from one moment on, until another if there is one."""

    first: float
    until: float = inf
    smooth: ClassVar[bool] = False

    @property
    def moments(self) -> Sequence[float]:
        """When it comes, and when it goes."""
        return [moment for moment in (self.first, self.until) if abs(moment) < inf]

    def show(self, artist: Any, moment: float) -> None:
        """Show or hide it."""
        artist.set_visible(self.first <= moment and (self.until == inf or moment < self.until))


@dataclass(frozen=True)
class With:
    """An artist that another one moves."""

    smooth: ClassVar[bool] = False
    moments: ClassVar[Sequence[float]] = ()

    def show(self, artist: Any, moment: float) -> None:
        """Leave it to the other one."""


@dataclass(frozen=True)
class Fills:
    """A picture whose points come one by one.

    Parameters
    ----------
    arrives : array, shape (rows, columns)
        When each point has its colour.
    picture : array, shape (rows, columns, 4)
        The whole of it.
    before : array, shape (4,)
        What a point looks like until then.
    """

    arrives: Values
    picture: Values
    before: Values
    smooth: ClassVar[bool] = False

    @property
    def moments(self) -> Values:
        """When any of the points gets its colour."""
        return np.unique(self.arrives)

    def show(self, artist: Any, moment: float) -> None:
        """Colour the points that are there."""
        seen = (self.arrives <= moment)[..., None]
        artist.set_data(np.where(seen, self.picture, self.before))


@dataclass(frozen=True)
class Uncovers:
    """A map over steps whose columns come one by one, from the left.

    Parameters
    ----------
    moments : array, shape (n,)
        When each column is there.
    edges : array, shape (n,)
        Where it ends on the right, in data coordinates.
    """

    moments: Values
    edges: Values
    smooth: ClassVar[bool] = False

    def show(self, artist: Any, moment: float) -> None:
        """Clip the map behind the columns that are there."""
        ax = artist.axes
        n = int(np.searchsorted(self.moments, moment, side="right"))
        if n == len(self.moments):
            artist.set_clip_path(ax.patch)
            return
        left = ax.get_xlim()[0]
        box = Bbox.from_extents(left, 0, self.edges[n - 1] if n else left, 1)
        artist.set_clip_box(TransformedBbox(box, ax.get_xaxis_transform()))


def periods(rows: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, During | None]]:
    """Yield the rows of each step, and how long they are what is seen.

    A table without the column ``step`` is always seen, and its move is None. Else the last step
    comes first: it is the one that stands in the figure.
    """
    if "step" not in rows or rows["step"].nunique() < 2:
        yield rows, None
        return
    steps = sorted(rows["step"].unique(), reverse=True)
    for step, until in zip(steps, [inf, *steps[:-1]], strict=True):
        yield rows[rows["step"] == step], During(float(step), float(until))


@contextmanager
def during(ax: Axes, period: During | None) -> Iterator[None]:
    """Declare how long what is drawn in the ``with`` block is seen; only the last one is now."""
    with _canvas.newly_drawn(ax) as artists:
        yield
    if period is None:
        return
    for artist in artists:
        moves(artist, period)
        artist.set_visible(period.until == inf)
