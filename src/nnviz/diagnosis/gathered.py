"""What the rules need of a recording, gathered from its blocks in one pass."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.statistics import Columns, Steps, among

__all__ = ["NEEDED", "Odd", "Tables"]

_OF_KIND = {"activation": "zero", "gradient": "norm", "weight": "norm", "weight_update": "norm"}
"""The statistic of each kind of stream that some rule looks at."""

_ODD = ("nan", "positive_inf", "negative_inf")

NEEDED = ("step", "stream", "exact", "count", "norm", "zero", *_ODD)
"""The columns of `Recording.statistics` that are gathered from."""


class Tables:
    """One statistic of each stream at each step: a number for both, whatever else was recorded.

    Parameters
    ----------
    streams : sequence of str
    steps : Steps
        What is recorded later is left out.

    Attributes
    ----------
    steps : ndarray of int64
        Ascending.
    """

    def __init__(self, streams: Sequence[str], steps: Steps) -> None:
        self._streams, self.steps = streams, steps.step
        kinds = [stream.rpartition("/")[2] for stream in streams]
        chosen = [place for place, kind in enumerate(kinds) if kind in _OF_KIND]
        self._row = {(streams[place], _OF_KIND[kinds[place]]): k for k, place in enumerate(chosen)}
        self._rows = {}
        for statistic in set(_OF_KIND.values()):
            rows = np.full(len(streams), -1)
            for k, place in enumerate(chosen):
                if _OF_KIND[kinds[place]] == statistic:
                    rows[place] = k
            self._rows[statistic] = rows
        self._value = np.empty((len(chosen), len(self.steps)))
        self._is_there = np.zeros(self._value.shape, bool)
        self._is_seen = np.zeros(len(streams), bool)

    def add(self, columns: Columns) -> None:
        """Take in the columns `NEEDED` of a block."""
        known = among(columns["step"], self.steps) & (columns["stream"] < len(self._streams))
        stream, step = columns["stream"][known], columns["step"][known]
        self._is_seen[stream] = True
        for statistic, rows in self._rows.items():
            here = np.flatnonzero(rows[stream] >= 0)
            at = rows[stream[here]], np.searchsorted(self.steps, step[here])
            self._value[at] = columns[statistic][known][here]
            self._is_there[at] = True

    @property
    def seen(self) -> list[str]:
        """The streams of which there is anything, in order of appearance."""
        return [self._streams[place] for place in np.flatnonzero(self._is_seen).tolist()]

    def series(self, stream: str, statistic: str) -> tuple[NDArray[np.int64], Array]:
        """Return steps and values, none where a stream was not recorded, or is of another kind."""
        row = self._row.get((stream, statistic))
        if row is None:
            return self.steps[:0], np.zeros(0)
        is_there = self._is_there[row]
        if is_there.all():
            return self.steps, self._value[row]
        return self.steps[is_there], self._value[row, is_there]


class Odd:
    """Where there are NaN and infinities: as much as tells, for any threshold, what was first.

    A share that is no larger than one at an earlier step is not kept: a run that has become NaN
    stays so.
    """

    def __init__(self) -> None:
        none = np.zeros(0, np.int64)
        self._step, self._stream, self._share = none, none, np.zeros(0)
        self._exact = np.zeros(0, bool)

    def add(self, columns: Columns) -> None:
        """Take in the columns `NEEDED` of a block."""
        odd = np.asarray(sum(columns[name] for name in _ODD))
        here = np.flatnonzero(odd)
        if not len(here):
            return
        step = np.append(self._step, columns["step"][here])
        stream = np.append(self._stream, columns["stream"][here])
        share = np.append(self._share, odd[here] / (odd + columns["count"])[here])
        exact = np.append(self._exact, columns["exact"][here])
        steps, where = np.unique(step, return_inverse=True)
        most = np.zeros(len(steps))
        np.maximum.at(most, where, share)
        before = np.append(0.0, np.maximum.accumulate(most)[:-1])
        order = np.lexsort((stream, step))
        kept = order[share[order] > before[where[order]]]
        self._step, self._stream = step[kept], stream[kept]
        self._share, self._exact = share[kept], exact[kept]

    def entries(self, streams: Sequence[str]) -> list[tuple[int, str, float, bool]]:
        """Return (step, stream, share of the values seen, exact), ascending."""
        columns = (self._step, self._stream, self._share, self._exact)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [(step, streams[place], share, exact) for step, place, share, exact in rows]
