"""A histogram as it is drawn: bins in order, without gaps, as shares of the whole."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Histogram"]

_SPIKE_BIN, _SPIKE = 0.2, 0.4
"""One or two neighbouring bins are a spike if each holds 20 % and together they hold 40 %."""


@dataclass(frozen=True)
class Histogram:
    """Shares of the whole in n bins with n + 1 edges."""

    edges: NDArray[np.float64]
    share: NDArray[np.float64]

    @classmethod
    def read(cls, rows: pd.DataFrame) -> "Histogram":
        """Return the histogram in the rows of a HISTOGRAM table, gaps filled with empty bins."""
        rows = rows.sort_values(["left", "right"])
        left, right, count = (rows[c].to_numpy(float) for c in ("left", "right", "count"))
        gaps = np.flatnonzero(right[:-1] < left[1:])
        edges = np.append(np.insert(left, gaps + 1, right[gaps]), right[-1])
        return cls(edges, np.insert(count, gaps + 1, 0) / (count.sum() or 1))

    def density(self) -> NDArray[np.float64]:
        """Return shares per unit of value; infinite for a bin of no width that holds something."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nan_to_num(self.share / np.diff(self.edges), nan=0.0, posinf=np.inf)

    def spikes(self, least: float = _SPIKE) -> list[tuple[float, float, float]]:
        """Return left edge, right edge and share of each spike that holds so much at least."""
        high = np.concatenate([[0], self.share >= _SPIKE_BIN, [0]])
        turns = np.flatnonzero(np.diff(high.astype(int))).tolist()
        runs = zip(turns[::2], turns[1::2], strict=True)
        found = [
            (self.edges[a], self.edges[b], self.share[a:b].sum()) for a, b in runs if b - a < 3
        ]
        # a sum of shares may miss 1 by a rounding error, and "all" is said only of exactly 1
        return [(float(a), float(b), round(float(s), 12)) for a, b, s in found if s >= least]

    def tallest(self, least: float = _SPIKE) -> float:
        """Return the highest density outside spikes; 0 if there is nothing else."""
        middle = (self.edges[:-1] + self.edges[1:]) / 2
        rest = self.density()
        for left, right, _ in self.spikes(least):
            rest[(middle >= left) & (middle <= right)] = 0
        return float(rest.max(initial=0))

    def trimmed(self) -> "Histogram":
        """Return the histogram without the empty bins at both ends."""
        held = np.flatnonzero(self.share)
        if not len(held):
            return self
        first, last = held[0], held[-1] + 1
        return Histogram(self.edges[first : last + 1], self.share[first:last])

    def reach(self) -> tuple[float, float]:
        """Return the range of the bins that hold anything, or of all if none does."""
        edges = self.trimmed().edges
        return float(edges[0]), float(edges[-1])
