"""Claims: what a study asks, declared beside it, and what its tables answer."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from nnviz import _checks
from nnviz._displayed import Displayed
from nnviz._language import said
from nnviz._numbers import Number
from nnviz.studies._templates import filled
from nnviz.studies.intervals import Interval
from nnviz.studies.measures import Measure, Measured

__all__ = ["SHARE", "SHARES_APART", "VERDICTS", "Bound", "Claim", "Question", "answers"]

SHARE: Interval = (0.0, 1.0)
"""Between which a share can lie."""

SHARES_APART: Interval = (-1.0, 1.0)
"""Between which the difference of two shares can lie."""

VERDICTS = ("holds", "otherwise", "no difference", "not assessed")
"""As expected; other than expected; not told apart; a question that makes no sense here."""

_UNDECIDED = {
    "no difference": "No difference seen: {compares}",
    "not assessed": "Not assessed: {compares} ({reason})",
}
_ONE_SEED = "one seed does not tell how far seeds scatter"


@dataclass(frozen=True)
class Bound:
    """What a number has to be: `low` or more, `high` or less, or both."""

    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        _checks.unbounded("low", self.low)
        _checks.unbounded("high", self.high)

    @classmethod
    def at_least(cls, low: float) -> "Bound":
        """Return the bound of numbers that are `low` or more."""
        return cls(low=low)

    @classmethod
    def at_most(cls, high: float) -> "Bound":
        """Return the bound of numbers that are `high` or less."""
        return cls(high=high)

    def __contains__(self, number: float) -> bool:
        return self.low <= number <= self.high

    @property
    def ends(self) -> tuple[float, ...]:
        """The finite ends."""
        return tuple(end for end in (self.low, self.high) if math.isfinite(end))

    def written(self, unit: str) -> str:
        """Return the bound in words: "≥ 2 points", "0.4 … 0.6"."""
        _checks.text("unit", unit)
        between = [(self.low + self.high) / 2] if len(self.ends) == 2 else []  # ends look unlike
        ends = [Number(end, unit, between) for end in self.ends]
        if len(ends) == 2:
            return f"{ends[0].bare} … {ends[1]}"
        return f"{'≥' if math.isfinite(self.low) else '≤'} {ends[0]}"


@dataclass(frozen=True)
class Question:
    """What a study asks of its own tables, and what it will say in either outcome.

    Sentences and words are templates. In braces stand settings of the study, as in
    ``{learning_rate}`` or ``{regularizers[both]}``; the question's `subjects`; and what was
    measured: ``{number}``, the parts that the measure names, and ``{bound}``, where there is one
    end (else ``{low}`` and ``{high}``). Numbers are written with three digits and their unit, or
    as a spec such as ``{number:.0%}`` says, and never so that they seem to cross the bound.

    Parameters
    ----------
    key : str
        Under which the claim is found.
    compares : str
        What is compared with what: "test accuracy, {fast} less {slow}".
    measure : Measure
        The number that decides, of `nnviz.studies.measures`.
    bound : Bound
        What it has to be for the outcome that is expected.
    expected, otherwise : str
        A sentence for each outcome.
    unit : str
        Of the number: "points" (of percentage, written a hundredfold), "%" (likewise), "steps" …
    subjects : mapping of str to str or float
        What the sentences are about, as settings and tables name it.
    given : sequence of str
        Keys of earlier questions; where one of them has another outcome than expected, this one
        makes no sense, and that outcome is the reason.
    resolution : float
        The smallest difference that the data can show, such as one row of the test set.
    missing : str
        The reason where there is no number.
    possible : (low, high)
        Between which the number can lie at all, such as `SHARE`: Student's interval knows no ends,
        and is told only as far. The verdict is by the whole of it.
    """

    key: str
    compares: str
    measure: Measure
    bound: Bound
    expected: str
    otherwise: str
    unit: str = ""
    subjects: Mapping[str, str | float] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    resolution: float = 0.0
    missing: str = "there is no finite number to compare"
    possible: Interval = (-math.inf, math.inf)

    def __post_init__(self) -> None:
        for name in ("key", "compares", "expected", "otherwise", "unit", "missing"):
            _checks.text(name, getattr(self, name))
        if not callable(getattr(self.measure, "of", None)):
            raise TypeError(f"measure must be one of studies.measures; got {self.measure!r:.80}")
        _checks.instance("bound", self.bound, Bound)
        _checks.mapping("subjects", self.subjects)
        _checks.sequence("given", self.given, _checks.text, at_least=0)
        _checks.non_negative("resolution", self.resolution)
        _checks.span("possible", self.possible, _checks.unbounded)

    def answer(
        self,
        tables: Mapping[str, pd.DataFrame],
        settings: Mapping[str, Any],
        earlier: Mapping[str, "Claim"],
    ) -> "Claim":
        """Return the claim that the tables bear out.

        Parameters
        ----------
        tables, settings : mapping
            Those of the study.
        earlier : mapping of str to Claim
            Those that this one may need, by key.
        """
        _checks.mapping("tables", tables, table)
        _checks.mapping("settings", settings)
        _checks.mapping("earlier", earlier)
        measured = self.measure.of(tables)
        fields = self._fields(measured, settings)
        verdict, because = self._verdict(measured, earlier)
        return Claim(self, verdict, measured, fields, because)

    def _verdict(
        self, measured: Measured, earlier: Mapping[str, "Claim"]
    ) -> tuple[str, "Claim | str"]:
        """Return the verdict, and the reason if there is none."""
        for key in self.given:
            premise = _checks.lookup("given", key, earlier)
            if not premise.holds:
                return "not assessed", premise
        if not math.isfinite(measured.number):
            return "not assessed", self.missing
        if len(measured.seeds) == 1:
            return "not assessed", _ONE_SEED
        if self._is_unresolved(measured):
            return "no difference", ""
        return ("holds" if measured.number in self.bound else "otherwise"), ""

    def _is_unresolved(self, measured: Measured) -> bool:
        """Return whether the data cannot tell the sides of a comparison apart.

        Where "alike" is what is expected, and the whole interval says so, that is no obstacle.
        """
        none = self.measure.none
        if none is None:
            return False
        low, high = measured.interval or (measured.number, measured.number)
        if self.bound.low < none < self.bound.high and low in self.bound and high in self.bound:
            return False
        return low <= none <= high or abs(measured.number - none) < self.resolution

    def _fields(self, measured: Measured, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what templates may name."""
        ends = self.bound.ends
        names = ("bound",) if len(ends) == 1 else ("low", "high")
        return {
            **settings,
            **self.subjects,
            **measured.parts,
            **{name: Number(side, self.unit) for name, side in measured.sides.items()},
            **{name: Number(end, self.unit) for name, end in zip(names, ends, strict=True)},
            "number": Number(measured.number, self.unit, self.bound.ends),
        }


