"""The run file: an SQLite database of three tables, and what is in their rows.

``meta`` holds JSON values by key. ``names`` holds the names of streams (kind 0) and of numbers
(kind 1) by place. ``blocks`` holds a few steps a row: `first` and `last` step; `entries`, the
columns of a `record.Block` but its buckets; `buckets`, these. A blob is compressed with zlib.
Inside are, for each column in the order of `ENTRIES` or `BUCKETS`: one byte for its NumPy type
(its place in `TYPES`), its length as four bytes, and its numbers, all little-endian.

Every row ends in a CRC-32. That of a block also covers the one of the block `before` it, so that
a missing row shows. Floats live in blobs, because a REAL column turns NaN into NULL.
"""

import json
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.record import Block

__all__ = [
    "APPLICATION_ID",
    "BUCKETS",
    "ENTRIES",
    "MAX_SIZE",
    "SCHEMA",
    "TYPES",
    "VERSION",
    "checksum",
    "pack",
    "unpack",
]

APPLICATION_ID = 0x6E6E767A
"""The letters nnvz."""
VERSION = 1
MAX_SIZE = 256 << 20
"""Bytes that a blob may unpack to."""

SCHEMA = {
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER"
    " NOT NULL) WITHOUT ROWID",
    "names": "CREATE TABLE names (kind INTEGER, place INTEGER, name BLOB NOT NULL, checksum"
    " INTEGER NOT NULL, PRIMARY KEY (kind, place)) WITHOUT ROWID",
    "blocks": "CREATE TABLE blocks (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER"
    " NOT NULL, before INTEGER NOT NULL, checksum INTEGER NOT NULL, entries_size INTEGER NOT"
    " NULL, buckets_size INTEGER NOT NULL, entries BLOB NOT NULL, buckets BLOB NOT NULL)",
}

COUNTS = ("size", "count", "zeros", "nan", "positive_inf", "negative_inf")
FLOATS = ("mean", "m2", "min", "max")
ENTRIES = ("step", "stream", *COUNTS, *FLOATS, "buckets", "number_step", "number_name", "number")
BUCKETS = ("key", "held")
TYPES = ("<u1", "<u2", "<u4", "<i8", "<f8")

_HEAD = struct.Struct("<BI")


def checksum(*values: Any) -> int:
    """Return a CRC-32 of integers, texts and bytes, each with its length."""
    total = 0
    for value in values:
        content = value if isinstance(value, bytes) else json.dumps(value).encode()
        total = zlib.crc32(content, zlib.crc32(struct.pack("<q", len(content)), total))
    return total


def pack(block: Block, columns: tuple[str, ...]) -> tuple[int, bytes]:
    """Return some columns of a block as bytes: their size, and themselves compressed."""
    parts: list[bytes] = []
    for name in columns:
        column = _narrow(getattr(block, name))
        parts += [_HEAD.pack(TYPES.index(column.dtype.str.replace("|", "<")), len(column))]
        parts += [column.tobytes()]
    content = b"".join(parts)
    return len(content), zlib.compress(content, 1)


def unpack(size: int, content: bytes, columns: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Return columns by name; ValueError for bytes that `pack` cannot have made."""
    if not 0 <= size <= MAX_SIZE:
        raise ValueError(f"a blob of {size} bytes is too large")
    unzip = zlib.decompressobj()
    try:
        # One byte more than declared: a longer content shows, and is never unpacked.
        plain = unzip.decompress(content, size + 1)
    except zlib.error as error:
        raise ValueError(f"a blob cannot be decompressed ({error})") from error
    if len(plain) != size or not unzip.eof:
        raise ValueError("a blob is not of the size that it declares")
    found: dict[str, NDArray[Any]] = {}
    at = 0
    for name in columns:
        if at + _HEAD.size > size:
            raise ValueError("a blob ends too early")
        code, length = _HEAD.unpack_from(plain, at)
        dtype = np.dtype(TYPES[code] if code < len(TYPES) else "<i8")
        at += _HEAD.size
        if at + length * dtype.itemsize > size or code >= len(TYPES):
            raise ValueError(f"column {name} of a blob is damaged")
        found[name] = np.frombuffer(plain, dtype, length, at).astype(_wide(name))
        at += length * dtype.itemsize
    if at != size:
        raise ValueError("a blob is damaged: it goes on after its columns")
    return found


def _wide(name: str) -> type[np.generic]:
    if name in (*FLOATS, "number"):
        return np.float64
    return np.uint16 if name == "key" else np.int64


def _narrow(column: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers in the smallest type that holds them all."""
    if column.dtype.kind == "f":
        return column.astype("<f8", copy=False)
    most = int(column.max(initial=0))
    least = int(column.min(initial=0))
    limits = ((1 << 8, "<u1"), (1 << 16, "<u2"), (1 << 32, "<u4"))
    dtype = next((name for limit, name in limits if least >= 0 and most < limit), "<i8")
    return column.astype(dtype, copy=False)
