"""What a report says of runs beside its figures: facts, findings and tables, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nnviz._language import current, said
from nnviz._names import DERIVED, is_derived, safe_text
from nnviz._numbers import number
from nnviz._times import moment, took
from nnviz.diagnosis import RULES
from nnviz.plots.text import quantity
from nnviz.publish.recorded.notes import lost
from nnviz.publish.report.words import WORDS
from nnviz.publish.settings import pairs_in_words
from nnviz.record import LOST, Recording
from nnviz.tables import UNITS
from nnviz.tables.last_known import statistics_last_known

__all__ = ["Table", "differing", "facts", "findings_in_words", "last_numbers", "tensors", "units"]

_MOST = 200
"""Rows of a table."""

_NAMED = 12
"""Layers that are named among the facts."""

_STATISTICS = ("mean", "std", "min", "max", "norm", "zero")


@dataclass(frozen=True)
class Table:
    """A table in words.

    Attributes
    ----------
    title : str
    head : sequence of str
    rows : sequence of sequence of str
    words : int
        So many columns at the left hold names, the others numbers.
    key : str
        How it is read.
    more : str
        What is said of rows that are left out.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    key: str = ""
    more: str = ""


def facts(recording: Recording) -> dict[str, str]:
    """Return what is known of a run as a whole."""
    meta, steps = recording.meta, recording.recorded_at()
    told: dict[str, str] = {}
    if len(steps.step):
        told["steps"] = WORDS["of steps"].format(
            first=steps.step[0],
            last=steps.step[-1],
            recorded=f"{len(steps.step):,}",
            whole=f"{len(steps.whole):,}",
        )
    if meta.get("started"):
        told["started"] = moment(meta["started"])
    if taken := took(meta):
        told["took"] = taken
    if meta.get("resumed"):
        told["resumed"] = ", ".join(map(str, meta["resumed"]))
    if LOST in meta.get("dropped", {}):
        told["lost"] = lost(meta, meta["dropped"][LOST])
    if recording.layers:
        few = [safe_text(layer) for layer in recording.layers[:_NAMED]]
        names = ", ".join(few) + (" …" if len(recording.layers) > len(few) else "")
        told["layers"] = WORDS["of layers"].format(count=len(recording.layers), names=names)
    if meta.get("versions"):
        told["versions"] = ", ".join(map(" ".join, pairs_in_words(meta["versions"])))
    return {WORDS[key]: safe_text(words, longest=1000) for key, words in told.items()}


def findings_in_words(findings: pd.DataFrame) -> dict[str, Any]:
    """Return the findings by verdict; what was found by rule, with its remedy."""
    rows = [
        {
            "rule": said(row.rule),
            "severity": RULES[row.rule].severity,
            "verdict": row.verdict,
            "message": safe_text(row.message, longest=300),
            "remedy": row.remedy,
            "measured": ""
            if np.isnan(row.value)
            else WORDS["threshold"].format(
                value=number(row.value, digits=3), threshold=number(row.threshold, digits=3)
            ),
        }
        for row in findings.itertuples()
    ]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["verdict"] == "found":
            found.setdefault(row["rule"], []).append(row)
    return {
        "found": list(found.values()),
        "rules": findings["rule"].nunique(),
        "not assessed": [row["message"] for row in rows if row["verdict"] == "not assessed"],
        "not found": [row["message"] for row in rows if row["verdict"] == "not found"],
    }


def last_numbers(runs: Mapping[str, Recording]) -> Table | None:
    """Return the last value of each number that was reported; of one run also its step."""
    own = [run.last_numbers() for run in runs.values()]
    names = list(dict.fromkeys(name for last in own for name in last if not is_derived(name)))
    if not names:
        return None
    if len(own) == 1:
        head = [WORDS["name"], WORDS["value"], WORDS["at step"]]
        rows = [[name, number(own[0][name][1], digits=4), str(own[0][name][0])] for name in names]
    else:
        head = [WORDS["name"], *map(safe_text, runs)]
        rows = [
            [name, *(number(last[name][1], digits=4) if name in last else "" for last in own)]
            for name in names
        ]
    return _table(WORDS["last numbers"], head, rows)


def differing(runs: Mapping[str, Recording]) -> Table | None:
    """Return the settings in which runs differ, side by side, or all if they are alike."""
    told = [dict(pairs_in_words(run.meta.get("settings", {}))) for run in runs.values()]
    names = dict.fromkeys(name for own in told for name in own)
    unlike = [name for name in names if len({own.get(name) for own in told}) > 1]
    rows = [[name, *(own.get(name, "") for own in told)] for name in unlike or names]
    head = [WORDS["setting"], *map(safe_text, runs)]
    return _table(WORDS["settings"], head, rows) if rows else None


def units(recording: Recording) -> Table | None:
    """Return what a recorder adds by itself, by layer."""
    last = recording.last_numbers()
    kinds = [kind for kind in DERIVED if any(name.endswith(f"/{kind}") for name in last)]
    names = {name for name in last if is_derived(name)}
    layers = [
        layer for layer in recording.layers if any(f"{layer}/{kind}" in names for kind in kinds)
    ]
    rows = [
        [layer, *(_last(last, f"{layer}/{kind}", UNITS.get(kind, "")) for kind in kinds)]
        for layer in layers
    ]
    head = [WORDS["layer"], *map(quantity, kinds)]
    return _table(WORDS["units"], head, rows, key=WORDS["key units"]) if rows else None


def _last(last: Mapping[str, tuple[int, float]], name: str, unit: str) -> str:
    if name not in last:
        return ""
    value = last[name][1]
    return f"{value:.1%}" if unit == "%" else number(value, digits=4)


def tensors(recording: Recording) -> Table | None:
    """Return the statistics of each tensor at the last step that is known well."""
    known = statistics_last_known(recording)
    if known is None:
        return None
    rows = [
        [
            layer,
            current().word("quantities", kind, kind.replace("_", " ")),
            *(_known(values, key) for key in _STATISTICS),
            f"{values['nan']:,.0f}",
            f"{values['positive_inf'] + values['negative_inf']:,.0f}",
        ]
        for (layer, kind), values in known.tensors.items()
    ]
    how = "tensors" if known.is_exact else "tensors estimated"
    statistics = (current().word("quantities", key, key) for key in _STATISTICS)
    head = [WORDS["layer"], WORDS["kind"], *statistics, "NaN", "±Inf"]
    return _table(WORDS[how].format(step=known.step), head, rows, words=2, key=WORDS["key tensors"])


def _known(values: Mapping[str, float], key: str) -> str:
    value = values[key]
    if not values["count"] or np.isnan(value):
        return ""
    return f"{value:.1%}" if UNITS.get(key) == "%" else number(value + 0, digits=4)  # −0 becomes 0


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], **about: Any) -> Table:
    every = [list(map(safe_text, row)) for row in rows]
    over = len(every) - _MOST
    more = WORDS["more rows"].format(more=f"{over:,}") if over > 0 else ""
    return Table(title, head, every[:_MOST], more=more, **about)
