"""What was recorded and is not yet handed over: whole steps, and the one in progress."""

from collections.abc import Iterator

from nnviz.record.portion import Portion
from nnviz.record.sampling import Samples
from nnviz.stats import Summary

__all__ = ["Pending"]


class Pending:
    """Samples, summaries and numbers, of which those of the step in progress may be forgotten.

    Attributes
    ----------
    samples : Samples
    """

    def __init__(self) -> None:
        self.samples = Samples()
        self._summaries: list[tuple[int, int, Summary]] = []
        self._numbers: list[tuple[int, int, float]] = []
        self._counted: dict[int, int] = {}
        self._begun = self._mark()

    def begin(self) -> None:
        """Begin a step."""
        self._begun = self._mark()
        self._counted.clear()

    def forget_step(self) -> None:
        """Forget what came since the step began; interrupted, it may be done again."""
        samples, summaries, numbers = self._begun
        self.samples.shorten(samples)
        del self._summaries[summaries:], self._numbers[numbers:]

    def add_summary(self, step: int, stream: int, summary: Summary) -> None:
        """Add a summary, to that of the stream if there is one in this step."""
        place = self._counted.setdefault(stream, len(self._summaries))
        if place < len(self._summaries):
            self._summaries[place] = step, stream, self._summaries[place][2] + summary
        else:
            self._summaries.append((step, stream, summary))

    def add_number(self, step: int, name: int, value: float) -> None:
        """Add a number."""
        self._numbers.append((step, name, value))

    def counted(self) -> Iterator[tuple[int, Summary]]:
        """Yield (stream, summary) of the step in progress."""
        return ((stream, summary) for _, stream, summary in self._summaries[self._begun[1] :])

    def hand_over(self, *, in_step: bool) -> Portion | None:
        """Return all of it, without the step in progress; None if there is nothing."""
        samples, n, m = self._begun if in_step else self._mark()
        sampled = self.samples.hand_over(samples)
        summaries, self._summaries = self._summaries[:n], self._summaries[n:]
        numbers, self._numbers = self._numbers[:m], self._numbers[m:]
        self._counted = {stream: place - n for stream, place in self._counted.items()}
        self._begun = ((0, 0), 0, 0)
        return Portion(summaries, numbers, sampled) if sampled or summaries or numbers else None

    def _mark(self) -> tuple[tuple[int, ...], int, int]:
        """Return how many samples, summaries and numbers there are."""
        return self.samples.mark(), len(self._summaries), len(self._numbers)