@dataclass(frozen=True, repr=False)
class Claim(Displayed):
    """What the data say to a question, in words of the language in force.

    Attributes
    ----------
    question : Question
        What was asked.
    verdict : str
        One of `VERDICTS`.
    evidence : Measured
        The number, by seed, with its interval.
    fields : mapping
        What the templates of the question may name: settings, subjects, what was measured.
    because : Claim or str
        Why the question was not assessed: an earlier claim, or a template; else empty.
    """

    question: Question
    verdict: str
    evidence: Measured
    fields: Mapping[str, Any] = field(repr=False, compare=False)
    because: "Claim | str" = ""

    @property
    def statement(self) -> str:
        """The sentence of the outcome: true of the data, whatever was expected."""
        sentences = {"holds": self.question.expected, "otherwise": self.question.otherwise}
        template = sentences.get(self.verdict) or _UNDECIDED[self.verdict]
        words = {**self.fields, "compares": self.measured, "reason": self.reason}
        sentence = filled(template, words)
        return sentence[:1].upper() + sentence[1:]

    @property
    def measured(self) -> str:
        """What the number is: "test accuracy, dropout less none"."""
        return filled(self.question.compares, self.fields)

    @property
    def reason(self) -> str:
        """Why the question was not assessed; else empty."""
        if isinstance(self.because, str):
            return filled(self.because, self.fields)
        words = self.because.reason or self.because.statement
        return words[:1].lower() + words[1:] if words[1:2].islower() else words

    @property
    def key(self) -> str:
        """The key of the question, by which the claim is found everywhere."""
        return self.question.key

    @property
    def holds(self) -> bool:
        """Whether the outcome is the one that was expected."""
        return self.verdict == "holds"

    @property
    def number(self) -> float:
        """What was measured."""
        return self.evidence.number

    @property
    def interval(self) -> Interval | None:
        """In which the number lies with 95 % confidence, if there are seeds enough.

        As far as it is possible at all: the share of nine pairs of ten is not 113 % at most.
        """
        if self.evidence.interval is None:
            return None
        low, high = self.question.possible
        return max(low, self.evidence.interval[0]), min(high, self.evidence.interval[1])

    @property
    def range(self) -> Interval | None:
        """The lowest and the highest seed."""
        seeds = self.evidence.seeds
        return (min(seeds), max(seeds)) if len(seeds) > 1 else None

    @property
    def bound(self) -> str:
        """What the number had to be, in words."""
        return self.question.bound.written(self.question.unit)

    @property
    def words(self) -> dict[str, str]:
        """The number in words and, where seeds scatter, its interval and the range of the seeds."""
        if not math.isfinite(self.number):
            return {"number": said("no number")}
        words = {"number": f"{self._written(self.number)}"}
        if self.interval is not None and self.interval[0] < self.interval[1]:
            words["95% interval"] = _to(*(self._written(end).bare for end in self.interval))
        if len(words) > 1 and self.range is not None:
            words["seeds"] = _to(*(self._written(end).bare for end in self.range))
        return words

    @property
    def found(self) -> str:
        """The same on one line."""
        number, *scatter = self.words.items()
        parts = ", ".join(f"{said(name)} {ends}" for name, ends in scatter)
        return f"{number[1]} ({parts})" if parts else number[1]

    def facts(self) -> dict[str, Any]:
        """Return the claim as JSON has it; a number that is not finite is None."""
        return {
            "key": self.key,
            "statement": self.statement,
            "verdict": self.verdict,
            "holds": self.holds,
            "measured": self.measured,
            "number": _finite(self.number),
            "interval": None if self.interval is None else [_finite(end) for end in self.interval],
            "range": None if self.range is None else [_finite(end) for end in self.range],
            "seeds": len(self.evidence.seeds),
            "unit": self.question.unit,
            "low": _finite(self.question.bound.low),
            "high": _finite(self.question.bound.high),
            "words": self.words,
            "bound": self.bound,
            "reason": self.reason,
        }

    def _written(self, number: float) -> Number:
        return Number(number, self.question.unit, self.question.bound.ends)


def table(name: str, value: pd.DataFrame) -> pd.DataFrame:
    """Return what is a table."""
    return _checks.instance(name, value, pd.DataFrame)


def answers(
    questions: Iterable[Question], tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> dict[str, Claim]:
    """Return what tables say to questions, by key, in their order."""
    claims: dict[str, Claim] = {}
    for question in questions:
        claims[question.key] = question.answer(tables, settings, claims)
    return claims


def _to(low: str, high: str) -> str:
    return said("{low} to {high}", low=low, high=high)


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
