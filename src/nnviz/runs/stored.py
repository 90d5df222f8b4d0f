"""Blocks as they lie in a run file: checked, and decoded column by column when one is asked for."""

from collections.abc import Sequence

import numpy as np

from nnviz.record import Block
from nnviz.runs.format import ENTRIES, Columns, unpack_buckets, views, wide

__all__ = ["Stored", "entries_of", "with_buckets"]

_NUMBERS = tuple(name for name in ENTRIES if name.startswith("number"))
_INTEGERS = tuple(name for name in ENTRIES if wide(name).kind == "i")


class Stored(Block):
    """The entries of one or several rows, without their buckets.

    Parameters
    ----------
    parts : sequence of dict of str to ndarray
        Of each row its columns, as `entries_of` returns them.
    """

    def __init__(self, parts: Sequence[Columns]) -> None:
        known = {"key": np.zeros(0, np.uint16), "held": np.zeros(0, np.int64), "_parts": parts}
        vars(self).update(known)  # a block is frozen

    def __getattr__(self, name: str) -> np.ndarray:
        """Return a column, which is kept from now on."""
        if name not in ENTRIES:
            raise AttributeError(name)
        parts: Sequence[Columns] = vars(self)["_parts"]
        none = np.zeros(0, wide(name))
        column = np.concatenate([none, *(part[name] for part in parts)])
        vars(self)[name] = column
        return column


def entries_of(content: bytes) -> Columns:
    """Return the columns of a row but its buckets; ValueError for inconsistent ones."""
    found = views(content, ENTRIES)
    n, m = len(found["step"]), len(found["number"])
    for name, column in found.items():
        is_long = len(column) == (m if name in _NUMBERS else n)
        if not is_long or (column.dtype.kind == "i" and name in _INTEGERS and (column < 0).any()):
            raise ValueError("damaged (inconsistent columns)")
    return found


def with_buckets(entries: Columns, content: bytes) -> Block:
    """Return a row as a block; ValueError for buckets that are not those of its entries."""
    columns = {name: column.astype(wide(name)) for name, column in entries.items()}
    block = Block(**columns, **unpack_buckets(content))
    ends = np.cumsum(block.buckets)
    total = np.append(0, np.cumsum(block.held))
    is_whole = len(block.key) == len(block.held) == (int(ends[-1]) if len(ends) else 0)
    if not is_whole or (block.held.dtype.kind == "i" and (block.held < 0).any()):
        raise ValueError("damaged (inconsistent columns)")
    if not np.array_equal(total[ends] - total[ends - block.buckets], block.count):
        raise ValueError("damaged (inconsistent columns)")
    return block
