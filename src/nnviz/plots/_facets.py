"""Small multiples: one panel for each value of a column."""

from collections.abc import Callable

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _canvas, _words, text

__all__ = ["grid"]

_SLIDE = 16 / 9


def grid(
    data: pd.DataFrame,
    panel: Callable[[pd.DataFrame, Axes], object],
    *,
    by: str,
    columns: int | None,
    panel_width: float,
    figure: _canvas.Canvas | None,
    sharex: bool = True,
    sharey: bool = True,
) -> _canvas.Canvas:
    """Draw a panel for each value of a column, in order of appearance, titled by the value.

    There are fewer columns than asked for where panels would be narrower than `panel_width`,
    a multiple of the size of small print.
    """
    if by not in data:
        raise ValueError(f"by must be a column of data, one of {', '.join(data)}; got {by!r}")
    values = list(data[by].unique())
    wanted = _columns(len(values)) if columns is None else _checks.integer("columns", columns)
    room = _width(figure) / (panel_width * _canvas.small())
    wide = max(1, min(wanted, max(len(values), 1), int(room)))
    rows = max(1, -(-len(values) // wide))
    figure = _canvas.figure_or_new(figure, size=_size(wide, rows))
    axes = figure.subplots(rows, wide, sharex=sharex, sharey=sharey, squeeze=False).ravel().tolist()
    for value, ax in zip(values, axes, strict=False):
        panel(data[data[by] == value], ax)
    _words.titles({ax: _name(by, value) for value, ax in zip(values, axes, strict=False)})
    if not values:
        _words.no_data(axes[0])
    for index, ax in enumerate(axes):
        _tidy(ax, index, max(len(values), 1), wide, sharey)
    return figure


def _name(by: str, value: object) -> str:
    if by in ("metric", "statistic"):
        return text.quantity(str(value))
    return text.layer(value) if by == "layer" else text.choice(value)


def _columns(n: int) -> int:
    """Return how many panels stand side by side: no row is left nearly empty."""
    if n <= 4:
        return 2 if n == 4 else max(n, 1)
    return min((3, 4, 5), key=lambda wide: (-n % wide, wide))


def _width(figure: _canvas.Canvas | None) -> float:
    """Return the width of the figure, or of a new one, in points."""
    return 72 * (
        mpl.rcParams["figure.figsize"][0] if figure is None else figure.bbox.width / figure.dpi
    )


def _size(wide: int, rows: int) -> tuple[float, float]:
    """Return the width of the context and a height for the rows; a slide keeps its shape."""
    width, height = mpl.rcParams["figure.figsize"]
    if abs(width / height - _SLIDE) < 0.01:
        return width, height
    return width, height * max(0.75, 0.32 + rows * max(0.38, min(0.6, 1.25 / wide)))


def _tidy(ax: Axes, index: int, n: int, wide: int, sharey: bool) -> None:
    """Remove an empty panel, and labels that the panel below or to the left repeats."""
    if index >= n:
        ax.remove()
        return
    if index + wide < n:
        ax.set_xlabel("")
    else:
        ax.tick_params(labelbottom=True)
    if sharey and index % wide:
        ax.set_ylabel("")
