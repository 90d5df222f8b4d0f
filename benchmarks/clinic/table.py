"""Tables of the clinic's results: false alarms, misses, wrong names and layers, with intervals."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from benchmarks.clinic.margins import margins_table
from benchmarks.markdown import table
from nnviz.diagnosis import RULES

__all__ = ["tables", "wilson"]

_RULES_OF = {
    "torchmortem": {"dead units", "saturation", "vanishing gradients", "exploding gradients"}
    | {"learning rate too large", "learning rate too small"},
    "fastai": {"dead units"},
}
"""The names, of ours, under which other tools have a rule."""

Result = dict[str, Any]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's (1927) interval of a share at 95 %; all of [0, 1] for no trials."""
    if not n:
        return 0.0, 1.0
    z, share = 1.96, hits / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def tables(results: Sequence[Result]) -> str:
    """Return all tables as Markdown."""
    well = [one for one in results if one["state"] == "healthy"]
    ill = [one for one in results if one["state"] == "sick"]
    rest = len(results) - len(well) - len(ill)
    parts = [
        f"{len(results)} networks: {len(well)} healthy, {len(ill)} sick, {rest} neither",
        _summary(well, ill),
        _by_rule(well),
        margins_table(well, ill),
        _by(ill, well, "fault", "fault"),
        _by(ill, well, "kind", "data"),
        _by(ill, well, "family", "family"),
        _peers(well, ill),
        "\n".join(_odd_ones(well, ill)),
    ]
    return "\n\n".join(parts)


def _summary(well: Sequence[Result], ill: Sequence[Result]) -> str:
    placed = [one for one in ill if one["layers"] and _is_named(one)]
    rows = [
        ("healthy ones called sick", *_count(well, lambda one: bool(one["found"]))),
        ("sick ones named", *_count(ill, _is_named)),
        ("sick ones found under other names only", *_count(ill, _is_misnamed)),
        ("sick ones in silence", *_count(ill, lambda one: not one["found"])),
        ("first advice is that for the fault", *_count(ill, _is_advised)),
        ("wrong layers, where the fault is in some", *_count(placed, _is_misplaced)),
        ("contradicting advice", *_count([*well, *ill], lambda one: one["contradicts"])),
    ]
    return table(("", "networks", "95 %"), rows)


def _is_named(one: Result) -> bool:
    return bool(set(one["named"]) & set(one["found"]))


def _is_advised(one: Result) -> bool:
    return one["next"] in one["named"]


def _is_misnamed(one: Result) -> bool:
    return bool(one["found"]) and not _is_named(one)


def _is_misplaced(one: Result) -> bool:
    """Return whether the rule that names the fault points at other layers alone."""
    name = next(name for name in one["named"] if name in one["found"])
    said = {layer for layer in one["found"][name] if layer}
    return bool(said) and not said & set(one["layers"])


def _by_rule(well: Sequence[Result]) -> str:
    rows = [(rule, *_count(well, lambda one, rule=rule: rule in one["found"])) for rule in RULES]
    return table(("false alarms of", "healthy networks", "95 %"), rows)


def _by(ill: Sequence[Result], well: Sequence[Result], what: str, title: str) -> str:
    names = dict.fromkeys(one[what] for one in [*ill, *well] if one[what])
    rows = []
    for name in names:
        own = [one for one in ill if one[what] == name]
        sound = [one for one in well if one[what] == name]
        alarms = sum(bool(one["found"]) for one in sound)
        false = "–" if what == "fault" else f"{alarms} of {len(sound)}"
        silent = sum(not one["found"] for one in own)
        rows.append((name, *_count(own, _is_named), str(silent), false))
    return table((title, "sick ones named", "95 %", "silent", "false alarms"), rows)


def _peers(well: Sequence[Result], ill: Sequence[Result]) -> str:
    rows = []
    for tool in ("torchmortem", "fastai"):
        alarms, _ = _count(well, lambda one, tool=tool: bool(one["peers"][tool]))
        known = [one for one in ill if set(one["named"]) & _RULES_OF[tool]]
        named, _ = _count(
            known, lambda one, tool=tool: bool(set(one["named"]) & set(one["peers"][tool]))
        )
        rows.append((tool, alarms, named))
    ours, _ = _count(well, lambda one: bool(one["found"]))
    rows.insert(0, ("nnviz", ours, _count(ill, _is_named)[0]))
    return table(
        ("", "healthy ones called sick", "sick ones named, of those it has a rule for"), rows
    )


def _odd_ones(well: Sequence[Result], ill: Sequence[Result]) -> Iterable[str]:
    for one in well:
        if one["found"]:
            yield f"! {one['key']} ({one['score']:.2f}): {'; '.join(one['messages'])}"
    for one in ill:
        if not _is_named(one):
            yield f"? {one['key']} ({one['score']:.2f}): {'; '.join(one['messages']) or 'silent'}"
        elif one["layers"] and _is_misplaced(one):
            yield f"@ {one['key']}: {one['layers']}: {'; '.join(one['messages'])}"


def _count(results: Sequence[Result], holds: Callable[[Result], bool]) -> tuple[str, str]:
    """Return how many of how many, and the interval of that share."""
    hits = sum(holds(one) for one in results)
    low, high = wilson(hits, len(results))
    return f"{hits} of {len(results)}", f"{low:.1%} to {high:.1%}"
