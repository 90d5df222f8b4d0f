"""The run file: an SQLite database of four tables, and what is in their rows.

``meta`` holds JSON values by key. ``names`` holds the names of streams (kind 0) and of numbers
(kind 1) by place. ``blocks`` holds a few steps a row: `first` and `last` step; `entries`, the
columns of a `record.Block` but its buckets; `buckets`, these. In a blob are, for each column in
the order of `ENTRIES` or `BUCKETS`: one byte for its NumPy type (its place in `TYPES`), its length
as four bytes, and its numbers, all little-endian, in the smallest type that holds them.

Of a bucket, `code` holds a byte. Its upper half is how far the key is from that of the bucket
before, or from 0, modulo 2^16: 0, −1, 1, −2, 2 and so on are 0, 1, 2, 3, 4. Its lower half is the
count. Where either is `FULL`, the key itself is the next of `far`, or the count the next of `many`.
Most buckets of a sample need no more: about what zlib makes of them, in a fifth of its time.

``steps`` holds what `nnviz.runs.index` says of each block, so that steps are found, and entries
checked, without reading the rest. It says nothing that the blocks do not: a file of version 2 has
no such table, and where a row is missing or does not fit, the block itself is read.

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
    "VERSIONS",
    "checksum",
    "pack",
    "pack_buckets",
    "pack_entries",
    "unpack_buckets",
    "views",
    "wide",
]

APPLICATION_ID = 0x6E6E767A
"""The letters nnvz."""
VERSION = 3
VERSIONS = (2, 3)
"""Those that can be read: the second has no table ``steps``."""
MAX_SIZE = 256 << 20
"""Bytes that a row may have."""

SCHEMA = {
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER"
    " NOT NULL) WITHOUT ROWID",
    "names": "CREATE TABLE names (kind INTEGER, place INTEGER, name BLOB NOT NULL, checksum"
    " INTEGER NOT NULL, PRIMARY KEY (kind, place)) WITHOUT ROWID",
    "blocks": "CREATE TABLE blocks (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER"
    " NOT NULL, before INTEGER NOT NULL, checksum INTEGER NOT NULL, entries BLOB NOT NULL,"
    " buckets BLOB NOT NULL)",
    "steps": "CREATE TABLE steps (id INTEGER PRIMARY KEY, entries INTEGER NOT NULL, marks BLOB NOT"
    " NULL, checksum INTEGER NOT NULL)",
}

COUNTS = ("size", "count", "zeros", "nan", "positive_inf", "negative_inf")
FLOATS = ("mean", "m2", "min", "max")
ENTRIES = ("step", "stream", *COUNTS, *FLOATS, "buckets", "number_step", "number_name", "number")
BUCKETS = ("code", "far", "many")
TYPES = ("<u1", "<u2", "<u4", "<i8", "<f4", "<f8")
FULL = 15

_HEAD = struct.Struct("<BI")
_DTYPES = tuple(map(np.dtype, TYPES))
_WIDE = (np.dtype(np.int64), np.dtype(np.float64))

Columns = dict[str, NDArray[Any]]


def checksum(*values: Any) -> int:
    """Return a CRC-32 of integers, texts and bytes, each with its length."""
    total = 0
    for value in values:
        if isinstance(value, bytes):
            content = value
        else:  # an integer is written in JSON as it is by str, ten times as fast
            content = (str(value) if type(value) is int else json.dumps(value)).encode()
        total = zlib.crc32(content, zlib.crc32(struct.pack("<q", len(content)), total))
    return total


def wide(name: str) -> np.dtype[Any]:
    """Return the type of a column in memory."""
    return _WIDE[name in (*FLOATS, "number")]


def pack_entries(block: Block) -> bytes:
    """Return the columns of a block, but its buckets, as bytes."""
    return pack({name: getattr(block, name) for name in ENTRIES})


def pack_buckets(block: Block) -> bytes:
    """Return the buckets of a block as bytes."""
    apart = np.diff(block.key, prepend=np.uint16(0)).view(np.int16)
    apart = ((apart << 1) ^ (apart >> 15)).view(np.uint16)
    apart, held = np.minimum(apart, FULL), np.minimum(block.held, FULL)
    code = (apart << 4 | held).astype(np.uint8)
    return pack({"code": code, "far": block.key[apart == FULL], "many": block.held[held == FULL]})


def unpack_buckets(content: bytes) -> Columns:
    """Return keys and counts by name; ValueError for bytes that are not of `pack_buckets`."""
    code, far, many = _unpack(content, BUCKETS).values()
    apart, held = code >> 4, code & FULL
    is_far, is_many = apart == FULL, held == FULL
    if np.count_nonzero(is_far) != len(far) or np.count_nonzero(is_many) != len(many):
        raise ValueError("damaged (inconsistent buckets)")
    held[is_many] = many
    way = np.cumsum(np.where(is_far, 0, (apart >> 1) ^ -(apart & 1)))
    last_far = np.cumsum(is_far)
    key = way + np.append(0, far - way[is_far])[last_far]
    return {"key": key.astype(np.uint16), "held": held}


def pack(columns: Columns) -> bytes:
    """Return columns as bytes, each in the smallest type that holds it."""
    parts: list[bytes] = []
    for column in map(_narrow, columns.values()):
        parts += [_HEAD.pack(TYPES.index(column.dtype.str.replace("|", "<")), len(column))]
        parts += [column.tobytes()]
    return b"".join(parts)


def views(content: bytes, names: tuple[str, ...]) -> Columns:
    """Return columns as they lie in a blob of `pack`, without copying; ValueError for others."""
    if not isinstance(content, bytes):
        raise ValueError("a blob is damaged: it is none")
    found: Columns = {}
    at = 0
    for name in names:
        if at + _HEAD.size > len(content):
            raise ValueError("a blob ends too early")
        code, length = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        narrow = _DTYPES[code] if code < len(_DTYPES) else None
        if narrow is None or (narrow.kind == "f" and wide(name).kind != "f"):
            raise ValueError(f"column {name} of a blob is damaged")
        if at + length * narrow.itemsize > len(content):
            raise ValueError(f"column {name} of a blob is damaged")
        found[name] = np.frombuffer(content, narrow, length, at)
        at += length * narrow.itemsize
    if at != len(content):
        raise ValueError("a blob is damaged: it continues past its columns")
    return found


def _unpack(content: bytes, names: tuple[str, ...]) -> Columns:
    return {name: view.astype(wide(name)) for name, view in views(content, names).items()}


def _narrow(column: NDArray[Any]) -> NDArray[Any]:
    """Return numbers in the smallest type that holds them all, exactly."""
    if column.dtype.kind == "f":
        with np.errstate(over="ignore"):
            short = column.astype("<f4")
        is_same = np.array_equal(short, column, equal_nan=True)
        return short if is_same else column.astype("<f8", copy=False)
    most = int(column.max(initial=0))
    least = int(column.min(initial=0))
    limits = ((1 << 8, "<u1"), (1 << 16, "<u2"), (1 << 32, "<u4"))
    dtype = next((name for limit, name in limits if least >= 0 and most < limit), "<i8")
    return column.astype(dtype, copy=False)
