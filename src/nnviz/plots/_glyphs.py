"""Letters that no installed font can draw: replaced, with a warning, not drawn as empty boxes."""

import warnings
from functools import cache

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, get_font, get_font_names

__all__ = ["drawable"]

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


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
        warnings.warn(f"no installed font can draw {named}; shown as {_REPLACEMENT}", stacklevel=3)
    return words.translate({ord(letter): _REPLACEMENT for letter in lost})


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
