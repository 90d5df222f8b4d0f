"""Rules on the learning rate: the size of updates relative to weights, and what comes of it."""

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.constant import began_constant
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.fall import Fall
from nnviz.diagnosis.learning import had_learned, nothing_left
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import WINDOW, Missing, Series
from nnviz.diagnosis.weights import began_small, shrank

__all__ = ["TOO_LARGE", "TOO_SMALL", "updates_are_large"]

MANY = 3
"""Steps before the loss is NaN or infinite that tell whether it was on its way there."""

RISEN = 1.5
"""Of its first value: what the loss rises to where single steps undo what was learned."""

EXPLODED = 10.0
"""Of its first value: what the loss rises to where it was lost, even if it came down again."""

STILL_LARGE = 1 / 3
"""Of the threshold: what updates are, in the median of the second half, that never settle."""


def judge_too_large(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether updates are so large relative to the weights that the loss does not fall.

    The value is the norm of a layer's update over that of its weights, of half of the layers at
    least (their median), at its height (a median of nine steps): the rate is the same for all. A
    single layer with large updates has small weights. Large updates alone are no fault, as many
    networks start with them: the loss must also have stayed above a third of its first value,
    and not have come down steadily to a floor of noise: it stays where it was, or rises above one
    and a half times its first value, or becomes NaN or infinite without having been below it just
    before, or updates stay a third as large to the end. Nor is the rate called too large where
    weights began far too small, or where weight decay has shrunk them, as any update is large
    beside them; or where the output never depended on the input, as there was nothing to learn.
    What sets in when the loss had come down to a third is left to the rule on spikes. A loss that
    comes down to a third in the end is no fault either, unless it rose to ten times its first
    value on the way: healthy networks of the clinic stay below five.

    The threshold, 0.1, is that of torchmortem 0.1: a hundred times the 0.001 that is usual
    (Karpathy, CS231n, "Ratio of weights:updates").
    """
    ratio, value = _looked_up(evidence, "median")
    fall = evidence.fall
    high = np.flatnonzero(ratio.value >= threshold)
    text = said(
        "updates are up to {value} times the weights, {loss}", value=f"{value:.2g}", loss=fall.text
    )
    exploded = 0 < EXPLODED * fall.first < _highest(evidence.loss())
    if not len(high) or (fall.learned and not exploded):
        return [Sign("", None, value, text)]
    other = began_small(evidence) or shrank(evidence) or began_constant(evidence)
    if other := other or had_learned(evidence, int(ratio.step[high[0]])):
        return [Sign("", None, value, said("{text}, but {reason}", text=text, reason=other))]
    late = ratio.value[len(ratio.value) // 2 :]
    unsettled = bool(np.nanmedian(late) >= STILL_LARGE * threshold) if len(late) else False
    harmful = fall.stuck or unsettled or exploded or _has_risen(evidence.loss(), fall)
    if not fall.is_finite:
        harmful = _diverged(evidence.loss(), fall)
    return [Sign("", int(ratio.step[high[0]]) if harmful else None, value, text)]


def judge_too_small(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether updates are so small relative to the weights that the loss hardly moves.

    The value is the same ratio as for a rate that is too large, of the layer where it is largest
    and at its height: updates that became small later are no fault of the rate. The loss must
    also have stayed above nine tenths of its first value, or have fallen by no more than the
    losses of single batches scatter.

    The threshold, 1e-4, is a tenth of the usual 0.001, below which CS231n calls a rate too low;
    the 1e-5 of torchmortem 0.1 misses networks that do not learn.
    """
    ratio, value = _looked_up(evidence, "largest")
    fall = evidence.fall
    text = said(
        "updates are at most {value} times the weights, {loss}",
        value=f"{value:.2g}",
        loss=fall.text,
    )
    if not (fall.stuck and 0 < value <= threshold):
        return [Sign("", None, value, text)]
    if done := nothing_left(evidence):
        return [Sign("", None, value, f"{text}, {done}")]
    return [Sign("", int(ratio.step[0]), value, text)]


def updates_are_large(evidence: Evidence) -> bool:
    """Return whether the updates of half of the layers are, or were, too large beside them."""
    try:
        _, value = _ratio(evidence, "median")
    except Missing:
        return False
    return value >= TOO_LARGE.threshold


def _looked_up(evidence: Evidence, which: str) -> tuple[Series, float]:
    loss = evidence.loss()
    if np.isfinite(loss.value).all():  # a loss that is not tells it at once
        evidence.losses.long()
    return _ratio(evidence, which)


def _ratio(evidence: Evidence, which: str) -> tuple[Series, float]:
    """Return the layers' update-to-weight ratio and its height, smoothed."""

    def over(table: np.ndarray) -> np.ndarray:
        return np.nanmedian(table, axis=0) if which == "median" else np.nanmax(table, axis=0)

    ratio = evidence.update_ratio_over_layers(over).smoothed()
    if np.isnan(ratio.value).all():
        raise Missing("all weights are zero")
    return ratio, float(np.nanmax(ratio.value))


def _diverged(loss: Series, fall: Fall) -> bool:
    """Return whether the loss had not come down when it became NaN or infinite."""
    before = loss.value[: int(np.argmin(np.isfinite(loss.value)))]
    return len(before) < MANY or bool(before[-MANY:].max() >= fall.first)


def _has_risen(loss: Series, fall: Fall) -> bool:
    return fall.first > 0 and _highest(loss) > RISEN * fall.first + 3 * fall.scatter


def _highest(loss: Series) -> float:
    """Return the highest that a smoothed loss comes to; infinity if it is finite nowhere.

    Of whole windows: at the very beginning, a single batch would stand for the median.
    """
    smooth = loss.smoothed().value[min(WINDOW, len(loss.value)) // 2 :]
    return float(np.nanmax(smooth)) if np.isfinite(smooth).any() else np.inf


TOO_LARGE = Rule(
    "learning rate too large",
    judge_too_large,
    0.1,
    "Divide the learning rate by 10 until the loss falls; warm it up.",
)
TOO_SMALL = Rule(
    "learning rate too small",
    judge_too_small,
    1e-4,
    "Multiply the learning rate by 10 until the loss falls.",
    causes=(
        "not finite",
        "untrained layers",
        "symmetric units",
        "ill-scaled initial weights",
        "dead units",
        "saturation",
        "vanishing gradients",
        "weight decay too strong",
        "output independent of the input",
    ),
)
