"""Languages: one file of words for each, and what they need beyond words."""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from nnviz import _checks
from nnviz.languages.korean import with_particles

__all__ = ["LANGUAGES", "Tables", "code_of", "read", "with_particles"]

Tables = Mapping[str, Mapping[str, str]]
"""Words by the name of their table and by their key."""

_FOLDER = Path(__file__).parent

LANGUAGES = ("en", *sorted(path.stem for path in _FOLDER.glob("*.toml")))
"""The languages that figures and pages speak; English is what they are written in."""


def read(words: str | os.PathLike[str]) -> Tables:
    """Return the words of one of `LANGUAGES`, or of a TOML file.

    Raises
    ------
    ValueError
        For what is neither a language nor a TOML file.
    """
    if words == "en":
        return {}
    if isinstance(words, str) and words in LANGUAGES:
        return _read(_FOLDER / f"{words}.toml")
    path = _checks.path("language", words)
    if not path.is_file():
        rule = f"one of {', '.join(LANGUAGES)} or a TOML file"
        raise _checks.fail("language", rule, str(words))
    return _parsed(path)


def code_of(words: object) -> str:
    """Return the code of a language that is given by name; of a file, the first two letters."""
    return words if isinstance(words, str) and words in LANGUAGES else Path(str(words)).stem[:2]


@cache
def _read(path: Path) -> Tables:
    return _parsed(path)


def _parsed(path: Path) -> Tables:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"language must be a TOML file; got {path}: {error}") from error
