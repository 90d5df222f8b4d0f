"""Margins of the claims benchmark: for each claim how often it holds, and how far from failing.

Margin
    The distance of the number from the nearest end of its bound, in units of its scatter; positive
    inside the bound, negative outside. The number is the mean over the sets of seeds of the mean
    over the runs with that set, so that the set that was run under several kernels does not
    outweigh the others.

Scatter
    The larger of two estimates of how far the number of one more run would lie off:

    - between runs, the standard deviation of the number over all runs (n − 1). It sees what
      kernels and threads do, but most runs share their seeds, and so it sees little of these;
    - between seeds, the standard error of the number by the scatter of the seeds within a run,
      root mean square over the runs: the half width of the 95 % interval over Student's quantile
      (means of paired seeds; the jackknife for ratios), or, of a share of seeds, which has no
      interval, their standard deviation over the root of their number. Claims of what has no
      seeds, and of measures that need all seeds at once, have none.

Ratios are compared on logarithms, as their intervals are. Where the number is the same to nine
digits in every run and no seed scatters, there is no scatter: the margin is infinite (inside the
bound) and is printed as "same".

A claim whose measure compares two sides holds only if its 95 % interval leaves out "no difference"
as well. The number is further from that than from its bound, so a margin above Student's quantile
(2.3 for ten seeds, 2.8 for five) implies it.
"""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.claims_runs import Run
from nnviz._numbers import Number

Fact = Mapping[str, Any]

SAME = 1e-9
"""Numbers that differ by less, relative to their size, are the same but for rounding."""


@dataclass(frozen=True)
class Row:
    """A claim in all runs.

    Attributes
    ----------
    study, settings, key : str
        What it is found by: name of the study, a digest of its settings, key of the claim.
    figures : tuple of str
        The scripts of the gallery whose study it is.
    facts : mapping of Run to Fact
        What it says, by run.
    """

    study: str
    settings: str
    key: str
    figures: tuple[str, ...]
    facts: Mapping[Run, Fact] = field(repr=False)

    @property
    def any(self) -> Fact:
        """What it says in the first run: unit, bound and words are the same in all."""
        return next(iter(self.facts.values()))

    @property
    def held(self) -> int:
        """In how many runs it holds."""
        return sum(fact["holds"] for fact in self.facts.values())

    @property
    def holds_everywhere(self) -> bool:
        """Whether it holds in every run."""
        return self.held == len(self.facts)

    @property
    def numbers(self) -> list[float]:
        """The number in each run; NaN where there is none."""
        return [_float(fact["number"]) for fact in self.facts.values()]

    @property
    def logarithms(self) -> bool:
        """Whether distances are those of logarithms: of ratios that are all positive."""
        ends = [end for end in (self.any["low"], self.any["high"]) if end is not None]
        finite = [number for number in self.numbers if math.isfinite(number)]
        return bool(self.any["ratio"]) and min([*finite, *ends], default=0.0) > 0

    @property
    def margin(self) -> float:
        """Distance from the bound over scatter; NaN where a number is missing."""
        inside, scatter = self.distance, self.scatter
        if math.isnan(inside) or math.isnan(scatter):
            return math.nan
        if scatter == 0:
            return math.inf if inside >= 0 else -math.inf
        return inside / scatter

    @property
    def distance(self) -> float:
        """Of the number, mean over sets of seeds, from the nearest end of its bound."""
        by_set = defaultdict(list)
        for run, fact in self.facts.items():
            by_set[run.first_seed].append(self._scaled(fact["number"]))
        middle = float(np.mean([np.mean(numbers) for numbers in by_set.values()]))
        low, high = self.any["low"], self.any["high"]
        above = math.inf if low is None else middle - self._scaled(low)
        below = math.inf if high is None else self._scaled(high) - middle
        return min(above, below)

    @property
    def scatter(self) -> float:
        """The larger of the scatter between runs and that between seeds."""
        return max(self.between_runs, self.between_seeds)

    @property
    def between_runs(self) -> float:
        """Standard deviation over runs; 0 where all are the same but for rounding."""
        numbers = np.array([self._scaled(number) for number in self.numbers])
        size = max(1.0 if self.logarithms else 0.0, float(np.abs(numbers).max()))
        if len(numbers) < 2 or np.ptp(numbers) <= SAME * size:
            return 0.0
        return float(np.std(numbers, ddof=1))

    @property
    def between_seeds(self) -> float:
        """Standard error by the scatter of seeds, root mean square over runs; 0 without seeds."""
        errors = [self._error(fact) for fact in self.facts.values()]
        return float(np.sqrt(np.mean(np.square(errors))))

    def _error(self, fact: Fact) -> float:
        n = len(fact["by_seed"])
        if n < 2 or fact["number"] is None:
            return 0.0
        if fact["interval"] is None:
            return float(np.std(fact["by_seed"], ddof=1)) / n**0.5
        from scipy.special import stdtrit

        low, high = fact["interval"]
        half = (high - low) / 2
        if self.logarithms:
            half = math.log(high / low) / 2 if low > 0 else half / fact["number"]
        return half / float(stdtrit(n - 1, 0.975))

    def _scaled(self, number: float | None) -> float:
        value = _float(number)
        return math.log(value) if self.logarithms else value

    def written(self, number: float) -> str:
        """Return a number as the figures write it, so that it never seems to cross the bound."""
        ends = [end for end in (self.any["low"], self.any["high"]) if end is not None]
        return f"{Number(number, self.any['unit'], ends)}" if math.isfinite(number) else "none"

    @property
    def range(self) -> str:
        """The lowest and highest number of the runs, in words."""
        low, high = self.written(min(self.numbers)), self.written(max(self.numbers))
        return low if low == high else f"{low} to {high}"

    @property
    def margin_written(self) -> str:
        """The margin in words."""
        if math.isnan(self.margin):
            return "no number"
        if math.isinf(self.margin):
            return "same" if self.margin > 0 else "never"
        return f"{self.margin:.1f}".replace("-", "−")


def rows_of(results: Mapping[Run, Sequence[Mapping[str, Any]]]) -> list[Row]:
    """Return a row for each claim, the smallest margin first.

    Parameters
    ----------
    results : mapping of Run to sequence of mappings
        What `claims_runs` left for each figure. Figures of one study share its claims; each is
        counted once. Sentences may differ from run to run: a claim is known by its study, the
        study's settings and its key.
    """
    facts: dict[tuple[str, str, str], dict[Run, Fact]] = defaultdict(dict)
    figures: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for run, exhibits in results.items():
        for exhibit in exhibits:
            for fact in exhibit["claims"]:
                claim = (fact["study"], _digest(fact["settings"]), fact["key"])
                facts[claim].setdefault(run, fact)
                figures[claim][exhibit["figure"]] = None
    rows = [Row(*claim, tuple(figures[claim]), said) for claim, said in facts.items()]
    return sorted(rows, key=lambda row: -math.inf if math.isnan(row.margin) else row.margin)


def _digest(settings: Any) -> str:
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]


def _float(number: float | None) -> float:
    return math.nan if number is None else float(number)
