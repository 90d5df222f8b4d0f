"""Figures in another language: one file of words takes the place of the English ones."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from string import Formatter

import matplotlib as mpl

from nnviz import _checks
from nnviz._language import Language, Words, check_blanks, current, loaded, speaking
from nnviz.languages import LANGUAGES, code_of, read, with_particles
from nnviz.plots import text
from nnviz.plots._glyphs import installed

__all__ = ["language"]

_TABLES: Mapping[str, Words] = {
    "quantities": text.QUANTITIES,
    "states": text.STATES,
    "choices": text.CHOICES,
    "layers": text.LAYERS,
    "splits": text.SPLITS,
    "notes": text.NOTES,
    "keys": text.KEYS,
}

_BY_SENTENCE = ("sentences", "patterns")
"""The tables whose keys are English sentences or templates."""

_NAMES = {"units": "{number}", "settings": ""}
"""How numbers are written with their unit, and names of settings in small print: any key, and
these blanks."""

_LATER = ("page", "report", "deck", "motion", "explorer", "terminal")
"""Fixed words of what is made of figures, and of commands: checked as soon as they are loaded."""

_OPEN = ("quantities", "choices")
"""The tables of `text` that may have names of the user's own."""


@contextmanager
def language(
    language: str | os.PathLike[str] | Mapping[str, Mapping[str, str]],
) -> Iterator[None]:
    """Write what is drawn and said inside the ``with`` block in another language.

    When the block ends, all words are as they were. What a file leaves out stays as it was, in
    English; names from your data stay as they are. Enter it inside `theme`, which chooses fonts.

    Parameters
    ----------
    language : str, path or mapping
        One of `nnviz.languages.LANGUAGES`, such as ``"ko"``; a TOML file; or the same as a
        mapping. The tables ``quantities``, ``states``, ``choices``, ``layers``, ``splits``,
        ``notes`` and ``keys`` have names from `plots.text` and their words; quantities and choices
        may have names of your own. ``sentences`` has English sentences and templates of titles,
        claims and captions, ``patterns`` such with blanks that are filled already; ``units``, how
        a number is written with its unit, as in ``"{number} Schritte"``; ``fonts``, under
        ``families``, fonts that are asked first.

    Raises
    ------
    ValueError
        For an unknown table or name, words that are no string, and words with other blanks than
        the original or, of a note, without all of them. Those of the page, decks, animations, the
        explorer and commands are checked when that part of nnviz is loaded, if it is not yet.
    """
    given = language if isinstance(language, Mapping) else read(language)
    is_ours = isinstance(language, str) and language in LANGUAGES  # checked by the tests
    for name, entries in () if is_ours else given.items():
        _checks.one_of("table", name, [*_TABLES, *_BY_SENTENCE, *_NAMES, *_LATER, "fonts"])
        if not isinstance(entries, Mapping):
            raise _checks.fail(f"table {name!r}", "a mapping of names to words", entries)
        _check(name, entries)
    before = Language() if language == "en" else current()
    tables = {name: {**before.tables.get(name, {}), **given[name]} for name in given}
    code, called = before.code, before.name
    if not isinstance(language, Mapping):
        code, called = code_of(language), "" if language == "en" else str(language)
    made = Language(code, called, {**before.tables, **tables}, with_particles)
    with speaking(made), _fonts(made.tables.get("fonts", {}).get("families", ())):
        yield


@contextmanager
def _fonts(families: Sequence[str]) -> Iterator[None]:
    """Ask these fonts first, as far as they are installed."""
    before = mpl.rcParams["font.family"]
    mpl.rcParams["font.family"] = list(dict.fromkeys([*installed(families), *before]))
    try:
        yield
    finally:
        mpl.rcParams["font.family"] = before


def _check(name: str, entries: Mapping[str, object]) -> None:
    if name == "fonts":
        _check_fonts(entries)
    elif name in _LATER:
        if name in loaded():
            loaded()[name].check(entries)
    elif name in _NAMES:
        for key, words in entries.items():
            check_blanks(f"the words for {key!r} in {name}", words, _NAMES[name])
    else:
        for key, words in entries.items():
            _check_words(name, key, words)


def _check_fonts(entries: Mapping[str, object]) -> None:
    for key, families in entries.items():
        _checks.one_of("a name in fonts", key, ["families"])
        known = families if isinstance(families, list | tuple) else [families, None]
        if not all(isinstance(family, str) for family in known):
            raise _checks.fail("families in fonts", "a list of names of fonts", families)


def _check_words(name: str, key: str, words: object) -> None:
    table = _TABLES.get(name)
    if table is not None and name not in _OPEN:
        _checks.one_of(f"a name in {name}", key, table)
    if not isinstance(words, str):
        raise _checks.fail(f"the words for {key!r}", "a string", words)
    if table is not None and name == "notes" and _blanks(words) != _blanks(table[key]):
        raise _checks.fail(f"the words for {key!r}", f"as blank as {table[key]!r}", words)
    if name in _BY_SENTENCE and not _blanks(words) <= _blanks(key):
        raise _checks.fail("the blanks of a sentence", f"of those of {key!r:.200}", words)


def _blanks(words: str) -> set[str]:
    """Return the names in braces, without what is taken of them."""
    try:
        return {
            name.split(".")[0].split("[")[0]
            for _, name, _, _ in Formatter().parse(words)
            if name is not None
        }
    except ValueError:
        return {words}
