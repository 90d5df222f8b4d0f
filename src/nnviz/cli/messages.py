"""Errors and warnings on standard error, whose lines no name from outside can forge."""

import argparse
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

from nnviz._names import safe_text
from nnviz.errors import StudyError

__all__ = ["Parser", "in_words", "warnings_in_words"]

_LONGEST = 4000
"""Letters of a line; a list of all that there is has a few hundred names."""


def _clean(message: object) -> str:
    """Return a message on one line, printable throughout."""
    return safe_text(message, longest=_LONGEST)


def in_words(error: BaseException) -> str:
    """Return what an error says: on one line or, of a study, on one for each failed cell."""
    if not isinstance(error, StudyError):
        return _clean(error)
    lines = str(error).split("\n")
    return "\n".join(" " * (len(line) - len(line.lstrip(" "))) + _clean(line) for line in lines)


@contextmanager
def warnings_in_words() -> Iterator[None]:
    """Say each warning in one line, as errors are, without the place in the code."""
    with warnings.catch_warnings():
        warnings.showwarning = _say
        yield


def _say(
    message: Warning | str,
    category: type[Warning],  # noqa: ARG001 - what Python calls this with
    filename: str,  # noqa: ARG001
    lineno: int,  # noqa: ARG001
    file: TextIO | None = None,
    line: str | None = None,  # noqa: ARG001
) -> None:
    print(f"nnviz: warning: {_clean(message)}", file=sys.stderr if file is None else file)


class Parser(argparse.ArgumentParser):
    """Repeats what it does not understand in letters only: a shell may have put a name there."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and how it is used; end with code 2."""
        super().error(_clean(message))
