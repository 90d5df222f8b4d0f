"""Small multiples: one panel for each value of a column."""

from collections.abc import Callable

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from nnviz import _checks
from nnviz.plots import _canvas, text

__all__ = ["grid"]

_SLIDE = 16 / 9


def grid(
    data: pd.DataFrame,
    panel: Callable[[pd.DataFrame, Axes], object],
    *,
    by: str,
    columns: int | None = None,
    figure: _canvas.Canvas | None = None,
    sharex: bool = True,
    sharey: bool = True,
    name: Callable[[str], str] = text.choice,
) -> _canvas.Canvas:
    """Draw a panel for each value of a column, in order of appearance, titled by the value."""
    values = list(data[by].unique())
    wide = _checks.integer("columns", columns) if columns is not None else _columns(len(values))
    rows = max(1, -(-len(values) // wide))
    figure = _canvas.figure_or_new(figure, size=_size(wide, rows))
    axes = figure.subplots(rows, wide, sharex=sharex, sharey=sharey, squeeze=False).ravel()
    if not values:
        _canvas.no_data(axes[0])
    for value, ax in zip(values, axes, strict=False):
        panel(data[data[by] == value], ax)
        _canvas.title(ax, name(value))
    _only_outer_labels(list(axes), len(values), wide)
    return figure


def _columns(n: int) -> int:
    """Return how many panels stand side by side: no row is left nearly empty."""
    if n <= 3:
        return max(n, 1)
    return min((3, 4, 5), key=lambda wide: (-n % wide, wide)) if n > 4 else 2


def _size(wide: int, rows: int) -> tuple[float, float]:
    """Return the width of the context and a height for the rows; a slide keeps its shape."""
    width, height = mpl.rcParams["figure.figsize"]
    if abs(width / height - _SLIDE) < 0.01:
        return width, height
    return width, height * max(0.75, 0.3 + rows * min(0.6, 1.25 / wide))


def _only_outer_labels(axes: list[Axes], n: int, wide: int) -> None:
    """Remove empty panels, and labels that the panel below or to the left repeats."""
    for index, ax in enumerate(axes):
        if index >= max(n, 1):
            ax.remove()
            continue
        if index + wide < n:
            ax.set_xlabel("")
        if index % wide:
            ax.set_ylabel("")
    for index in range(max(0, n - wide), n):
        axes[index].tick_params(labelbottom=True)
