"""Legends: inside the axes, beside them, or for all panels of a grid."""

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from nnviz._few import NAMES, spread
from nnviz.plots import _words, text
from nnviz.plots._canvas import height_of, size_of, small, width_of

__all__ = ["legend_beside", "legend_inside", "legend_of_grid"]

_LONGEST_ENTRY = 16
"""The length of a line in a legend, as a multiple of the font's size."""

_WIDEST_ENTRY = 0.33
"""The length of a line in a legend, at most, as a part of the figure's width."""

_SHORTEST_ENTRY, _ALL_ENTRIES = 5, 1.5
"""How short the entries of a legend of several columns become, as a multiple of small print, and
what those side by side take, as a multiple of what one alone may."""

_MOST_INSIDE = 8
"""Entries of a legend inside the axes."""

_LEGEND, _ENTRY = 0.8, 1.5
"""What a legend may take of the height beside it, and an entry, as a multiple of small print."""

_PART = 0.5
"""What the legend of a grid may take of the width, if the figure can grow down instead."""

_HANDLE = 3.0
"""What an entry of a legend takes beside its words, as a multiple of the font's size."""


def legend_beside(ax: Axes, handles: Sequence[Artist], *, height: float | None = None) -> None:
    """Explain the lines right of the axes, in as many columns as it takes for the height."""
    handles = _few(handles)
    lines = _lines_in(height_of(ax) if height is None else height)
    columns = -(-len(handles) // lines)
    inside = ax.get_legend()
    legend = ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns)
    if inside is not None and inside.get_bbox_to_anchor() is ax.bbox:
        ax.add_artist(inside)  # it says something else, and would be replaced
    # titles, labels and a caption leave the axes about 0.6 of their height
    most = max(1, int(0.6 * lines * columns) // max(1, len(handles)))
    _plain_legend(legend, most=most, columns=columns)


def legend_inside(ax: Axes, handles: Sequence[Artist]) -> None:
    """Explain the lines where they leave room; many, beside the axes."""
    if len(handles) > _MOST_INSIDE:
        legend_beside(ax, handles)
        return
    _plain_legend(ax.legend(handles=handles, loc="best"))


def legend_of_grid(axes: Sequence[Axes], handles: Sequence[Artist], *, grow: bool) -> None:
    """Explain the lines of all panels, in a free cell of the grid or right of the first row.

    Where it is higher than the cell, or would take most of the width, the figure grows down, if
    it may.
    """
    last = axes[-1].get_subplotspec()
    assert last is not None  # the panels of a grid have a place in it
    cells = last.get_gridspec()
    rows, wide = cells.get_geometry()
    if len(axes) < rows * wide:
        free = axes[-1].figure.add_subplot(cells[rows - 1, wide - 1])
        free.set_axis_off()
        if grow:
            _make_room(free, len(_few(handles)), height_of(free) / _LEGEND)
        _plain_legend(free.legend(handles=_few(handles), loc="upper left", borderaxespad=0))
    else:
        if grow:
            figure = axes[0].figure
            each = _width_of_legend(handles, _longest_entry(axes[0]))
            columns = max(1, int(_PART * 72 * figure.bbox.width / figure.dpi / each))
            _make_room(axes[0], -(-len(_few(handles)) // columns), rows * height_of(axes[0]))
        legend_beside(axes[wide - 1], handles, height=rows * height_of(axes[0]))
        shown = {ax: (ax.get_title("left") or ax.get_title()).replace("\n", " ") for ax in axes}
        lost = _width_of_legend(handles, _longest_entry(axes[0])) / wide
        _words.titles(shown, lost=lost)
        for ax in axes:
            room = max(1.2 * (width_of(ax) - lost), 4 * small())
            _words.plain(ax.set_xlabel(_words.folded(ax.get_xlabel(), room, size_of("axes.label"))))


def _lines_in(height: float) -> int:
    """Return how many entries of a legend stand below each other in a height, in points."""
    return max(1, int(_LEGEND * height / (_ENTRY * small())))


def _make_room(ax: Axes, lines: int, height: float) -> None:
    """Let the figure grow down until so many entries stand below each other in a height."""
    figure = ax.figure
    assert isinstance(figure, Figure)  # a part of a figure does not grow
    if lines > _lines_in(height):
        needed = (lines + 0.5) * _ENTRY * small() / _LEGEND
        width, high = figure.get_size_inches()
        figure.set_size_inches(width, high * needed / height)


def _few(handles: Sequence[Artist]) -> Sequence[Artist]:
    """Return what a legend has room for: of very many lines a few, and how many more there are."""
    if len(handles) <= NAMES:
        return handles
    more = text.NOTES["more"].format(number=f"{len(handles) - NAMES:,}")
    return [*spread(handles, NAMES), Line2D([], [], linestyle="", label=more)]


def _width_of_legend(handles: Sequence[Artist], longest: float) -> float:
    names = [_words.length_of(str(handle.get_label()), small()) for handle in handles]
    return min(max(names, default=0.0), longest) + _HANDLE * small()


def _longest_entry(ax: Axes) -> float:
    """Return how long a line in a legend may be, in points."""
    figure = ax.get_figure()
    assert figure is not None  # axes are on a figure until they are removed
    width = figure.bbox.width / figure.dpi * 72
    return min(_LONGEST_ENTRY * small(), _WIDEST_ENTRY * width)


def _plain_legend(legend: Legend, *, most: int | None = None, columns: int = 1) -> None:
    width = _longest_entry(legend.axes)
    if columns > 1:
        width = max(_ALL_ENTRIES * width / columns - _HANDLE * small(), _SHORTEST_ENTRY * small())
    entries = legend.get_texts()
    names = [words.get_text() for words in entries]
    cut = _words.told_apart(names, lambda name: _words.folded(name, width, small(), most=most))
    for words, name in zip(entries, cut, strict=True):
        _words.plain(words).set_text(name)
