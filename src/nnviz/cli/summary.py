"""A run in words, for the terminal."""

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nnviz._few import LAYER, ROWS, cut, listed, pairs
from nnviz._language import current, said
from nnviz._names import is_derived, safe_text
from nnviz._times import moment, took
from nnviz.cli.columns import aligned, filled, width
from nnviz.cli.options import red
from nnviz.cli.words import WORDS

if TYPE_CHECKING:
    from nnviz.diagnosis import Findings
    from nnviz.record import Recording
    from nnviz.stats.statistics import Steps
    from nnviz.tables.last_known import LastKnown

__all__ = [
    "EXPORT",
    "last_numbers",
    "number",
    "state_in_words",
    "summary",
]

EXPORT = "nnviz export writes all"
"""How to see what is left out."""
_MOST_ODD = 3
_FACTS = ("steps", "started", "resumed", "settings", "versions", "layers", "lost")
_STATISTICS = ("mean", "std", "min", "max", "norm")


def summary(name: str, recording: "Recording", findings: "Findings", pattern: str) -> Iterator[str]:
    """Yield the lines that say what is wrong with a run, what it is, and what it holds."""
    yield f"{safe_text(name)}: {state_in_words(recording.meta['state'])}"
    yield from _findings(findings)
    yield ""
    yield from _about(recording)
    yield from _last(recording, pattern)


def number(value: float) -> str:
    """Return a number with four digits."""
    return f"{value + 0:.4g}"  # −0 becomes 0


def state_in_words(state: str) -> str:
    """Return how a run is: "finished"."""
    key = f"state {state}"
    return WORDS[key] if key in WORDS else safe_text(state)


def last_numbers(recording: "Recording") -> dict[str, tuple[int, float]]:
    """Return, for each number, its last step and value; those that were reported come first."""
    last = recording.last_numbers()
    return {name: last[name] for name in sorted(last, key=is_derived)}


def _about(recording: "Recording") -> Iterator[str]:
    meta = recording.meta
    for key, words in _facts(recording).items():
        yield f"  {_called(key)}  {words}"
    for told in cut(_missing(meta)):
        yield red(told)
    notices = (current().sentence(notice) for notice in meta.get("notices", ()))
    for told in cut(WORDS["notice"].format(notice=safe_text(n, longest=300)) for n in notices):
        yield red(f"  {told}")


def _called(key: str) -> str:
    """Return the name of a fact, as wide as the widest."""
    return filled(WORDS[key], max(width(WORDS[fact]) for fact in _FACTS))


def _facts(recording: "Recording") -> dict[str, str]:
    """Return what a run is, by the keys of their names."""
    meta = recording.meta
    told = {"steps": _range(recording.recorded_at(), is_log="axis" in meta)}
    if meta["started"]:
        told["started"] = start = safe_text(moment(meta["started"]))
        if taken := took(meta):
            told["started"] = WORDS["took"].format(start=start, time=taken)
    if meta["resumed"]:
        steps = listed(map(safe_text, meta["resumed"]))
        told["resumed"] = WORDS["after steps"].format(steps=steps)
    for key in ("settings", "versions"):
        if meta[key]:
            told[key] = pairs(meta[key])
    if recording.layers:
        told["layers"] = listed(map(safe_text, recording.layers))
    return told


def _missing(meta: Mapping[str, Any]) -> Iterator[str]:
    from nnviz.record import LOST

    for stream, times in meta["dropped"].items():
        if stream == LOST:
            from nnviz.publish.recorded.notes import lost

            yield f"  {_called('lost')}  {lost(meta, times)}"
        else:
            told = {"stream": safe_text(stream), "times": safe_text(times)}
            yield f"  {WORDS['not recorded'].format(**told)}"


def _range(steps: "Steps", *, is_log: bool) -> str:
    if not len(steps.step):
        return WORDS["no tensor in a log" if is_log else "no tensor"]
    counts = {"recorded": len(steps.step), "whole": len(steps.whole)}
    return WORDS["of steps"].format(first=steps.step[0], last=steps.step[-1], **counts)


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
        yield f"{WORDS['step'].format(step=known.step)}{_how(recording, known)}"
        statistics = (current().word("quantities", key, key) for key in (*_STATISTICS, "zero"))
        head = (WORDS["layer"], WORDS["kind"], *statistics, "NaN", "±Inf")
        yield from cut(aligned([head, *rows], words=2), LAYER, most=ROWS + 1)
    numbers = last_numbers(recording)
    if numbers:
        yield ""
        rows_of_numbers = [
            (safe_text(name), number(value), str(step)) for name, (step, value) in numbers.items()
        ]
        head = (WORDS["name"], WORDS["last"], WORDS["at"])
        yield from cut(aligned([head, *rows_of_numbers]), EXPORT, most=ROWS + 1)


def _how(recording: "Recording", known: "LastKnown") -> str:
    last = int(recording.recorded_at().step[-1])
    if not known.is_exact:
        return f", {WORDS['estimated']}"
    if last == known.step:
        return ""
    columns = recording.statistics(start=last, stop=last + 1)
    odd = columns["nan"] + columns["positive_inf"] + columns["negative_inf"] > 0
    told = listed(map(safe_text, columns["stream"][odd]), most=_MOST_ODD)
    end = WORDS["not finite at" if told else "samples follow"].format(step=last, streams=told)
    return f", {WORDS['counted in full'].format(end=end)}"


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
