"""Figures in another language: one file of words takes the place of those in `text`."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Formatter

from nnviz import _checks
from nnviz.plots import text

__all__ = ["language"]

_TABLES: Mapping[str, dict[str, str]] = {
    "quantities": text.QUANTITIES,
    "states": text.STATES,
    "choices": text.CHOICES,
    "layers": text.LAYERS,
    "splits": text.SPLITS,
    "notes": text.NOTES,
    "keys": text.KEYS,
}

_OPEN = ("quantities", "choices")
"""The tables that may have names of the user's own."""


@contextmanager
def language(words: str | os.PathLike[str] | Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Write the figures drawn inside the ``with`` block in other words.

    When the block ends, all words are as they were. What a file leaves out stays English; names
    from your data stay as they are.

    Parameters
    ----------
    words : path or mapping
        A TOML file, or the same as a mapping, with the tables ``quantities``, ``states``,
        ``choices``, ``layers``, ``splits``, ``notes`` and ``keys``; each has names from
        `plots.text` and their words. Quantities and choices may have names of your own.

    Raises
    ------
    ValueError
        For an unknown table or name, or words that lack a part in braces of the original.
    """
    given = words if isinstance(words, Mapping) else _read(_checks.path("words", words))
    for name, entries in given.items():
        _checks.instance("words", entries, Mapping)
        _check(_checks.one_of("table", name, _TABLES), entries)
    before = {name: dict(table) for name, table in _TABLES.items()}
    try:
        for name, entries in given.items():
            _TABLES[name].update(entries)
        yield
    finally:
        for name, table in _TABLES.items():
            table.clear()
            table.update(before[name])


def _read(path: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"words must be a TOML file; {path}: {error}") from error


def _check(name: str, entries: Mapping[str, str]) -> None:
    table = _TABLES[name]
    for key, words in entries.items():
        if name not in _OPEN:
            _checks.one_of(f"a name in {name}", key, table)
        if not isinstance(words, str):
            raise TypeError(f"the words for {key!r} must be a string; got {words!r:.80}")
        if name == "notes" and _blanks(words) != _blanks(table[key]):
            raise _checks.fail(f"the words for {key!r}", f"as blank as {table[key]!r}", words)


def _blanks(words: str) -> set[str]:
    """Return the names in braces."""
    try:
        return {name for _, name, _, _ in Formatter().parse(words) if name is not None}
    except ValueError:
        return {words}
