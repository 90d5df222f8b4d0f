"""What is new in a run since the last look."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nnviz._few import cut
from nnviz._language import said
from nnviz._names import is_derived, safe_text
from nnviz.cli.courses import DownsampledSeries
from nnviz.cli.options import red
from nnviz.cli.summary import number
from nnviz.cli.words import WORDS

if TYPE_CHECKING:
    import pandas as pd

    from nnviz.runs import Run

__all__ = ["MOST", "News"]

MOST = 6
"""Numbers that are shown."""


@dataclass
class News:
    """What has been told of a run: steps, numbers, tensors that are not finite, findings.

    Attributes
    ----------
    step : int
        The last one; -1 before there is any.
    courses : dict of str to DownsampledSeries
        Of each number that was reported or, as long as there are none, that a recorder adds.
    findings : dict of (str, str) to str
        What is found now: the message by rule and layer.
    """

    step: int = -1
    courses: dict[str, DownsampledSeries] = field(default_factory=dict)
    findings: dict[tuple[str, str], str] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)
    _seen: int = -1
    _odd: set[str] = field(default_factory=set)

    @property
    def shown(self) -> dict[str, DownsampledSeries]:
        """The courses of which there is room to tell."""
        reported = {name: own for name, own in self.courses.items() if not is_derived(name)}
        return dict(list((reported or self.courses).items())[:MOST])

    def of(self, run: "Run", *, numbers_seen: bool = False) -> Iterator[str]:
        """Yield lines on what is new in a run; none on its numbers where a picture shows them."""
        # The writer goes on between one reading and the next: each has a last step of its own.
        columns = run.statistics(start=self._seen + 1)
        # A number may follow after others of its step.
        numbers = run.numbers(start=max(self._told.values(), default=0))
        rows = zip(*(numbers[name].tolist() for name in ("name", "step", "value")), strict=True)
        new = {}
        for name, at, value in rows:
            if self._told.get(name, -1) < at:
                self.courses.setdefault(name, DownsampledSeries()).add(at, value)
                new[name] = value
        self._told |= dict(zip(numbers["name"].tolist(), numbers["step"].tolist(), strict=True))
        self._seen = columns["step"].max(initial=self._seen).item()
        step = max(self.step, self._seen, *self._told.values())
        last = {name: course.values[-1] for name, course in self.courses.items()}
        told = last if step > self.step else new
        if not numbers_seen and (step > self.step or any(not is_derived(name) for name in new)):
            yield f"{WORDS['step'].format(step=step)}{_values(told)}"
        self.step = step
        odd = columns["nan"] + columns["positive_inf"] + columns["negative_inf"]
        new_odd = []
        for place in (odd > 0).nonzero()[0]:
            stream = str(columns["stream"][place])
            if stream not in self._odd:
                self._odd.add(stream)
                since = WORDS["not finite since"].format(
                    odd=odd[place],
                    count=columns["count"][place] + odd[place],
                    step=columns["step"][place],
                )
                new_odd.append(f"  {safe_text(stream)}: {since}")
        yield from map(red, cut(new_odd))

    def judged(self, findings: "pd.DataFrame") -> tuple[list[str], list[tuple[str, str]]]:
        """Return lines on what the diagnosis says now and did not before, and what is found anew.

        The latter are rule and layer of each.
        """
        found = findings[findings["verdict"] == "found"]
        keys = zip(found["rule"], found["layer"], strict=True)
        now = dict(zip(keys, found["message"], strict=True))
        anew = [key for key in now if key not in self.findings]
        gone = [key for key in self.findings if key not in now]
        lines = [red(f"  ✗ {safe_text(now[key], longest=300)}") for key in anew]
        for rule, layer in gone:
            what = ": ".join(filter(None, [said(rule), layer]))
            lines.append(f"  – {said('no longer found: {what}', what=safe_text(what))}")
        self.findings = now
        return [*cut(lines)], anew


def _values(last: dict[str, float]) -> str:
    told = [name for name in last if not is_derived(name)] or list(last)
    shown = [f"  {safe_text(name)} {number(last[name])}" for name in told[:MOST]]
    return "".join(shown) + ("  …" if len(told) > MOST else "")
