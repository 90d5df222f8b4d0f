"""What a rule says of itself where it is defined: how figures show it, and what it remembers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from nnviz import _checks

__all__ = ["DECLARATIONS", "Declaration", "State", "declare"]


@dataclass(frozen=True)
class State:
    """A quantity that a rule remembers of each parameter.

    Parameters
    ----------
    name : str
        The field of the rule's state that holds it, and its name in `tables.STATE`.
    display : str
        How figures write it.
    uphill : bool
        Whether it is a gradient, or a mean or sum of gradients: figures draw it reversed, since
        rules go against it.
    """

    name: str
    display: str
    uphill: bool = False

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        _checks.text("display", self.display)
        _checks.flag("uphill", self.uphill)


VELOCITY = State("velocity", "velocity", uphill=True)
MEAN = State("mean", "running mean of gradients", uphill=True)
SQUARE = State("square", "running mean of squared gradients")
LARGEST = State("largest", "largest so far")


@dataclass(frozen=True)
class Declaration:
    """What is declared of a rule; see `declare`."""

    display: str
    slot: tuple[int, int] | None = None
    states: tuple[State, ...] = ()


DECLARATIONS: dict[Callable[..., Any], Declaration] = {}
"""What was declared of each rule that is loaded, by the function that makes it."""

Factory = TypeVar("Factory", bound=Callable[..., Any])


def declare(
    display: str, *, slot: tuple[int, int] | None = None, states: Sequence[State] = ()
) -> Callable[[Factory], Factory]:
    """Return a decorator that says how figures show the rule which a function makes.

    >>> @declare("Lookahead", slot=(1, 2), states=[State("slow", "slow weights")])
    ... def lookahead(learning_rate, *, every=5): ...

    Parameters
    ----------
    display : str
        How the name is written.
    slot : (int, int), optional
        Which colour of the theme, from 0, and which dash and marker with it, from 0: relatives
        share the colour. By default, what is free.
    states : sequence of State
        What the rule remembers of each parameter.
    """
    _checks.text("display", display)
    place = None if slot is None else _checks.pair("slot", slot, _checks.step)
    known = tuple(_checks.each("states", states, _state))

    def declared(factory: Factory) -> Factory:
        DECLARATIONS[factory] = Declaration(display, place, known)
        return factory

    return declared


def _state(name: str, value: State) -> State:
    return _checks.instance(name, value, State)
