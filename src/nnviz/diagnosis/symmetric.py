"""The rule on symmetric units: those that all give the same output."""

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.rule import Rule, Sign, percent
from nnviz.diagnosis.units import UNIT_BY_UNIT

__all__ = ["SYMMETRIC"]


def judge_symmetric(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find layers whose units all give the same output, from the first step to the last.

    Equal units get equal gradients and stay equal: the layer is worth a single unit. The value
    is ``"<layer>/equal"``. Only layers with weights and several units are judged, and none behind
    a layer that is silent as a whole: units without input are equal because of it. An output
    layer that starts at zero parts after one step, which is no fault.

    The threshold, practically all units, follows from the definition.
    """
    none = said("no layer with weights has several units")
    signs, closest = [], Sign("", None, np.nan, none)
    evidence.need_units(2, "it needs two steps {how}", how=said(UNIT_BY_UNIT))
    series_of = evidence.named("equal")
    for layer in evidence.layers:
        series = series_of.get(layer)
        if series is not None and layer in evidence.weighted:
            share = float(series.value.min())
            text = said("{share} of units equal", share=percent(share))
            if share >= threshold:
                signs.append(Sign(layer, int(series.step[0]), share, text))
            elif not share <= closest.value:
                closest = Sign(layer, None, share, text)
        if _is_silent(evidence, layer):
            break
    return signs or [closest]


def _is_silent(evidence: Evidence, layer: str) -> bool:
    zero = evidence.statistic(f"{layer}/activation", "zero").value
    return bool(len(zero) and zero[-1] == 1)


SYMMETRIC = Rule(
    "symmetric units",
    judge_symmetric,
    0.99,
    "Draw the initial weights at random: He for ReLU, Glorot for sigmoid and tanh.",
)
