"""The rule on an output that is the same whatever the input is."""

from itertools import takewhile

import numpy as np

from nnviz._language import said
from nnviz.diagnosis.evidence import Evidence
from nnviz.diagnosis.fall import STUCK
from nnviz.diagnosis.learning import nothing_carries_over
from nnviz.diagnosis.rule import Rule, Sign, in_words
from nnviz.diagnosis.series import Missing, Series, since

__all__ = ["CONSTANT", "SAME", "began_constant", "relative_spread"]

SAME = 1e-6
"""Of the output: differences that are those of rounding, in single precision."""

AT_LEAST = 2
"""Steps counted in full up to the end at which it must be so."""


def judge_constant(evidence: Evidence, threshold: float) -> list[Sign]:
    """Find whether the output no longer depends on the input, and the layer where it is lost.

    The value is the spread over the examples (``"<layer>/spread"``: their standard deviation,
    entry by entry) over the root mean square of all values of the last layer with weights. The
    first layer from which it stays below the threshold is named; of a layer that is silent as a
    whole, it is zero. It is no fault where the loss has come down to a third: a regression may
    have targets that differ by little from a large mean. So may it where the last layer alone
    hardly differs, unless the loss stays where it was. Without a loss that tells, only an output
    that is the same but for rounding is found.

    Where nothing of what is learned carries over to test data (see "not learning"), the first layer
    may tell why: the input is the same for all, though dropout makes the output differ. So what
    differs first behind it must be a layer without weights; one with weights has an input of its
    own, as behind a table of positions.

    The threshold is a hundredth: differences between examples that are a percent of the output.
    """
    evidence.need_activations()
    spreads = {layer: relative_spread(evidence, layer) for layer in evidence.weighted}
    known = {layer: own for layer, own in spreads.items() if len(own.step)}
    if not known:
        raise Missing("no layer was looked at example by example")
    last = list(known)[-1]
    if len(known[last].step) < AT_LEAST:
        raise Missing("it needs {steps} steps counted in full", steps=AT_LEAST)
    start = _lost_since(known[last], threshold)
    first = last
    if start is not None:
        behind = takewhile(
            lambda own: _lost_since(known[own], threshold) is not None, [*known][::-1]
        )
        *_, first = behind
        if not _is_fault(evidence, known[last], is_alone=first == last):
            start, first = None, last
    if start is None and nothing_carries_over(evidence, STUCK):
        entry = next(iter(known))
        if _is_undone_by_noise(evidence, entry):
            start, first, last = _lost_since(known[entry], SAME), entry, entry
    value = float(known[first].value[-1])
    text = said("output differs between examples by {value} of its size", value=f"{value:.2g}")
    if first != last:
        text += f"; {said('with it the output of {layer}', layer=in_words(last))}"
    return [Sign(first, start, value, text)]


def _is_undone_by_noise(evidence: Evidence, entry: str) -> bool:
    """Return whether what differs first behind a layer, where examples do not, has no weights."""
    behind = evidence.layers[evidence.layers.index(entry) :]
    spreads = {layer: relative_spread(evidence, layer) for layer in behind}
    differing = [
        layer for layer, own in spreads.items() if len(own.step) and _lost_since(own, SAME) is None
    ]
    return entry not in differing and not set(differing[:1]) & set(evidence.weighted)


def _is_fault(evidence: Evidence, output: Series, *, is_alone: bool) -> bool:
    """Return whether an output that hardly differs between examples is not what is to be learned.

    Raises Missing where that needs a loss, and none tells.
    """
    try:
        fall = evidence.fall
    except Missing:
        if output.value[-1] <= SAME:
            return True
        raise
    return fall.stuck if is_alone and fall.is_finite else not fall.learned


def began_constant(evidence: Evidence) -> str:
    """Return that the output was the same for all inputs from the first step on, or ""."""
    try:
        (sign,) = judge_constant(evidence, CONSTANT.threshold)
    except Missing:
        return ""
    is_first = sign.since is not None and sign.since == evidence.counted_steps[0]
    return said("the output never depended on the input") if is_first else ""


def _lost_since(series: Series, threshold: float) -> int | None:
    """Return since when examples differ by no more, for several steps up to the end."""
    start = since(series, series.value <= threshold)
    is_long = start is not None and np.count_nonzero(series.step >= start) >= AT_LEAST
    return start if is_long else None


def relative_spread(evidence: Evidence, layer: str) -> Series:
    """Return the spread of a layer's output over the examples, over its root mean square."""
    spread = evidence.number(f"{layer}/spread")
    rms = evidence.statistic(f"{layer}/activation", "rms")
    steps, here, there = np.intersect1d(spread.step, rms.step, return_indices=True)
    size, value = rms.value[there], np.zeros(len(steps))
    with np.errstate(over="ignore", invalid="ignore"):
        np.divide(spread.value[here], size, out=value, where=size > 0)
    return Series(steps, value)


CONSTANT = Rule(
    "output independent of the input",
    judge_constant,
    0.01,
    "See whether the inputs differ where they enter the network; add connections that skip layers, "
    "or normalization; lower the learning rate.",
    severity="error",
    causes=(
        "not finite",
        "dead units",
        "weight decay too strong",
        "ill-scaled initial weights",
        "learning rate too large",
        "symmetric units",
        "saturation",
        "vanishing gradients",
    ),
)
