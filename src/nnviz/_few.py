"""As many of many things as can be seen: which ones, and how many were left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from nnviz._language import said
from nnviz._names import safe_text

__all__ = [
    "LAYER",
    "LINES",
    "NAMES",
    "PANELS",
    "ROWS",
    "STRIPES",
    "cut",
    "left_out",
    "listed",
    "pairs",
    "spread",
]

T = TypeVar("T")

PANELS = 24
"""Panels of a figure: two or three screens."""

LINES = 12
"""Lines that can be followed in one panel."""

STRIPES = 200
"""Rows of a map: of more, one pixel would have to show several."""

NAMES = 24
"""Entries of a legend: as many as colours and dashes tell apart."""

ROWS = 40
"""Rows of a table, and names of a list, in a terminal."""


LAYER = "--layer PATTERN chooses"
"""How to see the layers that are left out."""


def spread(items: Sequence[T], most: int, *, keep: Iterable[T] = ()) -> list[T]:
    """Return at most so many, in order: the first, the last, and others evenly between them.

    Parameters
    ----------
    items : sequence
        All there are, each once.
    most : int
        At least 2.
    keep : iterable
        Of these as many as have room, the first ones, are among them: each takes the place of
        its nearest neighbour. What is not among the items is passed over.
    """
    if len(items) <= most:
        return list(items)
    last = len(items) - 1
    fixed, free = {0, last}, [number * last // (most - 1) for number in range(1, most - 1)]
    where = {item: place for place, item in enumerate(items)}
    for place in (where[item] for item in keep if item in where):
        if free and place not in fixed:
            free.remove(min(free, key=lambda other: abs(other - place)))
            fixed.add(place)
    return [items[place] for place in sorted({*fixed, *free})]


def left_out(shown: int, total: int, what: str, how: str = "") -> str:
    """Return a sentence if not all are shown: "24 of 2,000 layers; --layer PATTERN chooses."."""
    if shown == total:
        return ""
    return f" {shown:,} of {total:,} {what}{f'; {how}' if how else ''}."


def cut(lines: Iterable[str], how: str = "", *, most: int = ROWS) -> Iterator[str]:
    """Yield lines or, of very many, the first, how many there are more, and how to see them."""
    every = list(lines)
    yield from every[:most]
    if len(every) > most:
        more = said("… and {more} more", more=f"{len(every) - most:,}")
        yield f"{more}; {said(how)}" if how else more


def listed(parts: Iterable[str], *, most: int = ROWS) -> str:
    """Return parts on one line; of very many, the first."""
    return ", ".join(cut(parts, most=most))


def pairs(values: Mapping[str, Any], *, most: int = ROWS) -> str:
    """Return settings or versions on one line; of very many, the first."""
    parts = (f"{safe_text(key)} {safe_text(value)}" for key, value in values.items())
    return listed(parts, most=most)
