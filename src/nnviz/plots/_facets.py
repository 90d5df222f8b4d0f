"""Small multiples: one panel for each value of a column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz._few import PANELS, spread
from nnviz.plots import _canvas, _parts, _words, text
from nnviz.plots.claim import note

__all__ = ["Layout", "check_by", "grid", "is_slide", "side_by_side", "size", "size_for_rows"]

_SLIDE = 16 / 9

_PANELS = 2 / 3
"""What panels side by side take of a figure's width, before it is laid out."""

_LINE = 1.2
"""What a further line of a panel's name takes, as a multiple of its size."""


@dataclass(frozen=True)
class Layout:
    """How the panels of a grid lie.

    Parameters
    ----------
    width, height : float
        The least size of a panel, as a multiple of the size of small print.
    sharex, sharey : bool
        Whether all panels have the same limits.
    least : float
        What part of its height a panel has at least on a slide, which does not grow down alone.
    """

    width: float
    height: float = 10
    sharex: bool = True
    sharey: bool = True
    least: float = 0.3


def check_by(data: pd.DataFrame, by: str) -> None:
    """Raise a ValueError if there is no such column to tell panels apart."""
    if by not in data:
        raise ValueError(
            f"by must be a column of data, one of {', '.join(map(str, data))}; got {by!r}"
        )


def grid(
    data: pd.DataFrame,
    panel: Callable[[pd.DataFrame, Axes], object],
    layout: Layout,
    by: str,
    columns: int | None,
    figure: _canvas.Canvas | None,
) -> _canvas.Canvas:
    """Draw a panel for each value of a column, in order of appearance, titled by the value.

    Panels stand side by side in so many columns, if they do not become narrower than their least
    width; by default, in as many as make the grid about square. Of very many values, a few are
    drawn, spread evenly; how many, is said below.
    """
    every = list(data[by].unique())
    values = spread(every, PANELS)
    names = [_name(by, value, data) for value in values]
    n = max(len(values), 1)
    if figure is None:
        figure = _canvas.figure_or_new(None, size=size(n, layout, columns, names))
    wide = _wide(n, layout, columns, figure.bbox.width / figure.dpi)
    cells = figure.add_gridspec(-(-n // wide), wide)
    axes: list[Axes] = []
    for index in range(n):
        shared = {"sharex": axes[0] if axes and layout.sharex else None}
        shared["sharey"] = axes[0] if axes and layout.sharey else None
        axes.append(_canvas.pinned(figure.add_subplot(cells[divmod(index, wide)], **shared)))
        _parts.mark_panel(axes[-1])
    for value, ax in zip(values, axes, strict=False):
        panel(data[data[by] == value], ax)
    _words.titles(dict(zip(axes, names, strict=False)))
    if not values:
        _words.no_data(axes[0])
    for index, ax in enumerate(axes):
        _leave_out_repeated(ax, layout, bottom=index + wide >= n, left=index % wide == 0)
    if len(values) < len(every):
        note(figure, text.NOTES["few panels"].format(shown=len(values), total=f"{len(every):,}"))
    return figure


def _name(by: str, value: object, data: pd.DataFrame) -> str:
    if by in ("metric", "statistic"):
        return text.quantity(str(value), data)
    if by == "quantity":
        return text.state(str(value))
    return text.layer(value) if by == "layer" else text.choice(value)


def _columns(n: int, layout: Layout, columns: int | None) -> int:
    """Return the columns asked for, or as many as leave no row nearly empty.

    On a slide, four panels that are to be taller than wide stand in one row: two rows of them
    would be strips.
    """
    if columns is not None:
        return _checks.integer("columns", columns)
    if n == 4 and is_slide() and layout.height > layout.width:
        return 4
    if n <= 4:
        return 2 if n == 4 else n
    if is_slide():
        return min((6, 5, 4, 3), key=lambda wide: -n % wide)
    return min((3, 4, 5), key=lambda wide: -n % wide)


def is_slide() -> bool:
    """Return whether figures have the shape of a slide, which they keep."""
    width, height = mpl.rcParams["figure.figsize"]
    return bool(abs(width / height - _SLIDE) < 0.01)


def _wide(n: int, layout: Layout, columns: int | None, width: float) -> int:
    """Return how many panels stand side by side on a figure of this width, in inches."""
    wanted = min(n, _columns(n, layout, columns))
    most = max(1, int(72 * width / (layout.width * _canvas.small())))
    if wanted <= most:
        return wanted
    rows = -(-n // most)
    return -(-n // rows)


def side_by_side(layout: Layout, columns: int) -> int:
    """Return how many panels of so many find room side by side on a figure of the context."""
    return _wide(columns, layout, columns, mpl.rcParams["figure.figsize"][0])


def size(
    n: int, layout: Layout, columns: int | None = None, names: Sequence[str] = ()
) -> tuple[float, float]:
    """Return the width of the context and a height for so many panels.

    A slide keeps its shape: if the panels have no room below their names, it grows to both sides.
    """
    width, height = mpl.rcParams["figure.figsize"]
    small = _canvas.small() / 72

    def rows(width: float) -> int:
        return -(-n // _wide(n, layout, columns, width))

    if is_slide():
        least = layout.least * layout.height * small

        def names_of(width: float) -> float:
            each = 72 * _PANELS * width / _wide(n, layout, columns, width)
            lines = [words.count("\n") for words in _words.titles_broken(names, each)]
            return _LINE * _canvas.size_of("axes.title") / 72 * max(lines, default=0)

        return _slide(lambda at: _height(rows(at[0]), least + names_of(at[0])) <= at[1])
    panel = max(0.6 * width / _wide(n, layout, columns, width), layout.height * small)
    return width, max(0.75 * height, _height(rows(width), panel))


def size_for_rows(height: float) -> tuple[float, float]:
    """Return the size of the context, or a larger one, for rows of this height in all, in points.

    Rows have names, which must not run into each other.
    """
    wide, high = mpl.rcParams["figure.figsize"]
    needed = _height(1, height / 72)
    return _slide(lambda slide: needed <= slide[1]) if is_slide() else (wide, max(high, needed))


def _slide(enough: Callable[[tuple[float, float]], bool]) -> tuple[float, float]:
    """Return the first slide that is large enough.

    Slides grow by twentieths, which keep the numbers of pixels whole and even.
    """
    width, height = mpl.rcParams["figure.figsize"]
    return next(filter(enough, ((width * part / 20, height * part / 20) for part in count(20))))


def _height(rows: int, panel: float) -> float:
    """Return what rows of panels of this height take with all words, in inches."""
    small = _canvas.small() / 72
    return 2.6 * _canvas.size_of("figure.title") / 72 + 4 * small + rows * (panel + 4 * small)


def _leave_out_repeated(ax: Axes, layout: Layout, *, bottom: bool, left: bool) -> None:
    """Remove labels that the panel below or to the left repeats."""
    if not bottom:
        ax.set_xlabel("")
        ax.tick_params(labelbottom=not layout.sharex)
    if not left and layout.sharey:
        ax.set_ylabel("")
        ax.tick_params(labelleft=False)
