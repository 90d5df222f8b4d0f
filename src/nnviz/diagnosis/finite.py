"""The rule on NaN and infinities: where the first ones were."""

import numpy as np

from nnviz.diagnosis.evidence import Evidence, Missing, is_loss, since
from nnviz.diagnosis.rule import Rule, Sign, percent

__all__ = ["NOT_FINITE"]

ORDER = ("weight", "activation", "gradient", "weight_gradient", "weight_update")
"""The kinds of stream in the order in which they come about in a step."""


def judge_not_finite(evidence: Evidence, threshold: float) -> list[Sign]:
    """Locate the first NaN or infinity: its step, its layer and its share of the values.

    Of the streams of that step, the one that was computed first: forward through the layers,
    then back, then the updates. At a step that was not counted in full the share is that of
    a sample, and single values may have been missed in the steps before.

    Of plain numbers, as many a log has no others: a loss that is not finite, and any other one
    that was finite at first and is so never again. (A metric may be undefined at times, and the
    norm of gradients infinite where mixed precision tries its scale.)

    The threshold is 0: one such value is too many.
    """
    number = _first_odd_number(evidence)
    if not evidence.streams and number is None and not any(map(is_loss, evidence.numbers)):
        raise Missing("no tensor and no loss was recorded")
    odd = [entry for entry in evidence.not_finite if entry[2] > threshold]
    if not odd:
        return [number or Sign("", None, 0.0, "all values are finite")]
    place = {layer: k for k, layer in enumerate(evidence.layers)}
    step, stream, share, exact = min(odd, key=lambda entry: _when(entry[0], entry[1], place))
    if number is not None and number.since is not None and number.since < step:
        return [number]
    layer, _, kind = stream.rpartition("/")
    what = kind.replace("_", " ")
    if share == 1 and not exact:  # a log that says no more than that there are some
        return [Sign(layer, step, share, f"NaN or infinities in the {what}")]
    seen = "" if exact else " (of a sample)"
    return [Sign(layer, step, share, f"{percent(share)} of the {what} NaN or infinite{seen}")]


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
    subject = "the loss" if name == "loss" else name
    return Sign("", step, 1.0, f"{subject} is {value:g}")


NOT_FINITE = Rule(
    "not finite",
    judge_not_finite,
    0.0,
    "Look at this layer's input and weights at this step; lower the learning rate or clip "
    "gradients; in mixed precision, scale the loss.",
    severity="error",
)
