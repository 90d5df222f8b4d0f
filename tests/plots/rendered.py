"""What can be seen on a rendered figure: its words and where they are."""

from itertools import combinations

from matplotlib.axis import Axis
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text


def words(figure: Figure) -> list[Text]:
    """The texts that are drawn: not empty, not hidden, no ticks outside the limits."""
    figure.draw_without_rendering()
    hidden = {id(text) for axis in figure.findobj(Axis) for text in _out_of_view(axis)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and id(text) not in hidden
    ]


def _out_of_view(axis: Axis):
    shown = {id(tick) for tick in axis._update_ticks()} if axis.axes.axison else set()
    for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
        for label in (tick.label1, tick.label2):
            if id(tick) not in shown or not axis.get_visible():
                yield label


def misplaced(figure: Figure) -> list[str]:
    """The texts that leave the canvas, and the pairs that lie on each other by some pixels."""
    renderer = figure.canvas.get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in words(figure)]
    canvas = figure.bbox.padded(1)
    out = [
        text
        for text, box in boxes
        if not canvas.contains(*box.min) or not canvas.contains(*box.max)
    ]
    shrunk = [(text, box.padded(-1.5)) for text, box in boxes]
    pairs = combinations(shrunk, 2)
    return out + [f"{a} on {b}" for (a, one), (b, other) in pairs if one.overlaps(other)]


def contrast(color, ground) -> float:
    """WCAG 2.2's contrast ratio."""
    light = sorted([_luminance(color), _luminance(ground)])
    return (light[1] + 0.05) / (light[0] + 0.05)


def _luminance(color) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
