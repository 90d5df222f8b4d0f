"""What the databases of other programs have in common: they are read, and nothing runs in them."""

import sqlite3
from collections import Counter
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path

from nnviz.runs.database import connect, translated

__all__ = ["columns", "free_name", "reading"]


def free_name(name: str, taken: Container[str], times: Counter[str]) -> str:
    """Return a name that is not taken: as it is, or with the number of times that it came."""
    own = name
    while own in taken:
        times[name] += 1
        own = f"{name} ({times[name] + 1})"
    return own


def columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns of a table; none of a view."""
    is_table = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
    (there,) = connection.execute(is_table, (table,)).fetchone()
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")} if there else set()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database inside the ``with`` block; RunFileError for what SQLite raises."""
    with translated(path):
        connection = connect(path, "ro")
        try:
            yield connection
        finally:
            connection.close()
