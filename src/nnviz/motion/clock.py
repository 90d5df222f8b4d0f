"""From the time of an animation to moments of training."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.errors import NnvizError
from nnviz.plots.moving import Moving

__all__ = ["Clock"]


@dataclass(frozen=True)
class Clock:
    """The moments at which anything moves; each of them gets the same time.

    Attributes
    ----------
    moments : array, shape (n,)
        In increasing order.
    over : str
        What they count: a key of `text.QUANTITIES`.
    smooth : bool
        Whether anything moves between them, too.
    """

    moments: NDArray[np.float64]
    over: str
    smooth: bool

    @classmethod
    def of(cls, moving: Sequence[Moving]) -> "Clock":
        """Return the clock of what moves in a figure.

        Raises
        ------
        NnvizError
            If nothing does, or if parts count different things.
        """
        over = list(dict.fromkeys(one.over for one in moving))
        if len(over) > 1:
            raise NnvizError(f"figure must move over one quantity; got {', '.join(over)}")
        every = [np.asarray(one.move.moments, float) for one in moving]
        moments = np.unique(np.concatenate(every or [np.empty(0)]))
        moments = moments[np.isfinite(moments)]
        if len(moments) < 2:
            raise NnvizError(
                "figure must have something that moves: paths, training curves, basins, "
                "histograms or boundaries of several steps, or maps of layers over steps; got "
                "one that stands still, which `nnviz figure`, `plot` and `slides` show as it is"
            )
        return cls(moments, over[0], any(one.move.smooth for one in moving))

    @property
    def last(self) -> float:
        """The moment from which on the figure is whole."""
        return float(self.moments[-1])

    def ticks(self, number: int) -> list[float]:
        """Return moments for so many frames, from the first one to the last."""
        places = np.linspace(0, len(self.moments) - 1, number)
        if not self.smooth:
            places = np.floor(places + 1e-9)
        return np.interp(places, np.arange(len(self.moments)), self.moments).tolist()

    def reached(self, moment: float) -> float:
        """Return the last moment, of those at which anything moves, that is not after another."""
        place = int(np.searchsorted(self.moments, moment, side="right")) - 1
        return float(self.moments[max(place, 0)])
