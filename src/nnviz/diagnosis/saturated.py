"""The rule on saturation: an activation function that is next to flat for most values."""

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.numbers import is_adversarial
from nnviz.diagnosis.rule import Rule, Sign, percent
from nnviz.diagnosis.series import Missing, since
from nnviz.diagnosis.units import UNIT_BY_UNIT, applies_function

__all__ = ["SATURATED"]

GATE = 0.1
"""Mean output of a sigmoid layer, or its distance from 1, that is closed, or open, as a whole."""


def judge_saturated(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find layers whose activation function is next to flat for most values.

    What that means depends on the function: below .05 or above .95 for a sigmoid, beyond ±.95
    for tanh; no other function of `nn.ACTIVATIONS` is flat on both sides, and ReLU is never
    called saturated. The last layer is not judged: an output near 0 or 1 is a confident answer.
    Of networks that train against each other, such as "generator.…" and "critic.…", that is the
    last layer of each.
    Neither are layers that saturated later, in a network whose loss has fallen to a third: that
    is how sharp a decision becomes; nor, in such a network, gates that began closed as a whole,
    or open, as a highway's bias has it. (Weights that are too large saturate on either side.)

    The threshold, half of the values, is that of torchmortem 0.1. That layers which are saturated
    from the start hardly learn was shown by Glorot and Bengio (2010).
    """
    evidence.need_activations()
    known = evidence.named("saturated")
    if not known and not any(applies_function(evidence, layer) for layer in evidence.layers):
        raise Missing(
            "no layer is known to apply an activation function: one that is called as a function, "
            "or inside a layer, may not be seen"
        )
    evidence.need_units(1, "it needs a step {how}", how=said(UNIT_BY_UNIT))
    none = said("no layer is known to apply a sigmoid or tanh")
    signs, closest = [], Sign("", None, np.nan, none)
    outputs = _outputs(evidence)
    for layer, series in known.items():
        if layer in outputs:
            continue
        share = float(series.value[-1])
        text = said("{share} of activations saturated", share=percent(share))
        start = since(series, series.value >= threshold)
        is_later = start != series.step[0] or _is_gate(evidence, layer)
        if start is not None and not (is_later and evidence.may_have_learned()):
            signs.append(Sign(layer, start, share, text))
        elif not share <= closest.value:
            closest = Sign(layer, None, share, text)
    return signs or [closest]


def _outputs(evidence: Evidence) -> set[str]:
    """Return the last layer, of each network where several train against each other."""
    if not is_adversarial((), evidence.layers):
        return {evidence.layers[-1]}
    return set({layer.partition(".")[0]: layer for layer in evidence.layers}.values())


def _is_gate(evidence: Evidence, layer: str) -> bool:
    """Return whether a layer's outputs began on one side: all next to 0, or all next to 1."""
    mean = evidence.statistic(f"{layer}/activation", "mean").value
    rms = evidence.statistic(f"{layer}/activation", "rms").value
    if not len(mean):
        return False
    width = np.sqrt(max(rms[0] ** 2 - mean[0] ** 2, 0.0))  # both sides of tanh: nearly 1
    return bool(min(abs(mean[0]), abs(abs(mean[0]) - 1)) <= GATE and width <= 2 * GATE)


SATURATED = Rule(
    "saturation",
    judge_saturated,
    0.5,
    "Start with Glorot weights, scale the inputs to about ±1, lower the learning rate, or use "
    "an activation function that does not saturate.",
    causes=("not finite", "learning rate too large", "ill-scaled initial weights"),
)
