"""The claim above a figure and the reading key below it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

from nnviz._language import current
from nnviz._numbers import Number
from nnviz.plots import _canvas, _words, house, palette, text
from nnviz.plots._arguments import checked

__all__ = ["Claim", "caption", "claim_of", "headline", "measured", "note"]

_MARGIN = 0.012

_LINE = 1.3
"""The height of a line of words, as a multiple of the font's size."""

_MOST = 0.45
"""What part of a figure's height words above and below it take: where they need more, it grows
down. A slide keeps its shape."""

_LABEL, _NOTE = "claim: ", "note: "


class Claim(Protocol):
    """What a headline needs to know of a claim; `studies.Claim` has it."""

    @property
    def key(self) -> str:
        """The name by which the claim is found everywhere."""

    @property
    def statement(self) -> str:
        """One sentence, true of the data."""

    @property
    def verdict(self) -> str:
        """Whether it "holds", was found "otherwise", or neither."""

    def facts(self) -> Mapping[str, Any]:
        """Return the claim by name: measured, number, unit, interval, seeds, low, high."""


@checked
def headline(figure: _canvas.Canvas, claim: Claim | str) -> Text:
    """Write a claim above a figure: the sentence that is true of its data.

    A claim that was found otherwise than expected says so, in the colour of a warning; one that
    the data do not decide is muted. The words begin at the left edge and are broken to the width
    of the figure; the layout makes room for them. The claim's key goes with the figure, where
    `claim_of` finds it, and is the title's id in an SVG.

    Parameters
    ----------
    figure : Figure or SubFigure
        With constrained layout, as under `theme`.
    claim : Claim or str
        A claim that was checked, or plain words.
    """
    if not isinstance(claim, str):
        check_claim(claim, "key", "statement", "verdict")
    sentence = current().sentence(claim) if isinstance(claim, str) else claim.statement
    words = _bound_to_numbers(sentence)
    verdict = "holds" if isinstance(claim, str) else claim.verdict
    color = mpl.rcParams["text.color"]
    if verdict == "otherwise":
        color = palette.readable(palette.warning())
        words = text.NOTES["otherwise"].format(statement=words)
    elif verdict != "holds":
        color = palette.readable(_canvas.muted())
    written = _write(figure, words, "figure.title", color)
    key = None if isinstance(claim, str) else claim.key
    written.set_label("" if key is None else _LABEL + key)
    written.set_gid(None if key is None else "claim-" + re.sub(r"\W+", "-", key))  # an SVG's id
    return written


@checked
def claim_of(figure: _canvas.Canvas) -> str | None:
    """Return the key of the claim above a figure; None if there is none.

    Parameters
    ----------
    figure : Figure or SubFigure
        With a `headline`.
    """
    title = getattr(figure, "_suptitle", None)
    label = str(title.get_label()) if isinstance(title, Text) else ""
    return label.removeprefix(_LABEL) if label.startswith(_LABEL) else None


