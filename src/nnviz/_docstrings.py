"""What the docstring of a function says of each of its parameters."""

import re
from collections.abc import Callable, Mapping
from inspect import cleandoc, getdoc
from typing import Any, NamedTuple

__all__ = ["Entry", "entries"]

_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\w+\n-+$|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^(\S[^:\n]*)(?: : (.*))?\n((?:[ ]+.*\n?|\n)*)", re.MULTILINE)


class Entry(NamedTuple):
    """The type of a parameter, as it is written there, and what is said of it."""

    type: str
    words: str


def entries(function: Callable[..., Any]) -> Mapping[str, Entry]:
    """Return what stands below "Parameters", by name."""
    section = _SECTION.search(getdoc(function) or "")
    found = _ENTRY.findall(section[1] if section else "")
    return {
        name: Entry(kind, cleandoc(words))
        for names, kind, words in found
        for name in names.split(", ")
    }
