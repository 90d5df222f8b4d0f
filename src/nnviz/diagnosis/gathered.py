"""What the rules need of a recording, gathered from its blocks in one pass."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.statistics import Columns, Steps, among

__all__ = ["NEEDED", "Odd", "OddEntry", "Tables"]

_OF_KIND = {
    "activation": ("zero", "mean", "rms", "size", "max"),
    "gradient": ("norm",),
    "weight": ("norm",),
    "weight_gradient": ("norm",),
    "weight_update": ("norm",),
}
"""The statistics of each kind of stream that some rule looks at, at each step."""

_BEGAN = ("mean", "rms")
"""Those by which it is told how weights began."""

_STATISTICS = tuple(dict.fromkeys(name for names in _OF_KIND.values() for name in names))
_ODD = ("nan", "positive_inf", "negative_inf")

NEEDED = ("step", "stream", "exact", "count", *_STATISTICS, *_ODD)
"""The columns of `Recording.statistics` that are gathered from."""


LASTING = 3
"""Recorded steps, one after the other up to the end, that make what is not finite last."""


class OddEntry(NamedTuple):
    """NaN or infinities in a tensor.

    Attributes
    ----------
    step : int
    stream : str
    share : float
        Of the values seen.
    exact : bool
        Whether all values were counted.
    is_negative : bool
        Whether all of them are -infinity, as where a mask takes something out of a softmax.
    """

    step: int
    stream: str
    share: float
    exact: bool
    is_negative: bool


class Tables:
    """A few statistics of each stream at each step, whatever else was recorded.

    Parameters
    ----------
    streams : sequence of str
    steps : Steps
        What is recorded later is left out.

    Attributes
    ----------
    steps : ndarray of int64
        Ascending.
    whole : ndarray of int64
        Those at which every tensor was counted in full.
    """

    def __init__(self, streams: Sequence[str], steps: Steps) -> None:
        self._streams, self.steps, self.whole = streams, steps.step, steps.whole
        chosen = [
            (place, statistic)
            for place, stream in enumerate(streams)
            for statistic in _OF_KIND.get(stream.rpartition("/")[2], ())
        ]
        self._place = {stream: place for place, stream in enumerate(streams)}
        self._rows = {statistic: np.full(len(streams), -1) for statistic in _STATISTICS}
        for k, (place, statistic) in enumerate(chosen):
            self._rows[statistic][place] = k
        self._value = np.empty((len(chosen), len(self.steps)))
        self._is_there = np.zeros((len(streams), len(self.steps)), bool)
        self._began: dict[str, list[float]] = {}

    def add(self, columns: Columns) -> None:
        """Take in the columns `NEEDED` of a block."""
        known = among(columns["step"], self.steps) & (columns["stream"] < len(self._streams))
        stream = columns["stream"][known]
        step = np.searchsorted(self.steps, columns["step"][known])
        self._is_there[stream, step] = True
        for place, first in zip(*np.unique(stream, return_index=True), strict=True):
            began = [float(columns[name][known][first]) for name in _BEGAN]
            self._began.setdefault(self._streams[place], began)
        for statistic, rows in self._rows.items():
            here = np.flatnonzero(rows[stream] >= 0)
            self._value[rows[stream[here]], step[here]] = columns[statistic][known][here]

    @property
    def seen(self) -> list[str]:
        """The streams of which there is anything, in order of appearance."""
        seen = np.flatnonzero(self._is_there.any(axis=1))
        return [self._streams[place] for place in seen.tolist()]

    def began(self, stream: str) -> list[float]:
        """Return mean and root mean square at the first step; [] where it was not recorded."""
        return self._began.get(stream, [])

    def series(self, stream: str, statistic: str) -> tuple[NDArray[np.int64], Array]:
        """Return steps and values, none where a stream was not recorded, or is of another kind."""
        place = self._place.get(stream)
        row = -1 if place is None else self._rows[statistic][place]
        if row < 0:
            return self.steps[:0], np.zeros(0)
        is_there = self._is_there[place]
        if is_there.all():
            return self.steps, self._value[row]
        return self.steps[is_there], self._value[row, is_there]


class Odd:
    """Where there are NaN and infinities: of each stream where they begin, and where they grow.

    What has begun ends where a stream is finite again; a share that is no larger than one since
    it began is not kept, as a run that has become NaN stays so.
    """

    def __init__(self) -> None:
        self._most: dict[int, float] = {}
        self._since: dict[int, int] = {}
        self._times: dict[int, int] = {}
        self._entries: list[tuple[int, int, float, bool, bool]] = []

    def add(self, columns: Columns) -> None:
        """Take in the columns `NEEDED` of a block."""
        counts = [columns[name] for name in _ODD]
        odd = np.asarray(sum(counts))
        concerned = set(columns["stream"][odd > 0].tolist()) | set(self._most)
        if not concerned:
            return
        here = np.flatnonzero(np.isin(columns["stream"], list(concerned)))
        here = here[np.lexsort((columns["stream"][here], columns["step"][here]))]
        share = odd[here] / np.maximum((odd + columns["count"])[here], 1)
        is_mask = (counts[2] == odd)[here]
        known = (columns["step"][here], columns["stream"][here], share, columns["exact"][here])
        rows = zip(*(column.tolist() for column in (*known, is_mask)), strict=True)
        for step, stream, part, exact, only_negative in rows:
            self._times[stream] = self._times.get(stream, 0) + 1 if part else 0
            if not part:
                self._most.pop(stream, None)
            elif part > self._most.get(stream, 0.0):
                if stream not in self._most:
                    self._since[stream] = step
                self._most[stream] = part
                self._entries.append((step, stream, part, exact, only_negative))

    def entries(self, streams: Sequence[str]) -> list[OddEntry]:
        """Return where they begin and grow, ascending by step."""
        ordered = sorted(self._entries, key=lambda entry: entry[:2])
        return [
            OddEntry(step, streams[place], share, exact, is_negative)
            for step, place, share, exact, is_negative in ordered
        ]

    def lasting(self, streams: Sequence[str]) -> dict[str, int]:
        """Return the streams that are not finite to the end, and since when they are not.

        Where the last recorded step is one that a scaler skipped, that says nothing.
        """
        lasting = (place for place in self._most if self._times[place] >= LASTING)
        return {streams[place]: self._since[place] for place in lasting}
