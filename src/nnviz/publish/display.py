"""How studies, claims, runs and findings show themselves: in a notebook, and as plain text.

The HTML has no colours of its own but those of verdicts, which are legible on light and on dark
ground; each word that was somebody's name is escaped.
"""

from collections.abc import Iterable, Mapping
from functools import singledispatch
from html import escape
from typing import Any

import pandas as pd

from nnviz._names import safe_text
from nnviz._numbers import number
from nnviz.diagnosis import Findings
from nnviz.publish.settings import settings_in_words
from nnviz.publish.words import WORDS
from nnviz.record import Recording
from nnviz.studies import Claim, Study

__all__ = ["html_of", "text_of"]

_ROWS = 5
"""Of a table, the first ones."""

_MOST = 12
"""Layers or numbers of a run that are named."""

_COLOURS = {"holds": "#258549", "otherwise": "#d0453a"}
"""Of both the contrast is 4 or more on white and on a notebook's black."""


_ITEM = "<li style='margin: .35em 0'>"


@singledispatch
def text_of(value: Any) -> str:
    """Return a value in words, on few lines."""
    return object.__repr__(value)


@singledispatch
def html_of(value: Any) -> str:
    """Return a value as a notebook shows it."""
    return f"<pre>{escape(text_of(value))}</pre>"


@text_of.register
def _(claim: Claim) -> str:
    return _line(f"{WORDS[f'verdict {claim.verdict}']}: {claim.statement} ({_measured(claim)})")


@html_of.register
def _(claim: Claim) -> str:
    return f"<p style='margin: .2em 0'>{_claim(claim)}</p>"


@text_of.register
def _(study: Study) -> str:
    tables = (f"{name} ({_size(table)})" for name, table in study.tables.items())
    lines = {"tables": ", ".join(tables), "settings": settings_in_words(study.settings)}
    told = [_line(f"{WORDS[f'study {key}']}: {words}") for key, words in lines.items() if words]
    claims = (f"  {text_of(claim)}" for claim in study.claims.values())
    return "\n".join([f"{_line(study.name)}: {_held(study)}", *claims, *told])


@html_of.register
def _(study: Study) -> str:
    claims = "".join(f"{_ITEM}{_claim(claim)}</li>" for claim in study.claims.values())
    parts = [
        f"<p><strong>{_safe(study.name)}</strong>: {_safe(_held(study))}</p>",
        f"<ul style='list-style: none; padding-left: 0'>{claims}</ul>" if claims else "",
        _folded(WORDS["study settings"], _pairs(study.settings)) if study.settings else "",
        *(
            _folded(f"{name} ({_size(table)})", _table(table.head(_ROWS)))
            for name, table in study.tables.items()
        ),
    ]
    return f"<div>{''.join(parts)}</div>"


@text_of.register
def _(recording: Recording) -> str:
    name = getattr(recording, "path", None)
    head = type(recording).__name__ if name is None else f"{type(recording).__name__} {name}"
    try:
        facts = _facts(recording)
    except Exception as error:  # a file may be closed, damaged or gone: that is what it shows
        return f"{_line(head)}: {_line(error)}"
    return f"{_line(head)}: {', '.join(facts)}"


@html_of.register
def _(recording: Recording) -> str:
    words = f"<p>{_safe(text_of(recording))}</p>"
    try:
        settings = recording.meta.get("settings", {})
        kinds = [f"{layer}: {', '.join(own)}" for layer, own in _kinds(recording).items()]
        last = [
            (name, step, number(value, digits=4))
            for name, (step, value) in list(recording.last_numbers().items())[:_MOST]
        ]
    except Exception:
        return words
    table = pd.DataFrame(last, columns=[WORDS[f"run {key}"] for key in ("number", "step", "value")])
    parts = [
        words,
        _folded(WORDS["run settings"], _pairs(settings)) if settings else "",
        _folded(WORDS["run tensors"], _list(kinds)) if kinds else "",
        _table(table) if last else "",
    ]
    return f"<div>{''.join(parts)}</div>"


