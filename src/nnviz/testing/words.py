"""What a reader finds wrong with the words on a figure: measured on the rendered figure."""

from collections.abc import Iterator
from itertools import combinations

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from nnviz.plots import palette

__all__ = ["assert_readable", "faults", "words"]

_TOUCH = 1.5
"""Pixels by which the boxes of two texts may overlap: letters do not fill their boxes."""


def assert_readable(figure: Figure, *, smallest: float = 0, contrast: float = 4.5) -> None:
    """Fail a test if a reader could not read all words on a figure.

    Parameters
    ----------
    figure, smallest, contrast
        As for `faults`.

    Raises
    ------
    AssertionError
        Lists what is wrong.
    """
    found = faults(figure, smallest=smallest, contrast=contrast)
    if found:
        raise AssertionError("\n".join(found))


def faults(figure: Figure, *, smallest: float = 0, contrast: float = 4.5) -> list[str]:
    """Return what is wrong with the words on a figure, a line for each fault.

    Words must stay on the canvas, must not lie on each other, and must be large and clear enough.

    Parameters
    ----------
    figure : Figure
        Is laid out, and rendered as it would be saved as PNG.
    smallest : float
        The least font size, in points: 18 on a slide, 7 in a paper.
    contrast : float
        The least contrast to the ground: WCAG 2 asks for 4.5.
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"figure must be a matplotlib Figure; got {figure!r:.80}")
    shown = words(figure)
    return [*_misplaced(figure, shown), *_faint(figure, shown, smallest, contrast)]


def _misplaced(figure: Figure, shown: list[Text]) -> Iterator[str]:
    boxes = [(_name(text), text.get_window_extent()) for text in shown]
    canvas = figure.bbox.padded(1)
    for name, box in boxes:
        if not canvas.contains(*box.min) or not canvas.contains(*box.max):
            yield f"{name} leaves the canvas"
    shrunk = [(name, box.padded(-_TOUCH)) for name, box in boxes]
    for (name, box), (other, place) in combinations(shrunk, 2):
        if box.overlaps(place):
            yield f"{name} lies on {other}"


def _faint(figure: Figure, shown: list[Text], smallest: float, contrast: float) -> Iterator[str]:
    ground = figure.get_facecolor()
    for text in shown:
        size = float(text.get_fontsize())
        if size < smallest:
            yield f"{_name(text)} has {size:g} pt, less than {smallest:g}"
        found = palette.contrast(text.get_color(), ground)
        if found < contrast:
            yield f"{_name(text)} has a contrast of {found:.2g}, less than {contrast:g}"


def _name(text: Text) -> str:
    return repr(text.get_text())


def words(figure: Figure) -> list[Text]:
    """Return the texts that are seen once laid out: not empty, not hidden, no ticks out of view."""
    figure.draw_without_rendering()
    hidden = {id(text) for axis in figure.findobj(Axis) for text in _out_of_view(axis)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and id(text) not in hidden
    ]


def _out_of_view(axis: Axis) -> Iterator[Text]:
    seen = axis.get_visible() and axis.axes.axison
    shown = {id(tick) for tick in axis._update_ticks()} if seen else set()  # type: ignore[attr-defined]
    for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
        if id(tick) not in shown:
            yield from (tick.label1, tick.label2)
