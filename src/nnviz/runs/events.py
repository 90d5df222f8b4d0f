"""TensorBoard's event files: records with checksums, and the points that are in them."""

import math
import struct
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.runs.crc32c import masked_checksums
from nnviz.runs.foreign_bins import Bins
from nnviz.runs.points import Points
from nnviz.runs.summed_bins import bins_of_proto

__all__ = ["begins_like_events", "first_events", "read_events"]

MAX_SIZE = 256 << 20
"""Bytes that a record may have."""
MAX_BINS = 100_000

_TOGETHER, _TOGETHER_SIZE = 10_000, 16 << 20
"""Records that are checked together, at most, and their bytes."""
_START = 1
"""Of SessionLog.SessionStatus: a process begins to write."""
_KINDS = ("number_value", "string_value", "bool_value")
"""What a hyperparameter may be."""
_HEAD = struct.Struct("<QI")
_CHECK = struct.Struct("<I")
_SINGLE = struct.Struct("<f")
_FLOAT = 1
"""Of DataType: a float32."""


def read_events(path: Path, points: Points) -> None:
    """Add the points of an event file; what is damaged is left out and noted.

    A record that is cut off is the last one: the file is still written, or its writer was killed.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    damaged = 0
    take = _Taking(points)
    with path.open("rb") as file:
        for event in _events(file, path.name, points.notices):
            if event is None:
                damaged += 1
            else:
                take.event(event)
    if damaged:
        points.notices.append(f"{path.name}: {damaged} damaged records were left out")


def first_events(path: Path, most: int) -> list[Any]:
    """Return the first events of a file: a glance at it; OSError if it cannot be read."""
    with path.open("rb") as file:
        return [event for event in islice(_events(file, path.name, []), most) if event is not None]


def begins_like_events(head: bytes) -> bool:
    """Return whether a file begins as a record does: with a length and its checksum."""
    if len(head) < _HEAD.size:
        return False
    length, check = _HEAD.unpack(head[: _HEAD.size])
    return 0 < length <= MAX_SIZE and _checksum(head[:8]) == check


class _Taking:
    """Takes points out of events."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._plugins: dict[str, str] = {}

    def event(self, event: Any) -> None:
        points, step = self._points, event.step
        points.n_events += 1
        points.seen(event.wall_time)
        if event.HasField("session_log") and event.session_log.status == _START:
            points.begin_again(step)
        for value in event.summary.value:
            kind = value.WhichOneof("value")
            if kind == "simple_value":
                points.scalar(value.tag, step, value.simple_value)
                continue
            try:
                if kind == "histo":
                    points.histogram(value.tag, step, bins_of_proto(value.histo))
                else:
                    self._of_plugin(step, value)
            except (ValueError, TypeError, OverflowError):
                points.odd += 1

    def _of_plugin(self, step: int, value: Any) -> None:
        # The writer names the plugin with a tag's first point, or with each.
        name = value.metadata.plugin_data.plugin_name
        plugin = self._plugins.setdefault(value.tag, name) if name else name
        plugin = plugin or self._plugins.get(value.tag, "")
        if plugin == "scalars":
            number = _number(value.tensor)
            self._points.scalar(value.tag.removesuffix("/scalar_summary"), step, number)
        elif plugin == "histograms":
            rows = _array(value.tensor, 3 * MAX_BINS)
            tag = value.tag.removesuffix("/histogram_summary")
            self._points.histogram(tag, step, Bins.of_rows(rows))
        elif plugin == "hparams":
            self._points.settings.update(_settings(value.metadata.plugin_data.content))


def _settings(content: bytes) -> dict[str, Any]:
    """Return the hyperparameters that a session began with; ValueError for other bytes."""
    proto = _checks.extra("tensorboard.plugins.hparams.plugin_data_pb2", extra="tensorboard")
    decode_error = _checks.extra("google.protobuf.message", extra="tensorboard").DecodeError
    try:
        hparams = proto.HParamsPluginData.FromString(content).session_start_info.hparams
    except decode_error as error:
        raise ValueError("hyperparameters that are damaged") from error
    chosen = {name: (value, value.WhichOneof("kind")) for name, value in sorted(hparams.items())}
    return {name: getattr(value, kind) for name, (value, kind) in chosen.items() if kind in _KINDS}


def _number(tensor: Any) -> float:
    """Return the only number of a tensor: at once, where it is written as plugins write it."""
    content = tensor.tensor_content
    if tensor.dtype == _FLOAT and not tensor.tensor_shape.dim:
        if len(content) == _SINGLE.size:
            number: float = _SINGLE.unpack(content)[0]
            return number
        if not content and len(tensor.float_val) == 1:
            return float(tensor.float_val[0])
    return float(_array(tensor, 1).reshape(()))


def _array(tensor: Any, most: int) -> Array:
    """Return a tensor's numbers; ValueError if it says that there are too many."""
    size = math.prod(dimension.size for dimension in tensor.tensor_shape.dim)
    if not 0 <= size <= most:
        raise ValueError(f"a tensor of {size} numbers")
    make = _checks.extra("tensorboard.util.tensor_util", extra="tensorboard").make_ndarray
    return np.asarray(make(tensor), np.float64)


def _events(file: BinaryIO, name: str, notices: list[str]) -> Iterator[Any]:
    """Yield the events of a file, None for one that is damaged."""
    proto = _checks.extra("tensorboard.compat.proto.event_pb2", extra="tensorboard")
    decode_error = _checks.extra("google.protobuf.message", extra="tensorboard").DecodeError
    parsed = proto.Event.FromString
    for content in _checked(_records(file, name, notices)):
        try:
            event = None if content is None else parsed(content)
        except decode_error:
            event = None
        yield event


def _records(file: BinaryIO, name: str, notices: list[str]) -> Iterator[tuple[bytes, int]]:
    """Yield records and their checksums, as long as it is known where they begin."""
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size:
            notices.append(f"{name}: its last record is cut off")
            return
        length, check = _HEAD.unpack(head)
        if _checksum(head[:8]) != check or length > MAX_SIZE:
            notices.append(f"{name}: damaged; what follows byte {file.tell() - 12} was not read")
            return
        content = file.read(length + _CHECK.size)
        if len(content) < length + _CHECK.size:
            notices.append(f"{name}: its last record is cut off")
            return
        yield content[:length], _CHECK.unpack_from(content, length)[0]


@lru_cache(maxsize=10_000)
def _checksum(length: bytes) -> int:
    """Return the checksum of a record's length, which many have in common."""
    return masked_checksums([length])[0]


def _checked(records: Iterator[tuple[bytes, int]]) -> Iterator[bytes | None]:
    """Yield records, None for one whose checksum is wrong."""
    waiting: list[tuple[bytes, int]] = []
    size = 0
    for record in chain(records, [None]):
        if record is not None:
            waiting.append(record)
            size += len(record[0])
        if record is None or len(waiting) == _TOGETHER or size > _TOGETHER_SIZE:
            contents = [content for content, _ in waiting]
            for (content, check), found in zip(waiting, masked_checksums(contents), strict=True):
                yield content if found == check else None
            waiting, size = [], 0
