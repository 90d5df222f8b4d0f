"""Letters that no installed font can draw: replaced, with a warning, not drawn as empty boxes."""

import unicodedata
import warnings
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import (
    FontProperties,
    findfont,
    findSystemFonts,
    fontManager,
    get_font,
    get_font_names,
)
from matplotlib.text import Text

__all__ = ["drawable", "installed", "needs_outlines"]

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_CJK = "Noto Sans CJK (Debian and Ubuntu: apt install fonts-noto-cjk; macOS: font-noto-sans-cjk)"
_FONTS = {
    "HANGUL": f"{_CJK}, or NanumGothic (fonts-nanum)",
    "CJK": _CJK,
    "HIRAGANA": _CJK,
    "KATAKANA": _CJK,
}
"""What to install for a script, by the first word of its letters' names in Unicode."""


def drawable(words: str) -> str:
    """Return the words with a replacement for every letter that none of the fonts in force has.

    Warns
    -----
    UserWarning
        Names the letters that were replaced.
    """
    if words.isascii():
        return words
    files = _files(tuple(mpl.rcParams["font.family"]))
    lost = sorted({letter for letter in words if not _has(letter, files)})
    if lost:
        named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in lost)
        warnings.warn(
            f"no installed font can draw {named}; shown as {_REPLACEMENT}; install {_wanted(lost)}",
            stacklevel=3,
        )
    return words.translate({ord(letter): _REPLACEMENT for letter in lost})


def _wanted(letters: Iterable[str]) -> str:
    """Return fonts that have the letters."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    return " and ".join(sorted({_FONTS.get(s, "a font that has them") for s in scripts}))


def installed(families: Iterable[str]) -> list[str]:
    """Return which font families are installed: asking matplotlib for another one is loud.

    If it knows none of them, it looks again: they may be newer than its list.
    """
    wanted = tuple(families)
    if not set(wanted) & set(get_font_names()):
        _look_for(wanted)
    known = set(get_font_names())
    return [family for family in wanted if family in known]


@cache
def _look_for(families: tuple[str, ...]) -> None:
    """Make matplotlib know font files whose names begin as those of the families do."""
    wanted = [family.replace(" ", "").casefold() for family in families]
    known = {entry.fname for entry in fontManager.ttflist}
    for file in sorted(set(findSystemFonts()) - known):
        name = Path(file).stem.partition("-")[0].casefold()
        if any(family.startswith(name) for family in wanted):
            with suppress(OSError, RuntimeError):  # what is damaged is no font
                fontManager.addfont(file)


def needs_outlines(figure: Figure) -> bool:
    """Return whether a figure has letters of a CFF font (PostScript outlines, as in Noto CJK).

    matplotlib 3.11 writes such a font into a PDF as if it were TrueType, and some readers then
    show nothing; as outlines (``pdf.fonttype`` 3) all of them show it, and it stays text.
    """
    used = set()
    for words in figure.findobj(Text):
        assert isinstance(words, Text)
        files = _files(tuple(words.get_fontfamily()))
        for letter in set(words.get_text()) if words.get_visible() else ():
            used |= {next((file for file in files if _has(letter, (file,))), files[0])}
    return any(map(_is_cff, used))


@cache
def _is_cff(file: str) -> bool:
    try:
        get_font(file).get_ps_font_info()
    except ValueError:  # there is none of a TrueType font
        return False
    return True


@cache
def _has(letter: str, files: tuple[str, ...]) -> bool:
    return letter.isascii() or any(get_font(file).get_char_index(ord(letter)) for file in files)


@cache
def _files(families: tuple[str, ...]) -> tuple[str, ...]:
    """Return the font files that matplotlib tries, in order; asking for a missing one is loud."""
    generic = {"sans-serif", "serif", "monospace", "cursive", "fantasy"}
    known = {*get_font_names(), *generic}
    usable = [family for family in families if family in known] or ["sans-serif"]
    return tuple(findfont(FontProperties(family=[family])) for family in usable)
