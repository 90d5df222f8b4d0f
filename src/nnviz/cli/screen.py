"""What stands in a terminal while a run is followed: lines that stay, and a picture below them."""

import os
import shutil
import sys
from collections.abc import Sequence

from nnviz._names import safe_text
from nnviz.cli.columns import filled
from nnviz.cli.columns import width as width_of
from nnviz.cli.courses import sparkline
from nnviz.cli.news import News
from nnviz.cli.options import red
from nnviz.cli.summary import number, state_in_words
from nnviz.cli.words import WORDS

__all__ = ["Screen", "picture"]

_WIDEST = 60
"""Letters of a line of blocks."""

_NAME = 28
"""Letters of a name beside it."""


_MOST_FINDINGS = 8


class Screen:
    """Prints lines; in a terminal also a picture, which the next one takes the place of."""

    def __init__(self) -> None:
        self._is_live = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self._height = 0

    @property
    def is_live(self) -> bool:
        """Whether there is a picture, which says what a line for each step would."""
        return self._is_live

    def show(self, lines: Sequence[str], picture: Sequence[str] = ()) -> None:
        """Print lines that stay, and below them the picture, if this is a terminal."""
        back = f"\033[{self._height}A\033[J" if self._height else ""
        below = list(picture) if self._is_live else []
        self._height = len(below)
        print(back + "".join(f"{line}\n" for line in [*lines, *below]), end="", flush=True)


def picture(name: str, state: str, news: News) -> list[str]:
    """Return the lines of a picture: none is wider than the terminal.

    Parameters
    ----------
    name, state : str
        Of the run.
    news : News
        What is known of it.
    """
    width = shutil.get_terminal_size().columns - 1
    at = WORDS["step" if news.step >= 0 else "before"].format(step=news.step)
    lines = [_cut(f"{safe_text(name)}: {state_in_words(state)}, {at}", width)]
    names = {own: _cut(safe_text(own), min(_NAME, width // 3)) for own in news.shown}
    wide = max(map(width_of, names.values()), default=0)
    room = max(1, min(_WIDEST, width - wide - 15))
    for own, course in news.shown.items():
        blocks = sparkline(course, room)
        line = f"  {filled(names[own], wide)}  {blocks:{room}}  {number(course.values[-1])}"
        lines.append(_cut(line, width))
    found = [_cut(f"  ✗ {safe_text(own, longest=300)}", width) for own in news.findings.values()]
    return [*lines, *map(red, found[:_MOST_FINDINGS])]


def _cut(words: str, width: int) -> str:
    """Return as much as has room in so many columns, of which some letters take two."""
    if width_of(words) <= width:
        return words
    while words and width_of(words) >= width:
        words = words[:-1]
    return f"{words}…"
