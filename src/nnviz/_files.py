"""Files that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["defused", "replacing"]


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file under a temporary name; when the ``with`` block ends, put it in its place.

    If the block raises, what was there before stays. Folders are made.

    Raises
    ------
    OSError
        If the folder cannot be written to, or the path is a symbolic link.
    """
    if path.is_symlink():
        raise OSError(f"refusing to write through the symbolic link {path}")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def defused(text: str) -> str:
    """Return a text for a cell of a CSV file that a spreadsheet does not take for a formula.

    What begins with ``= + - @``, a tab or a line break gets a leading quote.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
