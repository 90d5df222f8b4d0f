"""What the docstring of a function says of each of its parameters."""

import re
from collections.abc import Callable, Mapping
from inspect import cleandoc, getdoc, signature
from textwrap import indent
from typing import Any, NamedTuple

__all__ = ["Entry", "complete", "entries"]

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


def complete(function: Callable[..., Any], known: Mapping[str, Entry]) -> None:
    """Add to a docstring what is known of parameters that it does not describe itself."""
    told = getdoc(function)
    if told is None:  # there is none under -OO
        return
    own = entries(function)
    more = "".join(
        f"{name} : {known[name].type}\n{indent(known[name].words, '    ')}\n"
        for name in signature(function).parameters
        if name in known and name not in own
    )
    section = _SECTION.search(told)
    if section is None:
        function.__doc__ = f"{told}\n\nParameters\n----------\n{more}"
    else:
        before, after = told[: section.end()].rstrip(), told[section.end() :]
        function.__doc__ = f"{before}\n{more}{after and chr(10) + after}"
