"""Updates that do to each number what they would do to it alone, written down as such."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from nnviz._typing import Array
from nnviz.optim.base import Hyperparameter, Update

__all__ = ["Elementwise", "elementwise"]


class Elementwise(NamedTuple):
    """The update of a rule that does to each number what it would do to it alone.

    NumPy runs the same lines on arrays that machine code runs on one number after another, where
    that is worth it (`train.descend` with the extra ``fast``): there is no second version of a
    rule. They round alike, since arithmetic and roots do everywhere.

    Attributes
    ----------
    move : callable
        ``move(grads, *remembered, *numbers)`` → (updates, *what is remembered next): a function
        of its module, made of arithmetic, roots and the running means of `optim.base`, which
        changes none of its arguments.
    numbers : callable
        ``numbers(steps)`` → what the hyperparameters come to after a number of updates. What needs
        a power is worked out here: powers do not round alike everywhere.
    state : type
        The NamedTuple of the state: the number of updates so far, and what is remembered.
    """

    move: Callable[..., tuple[Array, ...]]
    numbers: Callable[[int], tuple[Hyperparameter, ...]]
    state: Callable[..., Any]

    def __call__(self, grads: Array, state: Any, _: Array) -> tuple[Array, Any]:
        """Return the updates and the next state, as the contract of a rule has it."""
        steps, *remembered = state
        updates, *after = self.move(grads, *remembered, *self.numbers(steps))
        return updates, self.state(steps + 1, *after)


def elementwise(
    move: Callable[..., tuple[Array, ...]],
    numbers: Callable[[int], tuple[Hyperparameter, ...]],
    state: Callable[..., Any],
) -> Update:
    """Return an `Elementwise`, of which mypy does not see that it can be called."""
    return cast(Update, Elementwise(move, numbers, state))
