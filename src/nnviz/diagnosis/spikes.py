"""The rule on spikes: a loss that had come down jumps back."""

import numpy as np
from numpy.typing import NDArray

from nnviz._language import said
from nnviz._typing import Array
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import Missing, scatter_of

__all__ = ["SPIKES"]

FALLEN = 0.8
"""Of its first value: what the loss has come down to by then: before, nothing can be lost.
In the clinic, losses had come down to 0.58 before a burst, or further."""

CLEAR, CLEAR_FOR_GOOD = 10.0, 3.0
"""By how many times the scatter of single batches it rises, and where that is for good.
Set in the clinic: bursts that lose all for good rise by 5.3 times at least, others by 17. Healthy
networks that lose half rise by 5.2 times at most; one loses all, and has three quarters of it
again in the end."""

SUDDEN = 10
"""Steps within which half of the rise must happen: what takes longer is a drift. Of
the clinic's bursts, at least 0.55 does."""

BACK = 1e-3
"""Of what had been learned: by what a loss may end above its lowest value, and be back there."""


def judge_spikes(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the training loss jumps, and loses much of what had been learned.

    The value is the largest rise of the loss (a median of nine steps, which single batches do not
    move) above the lowest before, over what it had come down by then. It must have come down by a
    fifth by then, and the rise must be ten times what single batches scatter there, or three times
    where all that was learned is lost, and as much as the threshold says is still lost at the end;
    half of it must come within ten steps, as a loss that climbs slowly is no spike. A loss that
    ends no higher than it was before has lost nothing, as after a warm restart of the rate.

    The threshold, a half of what had been learned, is a spike that sets training back; healthy
    networks with small batches jump by less.
    """
    loss = evidence.losses.long()
    if not np.isfinite(loss.value).all():
        raise Missing("the loss is not finite")
    smooth, first = loss.smoothed().value, evidence.fall.first
    if first <= 0:
        raise Missing("the training loss must start above 0; it is {first}", first=f"{first:g}")
    lowest = np.minimum.accumulate(smooth)
    has_fallen = lowest <= FALLEN * first
    if not has_fallen.any():
        return [Sign("", None, 0.0, said("the loss had not come down by a fifth"))]
    with np.errstate(over="ignore"):
        rise = np.where(has_fallen, (smooth - lowest) / (first - lowest), 0.0)
    top = int(rise.argmax())
    around = scatter_of(loss.value[max(0, top - 50) : top])
    text = f"{evidence.fall.called} {lowest[top]:.3g} → {smooth[top]:.3g}"
    is_sudden = _fastest(loss.step, smooth, top) >= (smooth[top] - lowest[top]) / 2
    lost = (smooth[-1] - lowest[top]) / (first - lowest[top])
    clear = CLEAR_FOR_GOOD if rise[top] >= 1 and lost >= threshold else CLEAR
    found = is_sudden and rise[top] >= threshold and smooth[top] - lowest[top] >= clear * around
    if found and smooth[-1] <= lowest[top] + BACK * (first - lowest[top]):
        text = said("{text}, and back to {end}", text=text, end=f"{smooth[-1]:.3g}")
        return [Sign("", None, float(rise[top]), text)]
    half = (lowest[top] + smooth[top]) / 2
    below = np.flatnonzero(smooth[:top] <= half)
    begin = int(below[-1]) + 1 if len(below) else top
    return [Sign("", int(loss.step[begin]) if found else None, float(rise[top]), text)]


def _fastest(step: NDArray[np.int64], smooth: Array, top: int) -> float:
    """Return the largest rise within a few steps, or to the next value, from lowest to top."""
    lowest = int(smooth[: top + 1].argmin())
    until = np.arange(lowest, top + 1)
    before = np.maximum(np.searchsorted(step, step[until] - SUDDEN, side="right") - 1, lowest)
    return float((smooth[until] - smooth[before]).max())


SPIKES = Rule(
    "loss spikes",
    judge_spikes,
    0.5,
    "Lower the learning rate or its peak; clip gradients; look at the batches there.",
    causes=("learning rate too large",),
)
