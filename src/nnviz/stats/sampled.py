"""Samples of tensors, as columns: what they say of the tensors is found when somebody asks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.stats.block import Block
from nnviz.stats.rows import Rows
from nnviz.stats.summary import Summary

__all__ = ["Sampled"]


@dataclass(frozen=True, eq=False)
class Sampled:
    """Samples of one type, of any streams and steps.

    Attributes
    ----------
    step, stream : ndarray of int64, shape (n,)
        When, and which.
    size : ndarray of int64, shape (n,)
        Number of values in the tensor.
    values : ndarray of float32 or float64, shape (n, WIDTH)
        Those that were taken.
    """

    step: NDArray[np.int64]
    stream: NDArray[np.int64]
    size: NDArray[np.int64]
    values: Array

    def blocks(self) -> list[Block]:
        """Return what describes the samples, and leave each in ascending order.

        One row after the other would take many times as long as all at once, which does for
        ordinary numbers only.
        """
        rows = Rows.of(self.values)
        if rows.ordinary.all():
            return [rows.block(self.step, self.stream, self.size, self.values.shape[1])]
        odd = [self._summary(place) for place in np.flatnonzero(~rows.ordinary).tolist()]
        plain = np.flatnonzero(rows.ordinary)
        if not len(plain):
            return [Block.of(odd)]
        rest = Sampled(self.step[plain], self.stream[plain], self.size[plain], self.values[plain])
        return [Block.of(odd), *rest.blocks()]

    def _summary(self, place: int) -> tuple[int, int, Summary]:
        seen = Summary.of(self.values[place])
        summary = Summary(seen.moments, seen.histogram, int(self.size[place]))
        return int(self.step[place]), int(self.stream[place]), summary
