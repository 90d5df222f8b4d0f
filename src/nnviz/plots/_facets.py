"""Small multiples: one panel for each value of a column."""

from collections.abc import Callable
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz._few import PANELS, spread
from nnviz.plots import _canvas, _words, text
from nnviz.plots.claim import note

__all__ = ["Layout", "grid", "size"]

_SLIDE = 16 / 9


@dataclass(frozen=True)
class Layout:
    """How the panels of a grid lie.

    Parameters
    ----------
    by : str
        The column that tells the panels apart.
    columns : int, optional
        Panels side by side, if they are not narrower than `width`. By default, as many as make
        the grid about square.
    width, height : float
        The least size of a panel, as a multiple of the size of small print.
    sharex, sharey : bool
        Whether all panels have the same limits.
    """

    by: str
    columns: int | None
    width: float
    height: float = 10
    sharex: bool = True
    sharey: bool = True


def grid(
    data: pd.DataFrame,
    panel: Callable[[pd.DataFrame, Axes], object],
    layout: Layout,
    figure: _canvas.Canvas | None,
) -> _canvas.Canvas:
    """Draw a panel for each value of a column, in order of appearance, titled by the value.

    Of very many values, a few are drawn, spread evenly; how many, is said below.
    """
    by = layout.by
    if by not in data:
        raise ValueError(
            f"by must be a column of data, one of {', '.join(map(str, data))}; got {by!r}"
        )
    every = list(data[by].unique())
    values = spread(every, PANELS)
    n = max(len(values), 1)
    wide = _width(n, min(n, _columns(n, layout)), _most_columns(figure, layout))
    rows = -(-n // wide)
    figure = _canvas.figure_or_new(figure, size=size(wide, rows, layout))
    cells = figure.add_gridspec(rows, wide)
    axes: list[Axes] = []
    for index in range(n):
        shared = {"sharex": axes[0] if axes and layout.sharex else None}
        shared["sharey"] = axes[0] if axes and layout.sharey else None
        axes.append(_canvas.pinned(figure.add_subplot(cells[divmod(index, wide)], **shared)))
    for value, ax in zip(values, axes, strict=False):
        panel(data[data[by] == value], ax)
    _words.titles({ax: _name(by, value) for value, ax in zip(values, axes, strict=False)})
    if not values:
        _words.no_data(axes[0])
    for index, ax in enumerate(axes):
        _leave_out_repeated(ax, layout, bottom=index + wide >= n, left=index % wide == 0)
    if len(values) < len(every):
        note(figure, text.NOTES["few panels"].format(shown=len(values), total=f"{len(every):,}"))
    return figure


def _name(by: str, value: object) -> str:
    if by in ("metric", "statistic"):
        return text.quantity(str(value))
    if by == "quantity":
        return text.state(str(value))
    return text.layer(value) if by == "layer" else text.choice(value)


def _columns(n: int, layout: Layout) -> int:
    """Return the columns asked for, or as many as leave no row nearly empty."""
    if layout.columns is not None:
        return _checks.integer("columns", layout.columns)
    if n <= 4:
        return 2 if n == 4 else n
    return min((3, 4, 5), key=lambda wide: (-n % wide, wide))


def _width(n: int, wanted: int, most: int) -> int:
    """Return how many panels stand side by side: those wanted, or as many rows share evenly."""
    if wanted <= most:
        return wanted
    rows = -(-n // most)
    return -(-n // rows)


def _most_columns(figure: _canvas.Canvas | None, layout: Layout) -> int:
    """Return how many panels fit the width of the figure."""
    if figure is None:
        width = float(mpl.rcParams["figure.figsize"][0])
    else:
        width = figure.bbox.width / figure.dpi
    return max(1, int(72 * width / (layout.width * _canvas.small())))


def size(wide: int, rows: int, layout: Layout) -> tuple[float, float]:
    """Return the width of the context and a height for the rows.

    A slide keeps its shape, unless there are so many rows that they would have no room.
    """
    width, height = mpl.rcParams["figure.figsize"]
    small = _canvas.small() / 72
    words = 2.6 * _canvas.size_of("figure.title") / 72 + 4 * small
    if abs(width / height - _SLIDE) < 0.01:
        least, enough = (words + rows * (part * layout.height + 4) * small for part in (0.3, 0.6))
        return width, height if least <= height else enough
    panel = max(0.6 * width / wide, layout.height * small)
    return width, max(0.75 * height, words + rows * (panel + 4 * small))


def _leave_out_repeated(ax: Axes, layout: Layout, *, bottom: bool, left: bool) -> None:
    """Remove labels that the panel below or to the left repeats."""
    if not bottom:
        ax.set_xlabel("")
        ax.tick_params(labelbottom=not layout.sharex)
    if not left and layout.sharey:
        ax.set_ylabel("")
        ax.tick_params(labelleft=False)
