"""Rules on the weights themselves: how they began, and whether weight decay shrinks them."""

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.constant import relative_spread
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import Missing, Series, last_of

__all__ = ["DECAYED", "ILL_SCALED", "began_small", "shrank"]

ROUNDING = 1e-12
"""Of an output: the standard deviation of equal values, worked out in double precision."""

_LARGER = "Start with larger weights: He for ReLU, Glorot for sigmoid and tanh."
_SMALLER = "Start with smaller weights: He for ReLU, Glorot for sigmoid and tanh."


def judge_ill_scaled(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether what tells examples apart is lost, or blown up, from layer to layer.

    The value is the factor by which the spread over the examples (`stats.examples`) changes from
    one layer with weights to the next, in the median over all of them, at the first step that was
    counted in full. He's and Glorot's weights keep it near 1 (He et al., 2015, sections 2.2 and
    2.3), PyTorch's default weights with ReLU near 0.4, and with gates, products of two such, near
    0.1. What enters a layer that normalizes (whose weights all begin at 1) may be of any size, and
    so may the spread of a single unit, which is one draw. Weights that are too small are no fault
    of a network that learns in spite of them: the loss must have stayed above a third of its first
    value. Nor are weights that are too large, if they do not blow up the last layer's output
    either: its spread at first must then exceed the threshold.

    The threshold, 5, leaves room for all of them: upwards as it is (a factor of 5 a layer is 600
    over four layers), and downwards, where default weights tend to, its square.
    """
    growth, last = _growth(evidence)
    text = said(
        "outputs are {value} times as different from layer to layer at first", value=f"{growth:.2g}"
    )
    is_harmless = evidence.may_have_learned()
    is_small = growth <= 1 / threshold**2 and not is_harmless
    is_large = growth >= threshold and not (is_harmless and last <= threshold)
    if not is_small and not is_large:
        return [Sign("", None, growth, text)]
    remedy = _LARGER if is_small else _SMALLER
    return [Sign("", int(evidence.counted_steps[0]), growth, text, remedy)]


def judge_decayed(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the weights shrink to next to nothing, and the network does not learn.

    The value is the norm of a layer's weights in the end over that at first, of the layer that
    keeps most. Where there are several, the last is left out, which scales up what the others have
    lost. The gradient of a loss alone lets weights grow; only weight decay, or another
    penalty, takes them away. Where a network learns in spite of it, some layer keeps what it needs.
    The loss must have stayed above a third of its first value: after batch normalization, for
    one, small weights do no harm.

    The threshold, a half, is what is left after one half-life of the weights under decay alone.
    """
    evidence.losses.long()
    value = _kept(evidence)
    text = said(
        "the layer that keeps most ends at {value} times its weights, {loss}",
        value=f"{value:.2g}",
        loss=evidence.fall.text,
    )
    found = value <= threshold and not evidence.fall.learned
    return [Sign("", int(evidence.recorded_steps[0]) if found else None, value, text)]


def began_small(evidence: Evidence) -> str:
    """Return that the weights began far too small, in words; or ""."""
    try:
        is_small = _growth(evidence)[0] <= 1 / ILL_SCALED.threshold**2
    except Missing:
        return ""
    return said("the weights began far too small") if is_small else ""


def shrank(evidence: Evidence) -> str:
    """Return that the weights shrank in all layers, in words; or ""."""
    try:
        return said("all weights shrank") if _kept(evidence) <= DECAYED.threshold else ""
    except Missing:
        return ""


def _growth(evidence: Evidence) -> tuple[float, float]:
    """Return by which factor the spread over examples changes from layer to layer at first.

    Of layers of several units. And the spread of the last layer.
    """
    begin = int(evidence.recorded_steps[0]) if len(evidence.recorded_steps) else 0
    if begin > 1:
        raise Missing("weights were recorded from step {step}, not from the beginning", step=begin)
    first = {
        layer: float(spread.value[0])
        for layer, spread in evidence.named("spread").items()
        if layer in evidence.weighted and _differs(relative_spread(evidence, layer))
    }
    spreads, behind = [*first.values()], [*first][1:]
    several = evidence.named("equal")
    factors = [
        after / before
        for layer, before, after in zip(behind, spreads, spreads[1:], strict=False)
        if layer in several and not _normalizes(evidence, layer)
    ]
    if not factors or not evidence.weights:
        raise Missing("no layer of several units follows one that tells examples apart at first")
    return float(np.median(factors)), spreads[-1]


def _differs(spread: Series) -> bool:
    """Return whether examples differ at first, by more than the rounding of their mean."""
    return bool(len(spread.value) and spread.value[0] > ROUNDING)


def _normalizes(evidence: Evidence, layer: str) -> bool:
    """Return whether all weights of a layer begin at 1: a scale, of what is normalized."""
    began = evidence.began(f"{layer}/weight")
    return bool(began) and np.allclose(began, 1, rtol=0, atol=1e-6)


def _kept(evidence: Evidence) -> float:
    """Return the norm of a layer's weights in the end over that at first, at its largest.

    Of all layers but the last, unless there is no other.
    """
    norms = [evidence.statistic(f"{layer}/weight", "norm") for layer in evidence.weights]
    if not norms:
        raise Missing("weights were not recorded")
    long = [norm for norm in norms if len(norm.value) > 1]
    if not long:
        raise Missing("weights were recorded at one step alone")
    shares = [last_of(norm) / float(norm.value[0]) for norm in long if norm.value[0] > 0]
    if not shares:
        raise Missing("all weights are zero or not finite at first")
    return max(shares[:-1] or shares)


ILL_SCALED = Rule(
    "ill-scaled initial weights",
    judge_ill_scaled,
    5.0,
    "Start with weights of another size: He for ReLU, Glorot for sigmoid and tanh.",
    causes=("symmetric units",),
)
DECAYED = Rule(
    "weight decay too strong",
    judge_decayed,
    0.5,
    "Divide the weight decay by 10 until the loss falls.",
    causes=("not finite",),
)
