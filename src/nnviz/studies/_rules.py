"""The optimizers of a study, in the forms that all studies take."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from numbers import Real
from typing import Any, TypeAlias

import numpy as np

from nnviz import _checks, optim, train
from nnviz.optim import Optimizer
from nnviz.optim.base import DOORS
from nnviz.optim.registry import RULES, Factory

__all__ = [
    "Makers",
    "Named",
    "Theirs",
    "cell_of",
    "is_torch",
    "makers_of",
    "our_name",
    "ours_of",
    "rates_of",
    "rules_of",
]

Theirs: TypeAlias = Callable[..., Any] | tuple[Callable[..., Any], Callable[..., Any]]
"""PyTorch's class of an optimizer, with or without settings, or optax's pair of functions."""

Named: TypeAlias = Mapping[str, float | Optimizer | Theirs]
"""Optimizers of a study that runs each at one learning rate: the rate, or the finished rule."""

Makers: TypeAlias = Sequence[str] | Mapping[str, Factory | Theirs]
"""Optimizers of a study that chooses the learning rates itself."""


def rules_of(optimizers: Named) -> dict[str, Optimizer]:
    """Return the rules of a study that runs each at one learning rate, by name.

    Parameters
    ----------
    optimizers : mapping of str to float or Optimizer
        Learning rate by name of the rule, from `optim.RULES`; or by any name a rule with all its
        settings, one of PyTorch's or optax's included: ``torch.optim.Adam``, at its own rate,
        ``partial(torch.optim.Adam, lr=0.3)``, ``optax.adam(0.3)``.

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
        Names from `optim.RULES`; or by any name what makes a rule of a learning rate, of
        PyTorch and optax included: ``torch.optim.Adam``, ``optax.adam``.

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
    own = ours_of(value)
    if isinstance(own, Optimizer):
        return own
    if isinstance(value, type) or not (callable(value) or isinstance(value, Real | np.ndarray)):
        raise _checks.fail("optimizers", f"learning rates or finished rules{DOORS}", value)
    if callable(value) and name not in RULES:  # of a rule's name, it is a schedule
        rule = (
            "learning rates or finished rules: this study tries no rates of its own, so call what"
        )
        more = f"makes {name!r} with one, or from_torch with what makes one of PyTorch's"
        raise _checks.fail("optimizers", f"{rule} {more}", value)
    return optim.make(RULES.named("optimizers", name), value)


def _maker(name: str, value: Any) -> Factory:
    if isinstance(value, tuple) or not callable(value):  # such as a finished rule
        rule = "names, or what makes a rule of a learning rate: this study tries the rates itself"
        raise _checks.fail(name, rule, value)
    if our_name(value):
        return value
    if is_torch(value):
        return lambda rate: train.from_torch(partial(value, lr=rate))
    if isinstance(value, type):
        raise _checks.fail(name, f"what makes a rule of a learning rate{DOORS}", value)

    @wraps(value)
    def make(*args: Any, **hyperparameters: Any) -> Any:
        return ours_of(value(*args, **hyperparameters))

    return make


def ours_of(value: Any) -> Any:
    """Return the rule of one of PyTorch's or optax's optimizers; anything else as it is."""
    if is_torch(value):
        return train.from_torch(value)
    optax = sys.modules.get("optax")  # without it, this is none of its own
    if optax and isinstance(value, optax.GradientTransformation):
        return train.from_optax(value)
    return value


def is_torch(value: Any) -> bool:
    """Return whether it is a class of PyTorch's optimizers, or one with some of its settings."""
    torch = sys.modules.get("torch")
    kind = value.func if isinstance(value, partial) else value
    if torch is None or not isinstance(kind, type):
        return False
    return issubclass(kind, torch.optim.Optimizer)
