"""The language in force: what stands in it for an English sentence, a name or a unit."""

import re
from collections import UserDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from string import Formatter

from nnviz import _checks

__all__ = ["Language", "Words", "check_blanks", "current", "loaded", "said", "speaking"]


@dataclass(frozen=True)
class Language:
    """Words in a language; English itself has none, as all words are written in it.

    Parameters
    ----------
    code : str
        Of BCP 47, as the ``lang`` of a page.
    name : str
        What `plots.language` was asked for: a name, or the path of a file; empty for English.
    tables : mapping of str to mapping of str to str
        Words by the name of their table and by their key. The keys of ``sentences`` are English
        sentences and templates; those of ``patterns``, English with blanks that somebody filled
        in: with a number, as in ``"{share} apart"``, or, after ``:s``, with any words.
    finish : callable
        The last touch on a sentence whose blanks are filled, such as Korean particles.
    """

    code: str = "en"
    name: str = ""
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    finish: Callable[[str], str] = str

    def word(self, table: str, key: str, english: str) -> str:
        """Return the words of a key, or the English ones."""
        return self.tables.get(table, {}).get(key, english)

    def sentence(self, english: str) -> str:
        """Return what stands for an English sentence, template or name; itself, if nothing does.

        Of several sentences, each is looked for by itself.
        """
        for table in ("sentences", "choices"):
            if (known := self.tables.get(table, {}).get(english)) is not None:
                return known
        if len(several := _ENDS.split(english)) > 1:
            return " ".join(map(self.sentence, several))
        for pattern, words in self._patterns:
            if found := pattern.fullmatch(english):
                parts = {name: self.sentence(part) for name, part in found.groupdict().items()}
                return self.finish(words.format(**parts))
        return english

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        patterns = self.tables.get("patterns", {})
        return [(re.compile(_BLANK.sub(_group, re.escape(k))), v) for k, v in patterns.items()]


_ENDS = re.compile(r"(?<=\.)(?<!\b[A-Z]\.)(?<!et al\.) ")
"""Between sentences: not after an initial, or after "et al."."""

_BLANK = re.compile(r"\\\{(\w+)(:s)?\\\}")


def _group(blank: re.Match[str]) -> str:
    return f"(?P<{blank[1]}>{'.+?' if blank[2] else r'[+−-]?[0-9][^ ]*'})"


_ENGLISH = Language()

_IN_FORCE: ContextVar[Language] = ContextVar("language", default=_ENGLISH)


def current() -> Language:
    """Return the language in force."""
    return _IN_FORCE.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Put a language in force inside the ``with`` block."""
    token = _IN_FORCE.set(language)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def check_blanks(name: str, words: object, english: str) -> None:
    """Check that words are a string whose blanks are some of the English ones, as they stand."""
    if not isinstance(words, str):
        raise _checks.fail(name, "a string", words)
    try:
        found = {whole[1:] for whole in Formatter().parse(words) if whole[1] is not None}
    except ValueError:
        found = {(words, "", None)}
    known = [blank for _, blank, _, _ in Formatter().parse(english) if blank is not None]
    if not found <= {(blank, "", None) for blank in known}:
        blanks = ", ".join(f"{{{blank}}}" for blank in dict.fromkeys(known))
        rule = f"words with no blanks but {blanks}" if known else "words without blanks"
        raise _checks.fail(name, rule, words)


def said(english: str, **blanks: object) -> str:
    """Return an English sentence in the language in force, its blanks filled."""
    language = current()
    return language.finish(language.sentence(english).format(**blanks))


def loaded() -> "Mapping[str, Words]":
    """Return all `Words` of the modules that are loaded, by table."""
    return _LOADED


class Words(UserDict[str, str]):
    """English words by key; read, they are those of the language in force.

    Parameters
    ----------
    table : str
        What a file of words calls them.
    english : mapping of str to str
        The words, with blanks in braces.
    """

    def __init__(self, table: str, english: Mapping[str, str]) -> None:
        super().__init__(english)
        self.table = table
        self.check(current().tables.get(table, {}))
        _LOADED[table] = self

    def check(self, given: Mapping[str, object]) -> None:
        """Check what is to take the place of these words.

        Raises
        ------
        ValueError
            For an unknown key, words that are no string, and blanks that nothing fills.
        """
        for key, words in given.items():
            _checks.one_of(f"a name in {self.table}", key, self.data)
            check_blanks(f"the words for {key!r} in {self.table}", words, self.data[key])

    def __getitem__(self, key: str) -> str:
        own = current().tables.get(self.table, {})
        return own[key] if key in own else super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in current().tables.get(self.table, {})


_LOADED: dict[str, Words] = {}
