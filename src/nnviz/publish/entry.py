"""What is said of a figure, to people and to programs."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from nnviz import _checks
from nnviz._language import said
from nnviz.plots.claim import without_found
from nnviz.publish.scripts import Exhibit
from nnviz.studies import Claim

__all__ = ["Entry", "alt_text", "describe", "index", "verdicts"]

Entry: TypeAlias = dict[str, Any]
"""One figure: numbers, text, lists and mappings only, so that it is the same from JSON."""

_PUBLIC = (
    "id",
    "title",
    "theory",
    "study",
    "claim",
    "claims",
    "settings",
    "seeds",
    "files",
    "alt_text",
)


def describe(exhibit: Exhibit) -> Entry:
    """Return what the gallery says of a figure, but for its files."""
    study = exhibit.study
    entry: Entry = _plain(
        {
            "id": exhibit.script.id,
            "title": exhibit.title,
            "description": exhibit.description,
            "theory": exhibit.theory,
            "study": study.name,
            "claim": exhibit.claim,
            "claims": [claim.facts() for claim in study.claims.values()],
            "settings": study.settings,
            "seeds": study.settings.get("seeds", 0),
            "files": {},
            "alt_text": alt_text(exhibit),
            "reading": _reading(exhibit),
            "code": exhibit.script.code,
        }
    )
    return entry


def alt_text(exhibit: Exhibit) -> str:
    """Return what a figure shows in words: its subject, its claim, and what was measured.

    Of the study's claims, the one in the figure's title is told, and those found otherwise.
    """
    _checks.instance("exhibit", exhibit, Exhibit)
    claims = exhibit.study.claims.items()
    told = [_told(c) for key, c in claims if key == exhibit.claim or c.verdict == "otherwise"]
    return " ".join(f"{sentence.rstrip('.')}." for sentence in (exhibit.description, *told))


def index(entries: Iterable[Entry]) -> str:
    """Return ``gallery.json``; a number that is not finite is null there."""
    figures = [{name: entry[name] for name in _PUBLIC} for entry in entries]
    return json.dumps({"figures": figures}, indent=1, ensure_ascii=False, allow_nan=False)


def verdicts(entries: Iterable[Entry]) -> list[bool]:
    """Return whether each claim holds; figures of one study share its claims, each counts once."""
    once = {
        (entry["study"], json.dumps([entry["settings"], claim], sort_keys=True)): claim["holds"]
        for entry in entries
        for claim in entry["claims"]
    }
    return list(once.values())


def _told(claim: Claim) -> str:
    statement = claim.statement
    if claim.verdict == "otherwise":
        statement = said("{statement}, other than expected", statement=statement)
    return said(
        "{statement}. Measured: {measured} {found}, {bound}",
        statement=statement,
        measured=claim.measured,
        found=claim.found,
        bound=claim.bound,
    )


def _reading(exhibit: Exhibit) -> str:
    """Return how to read the figure: its small print but for what was measured."""
    claim = exhibit.study.claims.get(exhibit.claim or "")
    return without_found(exhibit.figure.get_supxlabel(), [] if claim is None else [claim])


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)
