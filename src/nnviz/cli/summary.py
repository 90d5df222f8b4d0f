"""A run in words, for the terminal."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nnviz._few import LAYER, ROWS, cut, listed, pairs
from nnviz._language import said
from nnviz._names import is_derived, safe_text
from nnviz._times import moment, took
from nnviz.cli.options import red

if TYPE_CHECKING:
    from nnviz.diagnosis import Findings
    from nnviz.record import Recording
    from nnviz.stats.statistics import Steps
    from nnviz.tables.last_known import LastKnown

__all__ = [
    "EXPORT",
    "aligned",
    "last_numbers",
    "number",
    "summary",
]

EXPORT = "nnviz export writes all"
"""How to see what is left out."""
_WORDS = ("layer", "kind", "name")
"""Heads of columns that hold no numbers."""
_MOST_ODD = 3
_STATISTICS = ("mean", "std", "min", "max", "norm")


def summary(name: str, recording: "Recording", findings: "Findings", pattern: str) -> Iterator[str]:
    """Yield the lines that say what is wrong with a run, what it is, and what it holds."""
    yield f"{safe_text(name)}: {safe_text(recording.meta['state'])}"
    yield from _findings(findings)
    yield ""
    yield from _about(recording)
    yield from _last(recording, pattern)


def number(value: float) -> str:
    """Return a number with four digits."""
    return f"{value + 0:.4g}"  # −0 becomes 0


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines whose cells stand below each other; the first row is the head."""
    columns = [
        [cell.ljust(width) if column[0] in _WORDS else cell.rjust(width) for cell in column]
        for column in zip(*rows, strict=True)
        for width in (max(map(len, column)),)
    ]
    for row in zip(*columns, strict=True):
        yield "  ".join(row).rstrip()


def last_numbers(recording: "Recording") -> dict[str, tuple[int, float]]:
    """Return, for each number, its last step and value; those that were reported come first."""
    last = recording.last_numbers()
    return {name: last[name] for name in sorted(last, key=is_derived)}


def _about(recording: "Recording") -> Iterator[str]:
    meta, steps = recording.meta, recording.recorded_at()
    yield f"  steps     {_range(steps, is_log='axis' in meta)}"
    if meta["started"]:
        ended = f", took {taken}" if (taken := took(meta)) else ""
        yield f"  started   {safe_text(moment(meta['started']))}{ended}"
    if meta["resumed"]:
        yield f"  resumed   after step {listed(map(safe_text, meta['resumed']))}"
    if meta["settings"]:
        yield f"  settings  {pairs(meta['settings'])}"
    if meta["versions"]:
        yield f"  versions  {pairs(meta['versions'])}"
    if recording.layers:
        yield f"  layers    {listed(map(safe_text, recording.layers))}"
    for told in cut(_missing(meta)):
        yield red(told)
    for told in cut(f"  notice: {safe_text(n, longest=300)}" for n in meta.get("notices", ())):
        yield red(told)


def _missing(meta: Mapping[str, Any]) -> Iterator[str]:
    from nnviz.record import LOST

    for stream, times in meta["dropped"].items():
        if stream == LOST:
            from nnviz.publish.recorded.sentences import lost

            yield f"  lost      {lost(meta, times)}"
        else:
            yield f"  not recorded: {safe_text(stream)} ({safe_text(times)} times)"


def _range(steps: "Steps", *, is_log: bool) -> str:
    if not len(steps.step):
        if is_log:
            return "no tensor is in this log"
        return (
            "no tensor was recorded: train inside `with recorder.step(k):`, "
            "and see what kinds= and layers= leave"
        )
    told = f"{len(steps.step)} recorded, {len(steps.whole)} of them counted in full"
    return f"{steps.step[0]} to {steps.step[-1]}: {told}"


def _last(recording: "Recording", pattern: str) -> Iterator[str]:
    from nnviz.tables.last_known import statistics_last_known

    known = statistics_last_known(recording, pattern)
    if known is not None:
        yield ""
        rows = [
            (
                safe_text(layer),
                safe_text(kind),
                *(number(values[key]) if values["count"] else "" for key in _STATISTICS),
                "" if math.isnan(values["zero"]) else f"{values['zero']:.1%}",
                number(values["nan"]),
                number(values["positive_inf"] + values["negative_inf"]),
            )
            for (layer, kind), values in known.tensors.items()
        ]
        yield f"step {known.step}{_how(recording, known)}"
        head = ("layer", "kind", *_STATISTICS, "zero", "NaN", "±Inf")
        yield from cut(aligned([head, *rows]), LAYER, most=ROWS + 1)
    numbers = last_numbers(recording)
    if numbers:
        yield ""
        rows_of_numbers = [
            (safe_text(name), number(value), str(step)) for name, (step, value) in numbers.items()
        ]
        yield from cut(aligned([("name", "last", "step"), *rows_of_numbers]), EXPORT, most=ROWS + 1)


def _how(recording: "Recording", known: "LastKnown") -> str:
    last = int(recording.recorded_at().step[-1])
    if not known.is_exact:
        return ", estimated from samples"
    if last == known.step:
        return ""
    columns = recording.statistics(start=last, stop=last + 1)
    odd = columns["nan"] + columns["positive_inf"] + columns["negative_inf"] > 0
    told = listed(map(safe_text, columns["stream"][odd]), most=_MOST_ODD)
    end = f"NaN or infinite at step {last}: {told}" if told else f"samples up to step {last} follow"
    return f", the last one counted in full; {end}"


def _findings(findings: "Findings") -> Iterator[str]:
    verdicts = findings.groupby("rule", sort=False)["verdict"].first()
    found = findings[findings["verdict"] == "found"]
    yield said(
        "diagnosis: {found} of {all} rules found something",
        found=found["rule"].nunique(),
        all=len(verdicts),
    )
    for rule, rows in found.groupby("rule", sort=False):
        for told in cut(f"  ✗ {safe_text(message, longest=300)}" for message in rows["message"]):
            yield red(told)
        yield f"    {said(str(rule))}: {rows['remedy'].iloc[0]}"
    if findings.next_step:
        yield f"  {said('next step: {what}', what=safe_text(findings.next_step, longest=400))}"
    for message in findings.not_assessed:
        yield f"  – {safe_text(message, longest=600)}"
