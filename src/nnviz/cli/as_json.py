"""A run for programs: what ``nnviz show --json`` prints, whose schema is ``show.schema.json``."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nnviz._version import __version__
from nnviz.cli.verdicts import severities

if TYPE_CHECKING:
    from nnviz.diagnosis import Findings
    from nnviz.record import Recording

__all__ = ["described", "document"]

_FORMAT = 1
"""Grows when a reader of the old form would misread the new one."""

_STATISTICS = (
    *("count", "mean", "std", "min", "max", "norm", "zero"),
    *("nan", "positive_inf", "negative_inf"),
)


def document(runs: Iterable[Mapping[str, Any]]) -> str:
    """Return what was `described` of runs as JSON, in ASCII, without NaN and infinities."""
    whole = {"nnviz": __version__, "format": _FORMAT, "runs": list(runs)}
    return json.dumps(whole, indent=2, allow_nan=False)


def described(
    name: str, recording: "Recording", findings: "Findings", pattern: str
) -> dict[str, Any]:
    """Return what is wrong with a run, what it is and what it holds, as JSON can say it."""
    meta = recording.meta
    return {
        "name": name,
        "state": meta["state"],
        "findings": _findings(findings),
        "next_step": findings.next_step or None,
        "axis": meta.get("axis", "step"),
        "steps": _steps(recording),
        "started": meta["started"],
        "ended": meta["ended"],
        "resumed_after": list(meta["resumed"]),
        "not_recorded": _plain(meta["dropped"]),
        "notices": list(meta.get("notices", ())),
        "settings": _plain(meta["settings"]),
        "versions": _plain(meta["versions"]),
        "layers": list(recording.layers),
        "numbers": [
            {"name": number, "step": step, "value": _plain(value)}
            for number, (step, value) in recording.last_numbers().items()
        ],
        "tensors": _tensors(recording, pattern),
    }


def _findings(findings: "Findings") -> list[dict[str, Any]]:
    """Return the findings in the order of `diagnose`; first what was found, then not assessed."""
    grave = severities()
    rows = [
        {
            "rule": row.rule,
            "severity": grave[row.rule],
            "verdict": row.verdict,
            "layer": row.layer or None,
            "since": int(row.step) if row.verdict == "found" else None,
            "value": _known(row.value),
            "threshold": _known(row.threshold),
            "message": row.message,
            "remedy": row.remedy or None,
            "cause": row.cause or None,
        }
        for row in findings.itertuples()
    ]
    order = ("found", "not assessed", "not found")
    return sorted(rows, key=lambda row: order.index(row["verdict"]))


def _steps(recording: "Recording") -> dict[str, int] | None:
    """Return at which steps tensors were recorded; None if there are none."""
    steps = recording.recorded_at()
    if not len(steps.step):
        return None
    return {
        "first": int(steps.step[0]),
        "last": int(steps.step[-1]),
        "recorded": len(steps.step),
        "counted_in_full": len(steps.whole),
    }


def _tensors(recording: "Recording", pattern: str) -> list[dict[str, Any]]:
    """Return the statistics of each tensor at the last step that is known well."""
    from nnviz.tables.last_known import statistics_last_known

    known = statistics_last_known(recording, pattern)
    if known is None:
        return []
    return [
        {
            "layer": layer,
            "kind": kind,
            "step": known.step,
            "estimated": not known.is_exact,
            **{key: _known(values[key]) for key in _STATISTICS},
        }
        for (layer, kind), values in known.tensors.items()
    ]


def _known(value: Any) -> Any:
    """Return a number that is measured, None for one that nobody knows."""
    return None if math.isnan(value) else _plain(float(value))


def _plain(value: Any) -> Any:
    """Return a value as JSON can say it: what is not finite by its name."""
    if isinstance(value, Mapping):
        return {str(key): _plain(own) for key, own in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(own) for own in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if isinstance(value, str | int | float | bool | None) else str(value)
