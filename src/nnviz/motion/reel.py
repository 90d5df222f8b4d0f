"""What is handed to whoever writes a file: frames in order, how fast, and what is said of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from nnviz.motion.stage import Frame, Stage

__all__ = ["Reel", "Shot"]

Shot: TypeAlias = tuple[Frame, int]
"""A frame, and how many times in a row it is seen."""

_START, _END = 0.5, 1.5
"""Seconds for which the first frame stands still, and the whole figure at the end."""


@dataclass(frozen=True)
class Reel:
    """An animation that is not yet drawn.

    Attributes
    ----------
    stage : Stage
        Draws the frames.
    size : (width, height)
        Of a frame, in pixels.
    rate : int
        Frames a second.
    seconds : float
        How long it lasts.
    title, description : str
        Go with the file.
    """

    stage: Stage
    size: tuple[int, int]
    rate: int
    seconds: float
    title: str
    description: str

    @property
    def number(self) -> int:
        """How many frames there are."""
        return max(2, round(self.seconds * self.rate))

    def moments(self) -> list[float | None]:
        """Return what each frame shows; None is the figure as it is saved.

        A little time at both ends is for looking; a very short animation has less of it.
        """
        end = round(min(_END, self.seconds / 5) * self.rate) or 1
        start = round(min(_START, self.seconds / 10) * self.rate)
        ticks = self.stage.clock.ticks(self.number - start - end)
        return [*[ticks[0]] * start, *ticks, *[None] * end]

    def shots(self) -> Iterator[Shot]:
        """Yield each frame that is another than the one before, and how many times it is seen.

        It is drawn over when the next one is asked for.
        """
        for moment, same in groupby(self.moments()):
            frame = self.stage.still() if moment is None else self.stage.at(moment)
            yield frame, len(list(same))
