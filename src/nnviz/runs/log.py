"""A log that another program wrote, read like any other recording."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.record import Block, Columns, Portion, Recording
from nnviz.runs.foreign_bins import Bins
from nnviz.runs.points import Points
from nnviz.runs.streams import stream_names

__all__ = ["LogRun"]

_TOGETHER = 500
"""Summaries in a block."""


class LogRun(Recording):
    """A run of which another program kept a log: an event file, a table, a database.

    All is read at once. Histograms become streams, scalars numbers, hyperparameters settings;
    images, graphs and texts are left out. `open_run` says which logs there are.

    A tag is the name of a stream, which is layer and kind: ``"conv1.weight"``, and Keras's
    ``"conv1/kernel/histogram"``, become ``"conv1/weight"``, ``"gradients/conv1.weight"`` becomes
    ``"conv1/weight_gradient"``. Any other tag without a slash is split at its last dot.

    Of two points at one step the later one stays. Where a tag goes back to a step that it has
    passed, training was restarted there: what the abandoned attempt wrote from that step on is
    left out, as TensorBoard's server does, and ``meta["notices"]`` says so.

    *Exact*: scalars; numbers of values; in PyTorch's form also minimum and maximum, and mean,
    standard deviation and norm (to the digits of float32) and, in the default bins, the share of
    zeros, which here means values between 0 and 1e-12.

    *Approximate*: everything inside a bin, over which values are spread evenly. PyTorch's default
    bins are 10 % wide, 1.6 times our buckets; those of the plugin are 1/30 of the range. In the
    plugin's form mean, standard deviation and norm are estimated from the bins, too. The share of
    zeros is NaN where zero is inside a bin.

    *Not finite*: PyTorch's form leaves NaN, infinities and values beyond 1e20 out of the bins,
    but counts them: how many are not finite is exact, unless some are infinite and others beyond
    1e20. In bins that the user gave, and in the plugin's form, only the presence of NaN or
    infinities is certain, and of the rest nothing is known.

    Attributes
    ----------
    path : Path
    """

    def __init__(self, path: Path, points: Points) -> None:
        self.path = path
        self._points = points
        self._streams = stream_names(points.histograms)
        self._names = list(points.numbers)
        self._bins = list(points.histograms.values())
        self._portions = [Portion([block]) for block in (*_summaries(points), *_numbers(points))]

    @property
    def meta(self) -> Mapping[str, Any]:
        """What is known of the run.

        ``settings``, ``started`` and ``ended`` (the first and the last event); ``axis``, what the
        steps are: "logged_step" (whatever was counted), "epoch" or "environment_step";
        ``program``, "TensorBoard" or empty; and ``notices``, in words, what could not be read,
        was left out or is approximate. The ``state`` is "unknown": a log does not say whether
        somebody still writes it.
        """
        first, last = self._points.times()
        return {
            "settings": self._points.settings,
            "versions": {},
            "started": first,
            "ended": last,
            "state": "unknown",
            "resumed": [],
            "dropped": {},
            "axis": self._points.axis,
            "program": self._points.program,
            "notices": self._points.in_words(),
        }

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
        """Return statistics with *zero* NaN where it is unknown.

        *exact* is True also where bins miss some values, if the writer summed up all of them.
        """
        rows = zip(columns["stream"].tolist(), columns["step"].tolist(), strict=True)
        bins = [self._bins[stream].get(step, _UNKNOWN) for stream, step in rows]
        if "zero" in columns:
            columns["zero"][_where(not one.knows_zeros for one in bins)] = np.nan
        if "exact" in columns:
            is_whole = _where(not one.is_part for one in bins)
            is_summed = _where(one.moments is not None for one in bins)
            columns["exact"] = columns["exact"] & is_whole | is_summed
        return columns

    def close(self) -> None:
        """Do nothing: the files were closed when they had been read."""

    def __enter__(self) -> "LogRun":
        """Return the run."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


_UNKNOWN = Bins.of_rows(np.array([[-1.0, 1.0, 1.0]]))


def _where(true: Iterator[bool]) -> NDArray[np.bool_]:
    return np.fromiter(true, np.bool_)


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
