"""The rows of a run file, each checked before it is handed on."""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from nnviz.errors import RunFileError
from nnviz.runs.database import translated
from nnviz.runs.format import VERSION, checksum
from nnviz.runs.index import Index, fits, marks_of, unpack_marks
from nnviz.runs.meta import read_meta
from nnviz.runs.stored import Stored, entries_of

__all__ = ["Row", "Rows", "check_chain", "read_names"]

_REACH = """
    SELECT coalesce((SELECT min(id) - 1 FROM blocks WHERE last >= :low), max(id), 1) - 1,
           coalesce((SELECT max(id) + 1 FROM blocks WHERE first < :high), 1)
    FROM blocks
"""
"""After which block and up to which one to look for steps, with one more on either side.

Where a span is damaged its own block is among them, and told by its checksum: blocks follow each
other in the order of their steps, so that those between two that are wanted are, too.
"""

_ROW = "SELECT * FROM blocks WHERE id = ?"
_ENTRIES = """
    SELECT b.first, b.last, b.checksum, b.entries, s.entries, s.marks, s.checksum
    FROM blocks b LEFT JOIN steps s ON s.id = b.id WHERE b.id = ?
"""
_MARKS = """
    SELECT b.id, b.first, b.last, b.checksum, s.entries, s.marks, s.checksum
    FROM blocks b LEFT JOIN steps s ON s.id = b.id WHERE b.id > ? ORDER BY b.id LIMIT 500
"""
_NO_ENTRIES = "SELECT first, last, checksum, entries, 0, 0, 0 FROM blocks WHERE id = ?"
_NO_MARKS = (
    "SELECT id, first, last, checksum, 0, 0, 0 FROM blocks WHERE id > ? ORDER BY id LIMIT 500"
)


class Row(NamedTuple):
    """A row of ``blocks``."""

    id: int
    first: int
    last: int
    before: int
    checksum: int
    entries: bytes
    buckets: bytes


class Rows:
    """The rows of ``blocks``, and the index of them.

    One row is read a query: a reader that stays inside a query keeps the log from shrinking.

    Parameters
    ----------
    path : Path
        What errors name.
    connection : Connection
    version : int
        Of the file.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, version: int) -> None:
        self._path, self._connection = path, connection
        self._has_index = version == VERSION
        self._index = Index()
        self._seen: dict[int, tuple[int, int, int, int]] = {}  # rows that the file has no index of

    def reach(self, low: int, high: int) -> tuple[int, int]:
        """Return after which id and up to which one to look for steps."""
        with translated(self._path, self._connection):
            found = self._connection.execute(_REACH, {"low": low, "high": high}).fetchone()
        return max(int(found[0]), 0), int(found[1])

    def whole(self, ids: Iterable[int]) -> Iterator[Row]:
        """Yield the rows with some ids, up to one that is not there."""
        for number in ids:
            with translated(self._path, self._connection):
                found = self._connection.execute(_ROW, (number,)).fetchone()
            if found is None:
                return
            row = Row(*found)
            own = checksum(row.first, row.last, row.before, row.entries, row.buckets)
            if row.checksum != own:
                raise RunFileError(f"{self._path}: damaged (steps {row.first} to {row.last})")
            yield row

    def entries(self, ids: Iterable[int]) -> Iterator[tuple[int, int, bytes]]:
        """Yield span and entries of rows, up to one that is not there; buckets are not read.

        Where the index does not tell that they are whole, the row does.
        """
        query = _ENTRIES if self._has_index else _NO_ENTRIES
        for number in ids:
            with translated(self._path, self._connection):
                found = self._connection.execute(query, (number,)).fetchone()
            if found is None:
                return
            first, last, own, entries, *told = found
            seen = self._seen.get(number)
            if fits(told, number, first, last, own, entries) or (
                seen and seen == (first, last, own, zlib.crc32(entries))
            ):
                yield first, last, entries
            else:
                yield from ((row.first, row.last, row.entries) for row in self.whole([number]))

    def index(self) -> Index:
        """Return the index of all rows that are there by now, read or made."""
        number, own = self._index.head
        with translated(self._path, self._connection):
            query = "SELECT checksum FROM blocks WHERE id = ?"
            if number and self._connection.execute(query, (number,)).fetchone() != (own,):
                self._index = Index()  # the run was taken up before there
        while self._extend():
            pass
        return self._index

    def _extend(self) -> bool:
        """Add some rows to the index; return whether there were any."""
        query = _MARKS if self._has_index else _NO_MARKS
        with translated(self._path, self._connection):
            found = self._connection.execute(query, (self._index.head[0],)).fetchall()
        for number, first, last, own, *told in found:
            if fits(told, number, first, last, own):
                with translated(self._path):
                    self._index.add(number, own, unpack_marks(told[1]))
            else:
                for row in self.whole([number]):
                    with translated(self._path):
                        marks = marks_of(Stored([entries_of(row.entries)]))
                    self._index.add(number, row.checksum, marks)
                    content = zlib.crc32(row.entries)
                    self._seen[number] = row.first, row.last, row.checksum, content
        return bool(found)


def check_chain(connection: sqlite3.Connection, path: Path) -> None:
    """Raise RunFileError unless each block follows the one before, up to the last."""
    before = count = 0
    query = "SELECT id, before, checksum FROM blocks ORDER BY id"
    connection.execute("BEGIN")  # the chain and its length are of one and the same moment
    rows = connection.execute(query).fetchall()
    written = read_meta(connection)["blocks"]
    connection.execute("COMMIT")
    for number, link, own in rows:
        count += 1
        if number != count or link != before:
            raise RunFileError(f"{path}: damaged (steps are missing)")
        before = own
    if written is not None and written != count:
        raise RunFileError(f"{path}: damaged (steps are missing at the end)")


def read_names(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Return the checked names of streams and of numbers."""
    names: tuple[list[str], list[str]] = ([], [])
    query = "SELECT kind, place, name, checksum FROM names ORDER BY kind, place"
    for kind, place, name, own in connection.execute(query).fetchall():
        if own != checksum(kind, place, name) or kind not in (0, 1) or place != len(names[kind]):
            raise ValueError("damaged (in its names)")
        names[kind].append(name.decode(errors="surrogatepass"))
    return names
