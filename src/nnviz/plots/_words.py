"""Words on a figure: measured, broken into lines, and never taken for formulas."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from nnviz.plots import text
from nnviz.plots._breaks import parts
from nnviz.plots._canvas import ground, height_of, setting, size_of, small, width_of
from nnviz.plots._units import written_in

__all__ = [
    "backed",
    "fit_height",
    "fit_ticks",
    "folded",
    "in_the_middle",
    "length_of",
    "no_data",
    "number_ticks",
    "plain",
    "sentence_folded",
    "set_labels",
    "shortened",
    "titles",
    "titles_broken",
    "told_apart",
]

_JOINTS = "._/"
"""Where a long name is broken first."""

_MOST_LINES = 3
"""In how many lines the title of a panel may be broken."""

_NARROWER = (1, 0.95, 0.9, 0.85, 0.8, 0.75)
"""What part of their width lines take, so that more than one word is left for the last."""

_TITLE, _TICK = 2.5, 2.2
"""What the title of a panel and a number beside it take, as multiples of their size."""

_FEW = 3
"""Axes with room for so many intervals choose their numbers themselves."""

_FAMILIES = ("serif", "sans-serif", "cursive", "fantasy", "monospace")
"""The general families, for which the settings name fonts."""


def plain(words: Text) -> Text:
    """Return the text, drawn as it is: a ``$`` in a name begins no formula."""
    words.set_parse_math(False)
    return words


def length_of(words: str, size: float) -> float:
    """Return how long a line of words is in points, for a font of this size."""
    font = FontProperties(family=mpl.rcParams["font.family"], size=text_to_path.FONT_SCALE)
    known = len(fontManager.ttflist), *(tuple(setting(f"font.{name}")) for name in _FAMILIES)
    return _length_unscaled(words, font, known) * (size / text_to_path.FONT_SCALE)


@lru_cache(2**14)
def _length_unscaled(words: str, font: FontProperties, _known: tuple[object, ...]) -> float:
    """Return a length at the size at which letters are measured: a millisecond, for most lines.

    The same lines come again and again, while they are broken and in the next figure. What is
    known of fonts is an argument, as the same family may then be another font.
    """
    return float(text_to_path.get_text_width_height_descent(words, font, ismath=False)[0])


def folded(words: str, width: float, size: float, *, most: int | None = None) -> str:
    """Return the words, broken into lines that are no longer than so many points.

    Lines are broken at spaces, and in Chinese and Japanese between letters; a word that is too
    long for a line, anywhere. Where words were broken before counts as a space. What is beyond
    the most lines is cut off, and an ellipsis.
    """
    lines = [""]
    for space, word in parts(words.replace("\n", " ")):
        longer = f"{lines[-1]}{space}{word}" if lines[-1] else word
        if length_of(longer, size) <= width:
            lines[-1] = longer
            continue
        first, *rest = _pieces(word, width, size)
        lines = [*lines, first, *rest] if lines[-1] else [first, *rest]
    if most is not None and len(lines) > most:
        last = (" " if " " in words else "").join(lines[most - 1 :])
        lines = [*lines[: most - 1], shortened(last, width, size)]
    return "\n".join(lines)


def sentence_folded(words: str, width: float, size: float) -> str:
    """Return a sentence, broken into as few lines as may be, of which the last is not one word.

    Where one word would be left over, all lines are narrower.
    """
    lines = folded(words, width, size)
    for part in _NARROWER if "\n" in lines else ():
        narrower = folded(words, part * width, size)
        if narrower.count("\n") > lines.count("\n"):
            break
        if len(narrower.rpartition("\n")[2].split()) > 1:
            return narrower
    return lines


def _pieces(word: str, width: float, size: float) -> list[str]:
    """Cut a word where a line is full, or before that at a dot; a word that fits stays whole."""
    if length_of(word, size) <= width:
        return [word]
    pieces = [""]
    for letter in word:
        while pieces[-1] and length_of(pieces[-1] + letter, size) > width:
            cut = 1 + max(map(pieces[-1].rfind, _JOINTS)) or len(pieces[-1])
            pieces[-1:] = [pieces[-1][:cut], pieces[-1][cut:]]
        pieces[-1] += letter
    return pieces


def shortened(words: str, width: float, size: float) -> str:
    """Return the words on one line of so many points; what is cut off is an ellipsis.

    Of a name of several parts, such as "encoder.layers.0.linear1", the last ones tell the most.
    """
    if length_of(words, size) <= width:
        return words
    if "." in words.strip(".") and " " not in words:
        while words and length_of("…" + words, size) > width:
            words = words[1:]
        return "…" + words
    while words and length_of(words + "…", size) > width:
        words = words[:-1].rstrip()
    return words + "…"


def told_apart(names: Sequence[str], cut: Callable[[str], str]) -> list[str]:
    """Return names as they are cut; those that would then read alike, without their beginning.

    That is what they share, up to a comma or, if there is none, a space.
    """
    short = [cut(name) for name in names]
    for words in {words for words in short if short.count(words) > 1}:
        alike = [place for place, other in enumerate(short) if other == words]
        shared = _beginning([names[place] for place in alike])
        begins = shared.rfind(", ") + 2 if ", " in shared else shared.rfind(" ") + 1
        if begins and len({names[place] for place in alike}) > 1:
            for place in alike:
                short[place] = cut("…" + names[place][begins:])
    return short


def _beginning(names: Sequence[str]) -> str:
    """Return what all names begin with: what the first and the last in order do."""
    ends = min(names), max(names)
    same = takewhile(lambda letters: letters[0] == letters[1], zip(*ends, strict=False))
    return "".join(letter for letter, _ in same)


def set_labels(ax: Axes, *, x: str = "", y: str = "") -> None:
    """Write the names of the quantities on the axes, and the numbers there in their units."""
    size = size_of("axes.label")
    plain(ax.set_xlabel(folded(x, 1.2 * width_of(ax), size)))
    plain(ax.set_ylabel(folded(y, height_of(ax), size)))
    for axis, words in ((ax.xaxis, x), (ax.yaxis, y)):
        written_in(axis, words)


def fit_height(ax: Axes, height: float) -> None:
    """Break the name of the vertical axis, and leave out numbers, so that a height has room."""
    label = ax.yaxis.get_label()
    size = float(label.get_fontsize())
    if any(length_of(line, size) > height for line in label.get_text().split("\n")):
        label.set_text(folded(label.get_text(), height, size))
    title = _TITLE * size_of("axes.title") if ax.get_title("left") or ax.get_title() else 0.0
    intervals = int((height - title) / (_TICK * size_of("ytick.label")))
    if intervals < _FEW and isinstance(ax.yaxis.get_major_locator(), MaxNLocator):
        ax.locator_params(axis="y", nbins=max(1, intervals), min_n_ticks=2)


def titles(panels: Mapping[Axes, str], *, lost: float = 0.0) -> None:
    """Write above each panel what it shows, all broken alike if any is too long for one line.

    They are broken after colons, and if that does not do, at commas, which are then left out;
    nowhere in brackets, as in "Adam (0.9, 0.999)". Of those that are cut off and would read alike,
    what they begin with is left out.

    Parameters
    ----------
    panels : mapping of Axes to str
        Panels that are equally wide, and the title of each.
    lost : float
        What else needs room beside each panel, in points.
    """
    if panels:
        width = min(map(width_of, panels)) - lost
        for ax, words in zip(panels, titles_broken(list(panels.values()), width), strict=True):
            plain(ax.set_title(words))


def titles_broken(titles: Sequence[str], width: float) -> list[str]:
    """Return the titles of panels that are so many points wide, broken as `titles` says."""
    size = size_of("axes.title")
    width = max(width, 5 * size)
    broken = [[words] for words in titles]
    for joint, kept in ((": ", ":"), (", ", "")):
        if any(length_of(line, size) > width for lines in broken for line in lines):
            broken = [
                [part for line in lines for part in _broken(line, joint, kept)] for lines in broken
            ]
    whole = ["\n".join(folded(line, width, size) for line in lines) for lines in broken]
    # with more lines there is no room to break at joints, too
    cut = told_apart(titles, lambda words: folded(words, width, size, most=_MOST_LINES))
    return [
        few if words.count("\n") >= _MOST_LINES else words
        for words, few in zip(whole, cut, strict=True)
    ]


def _broken(words: str, joint: str, kept: str) -> list[str]:
    """Return what stands between joints outside of brackets, with what is kept of these."""
    *before, last = words.split(joint)
    pieces = [""]
    for part in before:
        pieces[-1] += part
        if _is_closed(pieces[-1]):
            pieces[-1:] = [pieces[-1] + kept, ""]
        else:
            pieces[-1] += joint
    return [*pieces[:-1], pieces[-1] + last]


def _is_closed(words: str) -> bool:
    return all(words.count(left) <= words.count(right) for left, right in ("()", "[]", "{}"))


def number_ticks(ax: Axes) -> None:
    """Put as many numbers below narrow axes as have room beside each other."""
    ax.xaxis.set_major_formatter(lambda value, _: _written_alike(_seen(ax))(value))
    for most in range(8, 0, -1):
        ax.locator_params(axis="x", nbins=most, min_n_ticks=1)
        if _have_room(ax, _seen(ax), _written_alike(_seen(ax))):
            return


def _seen(ax: Axes) -> list[float]:
    limits = ax.viewLim  # asked for once: each time, all axes that share it are looked through
    return [tick for tick in ax.get_xticks() if limits.x0 <= tick <= limits.x1]


def _written_alike(ticks: Sequence[float]) -> Callable[[float], str]:
    """Return how numbers are written: all with the power of ten that the largest needs, or none."""
    largest = max(map(abs, ticks), default=0.0)
    if largest == 0 or 1e-4 <= largest < 1e5:
        return text.number
    scale = 10.0 ** math.floor(math.log10(largest))
    power = text.number(scale)

    def written(value: float) -> str:
        words = text.number(value / scale)
        return {"0": words, "1": power}.get(words, f"{words}×{power}")

    return written


def fit_ticks(ax: Axes) -> None:
    """Leave out numbers below the axes where they would run into each other."""
    seen = _seen(ax)
    words = dict(zip(seen, ax.xaxis.get_major_formatter().format_ticks(seen), strict=True))
    if not _have_room(ax, seen, words.__getitem__, apart=0.75):
        number_ticks(ax)


def _have_room(
    ax: Axes,
    ticks: Sequence[float],
    words: Callable[[float], str],
    *,
    apart: float = 0.55,
) -> bool:
    lengths = [length_of(words(tick), size_of("xtick.label")) for tick in ticks]
    return all(
        apart * (one + other) < width_of(ax) * (right - left) / ax.viewLim.width
        for (left, right), (one, other) in zip(pairwise(ticks), pairwise(lengths), strict=True)
    )


def backed(words: Text) -> None:
    """Put the background, a little transparent, between a text and what it is written over."""
    pad = 0.15 * small()
    words.set_bbox({"facecolor": ground(), "edgecolor": "none", "alpha": 0.7, "pad": pad})


def no_data(ax: Axes) -> Axes:
    """Say that a table is empty, in the middle of the axes."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    in_the_middle(ax, text.NOTES["no data"])
    return ax


def in_the_middle(ax: Axes, words: str) -> None:
    """Write in the middle of axes that have nothing to show."""
    plain(ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center"))