@text_of.register
def _(findings: Findings) -> str:
    lines = [_line(message) for message in _found(findings)["message"]]
    return "\n".join([_counted(findings), *(f"  ✗ {line}" for line in lines)])


@html_of.register
def _(findings: Findings) -> str:
    found = "".join(
        f"{_ITEM}<strong style='color: {_COLOURS['otherwise']}'>✗</strong> {_safe(row.message)}"
        f"<br><small>{_safe(row.remedy)}</small></li>"
        for row in _found(findings).itertuples()
    )
    rest = findings[findings["verdict"] != "found"]["message"]
    parts = [
        f"<p>{_safe(_counted(findings))}</p>",
        f"<ul style='list-style: none; padding-left: 0'>{found}</ul>" if found else "",
        _folded(WORDS["findings rest"], _list(rest)) if len(rest) else "",
    ]
    return f"<div>{''.join(parts)}</div>"


def _claim(claim: Claim) -> str:
    """Return a claim as HTML: the verdict, the sentence, and what was measured."""
    colour = _COLOURS.get(claim.verdict, "inherit")
    verdict = escape(WORDS[f"verdict {claim.verdict}"])
    return (
        f"<strong style='color: {colour}'>{verdict}</strong> {_safe(claim.statement)}"
        f"<br><small>{_safe(_measured(claim))}</small>"
    )


def _measured(claim: Claim) -> str:
    if claim.verdict == "not assessed":
        return claim.reason
    return f"{claim.measured}: {claim.found}; {WORDS['bound']} {claim.bound}"


def _held(study: Study) -> str:
    held = sum(claim.holds for claim in study.claims.values())
    return WORDS["held"].format(held=held, all=len(study.claims))


def _facts(recording: Recording) -> list[str]:
    """Return what there is in a recording, in short."""
    steps = recording.steps
    facts = {
        "state": recording.meta.get("state", ""),
        "steps": WORDS["run steps"].format(first=steps[0], last=steps[-1]) if steps else "",
        "streams": WORDS["run streams"].format(count=len(recording.streams)),
        "names": WORDS["run numbers"].format(count=len(recording.names)),
    }
    return [_line(fact) for fact in facts.values() if fact]


def _kinds(recording: Recording) -> dict[str, list[str]]:
    """Return which tensors there are of each layer; of many layers, the first."""
    kinds: dict[str, list[str]] = {layer: [] for layer in list(recording.layers)[:_MOST]}
    for stream in recording.streams:
        layer, _, kind = stream.rpartition("/")
        if layer in kinds:
            kinds[layer].append(kind)
    return kinds


def _found(findings: Findings) -> pd.DataFrame:
    return findings[findings["verdict"] == "found"]


def _counted(findings: Findings) -> str:
    return WORDS["findings"].format(found=len(_found(findings)), all=findings["rule"].nunique())


def _size(table: pd.DataFrame) -> str:
    return WORDS["size"].format(rows=f"{len(table):,}", columns=len(table.columns))


def _table(table: pd.DataFrame) -> str:
    """Return a small table as HTML, which escapes what stands in it."""
    told = table.rename(columns=_line).map(lambda x: _line(x) if isinstance(x, str) else x)
    html: str = told.to_html(index=False, border=0, float_format=lambda x: number(x, digits=4))
    return f"<div style='overflow-x: auto'>{html}</div>"


def _pairs(settings: Mapping[str, Any]) -> str:
    return _list(settings_in_words({key: value}) for key, value in settings.items())


def _list(lines: Iterable[object]) -> str:
    return f"<ul>{''.join(f'<li>{_safe(line)}</li>' for line in lines)}</ul>"


def _folded(head: str, body: str) -> str:
    return f"<details><summary>{_safe(head)}</summary>{body}</details>"


def _line(words: object) -> str:
    """Return words without line breaks and control characters."""
    return safe_text(str(words), longest=1000)


def _safe(words: object) -> str:
    return escape(_line(words))
