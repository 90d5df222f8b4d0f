"""Words below each other in a terminal, where some letters take two columns."""

from collections.abc import Iterable, Iterator, Sequence
from unicodedata import east_asian_width

__all__ = ["aligned", "filled", "width"]


def width(words: str) -> int:
    """Return how many columns words take."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)


def filled(words: str, columns: int) -> str:
    """Return words with blanks behind them, so that they take so many columns."""
    return words + " " * (columns - width(words))


def aligned(rows: Iterable[Sequence[str]], words: int = 1) -> Iterator[str]:
    """Yield rows as lines whose cells stand below each other; the first row is the head.

    Parameters
    ----------
    rows : iterable of sequence of str
        All of the same length.
    words : int
        So many columns at the left hold words, and begin below each other; the others hold
        numbers, which end below each other.
    """
    columns = []
    for place, column in enumerate(zip(*rows, strict=True)):
        wide = max(map(width, column))
        blanks = [" " * (wide - width(cell)) for cell in column]
        pairs = zip(column, blanks, strict=True)
        columns.append([c + b if place < words else b + c for c, b in pairs])
    for row in zip(*columns, strict=True):
        yield "  ".join(row).rstrip()
