"""What is said of a figure, to people and to programs."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from nnviz.publish.scripts import Exhibit
from nnviz.studies import Claim

__all__ = ["Entry", "alt_text", "describe", "index"]

Entry: TypeAlias = dict[str, Any]
"""One figure: numbers, text, lists and mappings only, so that it is the same from JSON."""

_PUBLIC = ("id", "title", "claims", "settings", "seeds", "files", "alt_text")


def describe(exhibit: Exhibit) -> Entry:
    """Return what the gallery says of a figure, but for its files."""
    study = exhibit.study
    entry: Entry = _plain(
        {
            "id": exhibit.script.id,
            "title": exhibit.title,
            "description": exhibit.description,
            "claims": [vars(claim) for claim in study.claims.values()],
            "settings": study.settings,
            "seeds": study.settings.get("seeds", 0),
            "files": {},
            "alt_text": alt_text(exhibit),
            "code": exhibit.script.code,
        }
    )
    return entry


def alt_text(exhibit: Exhibit) -> str:
    """Return what a figure shows in words: its subject, its claim, and what was measured.

    Of the study's claims, those are told that the figure's title makes or that do not hold.
    """
    claims = exhibit.study.claims.values()
    told = [_told(c) for c in claims if _in_title(c, exhibit.title) or not c.holds]
    return " ".join(f"{sentence.rstrip('.')}." for sentence in (exhibit.description, *told))


def index(entries: Iterable[Entry]) -> str:
    """Return ``gallery.json``; a number that is not finite is null there."""
    figures = [{name: entry[name] for name in _PUBLIC} for entry in entries]
    return json.dumps({"figures": figures}, indent=1, ensure_ascii=False, allow_nan=False)


def _in_title(claim: Claim, title: str) -> bool:
    return " ".join(claim.statement.split()) in title


def _told(claim: Claim) -> str:
    verdict = "" if claim.holds else ", which does not hold"
    number = f"{claim.measured} {claim.number:.3g}".strip()
    return f"{claim.statement}: {number} ({claim.bound}){verdict}"


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
