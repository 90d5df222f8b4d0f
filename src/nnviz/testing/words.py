"""What a reader finds wrong with the words on a figure: measured on the rendered figure."""

from collections.abc import Iterator
from itertools import combinations
from typing import TypeAlias

from matplotlib.axis import Axis
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text

from nnviz import _checks
from nnviz.plots import palette

__all__ = ["assert_readable", "faults", "words"]

Color: TypeAlias = tuple[float, float, float, float]

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

    Words must stay on the canvas, must not lie on each other, and must be large and clear enough
    on the background of their box, Axes or figure; what else is drawn under them is not looked at.

    Parameters
    ----------
    figure : Figure
        Is laid out, and rendered as it would be saved as PNG.
    smallest : float
        The least font size, in points: 18 on a slide, 7 in a paper.
    contrast : float
        The least contrast to the background: WCAG 2 asks for 4.5.
    """
    _checks.instance("figure", figure, Figure, hint=" of matplotlib")
    _checks.non_negative("smallest", smallest)
    _checks.positive("contrast", contrast)
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
    for text in shown:
        size = float(text.get_fontsize())
        if size < smallest:
            yield f"{_name(text)} has {size:g} pt, less than {smallest:g}"
        ground = _ground(figure, text)
        found = palette.contrast(_over(_ink(text), ground), ground)
        if found < contrast:
            yield f"{_name(text)} has a contrast of {found:.2g}, less than {contrast:g}"


def _ink(text: Text) -> Color:
    red, green, blue, own = to_rgba(text.get_color())
    alpha = text.get_alpha()
    return red, green, blue, own if alpha is None else float(alpha)


def _ground(figure: Figure, text: Text) -> Color:
    """Return the colour behind a text: of its own box, the Axes under it, or the figure."""
    x, y = text.get_window_extent().get_points().mean(axis=0)
    under: list[Patch] = [figure.patch]
    axes = sorted(figure.axes, key=lambda ax: ax.get_zorder())
    under += [ax.patch for ax in axes if ax.get_visible() and ax.axison and ax.bbox.contains(x, y)]
    if (box := text.get_bbox_patch()) is not None:
        under.append(box)
    ground: Color = (1.0, 1.0, 1.0, 1.0)
    for patch in under:
        if patch.get_visible():
            ground = _over(to_rgba(patch.get_facecolor()), ground)
    return ground


def _over(top: Color, ground: Color) -> Color:
    """Return the colour that is seen where one lies on an opaque other."""
    *channels, alpha = top
    red, green, blue = (
        alpha * t + (1 - alpha) * g for t, g in zip(channels, ground[:3], strict=True)
    )
    return red, green, blue, 1.0


def _name(text: Text) -> str:
    return repr(text.get_text())


def words(figure: Figure) -> list[Text]:
    """Return the texts that are seen once laid out: not empty, not hidden, no ticks out of view."""
    figure.draw_without_rendering()
    if any(ax.name == "3d" for ax in figure.axes):
        # As when it is saved: where the words of three axes stand depends on the first layout.
        figure.draw_without_rendering()
    hidden = {id(text) for axis in figure.findobj(Axis) for text in _out_of_view(axis)}
    for artist in figure.findobj(lambda artist: not artist.get_visible()):
        hidden |= {id(text) for text in artist.findobj(Text)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_text().strip() and _ink(text)[3] > 0 and id(text) not in hidden
    ]


def _out_of_view(axis: Axis) -> Iterator[Text]:
    seen = axis.get_visible() and axis.axes.axison
    shown = {id(tick) for tick in axis._update_ticks()} if seen else set()  # type: ignore[attr-defined]
    for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
        if id(tick) not in shown:
            yield from (tick.label1, tick.label2)
