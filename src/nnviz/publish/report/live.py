"""A page that shows a run while it is written: it is read from disk again and again."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite, isnan
from pathlib import Path

import pandas as pd

from nnviz import _checks, plots
from nnviz._names import safe_text
from nnviz._numbers import number
from nnviz._times import moment
from nnviz.publish.files import write
from nnviz.publish.report.facts import findings_in_words
from nnviz.publish.report.page import HTML, rendered

__all__ = ["LivePage", "line"]

_WIDTH, _HEIGHT, _MARGIN = 600.0, 120.0, 4.0


class LivePage:
    """Writes the page on a run, anew after each look.

    Parameters
    ----------
    path : str or path
        Ends in .html.
    name : str
        What the run is called.
    interval : float
        Seconds after which the page looks again, while the run goes on.
    language : str or path, optional
        As in `plots.look`.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        name: str,
        interval: float,
        *,
        language: str | os.PathLike[str] | None = None,
    ) -> None:
        self._path: Path = _checks.path("--page", path)
        if self._path.suffix.lower() not in HTML:
            raise _checks.fail("the suffix of --page", " or ".join(HTML), self._path.suffix)
        self._name, self._language = name, language
        self._seconds = max(1, round(interval))

    def write(
        self,
        state: str,
        step: int,
        courses: Mapping[str, tuple[Sequence[int], Sequence[float]]],
        findings: pd.DataFrame,
    ) -> None:
        """Write the page.

        Parameters
        ----------
        state : str
            Of the run: as long as it is "running", the page looks again. "left": it was running,
            and nobody follows it any more.
        step : int
            The last one; -1 before the first.
        courses : mapping of str to (sequence of int, sequence of float)
            Steps and values of each number.
        findings : DataFrame
            Of `diagnose`.
        """
        with plots.language({} if self._language is None else self._language):
            page = rendered(
                "live.html.jinja",
                name=safe_text(self._name),
                state=state,
                step=step,
                seconds=self._seconds if state == "running" else 0,
                time=moment(datetime.now(UTC).isoformat(timespec="seconds")),
                numbers=[_shown(*course) for course in courses.items()],
                findings=findings_in_words(findings),
                size=(_WIDTH, _HEIGHT),
            )
        write(self._path, page.encode("utf-8", "backslashreplace"))


def _shown(name: str, course: tuple[Sequence[int], Sequence[float]]) -> dict[str, object]:
    steps, values = course
    finite = [value for value in values if isfinite(value)]
    last = values[-1]
    return {
        "name": safe_text(name),
        "last": "NaN" if isnan(last) else number(last, digits=4),
        "low": number(min(finite), digits=3) if finite else "",
        "high": number(max(finite), digits=3) if finite else "",
        "paths": line(steps, values),
    }


def line(steps: Sequence[int], values: Sequence[float]) -> list[str]:
    """Return the points of a line in SVG, a string for each part between gaps.

    It fills a box of 600 × 120, but for a margin of 4: from the first step to the last, and from
    the lowest finite value at the bottom to the highest.
    """
    finite = [value for value in values if isfinite(value)]
    if not finite:
        return []
    low, high = min(finite), max(finite)
    half, span = high / 2 - low / 2, steps[-1] - steps[0]
    parts: list[list[str]] = [[]]
    for step, value in zip(steps, values, strict=True):
        if not isfinite(value):
            parts.append([])
            continue
        across = (step - steps[0]) / span if span else 0.5
        up = (value / 2 - low / 2) / half if half else 0.5
        x = _MARGIN + across * (_WIDTH - 2 * _MARGIN)
        y = _HEIGHT - _MARGIN - up * (_HEIGHT - 2 * _MARGIN)
        parts[-1].append(f"{x:.1f},{y:.1f}")
    # A point alone is a line to itself, which round ends make a dot.
    return [" ".join(part if len(part) > 1 else part * 2) for part in parts if part]
