"""Every rule by its name."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeAlias

from nnviz import _checks
from nnviz.optim.base import LearningRate, Optimizer
from nnviz.optim.declaration import DECLARATIONS, Declaration, State
from nnviz.registry import Registry

__all__ = ["RULES", "Factory", "Maker", "declared", "make", "states"]

Factory: TypeAlias = Callable[..., Optimizer]
"""From a learning rate to a rule."""


@dataclass(frozen=True)
class Maker:
    """What makes a rule that is in no list, and what it is called in settings and labels.

    Attributes
    ----------
    name : str
        Without commas, which part labels.
    factory : callable
        From a learning rate to the rule; of a finished one, from anything to itself.
    """

    name: str
    factory: Factory

    def __str__(self) -> str:
        return self.name


_FAMILIES = ("velocity", "adaptive", "moments", "moment_variants", "sign", "averaging")
"""The modules of rules, the oldest ideas first; any other module comes after them."""


def _ours() -> dict[str, Factory]:
    """Return the rules that the modules of this package declare."""
    package = import_module(__package__)
    for module in iter_modules(package.__path__):
        import_module(f"{__package__}.{module.name}")
    return {factory.__name__: factory for factory in sorted(DECLARATIONS, key=_place)}


def _place(factory: Factory) -> int:
    family = factory.__module__.rpartition(".")[2]
    return _FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES)


RULES: Registry[Factory] = Registry("nnviz.optimizers", _ours(), _checks.function)
"""Every rule by its name, ours (`RULES.ours`) and those of installed packages.

Each takes a learning rate, and its other hyperparameters by keyword.
"""


def make(name: str | Maker, learning_rate: LearningRate, **hyperparameters: Any) -> Optimizer:
    """Return a rule by its name in `RULES`, as a configuration or a command line gives it.

    Cells of studies have a `Maker` for a rule that was given otherwise.

    Raises
    ------
    ValueError
        For an unknown name, a hyperparameter that the rule does not have, or one that breaks
        its rule.
    """
    factory = name.factory if isinstance(name, Maker) else RULES[RULES.named("optimizer", name)]
    known = list(inspect.signature(factory).parameters)[1:]
    for given in hyperparameters:
        _checks.one_of(f"hyperparameter of {name}", given, known)
    return factory(learning_rate, **hyperparameters)


def declared(name: str) -> Declaration | None:
    """Return what the rule of a name says of itself; None if there is none, or it says nothing."""
    return DECLARATIONS.get(RULES[name]) if name in RULES else None


def states() -> list[State]:
    """Return what the rules that are loaded say that they remember, each quantity once."""
    return list(dict.fromkeys(state for rule in DECLARATIONS.values() for state in rule.states))
