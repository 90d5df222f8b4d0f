"""A network's parameters, which lie side by side in one array: sampled in one go."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike

from nnviz._typing import Array
from nnviz.nn import Sequential
from nnviz.record.held import WIDTH
from nnviz.record.sampling import Samples, Spans
from nnviz.record.streams import Streams
from nnviz.stats import flattened

__all__ = ["Parameters"]


@dataclass(frozen=True)
class _Layout:
    """Which parts of an array are wanted.

    Attributes
    ----------
    streams, spans : list of int, Spans
        Of the parts to sample: their numbers, and where they lie.
    small : dict of str to slice
        The parts of so few values that all are wanted, by stream.
    """

    streams: list[int]
    spans: Spans
    small: dict[str, slice]


class Parameters:
    """Samples parameters, gradients and updates."""

    def __init__(self, streams: Streams, samples: Samples) -> None:
        self._streams, self._samples = streams, samples
        self._layouts: WeakKeyDictionary[Sequential, dict[str, _Layout]] = WeakKeyDictionary()
        self._spans: dict[tuple[tuple[int, ...], tuple[int, ...], int], Spans] = {}

    def sample(self, net: Sequential, suffix: str, flat: ArrayLike) -> dict[str, Array]:
        """Sample an array that is laid out like ``net.flat``, at once.

        Parameters
        ----------
        net : nn.Sequential
        suffix : str
            What the streams are called beyond the names of the parameters.
        flat : array-like of shape (n_params,)

        Returns
        -------
        dict of str to ndarray
            The parts that are still to be observed, by stream: those of few values.
        """
        known = self._layouts.get(net)
        if known is None:
            known = self._layouts[net] = {}
        layout = known.get(suffix)
        if layout is None:
            layout = known[suffix] = self._layout(net, suffix)
        if not self._samples.take_parts(layout.streams, layout.spans, flat):
            return self.parts(net, suffix, flat)
        return {stream: np.asarray(flat)[part] for stream, part in layout.small.items()}

    def parts(self, net: Sequential, suffix: str, flat: ArrayLike) -> dict[str, Array]:
        """Return the parts of an array that is laid out like ``net.flat``, by stream."""
        name = f"*/weight{suffix}"
        plain = flattened(flat, name)
        if len(plain) != len(net.flat):
            raise ValueError(f"{name} must have {len(net.flat)} numbers; got {len(plain)}")
        return {f"{name}{suffix}": part for name, part in net.views(plain).items()}

    def _layout(self, net: Sequential, suffix: str) -> _Layout:
        streams: list[int] = []
        starts: list[int] = []
        sizes: list[int] = []
        small: dict[str, slice] = {}
        start = 0
        for name, value in net.params.items():
            stream, end = f"{name}{suffix}", start + value.size
            if self._streams.wants(stream) and value.size > WIDTH:
                streams.append(self._streams.number(stream))
                starts.append(start)
                sizes.append(value.size)
            elif self._streams.wants(stream):
                small[stream] = slice(start, end)
            start = end
        where = tuple(starts), tuple(sizes), start
        # The same for weights, gradients and updates, which are sampled at the same places.
        spans = self._spans.setdefault(where, Spans(*where))
        return _Layout(streams, spans, small)
