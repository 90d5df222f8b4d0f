"""The rule on NaN and infinities: where the first ones were."""

import numpy as np

from nnviz._language import current, said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.gathered import OddEntry
from nnviz.diagnosis.numbers import is_loss
from nnviz.diagnosis.rule import Rule, Sign, percent
from nnviz.diagnosis.series import Missing, since

__all__ = ["NOT_FINITE"]

ORDER = ("weight", "activation", "gradient", "weight_gradient", "weight_update")
"""The kinds of stream in the order in which they come about in a step."""

_LASTING = ("weight", "weight_update")
"""The kinds in which a value that is not finite stays, whatever comes after it."""


def judge_not_finite(evidence: Evidence, threshold: float) -> list[Sign]:
    """Locate the first NaN or infinity that does harm: its step, its layer, its share.

    Of the streams of that step, the one that was computed first: forward through the layers,
    then back, then the updates. At a step that was not counted in full the share is that of
    a sample, and single values may have been missed in the steps before.

    What does no harm is told, but not found: activations and gradients that are not finite for a
    while in a run whose loss, weights and updates all are, such as at a step that a scaler of mixed
    precision skips; and activations that are -∞ there, such as a mask before a softmax. Where harm
    was done, what had ended before is passed over.

    Of plain numbers, as many a log has no others: a loss that is not finite, and any other one
    that was finite at first and is so never again. (A metric may be undefined at times, and the
    norm of gradients infinite where mixed precision tries its scale.)

    The threshold is 0: one such value is too many.
    """
    number = _first_odd_number(evidence)
    if not evidence.streams and number is None and not any(map(is_loss, evidence.numbers)):
        raise Missing("no tensor and no loss was recorded")
    odd = [entry for entry in evidence.not_finite if entry.share > threshold]
    if not odd:
        return [number or Sign("", None, 0.0, said("all values are finite"))]
    begin = _harm_begins(evidence, odd, number)
    if begin is None:
        seen = _first(evidence, odd)
        layer, _, share, text = seen
        return [
            Sign(layer, None, share, said("{text}, but loss and weights stay finite", text=text))
        ]
    entry = _first(evidence, [one for one in odd if one.step >= begin] or odd)
    layer, step, share, text = entry
    if number is not None and number.since is not None and number.since < step:
        return [number]
    return [Sign(layer, step, share, text)]


def _harm_begins(evidence: Evidence, odd: list[OddEntry], number: Sign | None) -> int | None:
    """Return the first step whose values count; None if what is not finite does no harm.

    That is the recorded step before loss or weights are not finite, or other values are so to the
    end; or the first of all, where it is not known whether loss and weights are.
    """
    lasting = [entry.step for entry in odd if _kind(entry) in _LASTING]
    if number is not None and number.since is not None:
        lasting.append(number.since)
    masks = {entry.stream for entry in odd if _is_mask(entry)}
    lasting += [step for stream, step in evidence.lasting.items() if stream not in masks]
    if lasting:
        first = min(lasting)
        steps = evidence.recorded_steps
        before = steps[steps < first]
        return int(before[-1]) if len(before) else first
    knows = bool(evidence.weights) and any(map(is_loss, evidence.numbers))
    return None if knows else odd[0].step


def _first(evidence: Evidence, odd: list[OddEntry]) -> tuple[str, int, float, str]:
    """Return layer, step, share and words of what was computed first; masks stand back."""
    place = {layer: k for k, layer in enumerate(evidence.layers)}
    grave = [entry for entry in odd if not _is_mask(entry)]
    entry = min(grave or odd, key=lambda one: _when(one.step, one.stream, place))
    layer, _, kind = entry.stream.rpartition("/")
    what = current().word("quantities", kind, kind.replace("_", " "))
    if entry.share == 1 and not entry.exact:  # a log that says no more than that there are some
        return layer, entry.step, entry.share, said("NaN or infinities in the {kind}", kind=what)
    share = percent(entry.share)
    text = said("{share} of the {kind} NaN or infinite", share=share, kind=what)
    text += "" if entry.exact else f" ({said('of a sample')})"
    return layer, entry.step, entry.share, text


def _is_mask(entry: OddEntry) -> bool:
    return entry.is_negative and _kind(entry) == "activation"


def _kind(entry: OddEntry) -> str:
    return entry.stream.rpartition("/")[2]


def _when(step: int, stream: str, place: dict[str, int]) -> tuple[int, int, int]:
    layer, _, kind = stream.rpartition("/")
    turn = ORDER.index(kind) if kind in ORDER else len(ORDER)
    depth = place.get(layer, len(place))
    if turn in (2, 3):  # on the way back, layer by layer
        return step, 2, -2 * depth + turn
    return step, min(turn, 1) if turn < 2 else turn, 2 * depth + turn


def _first_odd_number(evidence: Evidence) -> Sign | None:
    """Return the number that was the first not to be finite; of several, the first reported."""
    found: list[tuple[int, str, float]] = []
    for name in evidence.numbers:
        series = evidence.number(name)
        odd = ~np.isfinite(series.value)
        if not odd.any():
            continue
        if not is_loss(name):
            lasting = since(series, odd)
            if lasting is None or lasting == series.step[0]:
                continue
            odd = series.step >= lasting
        first = int(np.flatnonzero(odd)[0])
        found.append((int(series.step[first]), name, float(series.value[first])))
    if not found:
        return None
    step, name, value = min(found, key=lambda entry: entry[0])
    subject = said("the loss") if name == "loss" else name
    return Sign("", step, 1.0, said("{what} is {value}", what=subject, value=f"{value:g}"))


NOT_FINITE = Rule(
    "not finite",
    judge_not_finite,
    0.0,
    "Look at this layer's input and weights at this step; lower the learning rate or clip "
    "gradients; in mixed precision, scale the loss.",
    severity="error",
    causes=("learning rate too large", "exploding gradients", "ill-scaled initial weights"),
)
