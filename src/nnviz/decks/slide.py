"""A slide: a figure in the shape of the screen, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import matplotlib as mpl
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from nnviz import plots
from nnviz.publish import files

__all__ = ["HEIGHT", "WIDTH", "Colours", "Page", "Slide", "boxed", "heading"]

WIDTH, HEIGHT = 40 / 3, 7.5
"""Of a slide, in inches: 16:9 to the pixel where a multiple of 6 pixels makes an inch."""

_MARGIN, _LARGE, _SMALL = 0.06, 46, 22


@dataclass(frozen=True)
class Page:
    """A slide as files: what it shows, and what is said of it.

    Attributes
    ----------
    title, alt, notes, heading
        As in `Slide`.
    pictures : mapping of str to bytes
        What it shows, by format.
    """

    title: str
    alt: str
    notes: tuple[str, ...] = ()
    heading: str | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Slide:
    """What is shown at once, and what belongs to it.

    Attributes
    ----------
    title : str
        The claim; it stands in the figure, too.
    figure : Figure
        Its layout is final.
    alt : str
        What the figure shows, in words.
    notes : tuple of str
        For the speaker, a text for each paragraph.
    heading : str, optional
        Of a slide that begins a lecture or a part of it and shows nothing but words: the small
        ones above the title, which may be empty. None for a figure.
    build : bool
        Whether it is to be shown step by step.
    """

    title: str
    figure: Figure
    alt: str
    notes: tuple[str, ...] = ()
    heading: str | None = None
    build: bool = False

    def picture(self, file_format: str, dpi: float) -> bytes:
        """Return the slide as a picture that fills the screen: a file's content.

        Parameters
        ----------
        file_format : {"png", "svg", "pdf"}
            What to write.
        dpi : float
            Pixels that make an inch of a slide 13⅓ inches wide.
        """
        box = boxed(self.figure)
        # A figure of another width is scaled; what is cut off is less than a millionth of a pixel.
        scaled = dpi * WIDTH / (self.figure.get_figwidth() if box is None else box.width)
        return files.figure_bytes(
            self.figure,
            file_format,
            title=self.title,
            description=self.alt,
            dpi=scaled * (1 + 1e-9),
            box=box,
        )

    def page(self, pictures: Mapping[str, bytes]) -> Page:
        """Return the slide with pictures in place of its figure."""
        return Page(self.title, self.alt, self.notes, self.heading, pictures)


def boxed(figure: Figure) -> Bbox | None:
    """Return the 16:9 box around a figure of another shape, in inches; None if it has that shape.

    Saved with it, the figure stands in the middle of its own background.
    """
    width, height = figure.get_size_inches()
    if abs(width / height - 16 / 9) < 1e-3:
        return None
    wide, high = max(width, height * 16 / 9), max(height, width * 9 / 16)
    return Bbox.from_bounds((width - wide) / 2, (height - high) / 2, wide, high)


@dataclass(frozen=True)
class Colours:
    """Colours of a theme, as ``#rrggbb``: what lies under a slide, and what is written there."""

    ground: str
    ink: str
    muted: str
    accents: tuple[str, ...]

    @classmethod
    def in_force(cls) -> "Colours":
        """Return the colours of the theme in force."""
        known = mpl.rcParams
        return cls(
            ground=to_hex(known["figure.facecolor"]),
            ink=to_hex(known["text.color"]),
            muted=to_hex(known["axes.edgecolor"]),
            accents=tuple(map(to_hex, known["axes.prop_cycle"].by_key()["color"])),
        )


def heading(title: str, above: str = "") -> Slide:
    """Return a slide with nothing but words: the title of a lecture or of a part of it.

    Parameters
    ----------
    title : str
        In large letters.
    above : str
        In small ones, over it.
    """
    figure = Figure(figsize=(WIDTH, HEIGHT))
    middle = figure.add_gridspec(1, 3, width_ratios=(_MARGIN, 1 - 2 * _MARGIN, _MARGIN))[1]
    part = figure.add_subfigure(middle)
    with mpl.rc_context({"figure.titlesize": _LARGE, "figure.labelsize": _SMALL}):
        plots.headline(part, title).set(y=0.5, va="center")
        plots.caption(part, above).set(y=0.9, va="center")
    return Slide(title, figure, title, heading=above)
