"""The claim above a figure and the reading key below it."""

import re
from typing import Protocol

import matplotlib as mpl
from matplotlib.text import Text

from nnviz.plots import _canvas, _words, palette, text

__all__ = ["Claim", "caption", "headline"]

_MARGIN = 0.012

_LINE = 1.3
"""The height of a line of words, as a multiple of the font's size."""


class Claim(Protocol):
    """What a headline needs to know of a claim; `studies.Claim` has it."""

    @property
    def statement(self) -> str:
        """One sentence."""

    @property
    def number(self) -> float:
        """What was measured."""

    @property
    def bound(self) -> str:
        """What the number has to be for the statement to hold."""

    @property
    def holds(self) -> bool:
        """Whether it is."""

    @property
    def measured(self) -> str:
        """What the number is; may be empty."""


def headline(figure: _canvas.Canvas, claim: Claim | str) -> Text:
    """Write a claim above a figure; one that does not hold says so, with what was found.

    The words begin at the left edge and are broken to the width of the figure; the layout makes
    room for them.

    Parameters
    ----------
    figure : Figure or SubFigure
        With constrained layout, as under `theme`.
    claim : Claim or str
        A claim that was checked, or plain words.
    """
    color = mpl.rcParams["text.color"]
    words = _bound_to_numbers(claim if isinstance(claim, str) else claim.statement)
    if not isinstance(claim, str) and not claim.holds:
        color = palette.readable(palette.colour(palette.WARNING))
        words = text.NOTES["not borne out"].format(
            statement=words,
            number=text.number(claim.number),
            bound=_unbroken(claim.bound),
        )
    return _write(figure, words, "figure.title", color)


def caption(figure: _canvas.Canvas, words: str, *, claim: Claim | None = None) -> Text:
    """Write small print below a figure: how to read it, and the number behind its claim.

    The words are broken to the width of the figure; the layout makes room for them.

    Parameters
    ----------
    figure : Figure or SubFigure
        With constrained layout, as under `theme`.
    words : str
        What a line, a band, a ring or a colour stands for.
    claim : Claim, optional
        What was measured, and the bound it is tested against, is said after the words.
    """
    if claim is not None:
        words = f"{words} {_found(claim)}"
    return _write(figure, words, "figure.label", palette.readable(_canvas.muted()))


def _found(claim: Claim) -> str:
    words = text.NOTES["measured" if claim.measured else "found"]
    measured = claim.measured[:1].upper() + claim.measured[1:]
    number = text.number(claim.number)
    return words.format(measured=measured, number=number, bound=_unbroken(claim.bound))


def _bound_to_numbers(words: str) -> str:
    """Return words of which none is parted from the number after it: "at step 140"."""
    return re.sub(r"(?<=[^\W\d]) (?=\d)", "\N{NO-BREAK SPACE}", words)


def _unbroken(bound: str) -> str:
    """Return a bound as it is read, on one line: "≤ 1e-06" → "≤ 10⁻⁶"."""
    numbers = re.sub(r"-?\d[\d.]*(e[-+]?\d+)?", lambda found: text.number(float(found[0])), bound)
    return numbers.replace(" ", "\N{NO-BREAK SPACE}")


def _write(figure: _canvas.Canvas, words: str, role: str, color: str) -> Text:
    """Write from the left margin to the right one, at the top or at the bottom."""
    write = figure.suptitle if role == "figure.title" else figure.supxlabel
    width = figure.bbox.width / figure.dpi * 72 * (1 - 2 * _MARGIN)
    lines = _words.folded(text.shown(words, longest=2000), 0.98 * width, _canvas.size_of(role))
    written = _words.plain(write(lines, x=_MARGIN, ha="left", color=color))
    _make_room(figure)
    return written


def _make_room(figure: _canvas.Canvas) -> None:
    """Fit vertical axes to what is left of their height by what is written above and below."""
    taken = _height(figure.get_suptitle(), "figure.title")
    taken += _height(figure.get_supxlabel(), "figure.label")
    left = max(0.2, 1 - taken / (figure.bbox.height / figure.dpi * 72))
    for ax in figure.axes:
        _words.fit_height(ax, left * _canvas.height_of(ax))


def _height(words: str, role: str) -> float:
    return _LINE * (words.count("\n") + 1) * _canvas.size_of(role) if words else 0.0