@checked
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
        What was measured is said after the words; what it had to be stands on the page and in
        the notes, not in the picture.
    """
    words = current().sentence(words)
    if claim is not None:
        check_claim(claim, "verdict", "facts")
        if claim.verdict != "not assessed":
            words = f"{words} {found(claim)}"
    left_out = _note_of(figure)
    return _small_print(figure, f"{words} {left_out}" if left_out else words, label=left_out)


def note(figure: _canvas.Canvas, words: str) -> None:
    """Write small print below a figure that a caption keeps, after its own words."""
    _small_print(figure, words, label=words)


def _note_of(figure: _canvas.Canvas) -> str:
    below = getattr(figure, "_supxlabel", None)
    label = str(below.get_label()) if isinstance(below, Text) else ""
    return label.removeprefix(_NOTE) if label.startswith(_NOTE) else ""


def _small_print(figure: _canvas.Canvas, words: str, *, label: str) -> Text:
    written = _write(figure, words, "figure.label", palette.readable(_canvas.muted()))
    written.set_label(f"{_NOTE}{label}" if label else "")
    return written


def check_claim(claim: Claim, *needed: str) -> None:
    """Raise a TypeError if something is no claim: lacks what is needed of one."""
    if not all(hasattr(claim, name) for name in needed):
        raise TypeError(f"claim must be a claim of a study; got {claim!r:.80}")


def found(claim: Claim) -> str:
    """Return what was measured, and how sure it is: what a picture says of it."""
    facts = claim.facts()
    return _unbroken(text.NOTES["measured"].format(**_number_of(facts, _bounds(facts))))


def without_found(small_print: str, claims: Iterable[Claim]) -> str:
    """Return small print on one line, without what it says was measured for claims."""
    words = " ".join(small_print.split())
    for claim in claims:
        if claim.verdict != "not assessed":
            words = words.replace(" ".join(found(claim).split()), "").strip()
    return words


def measured(claim: Claim) -> str:
    """Return what was measured, how sure it is, and for which numbers the title holds."""
    facts = claim.facts()
    bounds = _bounds(facts)
    kind = "claim needs" if claim.verdict == "holds" else "claim expected"
    needs = text.NOTES[kind].format(bound=_bound(bounds))
    number = _number_of(facts, bounds)
    return _unbroken(text.NOTES["measured and needed"].format(**number, needs=needs))


def _bounds(facts: Mapping[str, Any]) -> dict[str, Number]:
    """Return the ends between which a number has to be, in its unit."""
    low, high = ends = [facts[name] for name in ("low", "high")]
    between = [] if None in ends else [(low + high) / 2]  # so that two ends look unlike each other
    return {
        name: Number(end, facts["unit"], between)
        for name, end in zip(("low", "high"), ends, strict=True)
        if end is not None
    }


def _number_of(facts: Mapping[str, Any], bounds: Mapping[str, Number]) -> dict[str, Any]:
    """Return what is filled into a sentence of what was measured."""
    return {
        "measured": facts["measured"],
        "number": Number(facts["number"], facts["unit"], bounds.values()),
        "scatter": _scatter(facts, bounds.values()),
    }


def _bound(ends: Mapping[str, Number]) -> str:
    """Return what a number has to be: "at least 2 points", "between −5 and 5 points"."""
    if len(ends) == 2:
        return text.NOTES["between"].format(low=ends["low"].bare, high=ends["high"])
    return "".join(text.NOTES[f"bound {name}"].format(end=end) for name, end in ends.items())


def _scatter(facts: Mapping[str, Any], bounds: Iterable[float]) -> str:
    """Return the interval of a number and of how many seeds it is the mean, in brackets."""
    if facts["seeds"] < 2:
        return ""
    low, high = facts["interval"] or (None, None)
    if low is None or high is None or low == high:
        return text.NOTES["over seeds"].format(seeds=facts["seeds"])
    left, right = (Number(end, facts["unit"], bounds).bare for end in (low, high))
    interval = text.NOTES["interval"].format(left=left, right=right)
    return text.NOTES["interval over seeds"].format(interval=interval, seeds=facts["seeds"])


def _bound_to_numbers(words: str) -> str:
    """Return words of which none is parted from the number after it: "at step 140", "β = 0.4"."""
    return re.sub(r"(?<=[^\W\d]) (?=\d)| (?==)|(?<==) ", "\N{NO-BREAK SPACE}", words)


def _unbroken(words: str) -> str:
    """Return words of which no number is parted from the unit after it: "2 points"."""
    return re.sub(r"(?<=\d) (?=\w)", "\N{NO-BREAK SPACE}", words)


def _write(figure: _canvas.Canvas, words: str, role: str, color: str) -> Text:
    """Write from the left margin to the right one, at the top or at the bottom."""
    write = figure.suptitle if role == "figure.title" else figure.supxlabel
    width = figure.bbox.width / figure.dpi * 72 * (1 - 2 * _MARGIN)
    if role == "figure.title":
        width -= house.room_for_logo()
        house.draw_logo(figure, _MARGIN)
    shown = text.shown(current().finish(words), longest=2000)
    fold = _words.sentence_folded if role == "figure.title" else _words.folded
    lines = fold(shown, 0.98 * width, _canvas.size_of(role))
    written = _words.plain(write(lines, x=_MARGIN, ha="left", color=color))
    _make_room(figure)
    return written


def _make_room(figure: _canvas.Canvas) -> None:
    """Let what is drawn keep most of the height, and fit vertical axes to what is left of it."""
    taken = _height(figure.get_suptitle(), "figure.title")
    taken += _height(figure.get_supxlabel(), "figure.label")
    if isinstance(figure, Figure) and not _is_slide(figure):
        figure.set_figheight(max(figure.get_figheight(), taken / _MOST / 72))
    left = max(0.2, 1 - taken / (figure.bbox.height / figure.dpi * 72))
    for ax in figure.axes:
        _words.fit_height(ax, left * _canvas.height_of(ax))


def _is_slide(figure: Figure) -> bool:
    width, height = figure.get_size_inches()
    return abs(width / height - 16 / 9) < 0.01


def _height(words: str, role: str) -> float:
    return _LINE * (words.count("\n") + 1) * _canvas.size_of(role) if words else 0.0
