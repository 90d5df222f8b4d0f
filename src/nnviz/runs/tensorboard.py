"""TensorBoard's logs, read like any other recording."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.errors import RunFileError
from nnviz.record import Block, Columns, Portion, Recording
from nnviz.runs.events import Points, read_events

__all__ = ["TensorBoardRun", "event_files"]

_TOGETHER = 500
"""Summaries in a block."""


class TensorBoardRun(Recording):
    """A run that was logged for TensorBoard: an event file, or a folder with several.

    Histograms become streams, and scalars numbers, both in the old form (that of PyTorch) and in
    that of TensorBoard's plugins; images, graphs and texts are left out. All is read at once. Of
    two points at one step the later one stays.

    A tag is the name of a stream. One without a slash is split at its last dot, so that
    ``"conv1.weight"`` becomes ``"conv1/weight"``: layer and kind.

    *Exact*: scalars; numbers of values; in PyTorch's form also minimum and maximum, and mean,
    standard deviation and norm (to the digits of float32) and, in the default bins, the share of
    zeros, which here means values between 0 and 1e-12.

    *Approximate*: everything inside a bin, over which values are spread evenly. PyTorch's default
    bins are 10 % wide, 1.6 times our buckets; those of the plugin are 1/30 of the range. In the
    plugin's form mean, standard deviation and norm are estimated from the bins, too, and the
    share of zeros is NaN where zero is inside a bin. NaN and infinities were not logged.

    Attributes
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        points = Points()
        for file in event_files(path):
            try:
                read_events(file, points)
            except OSError as error:
                raise RunFileError(f"{file}: {error.strerror or error}") from error
        if not points.n_events:
            reasons = "; ".join(points.notices) or "there is no event in it"
            raise RunFileError(f"{path}: not a log of TensorBoard ({reasons})")
        self._points = points
        self._streams = _stream_names(points.histograms)
        self._names = list(points.numbers)
        self._vague = {
            stream
            for stream, bins in zip(self._streams, points.histograms.values(), strict=True)
            if not all(b.knows_zeros for b in bins.values())
        }
        self._portions = [Portion([block]) for block in (*_summaries(points), *_numbers(points))]

    @property
    def meta(self) -> Mapping[str, Any]:
        """What is known of the run: ``started`` and ``ended`` (the first and the last event).

        ``notices`` says, in words, what could not be read or is approximate. The ``state`` is
        "unknown": event files do not say whether somebody still writes them.
        """
        first, last = (
            datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")
            if math.isfinite(time)
            else None
            for time in (self._points.first, self._points.last)
        )
        return {
            "settings": {},
            "versions": {},
            "started": first,
            "ended": last,
            "state": "unknown",
            "resumed": [],
            "dropped": {},
            "notices": self._notices(),
        }

    def _notices(self) -> list[str]:
        points = self._points
        found = list(points.notices)
        if points.odd:
            found.append(f"{points.odd} points made no sense and were left out")
        if points.replaced:
            found.append(f"{points.replaced} points were followed by another at the same step")
        bins = [b for of_tag in points.histograms.values() for b in of_tag.values()]
        estimated = sum(b.moments is None for b in bins)
        if estimated:
            found.append(
                f"mean, std and norm of {estimated} of {len(bins)} histograms are estimated"
                " from their bins"
            )
        return found

    @property
    def streams(self) -> Sequence[str]:
        """The names of all histograms, in order of appearance."""
        return self._streams

    @property
    def names(self) -> Sequence[str]:
        """The tags of all scalars, in order of appearance."""
        return self._names

    def blocks(
        self,
        start: int | None = None,
        stop: int | None = None,
        *,
        buckets: bool = True,  # noqa: ARG002
    ) -> Iterator[Block]:
        """Yield everything that touches a range of steps, one block after the other."""
        return (portion.block() for portion in self._portions if portion.touches(start, stop))

    def corrected(self, columns: Columns) -> Columns:
        """Return the statistics with *zero* NaN where it is unknown."""
        columns["zero"][np.isin(columns["stream"], list(self._vague))] = np.nan
        return columns

    def close(self) -> None:
        """Do nothing: the files were closed when they had been read."""

    def __enter__(self) -> "TensorBoardRun":
        """Return the run."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


def event_files(path: Path) -> list[Path]:
    """Return a path that is an event file by its name, or those directly inside a folder."""
    if path.is_dir():
        return sorted(file for file in path.glob("*tfevents*") if file.is_file())
    return [path] if "tfevents" in path.name and path.is_file() else []


def _stream_names(tags: Mapping[str, object]) -> list[str]:
    names: list[str] = []
    for tag in tags:
        layer, dot, kind = tag.rpartition(".")
        name = f"{layer}/{kind}" if "/" not in tag and layer and dot and kind else tag
        names.append(tag if name in tags or name in names else name)
    return names


def _summaries(points: Points) -> Iterator[Block]:
    found = [
        (step, place, bins)
        for place, of_tag in enumerate(points.histograms.values())
        for step, bins in of_tag.items()
    ]
    found.sort(key=lambda entry: entry[:2])
    for first in range(0, len(found), _TOGETHER):
        part = found[first : first + _TOGETHER]
        yield Block.of([(step, place, bins.summary()) for step, place, bins in part])


def _numbers(points: Points) -> Iterator[Block]:
    found = [
        (step, place, value)
        for place, of_tag in enumerate(points.numbers.values())
        for step, value in of_tag.items()
    ]
    if found:
        yield Block.of(numbers=sorted(found, key=lambda entry: entry[:2]))
