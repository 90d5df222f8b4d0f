"""Rules on the weights themselves: how they began, and whether weight decay shrinks them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.constant import relative_spread
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import Missing, Series, last_of

__all__ = ["DECAYED", "ILL_SCALED", "began_small", "shrank"]

ROUNDING = 1e-12
"""Of an output: the standard deviation of equal values, worked out in double precision."""

SMALL = 0.3
"""By what weights scale that are small: N(0, 0.01²) by 0.11 in 128 units, PyTorch's by 0.58."""

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

    The threshold, 5, in either direction, leaves room for both. (A factor of 5 a layer is 600
    over four layers.) Downwards, where the weights themselves are not small, as behind gates, it
    is its square.
    """
    growth, last, is_small = _growth(evidence, threshold)
    text = said(
        "outputs are {value} times as different from layer to layer at first", value=f"{growth:.2g}"
    )
    is_harmless = evidence.may_have_learned()
    is_small = is_small and not is_harmless
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
        *_, is_small = _growth(evidence, ILL_SCALED.threshold)
    except Missing:
        return ""
    return said("the weights began far too small") if is_small else ""


def shrank(evidence: Evidence) -> str:
    """Return that the weights shrank in all layers, in words; or ""."""
    try:
        return said("all weights shrank") if _kept(evidence) <= DECAYED.threshold else ""
    except Missing:
        return ""


def _growth(evidence: Evidence, threshold: float) -> tuple[float, float, bool]:
    """Return by which factor the spread over examples changes from layer to layer at first.

    Of layers of several units. And the spread of the last layer, and whether the factor is small.
    """
    begin = int(evidence.recorded_steps[0]) if len(evidence.recorded_steps) else 0
    if begin > 1:
        raise Missing("weights were recorded from step {step}, not from the beginning", step=begin)
    first = {
        layer: float(spread.value[0])
        for layer, spread in evidence.named("spread").items()
        if layer in evidence.weighted and _differs(relative_spread(evidence, layer))
    }
    several = evidence.named("equal")
    factors, gains = [], []
    for before, layer in pairwise(first):
        if {before, layer} <= several.keys() and not _normalizes(evidence, layer):
            factors.append(first[layer] / first[before])
            gains.append(_gain(evidence, layer))
    if not factors or not evidence.weights:
        raise Missing(
            "no layer of several units follows another one that tells examples apart at first"
        )
    growth = float(np.median(factors))
    is_small = growth <= threshold ** (-1 if np.median(gains) <= SMALL else -2)
    return growth, [*first.values()][-1], is_small


def _differs(spread: Series) -> bool:
    """Return whether examples differ at first, by more than the rounding of their mean."""
    return bool(len(spread.value) and spread.value[0] > ROUNDING)


def _gain(evidence: Evidence, layer: str) -> float:
    """Return by what a layer's weights scale at first: their root mean square times √n.

    That is for n inputs and n units; of other shapes, n is the geometric mean of both.
    """
    norm = evidence.statistic(f"{layer}/weight", "norm").value[:1]
    began = evidence.began(f"{layer}/weight")
    return float(np.sqrt(norm[0] * began[1])) if len(norm) and began else 1.0


def _normalizes(evidence: Evidence, layer: str) -> bool:
    """Return whether all weights of a layer begin at 1: a scale, of what is normalized."""
    began = evidence.began(f"{layer}/weight")
    return bool(began) and np.allclose(began, 1, rtol=0, atol=1e-6)


def _kept(evidence: Evidence) -> float:
    """Return the norm of a layer's weights in the end over that at first, at its largest.

    Of all layers but the last, unless no other has weights at first.
    """
    norms = [evidence.statistic(f"{layer}/weight", "norm") for layer in evidence.weights]
    if not norms:
        raise Missing("weights were not recorded")
    if all(len(norm.value) <= 1 for norm in norms):
        raise Missing("weights were recorded at one step alone")
    shares = _shares(norms[:-1]) or _shares(norms[-1:])
    if not shares:
        raise Missing("all weights are zero or not finite at first")
    return max(shares)


def _shares(norms: Sequence[Series]) -> list[float]:
    """Return what is left in the end of each norm that is known over time, and not zero at first.

    Layers whose weights are zero at first are left out.
    """
    long = [norm for norm in norms if len(norm.value) > 1]
    return [last_of(norm) / float(norm.value[0]) for norm in long if norm.value[0] > 0]


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
