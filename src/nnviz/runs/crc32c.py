"""The checksum of TensorBoard's records, of many records at once.

CRC-32C after Castagnoli et al. (1993), masked as in the record format of TensorFlow. In plain
Python, a byte at a time, it takes longer than all the rest of reading a log.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["masked_checksums"]

_POLYNOMIAL = 0x82F63B78
_MASK = 0xA282EAD8
_FEW = 8
"""Of so few records, Python is faster than NumPy."""


def _table() -> NDArray[np.uint32]:
    entries = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
        entries.append(value)
    return np.array(entries, np.uint32)


_TABLE = _table()
_ENTRIES: list[int] = _TABLE.tolist()


def masked_checksums(contents: Sequence[bytes]) -> list[int]:
    """Return the masked checksum of each content."""
    found = [0] * len(contents)
    by_size: dict[int, list[int]] = {}
    for place, content in enumerate(contents):
        by_size.setdefault(len(content).bit_length(), []).append(place)
    for places in by_size.values():
        for place, value in zip(places, _similar([contents[k] for k in places]), strict=True):
            found[place] = _masked(value)
    return found


def _similar(contents: Sequence[bytes]) -> list[int]:
    """Return the checksums of contents of which none is more than twice as long as another.

    The n-th bytes of all are taken in together, the longest contents first, so that those which
    have no n-th byte any more are at the end.
    """
    lengths = np.array([len(content) for content in contents], np.int64)
    order = np.argsort(-lengths, kind="stable")
    longest = [contents[k] for k in order.tolist()]
    shared = len(longest[_FEW - 1]) if len(contents) >= _FEW else 0
    padded = b"".join([content[:shared].ljust(shared, b"\0") for content in longest])
    columns = np.frombuffer(padded, np.uint8).reshape(len(contents), shared).T.copy()
    state = np.full(len(contents), 0xFFFFFFFF, np.uint32)
    still = len(contents) - np.searchsorted(np.sort(lengths), np.arange(shared), side="right")
    for column, n in zip(columns, still.tolist(), strict=True):
        state[:n] = _TABLE[(state[:n] ^ column[:n]) & 0xFF] ^ (state[:n] >> 8)
    found = [0] * len(contents)
    for place, (k, value) in enumerate(zip(order.tolist(), state.tolist(), strict=True)):
        found[k] = _finished(value, longest[place][shared:])
    return found


def _finished(state: int, rest: bytes) -> int:
    for byte in rest:
        state = _ENTRIES[(state ^ byte) & 0xFF] ^ (state >> 8)
    return state ^ 0xFFFFFFFF


def _masked(value: int) -> int:
    rotated = (value >> 15) | (value << 17)
    return (rotated + _MASK) & 0xFFFFFFFF
