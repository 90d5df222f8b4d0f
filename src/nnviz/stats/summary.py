"""All that is kept of a tensor."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from nnviz.stats.histogram import Histogram
from nnviz.stats.moments import Moments
from nnviz.stats.values import Values

__all__ = ["Summary"]


@dataclass(frozen=True)
class Summary:
    """Moments and histogram of a tensor: of bounded size, and mergeable with ``+``."""

    moments: Moments
    histogram: Histogram

    @classmethod
    def empty(cls) -> "Summary":
        """Return the summary of no values, the zero of the addition."""
        return cls(Moments(), Histogram.empty())

    @classmethod
    def of(cls, values: ArrayLike, *, stream: str = "values") -> "Summary":
        """Return the summary of an array; TypeError, naming the stream, if it holds no numbers."""
        read = Values.of(values, stream=stream)
        return cls(Moments.of(read), Histogram.of(read))

    def __add__(self, other: "Summary") -> "Summary":
        """Merge."""
        if not isinstance(other, Summary):
            return NotImplemented
        return Summary(self.moments + other.moments, self.histogram + other.histogram)

    def to_bytes(self) -> bytes:
        """Return bytes that `from_bytes` turns back."""
        return self.moments.to_bytes() + self.histogram.to_bytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Summary":
        """Return what `to_bytes` was called on; ValueError for anything else."""
        size = len(Moments().to_bytes())
        moments = Moments.from_bytes(content[:size])
        histogram = Histogram.from_bytes(content[size:])
        if moments.count != histogram.count:
            raise ValueError("a summary must count the same in both parts; the bytes are damaged")
        return cls(moments, histogram)
