"""The optimizers of a study, in the forms that all studies take."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, TypeAlias

import numpy as np

from nnviz import _checks, optim
from nnviz.optim import Optimizer
from nnviz.optim.base import DOORS
from nnviz.optim.registry import RULES, Factory

__all__ = [
    "Makers",
    "Named",
    "cell_of",
    "makers_of",
    "our_name",
    "rates_of",
    "rules_of",
]

Named: TypeAlias = Mapping[str, float | Optimizer]
"""Optimizers of a study that runs each at one learning rate: the rate, or the finished rule."""

Makers: TypeAlias = Sequence[str] | Mapping[str, Factory]
"""Optimizers of a study that chooses the learning rates itself."""


def rules_of(optimizers: Named) -> dict[str, Optimizer]:
    """Return the rules of a study that runs each at one learning rate, by name.

    Parameters
    ----------
    optimizers : mapping of str to float or Optimizer
        Learning rate by name of the rule, from `optim.RULES`; or by any name a rule with all its
        settings.

    Raises
    ------
    TypeError
        If it is no mapping.
    ValueError
        For an unknown name, a learning rate that is not positive, or a function that makes a rule
        of a learning rate: it has none yet.
    """
    given = _checks.mapping("optimizers", optimizers, at_least=1)
    return {name: _rule(name, value) for name, value in given.items()}


def rates_of(optimizers: Named) -> dict[str, Any]:
    """Return what settings say of the rules: their learning rates, where these are known."""
    return {
        name: value if isinstance(value, Real) else "as given" for name, value in optimizers.items()
    }


def makers_of(optimizers: Makers) -> dict[str, Factory]:
    """Return what makes the rules of a study that chooses the learning rates itself, by name.

    Parameters
    ----------
    optimizers : sequence of str, or mapping of str to callable
        Names from `optim.RULES`; or by any name what makes a rule of a learning rate.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        For an unknown name, or a finished rule or a rate, which leave the study none to choose.
    """
    if isinstance(optimizers, Mapping):
        return _checks.mapping("optimizers", optimizers, _maker, at_least=1)
    names = _checks.sequence("optimizers", optimizers, RULES.named)
    return {name: RULES[name] for name in names}


def our_name(maker: Factory) -> str:
    """Return which rule of nnviz it is that something makes, empty if it is none of them.

    What is known of a rule, and that it takes many rates at once, holds whatever it is called.
    """
    return next((name for name, rule in RULES.ours.items() if rule is maker), "")


def cell_of(name: str, rate: Any, rule: Optimizer) -> dict[str, Any]:
    """Return what a cell is told of a rule: one of nnviz by its name and rate, others whole."""
    if name in RULES.ours and isinstance(rate, Real):
        return {"optimizer": name, "learning_rate": rate}
    return {"optimizer": rule}


def _rule(name: str, value: Any) -> Optimizer:
    if isinstance(value, Optimizer):
        return value
    if isinstance(value, type) or not (callable(value) or isinstance(value, Real | np.ndarray)):
        raise _checks.fail("optimizers", f"learning rates or finished rules{DOORS}", value)
    if callable(value) and name not in RULES:  # of a rule's name, it is a schedule
        rule = "learning rates or finished rules: this study tries no rates of its own"
        raise _checks.fail("optimizers", f"{rule}, so call what makes {name!r} with one", value)
    return optim.make(RULES.named("optimizers", name), value)


def _maker(name: str, value: Any) -> Factory:
    if isinstance(value, Optimizer) or not callable(value):
        rule = "names, or what makes a rule of a learning rate: this study tries the rates itself"
        raise _checks.fail(name, rule, value)
    if isinstance(value, type):
        raise _checks.fail(name, f"what makes a rule of a learning rate{DOORS}", value)
    return value
