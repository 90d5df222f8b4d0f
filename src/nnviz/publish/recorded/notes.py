"""What a figure of a run says below it: marks, what was counted, settings, what was lost."""

from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from nnviz._few import listed
from nnviz._language import said
from nnviz._names import safe_text
from nnviz.plots import text
from nnviz.publish.settings import pairs_in_words
from nnviz.record import LOST, Recording

__all__ = ["about", "found", "is_exact", "lost", "marks", "seen"]

_MOST_FINDINGS = 3
_MOST_SETTINGS = 12


def found(findings: pd.DataFrame, layers: Iterable[str]) -> str:
    """Return what the triangles on a map stand for; empty if there is none."""
    rows = findings[(findings["verdict"] == "found") & findings["layer"].isin(list(layers))]
    told = [
        message.replace(layer, text.layer(layer), 1)
        for layer, message in zip(rows["layer"], rows["message"], strict=True)
    ]
    if not told:
        return ""
    more = len(told) - _MOST_FINDINGS
    parts = "; ".join(told[:_MOST_FINDINGS])
    if more > 0:
        parts = said("{told}; and {more} more", told=parts, more=more)
    return f" {said('Triangle: {findings}.', findings=parts)}"


def seen(recording: Recording, steps: Collection[int]) -> str:
    """Return whether what is drawn was counted in full; of a course, also where that ends early."""
    known, drawn = recording.recorded_at(), np.unique(list(steps))
    is_whole = np.isin(drawn, known.whole)
    if is_whole.all():
        is_short = len(drawn) > 2 and drawn[-1] < known.step[-1]
        end = f", last at step {drawn[-1]} of {known.step[-1]}" if is_short else ""
        return f"All values counted{end}."
    first = int(np.argmin(is_whole))
    if first > 2 and not is_whole[first:].any():
        return f"All values counted up to step {drawn[first - 1]}, then estimated from samples."
    return "Estimated from samples of the values."


def marks(table: pd.DataFrame, lines: list[str], *, log: bool) -> str:
    """Return what crosses and triangles stand for; empty if there are none.

    Parameters
    ----------
    table : DataFrame
        Columns step, value, and those that part the lines.
    lines : list of str
        The latter.
    log : bool
        Whether the values have a logarithmic axis.
    """
    told = []
    for _, own in table.sort_values("step").groupby(lines):
        finite = own["value"].map(isfinite)
        if finite.iloc[0] and not finite.all():
            told.append(" Cross: the next value is not finite.")
    if log and (table["value"] == 0).any():
        told.append(" Triangle at the lower edge: zero.")
    return "".join(dict.fromkeys(told))


def is_exact(recording: Recording, steps: Iterable[int]) -> bool:
    """Return whether everything was counted in full at some steps."""
    return bool(np.isin(list(steps), recording.recorded_at().whole).all())


def about(recording: Recording) -> str:
    """Return what was lost of a run, and its first settings, as sentences; empty if nothing."""
    meta = recording.meta
    settings: Mapping[str, Any] = meta.get("settings", {})
    steps = meta.get("dropped", {}).get(LOST, 0)
    missing = f" {said('Missing: {steps}.', steps=lost(meta, steps))}" if steps else ""
    told = (f"{name} {safe_text(words)}" for name, words in pairs_in_words(settings))
    few = listed(told, most=_MOST_SETTINGS)
    return missing + (f" {said('Settings: {settings}.', settings=few)}" if settings else "")


def lost(meta: Mapping[str, Any], steps: object) -> str:
    """Return how many steps a run lacks: a disk that stays full takes no later number."""
    told = f"{steps:,}" if isinstance(steps, int) else safe_text(steps)
    sentence = "{steps} step" if steps == 1 else "{steps} steps"
    words = said(f"{sentence} that could not be written", steps=told)
    is_all = meta["state"] == "finished" and not meta["resumed"]
    return words if is_all else said("at least {steps}", steps=words)
