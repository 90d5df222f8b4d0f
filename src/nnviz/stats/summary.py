"""All that is kept of a tensor."""

import math
import struct
from dataclasses import dataclass

from numpy.typing import ArrayLike

from nnviz.stats.histogram import Histogram
from nnviz.stats.moments import Moments
from nnviz.stats.values import Values

__all__ = ["Summary"]

_SIZE = struct.Struct("<q")


@dataclass(frozen=True)
class Summary:
    """Moments and histogram of a tensor: of bounded size, and mergeable with ``+``.

    Attributes
    ----------
    moments : Moments
    histogram : Histogram
        Of the same values as the moments.
    size : int
        Number of values in the tensor: more than were counted if only a sample was.
    """

    moments: Moments
    histogram: Histogram
    size: int

    @classmethod
    def empty(cls) -> "Summary":
        """Return the summary of no values, the zero of the addition."""
        return cls(Moments(), Histogram.empty(), 0)

    @classmethod
    def of(cls, values: ArrayLike, *, stream: str = "values") -> "Summary":
        """Return the summary of an array; TypeError, naming the stream, if it holds no numbers."""
        read = Values.of(values, stream=stream)
        histogram = Histogram.of(read)
        moments = Moments.of(read, zeros=None if histogram.has_zero else 0)
        return cls(moments, histogram, moments.seen)

    @property
    def exact(self) -> bool:
        """Whether every value was counted; otherwise the rest is a sample."""
        return self.moments.seen == self.size

    @property
    def norm(self) -> float:
        """Euclidean norm of the finite values of the whole tensor, estimated if not `exact`."""
        if self.exact or not self.moments.seen:
            return self.moments.norm
        return self.moments.norm * math.sqrt(self.size / self.moments.seen)

    @property
    def n_bytes(self) -> int:
        """Memory taken by the arrays, in bytes."""
        return self.histogram.keys.nbytes + self.histogram.counts.nbytes

    def __add__(self, other: "Summary") -> "Summary":
        """Merge."""
        if not isinstance(other, Summary):
            return NotImplemented
        return Summary(
            self.moments + other.moments,
            self.histogram + other.histogram,
            self.size + other.size,
        )

    def thinned(self, share: float) -> "Summary":
        """Return what a sample with this share of the values would say, in whole counts."""
        histogram = self.histogram.thinned(share)
        moments = self.moments.thinned(share, histogram.count)
        return Summary(moments, histogram, self.size)

    def to_bytes(self) -> bytes:
        """Return bytes that `from_bytes` turns back."""
        return _SIZE.pack(self.size) + self.moments.to_bytes() + self.histogram.to_bytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Summary":
        """Return what `to_bytes` was called on; ValueError for anything else."""
        head = _SIZE.size + len(Moments().to_bytes())
        if len(content) < head:
            raise ValueError(f"a summary must have at least {head} bytes; got {len(content)}")
        moments = Moments.from_bytes(content[_SIZE.size : head])
        histogram = Histogram.from_bytes(content[head:])
        (size,) = _SIZE.unpack(content[: _SIZE.size])
        if moments.count != histogram.count or moments.seen > size:
            raise ValueError("a summary must count the same in its parts; the bytes are damaged")
        return cls(moments, histogram, size)
