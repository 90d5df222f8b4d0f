"""How near the networks of the clinic come to the thresholds of the rules.

Most rules ask for several things at once, so that the value alone does not say how near a network
is. What is told here is by how much a threshold alone would have to be moved for the verdict to
change, all else left as it is: the margin of a network.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.markdown import table
from nnviz.diagnosis import RULES
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.series import Missing
from nnviz.record import Recording

__all__ = ["margins", "margins_table", "moved"]

STEP, MOST = 1.25, 8
"""Margins are told in powers of the one, up to that of the other: 6."""

_Move = Callable[[float, float], float]

_MOVES: Mapping[str, _Move] = {
    **dict.fromkeys(
        (
            *("saturation", "exploding gradients", "learning rate too large", "loss spikes"),
            *("ill-scaled initial weights", "training and evaluation differ", "overfitting"),
        ),
        lambda threshold, times: threshold * times,
    ),
    **dict.fromkeys(
        (
            *("vanishing gradients", "weight decay too strong", "learning rate too small"),
            "output independent of the input",
        ),
        lambda threshold, times: threshold / times,
    ),
    **dict.fromkeys(  # shares, of which what is missing to 1 counts
        ("dead units", "symmetric units", "not learning"),
        lambda threshold, times: 1 - (1 - threshold) / times,
    ),
}
"""How the threshold of each rule is made stricter. (Others, of 0, have no margin.)"""


def moved(rule: str, times: float) -> float:
    """Return the threshold of a rule made stricter so many times; below 1: more lenient."""
    return _MOVES[rule](RULES[rule].threshold, times)


def margins(recording: Recording) -> dict[str, int]:
    """Return, by rule, the strictest threshold at which something is found.

    In powers of `STEP`, from -`MOST`, below which nothing is, to `MOST`. A rule that finds
    something at its own threshold has 0 at least. Rules that cannot judge are left out.
    """
    evidence = Evidence(recording)
    known = {}
    for rule in _MOVES:
        try:
            powers = range(MOST, -MOST - 1, -1)
            known[rule] = next((k for k in powers if _is_found(evidence, rule, k)), -MOST - 1)
        except Missing:
            continue
    return known


def _is_found(evidence: Evidence, rule: str, power: int) -> bool:
    signs = RULES[rule].judge(evidence, moved(rule, STEP**power))
    return any(sign.since is not None for sign in signs)


def margins_table(well: Sequence[Mapping[str, Any]], ill: Sequence[Mapping[str, Any]]) -> str:
    """Return by how much each threshold can be moved before a verdict changes.

    To the side of the healthy, until the first of them is called sick; and to that of the sick,
    until the first that the rule names no longer is.
    """
    rows = []
    for rule in _MOVES:
        near = [one["margins"][rule] for one in well if rule in one["margins"]]
        named = [
            one["margins"][rule]
            for one in ill
            if rule in one["named"] and one["margins"].get(rule, -1) >= 0
        ]
        nearest = -max(near) if near else None
        farthest = min(named) + 1 if named else None
        close = sum(STEP**-k < 1.5 for k in near)
        rows.append(
            (rule, str(len(near)), _times(nearest), str(close), str(len(named)), _times(farthest))
        )
    head = ("rule", "healthy", "margin", "within 1.5", "sick, named", "margin")
    return table(head, rows)


def _times(power: int | None) -> str:
    """Return a margin in words: at least what was tried, at most the next."""
    if power is None:
        return "–"
    if power > MOST:
        return f"> {STEP**MOST:.2g}"
    return "none" if power <= 0 else f"× {STEP**power:.2g}"
