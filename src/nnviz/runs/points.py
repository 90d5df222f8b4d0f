"""What a log says, whatever wrote it: points by tag and step, settings, and what was odd."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from nnviz.runs.foreign_bins import Bins

__all__ = ["AXES", "Points"]

_NEVER = 1e11
"""Seconds; the year 5138."""

AXES = ("logged_step", "epoch", "environment_step")
"""What the steps of a log may be: whatever its writer counted, passes, or steps of a world."""

T = TypeVar("T")


@dataclass
class Points:
    """What a log says, by tag and step, in the order in which it was written.

    A point at a step that its tag has reached already begins the tag anew: training was restarted
    there, and what an abandoned attempt wrote at that step and past it is no part of the curve.
    TensorBoard's server does the same.

    Attributes
    ----------
    numbers : dict of str to dict of int to float
    histograms : dict of str to dict of int to Bins
        Of each tag, by ascending step.
    settings : dict of str to object
    axis : str
        What the steps are, one of `AXES`.
    program : str
        Whose log it is, if its names mean more there: "TensorBoard".
    notices : list of str
        What could not be read, in words.
    first, last : float
        When, in seconds since 1970; the first is infinite if nobody knows.
    n_events, repeated, odd : int
        Numbers of events, of points followed by a different one at their step, and of those left
        out.
    """

    numbers: dict[str, dict[int, float]] = field(default_factory=dict)
    histograms: dict[str, dict[int, Bins]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    axis: str = "logged_step"
    program: str = ""
    notices: list[str] = field(default_factory=list)
    first: float = math.inf
    last: float = -math.inf
    n_events: int = 0
    repeated: int = 0
    odd: int = 0
    _superseded: int = 0
    _restart: float = math.inf

    def scalar(self, tag: str, step: int, value: float) -> None:
        """Add a number."""
        self._put(self.numbers, tag, step, value)

    def histogram(self, tag: str, step: int, bins: Bins) -> None:
        """Add a histogram."""
        self._put(self.histograms, tag, step, bins)

    def seen(self, time: float) -> None:
        """Widen the range of times, unless this is none."""
        if 0 <= time < _NEVER:
            self.first = min(self.first, time)
            self.last = max(self.last, time)

    def begin_again(self, step: int) -> None:
        """Forget all from a step on, of which the writer says that it begins again there."""
        both: tuple[dict[int, Any], ...] = (*self.numbers.values(), *self.histograms.values())
        for of_tag in both:
            while of_tag and next(reversed(of_tag)) >= step:
                of_tag.popitem()

    def add(self, other: "Points", name: str, *, prefix: str = "", end: str = "") -> None:
        """Take over what the log in a folder of that name says, its numbers under other tags.

        A tag that is taken follows the folder's name.
        """
        moved = 0
        for tag, numbers in other.numbers.items():
            key = _free(own := f"{prefix}{tag}{end}", name, self.numbers)
            self.numbers[key] = numbers
            moved += key != own
        for tag, bins in other.histograms.items():
            own = f"{prefix}{tag}{end}" if tag in self.histograms else tag
            key = _free(own, name, self.histograms)
            self.histograms[key] = bins
            moved += key != own
        self.settings.update(other.settings)
        self.notices += other.notices
        if moved:
            self.notices.append(f"{moved} tags of {name} were taken: here they begin with {name}/")
        for count in ("n_events", "repeated", "odd", "_superseded"):
            setattr(self, count, getattr(self, count) + getattr(other, count))
        self._restart = min(self._restart, other._restart)
        self.seen(other.first)
        self.seen(other.last)

    def in_words(self) -> list[str]:
        """Return what could not be read, was left out, or is approximate."""
        found = list(self.notices)
        if self.odd:
            found.append(f"{self.odd} points made no sense and were left out")
        if self.repeated:
            found.append(f"{self.repeated} points were followed by another at the same step")
        if self._superseded:
            found.append(
                f"{self._superseded} points from step {self._restart} on were"
                " superseded by a restart and are left out"
            )
        bins = [b for of_tag in self.histograms.values() for b in of_tag.values()]
        for holds, what in _OF_BINS:
            n = sum(map(holds, bins))
            if n:
                found.append(what.format(f"{n} of {len(bins)} histograms"))
        return found

    def times(self) -> tuple[str | None, str | None]:
        """Return when the first and the last event was, in UTC, as far as that is known."""
        known = self.first <= self.last
        return (_moment(self.first), _moment(self.last)) if known else (None, None)

    def _put(self, points: dict[str, dict[int, T]], tag: str, step: int, value: T) -> None:
        of_tag = points.get(tag)
        if of_tag is None:
            points[tag] = {step: value}
            return
        if of_tag and step <= next(reversed(of_tag)):
            self._supersede(of_tag, step, value)
        of_tag[step] = value

    def _supersede(self, of_tag: dict[int, T], step: int, value: T) -> None:
        late = 0
        while of_tag and next(reversed(of_tag)) > step:
            of_tag.popitem()
            late += 1
        if late:
            self._superseded += late + (step in of_tag)
            self._restart = min(self._restart, step)
        elif of_tag[step] != value:
            self.repeated += 1


def _free(tag: str, name: str, taken: Mapping[str, Any]) -> str:
    """Return a tag that is not taken: as it is, or behind a folder's name."""
    while tag in taken:
        tag = f"{name}/{tag}"
    return tag


def _moment(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")


_OF_BINS = (
    (
        lambda bins: bins.moments is None and len(bins.count) > 0,
        "mean, std and norm of {} are estimated from their bins",
    ),
    (lambda bins: bins.n_odd > 0, "{} hold NaN or infinities"),
    (lambda bins: bins.is_part, "{} have bins for a part of their values only"),
)
"""What is said of histograms, and of which."""
