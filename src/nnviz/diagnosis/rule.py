"""What a rule is, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from nnviz import _checks
from nnviz._language import said
from nnviz.diagnosis.evidence import Evidence

__all__ = ["SEVERITIES", "Rule", "Sign", "in_words", "percent"]

SEVERITIES = ("warning", "error")
"""How grave a finding is: the network learns, but worse than it could; or it does not learn."""


class Sign(NamedTuple):
    """What a rule saw in a layer, or in the network as a whole.

    Attributes
    ----------
    layer : str
        "" for the whole network.
    since : int or None
        The step at which it begins: it lasts from there to the end where the rule asks for that
        (dead units, saturation, gradients), and is the first such step where one is enough (NaN,
        a learning rate that is too large). None if nothing was found.
    value : float
        What is compared with the threshold.
    text : str
        The value in words, without layer and step.
    remedy : str
        What helps in this case; "" for what the rule says.
    """

    layer: str
    since: int | None
    value: float
    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule: what it is called, how it judges, and what helps.

    Attributes
    ----------
    name : str
        What it finds.
    judge : callable
        ``judge(evidence, threshold)``: the signs that go beyond the threshold or, if there are
        none, the one that came closest. Raises `Missing` where the recording does not have
        what it takes to judge. Its docstring says where the threshold comes from.
    threshold : float
        Used unless another one is given.
    remedy : str
        What usually helps.
    severity : {"warning", "error"}, default "warning"
        How grave it is: an error is a network that does not learn.
    causes : tuple of str
        The rules that, where they find something, explain what this one finds: likeliest first.
    """

    name: str
    judge: Callable[[Evidence, float], list[Sign]]
    threshold: float
    remedy: str
    severity: str = "warning"
    causes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        _checks.function("judge", self.judge)
        _checks.real("threshold", self.threshold)
        _checks.text("remedy", self.remedy)
        _checks.one_of("severity", self.severity, SEVERITIES)
        causes = tuple(_checks.each("causes", self.causes, _checks.text))
        object.__setattr__(self, "causes", causes)


def in_words(layer: str) -> str:
    """Return what a layer is called in a sentence: "layer 3" where its name is but a number."""
    return said("layer {layer}", layer=layer) if layer.isdecimal() else layer


def percent(share: float) -> str:
    """Return a share in words: 87%, 0.4%."""
    return f"{100 * share:.2g}%" if share < 0.1 else f"{share:.0%}"
