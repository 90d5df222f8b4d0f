"""Where a line may be broken: at spaces, and between the letters of Chinese and Japanese."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

__all__ = ["parts"]

_LETTERS = (
    r"\u2e80-\u2fff\u3001-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff9f"
)
"""Ideographs, kana and full-width signs; Hangul is written with spaces."""

_NOT_FIRST = "、。，．・：；？！ー〜～々〻ゝゞヽヾ…‥゛゜"
"""What begins no line, by JIS X 4051, beside closing brackets and small kana."""


def parts(words: str) -> Iterator[tuple[str, str]]:
    """Yield what a line may not break, each after the space that is before it, or none."""
    for word in words.split(" "):
        space = " "
        for part in _between(word):
            yield space, part
            space = ""


def _between(word: str) -> list[str]:
    """Return the parts of a word between which a line may be broken.

    That is around a letter of Chinese or Japanese; but no line begins with a sign that closes,
    or ends with one that opens.
    """
    if word.isascii():
        return [word]
    letters = re.findall(rf"[{_LETTERS}]|[^{_LETTERS}]+", word)
    joined = letters[:1]
    for letter in letters[1:]:
        if _is_closing(letter[0]) or unicodedata.category(joined[-1][-1]) in ("Ps", "Pi"):
            joined[-1] += letter
        else:
            joined.append(letter)
    return joined


@cache
def _is_closing(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    small = name.startswith(("HIRAGANA", "KATAKANA")) and " SMALL " in name
    return small or letter in _NOT_FIRST or unicodedata.category(letter) in ("Pe", "Pf")
