"""The rule on NaN and infinities: where the first ones were."""

import numpy as np

from nnviz.diagnosis.evidence import Evidence, Missing
from nnviz.diagnosis.rule import Rule, Sign, percent

__all__ = ["NOT_FINITE"]

ORDER = ("weight", "activation", "gradient", "weight_gradient", "weight_update")
"""The kinds of stream in the order in which they come about in a step."""


def judge_not_finite(evidence: Evidence, threshold: float) -> list[Sign]:
    """Locate the first NaN or infinity: its step, its layer and its share of the values.

    Of the streams of that step, the one that was computed first: forward through the layers,
    then back, then the updates. At a step that was not counted in full the share is that of
    a sample, and single values may have been missed in the steps before.

    The threshold is 0: one such value is too many.
    """
    if not evidence.streams:
        raise Missing("nothing was recorded")
    odd = [entry for entry in evidence.not_finite if entry[2] > threshold]
    loss = _first_odd_loss(evidence)
    if not odd:
        return [loss or Sign("", None, 0.0, "all values are finite")]
    place = {layer: k for k, layer in enumerate(evidence.layers)}
    step, stream, share, exact = min(odd, key=lambda entry: _when(entry[0], entry[1], place))
    if loss is not None and loss.since is not None and loss.since < step:
        return [loss]
    layer, _, kind = stream.rpartition("/")
    seen = "" if exact else " (of a sample)"
    text = f"{percent(share)} of the {kind.replace('_', ' ')} NaN or infinite{seen}"
    return [Sign(layer, step, share, text)]


def _when(step: int, stream: str, place: dict[str, int]) -> tuple[int, int, int]:
    layer, _, kind = stream.rpartition("/")
    turn = ORDER.index(kind) if kind in ORDER else len(ORDER)
    depth = place.get(layer, len(place))
    if turn in (2, 3):  # on the way back, layer by layer
        return step, 2, -2 * depth + turn
    return step, min(turn, 1) if turn < 2 else turn, 2 * depth + turn


def _first_odd_loss(evidence: Evidence) -> Sign | None:
    try:
        loss = evidence.loss()
    except Missing:
        return None
    odd = np.flatnonzero(~np.isfinite(loss.value))
    if not len(odd):
        return None
    return Sign("", int(loss.step[odd[0]]), 1.0, f"the loss is {loss.value[odd[0]]:g}")


NOT_FINITE = Rule(
    "not finite",
    judge_not_finite,
    0.0,
    "Look at this layer's input and weights at this step; lower the learning rate or clip "
    "gradients; in mixed precision, scale the loss.",
)
