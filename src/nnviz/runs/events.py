"""TensorBoard's event files: records with checksums, and the points that are in them."""

import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.runs.crc32c import masked_checksums
from nnviz.runs.foreign_bins import Bins

__all__ = ["Points", "read_events"]

MAX_SIZE = 256 << 20
"""Bytes that a record may have."""
MAX_BINS = 100_000

_TOGETHER, _TOGETHER_SIZE = 1000, 16 << 20
"""Records that are checked together, at most, and their bytes."""
_START = 1
"""Of SessionLog.SessionStatus: a process begins to write."""
_NEVER = 1e11
"""Seconds; the year 5138."""
_HEAD = struct.Struct("<QI")
_CHECK = struct.Struct("<I")


@dataclass
class Points:
    """What the event files of one run say, by tag and step: of two points, the later one.

    Attributes
    ----------
    numbers : dict of str to dict of int to float
    histograms : dict of str to dict of int to Bins
    notices : list of str
        What could not be read, in words.
    first, last : float
        When, in seconds since 1970; the first is infinite if nobody knows.
    n_events, replaced, odd : int
        Numbers of events, of points followed by another at their step, and of those left out.
    """

    numbers: dict[str, dict[int, float]] = field(default_factory=dict)
    histograms: dict[str, dict[int, Bins]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    first: float = math.inf
    last: float = -math.inf
    n_events: int = 0
    replaced: int = 0
    odd: int = 0
    _plugins: dict[str, str] = field(default_factory=dict)

    def take(self, event: Any) -> None:
        """Add the points of an event."""
        self.n_events += 1
        if 0 <= event.wall_time < _NEVER:
            self.first = min(self.first, event.wall_time)
            self.last = max(self.last, event.wall_time)
        restart = event.HasField("session_log") and event.session_log.status == _START
        if restart:
            self._begin_again(event.step)
        for value in event.summary.value:
            try:
                self._take(event.step, value)
            except (ValueError, TypeError, OverflowError):
                self.odd += 1

    def _begin_again(self, step: int) -> None:
        """Forget what came from a process that was restarted at an earlier step."""
        both: Iterable[dict[int, Any]] = chain(self.numbers.values(), self.histograms.values())
        for of_tag in both:
            for late in [k for k in of_tag if k >= step]:
                del of_tag[late]

    def _take(self, step: int, value: Any) -> None:
        kind = value.WhichOneof("value")
        if kind == "simple_value":
            self._put(self.numbers, value.tag, step, float(value.simple_value))
        elif kind == "histo":
            self._put(self.histograms, value.tag, step, Bins.of_proto(value.histo))
        elif kind == "tensor":
            # The writer names the plugin with a tag's first point, or with each.
            name = value.metadata.plugin_data.plugin_name
            plugin = self._plugins.setdefault(value.tag, name) if name else name
            plugin = plugin or self._plugins.get(value.tag, "")
            if plugin == "scalars":
                number = float(_array(value.tensor, 1).reshape(()))
                tag = value.tag.removesuffix("/scalar_summary")
                self._put(self.numbers, tag, step, number)
            elif plugin == "histograms":
                tag = value.tag.removesuffix("/histogram_summary")
                rows = _array(value.tensor, 3 * MAX_BINS)
                self._put(self.histograms, tag, step, Bins.of_rows(rows))

    def _put(self, points: dict[str, dict[int, Any]], tag: str, step: int, value: Any) -> None:
        of_tag = points.setdefault(tag, {})
        self.replaced += step in of_tag
        of_tag[step] = value


def _array(tensor: Any, most: int) -> Array:
    """Return a tensor's numbers; ValueError if it says that there are too many."""
    size = math.prod(dimension.size for dimension in tensor.tensor_shape.dim)
    if not 0 <= size <= most:
        raise ValueError(f"a tensor of {size} numbers")
    make = _checks.extra("tensorboard.util.tensor_util", extra="tensorboard").make_ndarray
    return np.asarray(make(tensor), np.float64)


def read_events(path: Path, points: Points) -> None:
    """Add the points of an event file; what is damaged is left out and noted.

    A record that is cut off is the last one: the file is still written, or its writer was killed.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    proto = _checks.extra("tensorboard.compat.proto.event_pb2", extra="tensorboard")
    decode_error = _checks.extra("google.protobuf.message", extra="tensorboard").DecodeError
    damaged = 0
    with path.open("rb") as file:
        for content in _checked(_records(file, path.name, points.notices)):
            try:
                if content is None:
                    raise decode_error
                event = proto.Event.FromString(content)
            except decode_error:
                damaged += 1
            else:
                points.take(event)
    if damaged:
        points.notices.append(f"{path.name}: {damaged} damaged records were left out")


def _records(file: BinaryIO, name: str, notices: list[str]) -> Iterator[tuple[bytes, int]]:
    """Yield records and their checksums, as long as it is known where they begin."""
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size:
            notices.append(f"{name}: its last record is cut off")
            return
        length, check = _HEAD.unpack(head)
        if masked_checksums([head[:8]]) != [check] or length > MAX_SIZE:
            notices.append(f"{name}: damaged; what follows byte {file.tell() - 12} was not read")
            return
        content, end = file.read(length), file.read(_CHECK.size)
        if len(end) < _CHECK.size:
            notices.append(f"{name}: its last record is cut off")
            return
        yield content, _CHECK.unpack(end)[0]


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
