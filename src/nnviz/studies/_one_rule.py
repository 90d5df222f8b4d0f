"""The optimizer of a study that trains all its networks with one, in the forms that all take."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from nnviz import _checks
from nnviz.optim import Optimizer
from nnviz.optim.base import DOORS
from nnviz.optim.registry import RULES, Factory, Maker
from nnviz.studies._rules import Theirs, is_torch, our_name, ours_of

__all__ = ["OneRule", "maker_of", "rule_of"]

OneRule: TypeAlias = str | Optimizer | Factory | Theirs
"""A name, a finished rule, or what makes one of a learning rate, of PyTorch and optax included."""


def rule_of(optimizer: OneRule | Maker, learning_rate: float) -> dict[str, Any]:
    """Return the optimizer of a study that has one learning rate, and this, for its cells.

    Parameters
    ----------
    optimizer : str, Optimizer or callable
        A name from `optim.RULES`; a rule with all its settings, one of PyTorch's or optax's
        included: ``optim.adam(0.1)``, ``partial(torch.optim.Adam, lr=0.3)``, ``optax.adam(0.3)``;
        or what makes one of the learning rate: ``optim.adam``, ``torch.optim.Adam``,
        ``optax.adam``.
    learning_rate : float
        Is not used by a rule that has its own, of which it says "as given".

    Raises
    ------
    ValueError
        For an unknown name, a learning rate that is not positive, and what makes no rule with
        which a network can be trained.
    """
    rate = _checks.positive("learning_rate", learning_rate)
    if _is_finished(optimizer):
        maker = Maker(_name(optimizer), _giving(optimizer))
        return {"optimizer": _tried(maker, rate), "learning_rate": "as given"}
    return {"optimizer": maker_of(optimizer, rate), "learning_rate": rate}


def maker_of(optimizer: OneRule | Maker, rate: float = 1.0) -> str | Maker:
    """Return the optimizer of a study that chooses the learning rates itself, for its cells.

    Parameters
    ----------
    optimizer : str or callable
        As in `rule_of`, but for a finished rule. A learning rate among the settings of one of
        PyTorch's gives way to those of the study.
    rate : float
        One at which it must make a rule.

    Raises
    ------
    ValueError
        As `rule_of`, and for a finished rule, which leaves the study no rate to choose.
    """
    if isinstance(optimizer, Maker):
        return optimizer
    if isinstance(optimizer, str):
        return RULES.named("optimizer", optimizer)
    if isinstance(optimizer, tuple):
        rule = "a name, or what makes a rule of a learning rate: this study tries several rates"
        raise _checks.fail("optimizer", rule, optimizer)
    if not callable(optimizer):
        raise _checks.fail("optimizer", f"a name, a rule, or what makes one{DOORS}", optimizer)
    if name := our_name(optimizer):
        return name
    return _tried(Maker(_name(optimizer), _making(optimizer)), rate)


def _making(maker: Callable[..., Any]) -> Factory:
    """Return what makes a rule of nnviz where something makes one of anybody's.

    It has the settings of a partial apart: results are kept by what a function refers to.
    """
    kind, first, settings = _apart(maker)

    def make(rate: Any) -> Any:
        if is_torch(kind):
            made: Any = partial(kind, *first, **{**settings, "lr": rate})
        else:
            made = kind(*first, rate, **settings)
        if callable(rate) and not isinstance(made, Optimizer):
            rule = "a rule of nnviz: this study raises the rate from update to update"
            raise _checks.fail("optimizer", f"{rule}, and others have it fixed", kind)
        return ours_of(made)

    return make


def _giving(optimizer: Any) -> Factory:
    """Return what gives a finished rule, whatever the learning rate."""
    if isinstance(optimizer, tuple):
        return lambda _: ours_of(optimizer)
    make, own = _making(optimizer), optimizer.keywords["lr"]
    return lambda _: make(own)


def _apart(call: Any) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """Return what a partial calls and with what; anything else as it is."""
    return (call.func, call.args, call.keywords) if isinstance(call, partial) else (call, (), {})


def _is_finished(optimizer: OneRule | Maker) -> bool:
    """Return whether it is a rule with all its settings, so that a learning rate has no use."""
    if is_torch(optimizer):
        return isinstance(optimizer, partial) and "lr" in optimizer.keywords
    return isinstance(optimizer, tuple)  # ours, and optax's transformations


def _tried(maker: Maker, rate: float) -> Maker:
    """Return what makes a rule if it makes one that trains a network."""
    try:
        made = maker.factory(rate)
    except TypeError as error:
        rule = f"what makes a rule of a learning rate alone{DOORS}"
        raise _checks.fail("optimizer", f"{rule}, where {maker} says: {error}", rate) from error
    if not isinstance(made, Optimizer):
        raise _checks.fail("optimizer", f"what makes a rule of a learning rate{DOORS}", made)
    if made.on is not None or made.shape:
        raise _checks.fail("optimizer", "one rule that needs no more than gradients", made)
    return maker


def _name(optimizer: Any) -> str:
    """Return what a rule is called in settings and labels, with the settings that are known."""
    if isinstance(optimizer, Optimizer):
        return optimizer.called
    if isinstance(optimizer, tuple):
        return "optax"
    kind, _, settings = _apart(optimizer)
    library = f"{getattr(kind, '__module__', '')}".partition(".")[0]
    own = our_name(kind) or getattr(kind, "__name__", "own rule").replace("<lambda>", "own rule")
    name = f"{library} {own}" if library in ("torch", "optax") else own
    return f"{name} ({_in_words(settings)})" if settings else name


def _in_words(settings: Mapping[str, Any]) -> str:
    """Return settings in words without commas, which part labels."""
    return " and ".join(f"{key} {_value(value)}" for key, value in settings.items())


def _value(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "/".join(map(_value, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
