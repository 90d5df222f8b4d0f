"""The rules of a study that takes them by name, with a learning rate or with all their settings."""

from collections.abc import Mapping
from typing import Any

from nnviz import _checks, optim
from nnviz.optim import Optimizer

__all__ = ["rates_of", "rules_of"]


def rules_of(optimizers: Mapping[str, float | Optimizer]) -> dict[str, Optimizer]:
    """Return the rules by name: those given, and those of `optim.RULES` at the rates given."""
    given = _checks.mapping("optimizers", optimizers, at_least=1)
    return {
        name: rule if isinstance(rule, Optimizer) else optim.make(name, rule)
        for name, rule in given.items()
    }


def rates_of(optimizers: Mapping[str, float | Optimizer]) -> dict[str, Any]:
    """Return what settings say of the rules: their learning rates, where these are known."""
    return {
        name: "as given" if isinstance(rule, Optimizer) else rule
        for name, rule in optimizers.items()
    }
