"""The claim above a figure and the reading key below it."""

from typing import Protocol

import matplotlib as mpl
from matplotlib.text import Text

from nnviz._names import safe_text
from nnviz.plots import _canvas, palette, text

__all__ = ["Claim", "caption", "headline"]

_MARGIN = 0.012
_SENTENCES = 400
"""Where a text is cut off that is no name."""


class Claim(Protocol):
    """What a headline needs of a claim; `studies.Claim` has it."""

    @property
    def statement(self) -> str: ...
    @property
    def number(self) -> float: ...
    @property
    def bound(self) -> str: ...
    @property
    def holds(self) -> bool: ...


def headline(figure: _canvas.Canvas, claim: Claim) -> Text:
    """Write a claim above a figure; one that does not hold says so, with what was found.

    The text begins at the left margin and is broken to the width of the figure; the layout
    makes room for it.
    """
    words, color = safe_text(claim.statement, longest=_SENTENCES), mpl.rcParams["text.color"]
    if not claim.holds:
        color = palette.readable(palette.colour(2))
        words = text.NOTES["not borne out"].format(
            statement=words,
            number=text.number(claim.number),
            bound=safe_text(claim.bound).replace(" ", "\N{NO-BREAK SPACE}"),
        )
    return _canvas.plain(figure.suptitle(words, x=_MARGIN, ha="left", wrap=True, color=color))


def caption(figure: _canvas.Canvas, words: str) -> Text:
    """Write small print below a figure: how to read it.

    The text is broken to the width of the figure; the layout makes room for it.
    """
    return _canvas.plain(
        figure.supxlabel(
            safe_text(words, longest=_SENTENCES),
            x=_MARGIN,
            ha="left",
            wrap=True,
            color=palette.readable(_canvas.muted()),
        )
    )
