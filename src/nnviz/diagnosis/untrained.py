"""The rule on layers that are not trained: no gradient comes, or no optimizer moves them."""

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.rule import Rule, Sign
from nnviz.diagnosis.series import Missing, Series

__all__ = ["UNTRAINED"]

BLOCKED = "weights get a gradient of exactly zero"

AT_LEAST = 2
"""Steps counted in full at which other layers move and this one does not."""


def judge_untrained(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find layers whose weights stay as they are while those of other layers move.

    The value is the norm of the largest update of a layer's weights since then, at the steps that
    were counted in full. An update above 0 in the sample of any other step, too, proves that a
    layer moves, such as one that is trained at every fifth step. Three reasons are told apart. A
    gradient comes, but no update: the layer was left out of the optimizer, or its rate is zero. No
    gradient comes at all: the layer is cut off from the loss, as by ``detach``. The gradient is
    exactly zero: what comes behind the layer lets none through; that is found where the loss has
    not come down to a third. Where networks train against each other, and no loss tells, the layer
    must never have moved either: a critic may have nothing to correct for a while.

    Layers are not found that were never called, nor those that do without a gradient by
    ``requires_grad=False``, of which an update of zero is recorded, and no gradient: they were
    frozen on purpose. (A file that was recorded before such a zero was noted, in November 2026,
    does not tell them from layers that are cut off.)

    The threshold is 0: what moves at all is trained.
    """
    updates = {own: _counted(evidence, f"{own}/weight_update") for own in evidence.weights}
    moving = [series.step[series.value > threshold] for series in updates.values()]
    steps = np.unique(np.concatenate([np.zeros(0, np.int64), *moving]))
    if not updates or not any(len(series.step) for series in updates.values()):
        raise Missing("weights and their updates were not recorded")
    if len(steps) < AT_LEAST:
        raise Missing(
            "it needs {steps} steps counted in full at which some layer moves", steps=AT_LEAST
        )
    signs, frozen, resting = [], [], []
    for own in updates:
        known = evidence.statistic(f"{own}/weight_update", "norm")
        moved = known.step[known.value > threshold]
        rest = steps[steps > moved[-1]] if len(moved) else steps
        if len(rest) < AT_LEAST or not _is_called(evidence, own):
            continue
        why = _reason(evidence, own, int(rest[0]))
        if why == BLOCKED and (
            evidence.may_have_learned() if len(moved) else evidence.has_learned()
        ):
            resting.append(own)
        elif why:
            signs.append(Sign(own, int(rest[0]), 0.0, said(why)))
        else:
            frozen.append(own)
    if signs:
        return signs
    smallest = min(float(one.value.max()) for one in updates.values() if len(one.value))
    return [Sign("", None, smallest, _well(frozen, resting))]


def _well(frozen: list[str], resting: list[str]) -> str:
    told = said("all layers move")
    if frozen:
        told = said(
            "{told} but those frozen on purpose: {layers}", told=told, layers=", ".join(frozen)
        )
    if resting:
        layers = ", ".join(resting)
        told = said("{told}, and {layers} without a gradient for now", told=told, layers=layers)
    return told


def _counted(evidence: Evidence, stream: str) -> Series:
    series = evidence.statistic(stream, "norm")
    here = np.isin(series.step, evidence.counted_steps)
    return Series(series.step[here], series.value[here])


def _is_called(evidence: Evidence, own: str) -> bool:
    """Return whether a layer computes something, as far as is known; its parts belong to it."""
    owner = own.rpartition(".")[0]
    beside = any(layer.startswith(f"{own}.") for layer in evidence.layers)
    return not evidence.layers or own in evidence.layers or owner in evidence.layers or beside


def _reason(evidence: Evidence, own: str, start: int) -> str:
    """Return why a layer does not move, "" if it was frozen on purpose."""
    gradient = _counted(evidence, f"{own}/weight_gradient")
    update = _counted(evidence, f"{own}/weight_update")
    late = gradient.value[gradient.step >= start]
    if len(late) and late.max() > 0:
        return "weights get a gradient, but never move: the optimizer leaves them out"
    if len(late):
        return BLOCKED
    is_noted = bool((update.step >= start).any())
    return "" if is_noted else "weights get no gradient: they are cut off from the loss"


UNTRAINED = Rule(
    "untrained layers",
    judge_untrained,
    0.0,
    "Hand all parameters to the optimizer; see what cuts the layer off from the loss, such as "
    "detach or no_grad. What is to stay as it is: requires_grad_(False).",
    causes=("not finite", "symmetric units", "dead units", "saturation"),
)
