"""What was recorded and is not yet handed over: whole steps, and the one in progress."""

from bisect import bisect_left
from collections.abc import Iterator

from nnviz.record.portion import Portion
from nnviz.record.sampling import Samples
from nnviz.stats import Summary

__all__ = ["Pending"]


class Pending:
    """Samples, summaries and numbers, by step.

    Attributes
    ----------
    samples : Samples
    """

    def __init__(self) -> None:
        self.samples = Samples()
        self._summaries: list[tuple[int, int, Summary]] = []
        self._numbers: list[tuple[int, int, float]] = []
        self._places: dict[tuple[int, int], int] = {}

    def add_summary(self, step: int, stream: int, summary: Summary) -> None:
        """Add a summary to the last step, to that of the stream if there is one."""
        place = self._places.setdefault((step, stream), len(self._summaries))
        if place < len(self._summaries):
            self._summaries[place] = step, stream, self._summaries[place][2] + summary
        else:
            self._summaries.append((step, stream, summary))

    def add_number(self, step: int, name: int, value: float) -> None:
        """Add a number to the last step."""
        self._numbers.append((step, name, value))

    def counted(self, step: int) -> Iterator[tuple[int, Summary]]:
        """Yield (stream, summary) of the last step."""
        first = bisect_left(self._summaries, (step,))
        return ((stream, summary) for _, stream, summary in self._summaries[first:])

    def forget(self, step: int) -> None:
        """Forget the last step; interrupted, it may be done again."""
        self.samples.forget(step)
        for entries in (self._summaries, self._numbers):
            del entries[bisect_left(entries, (step,)) :]
        self._places.clear()

    def hand_over(self, before: float) -> Portion | None:
        """Return the steps before one, and forget them; None if there is nothing."""
        sampled = self.samples.hand_over(before)
        n, m = (bisect_left(entries, (before,)) for entries in (self._summaries, self._numbers))
        summaries, self._summaries = self._summaries[:n], self._summaries[n:]
        numbers, self._numbers = self._numbers[:m], self._numbers[m:]
        self._places = {
            pair: place - n for pair, place in self._places.items() if pair[0] >= before
        }
        return Portion(summaries, numbers, sampled) if sampled or summaries or numbers else None
