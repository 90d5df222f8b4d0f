"""The contract of every rule: two pure functions, and a state that is a value.

Parameters are one array of shape (..., d). The last axis is the parameter vector; leading axes,
if any, are independent runs. A hyperparameter may be an array that broadcasts to the parameters,
so that a sweep over learning rates is one run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from nnviz import _checks
from nnviz._typing import Array

__all__ = ["Hyperparameter", "LearningRate", "Objective", "Optimizer", "Schedule"]

Hyperparameter: TypeAlias = float | Array
Schedule: TypeAlias = Callable[[int], Hyperparameter]
"""The learning rate at a step, counted from 0."""
LearningRate: TypeAlias = Hyperparameter | Schedule

Init: TypeAlias = Callable[[Array], Any]
Update: TypeAlias = Callable[[Array, Any, Array], tuple[Array, Any]]
Point: TypeAlias = Callable[[Any, Array], Array]

DOORS = " (from_torch, from_optax and from_keras make one of theirs)"
"""What an error adds that got something else for a rule."""

_ALONE = "it runs on a surface (train.descend, arrive, studies of paths), as the only rule"
"""Where a rule can be that evaluates the function."""


def here(_: Any, params: Array) -> Array:
    """Return the parameters themselves: where most rules take their gradients."""
    return params


class Objective(NamedTuple):
    """A function, and its gradient, for rules that evaluate it at points of their own.

    Attributes
    ----------
    value : callable
        Points, shape (..., d) → values, shape (...).
    gradient : callable
        Points, shape (..., d) → gradients, shape (..., d).
    """

    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]


class Optimizer(NamedTuple):
    """A rule that turns gradients into updates.

    >>> rule = sgd(0.1)
    >>> state = rule.init(params)
    >>> grads = gradient(rule.gradient_at(state, params))
    >>> updates, state = rule.update(grads, state, params)
    >>> params = params + updates

    Attributes
    ----------
    init : callable
        ``init(params)`` → the state before the first update, a NamedTuple.
    update : callable
        ``update(grads, state, params)`` → (updates, next state). It changes none of its
        arguments, and nobody changes what it returned. All arrays are shaped like `params`.
    shape : tuple of int
        What the hyperparameters broadcast to, ``()`` if all are numbers. The parameters must be
        of a shape that this broadcasts to.
    gradient_at : callable
        ``gradient_at(state, params)`` → the point at which the next gradient is to be taken. The
        parameters are what would be deployed, which of most rules is the same point, and of
        `averaged` and schedule-free ones is not.
    on : callable, optional
        Of a rule that needs more than gradients, such as one with a line search: ``on(objective)``
        → the rule on this function. Its own `init` and `update` say so.
    """

    init: Init
    update: Update
    shape: tuple[int, ...] = ()
    gradient_at: Point = here
    on: "Callable[[Objective], Optimizer] | None" = None

    def __repr__(self) -> str:
        return f"<optimizer {self.called}>"

    @property
    def called(self) -> str:
        """What made it: of a rule of nnviz, its name."""
        update = getattr(self.update, "numbers", self.update)
        return str(getattr(update, "__qualname__", "")).partition(".")[0]


def evaluating_itself(name: str, on: Callable[[Objective], Optimizer]) -> Optimizer:
    """Return a rule that needs the function which it goes down; see `Optimizer.on`."""

    def lost(*_: Any) -> Any:
        raise TypeError(
            f"{name} evaluates the function itself: {_ALONE}; there is none where networks are "
            "trained, or within another rule"
        )

    lost.__qualname__ = name
    return Optimizer(lost, lost, on=on)


def by_gradients(name: str, optimizer: Optimizer) -> None:
    """Refuse a rule that evaluates the function itself, within another rule."""
    _checks.instance(name, optimizer, Optimizer)
    if optimizer.on is not None:
        what = "a rule that needs no more than gradients (one that evaluates the function itself: "
        raise _checks.fail(name, f"{what}{_ALONE})", optimizer)


def at_its_gradients(name: str, optimizer: Optimizer, advice: str = "") -> None:
    """Refuse a rule that keeps a point beside the parameters.

    It knows of no other way for its parameters than its own updates, so that nothing may be done
    to these, or beside them, by another rule.
    """
    by_gradients(name, optimizer)
    if optimizer.gradient_at is not here:
        what = f"a rule that takes its gradients at the parameters{advice}"
        raise _checks.fail(name, what, optimizer)


@contextmanager
def evaluating(optimizer: Optimizer, state: Any, params: Array) -> Iterator[None]:
    """Let parameters be, inside the ``with`` block, the point at which a gradient is to be taken.

    They are changed in place, for networks that have views of them, and are back afterwards.
    """
    there = optimizer.gradient_at(state, params)
    if there is params:
        yield
        return
    kept = params.copy()
    params[...] = there
    try:
        yield
    finally:
        params[...] = kept


def rule(
    init: Init, update: Update, weight_decay: Hyperparameter, *others: LearningRate
) -> Optimizer:
    """Return the optimizer that adds ``weight_decay * params`` to the gradient before `update`.

    The others are all its other hyperparameters, for their shape.
    """
    decay = non_negative("weight_decay", weight_decay)
    shape = common_shape(decay, *others)
    if not np.any(decay):
        return Optimizer(init, update, shape)

    def decayed(grads: Array, state: Any, params: Array) -> tuple[Array, Any]:
        return update(grads + decay * params, state, params)

    return Optimizer(init, decayed, shape)


def common_shape(*hyperparameters: LearningRate) -> tuple[int, ...]:
    """Return the shape that hyperparameters broadcast to."""
    values = (value(0) if callable(value) else value for value in hyperparameters)
    return np.broadcast_shapes(*map(np.shape, values))


def schedule_of(learning_rate: LearningRate) -> Schedule:
    """Return a learning rate as a function of the step, after checking that it is positive.

    A schedule is checked at each step, and may come down to 0.
    """
    if callable(learning_rate):
        return lambda step: non_negative(f"learning_rate({step})", learning_rate(step))
    rate = positive("learning_rate", learning_rate)
    return lambda step: rate


def positive(name: str, value: Hyperparameter) -> Hyperparameter:
    """Return a hyperparameter all of whose values are finite and above zero."""
    return _each(name, value, _checks.positive)


def non_negative(name: str, value: Hyperparameter) -> Hyperparameter:
    """Return a hyperparameter all of whose values are finite and at least zero."""
    return _each(name, value, _checks.non_negative)


def fraction(name: str, value: Hyperparameter) -> Hyperparameter:
    """Return a hyperparameter all of whose values are in [0, 1)."""
    return _each(name, value, _checks.fraction)


def pair(name: str, value: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return a hyperparameter that consists of two."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise _checks.fail(name, "a pair", value)
    return value[0], value[1]


def _each(name: str, value: Hyperparameter, check: Callable[[str, Any], float]) -> Hyperparameter:
    """Return a Python float, which leaves float32 as it is, or an array of floats."""
    if not isinstance(value, np.ndarray):
        return check(name, value)
    if value.size == 0 or value.dtype.kind not in "fiu":
        raise _checks.fail(name, "a number or an array of numbers", value)
    if value.ndim == 0:
        return check(name, float(value))
    # A check is an interval, and NaN comes out of min: the extremes stand for all.
    for extreme in (value.min(), value.max()):
        check(name, extreme.item())
    return value if value.dtype.kind == "f" else value.astype(np.float64)


def mix(old: Array, new: Array, weight: Hyperparameter, out: Array | None = None) -> Array:
    """Return the running mean ``weight * old + (1 - weight) * new``."""
    mixed: Array = np.subtract(new, old, out=out)
    mixed *= 1 - weight
    mixed += old
    return mixed


def mix_square(old: Array, new: Array, weight: Hyperparameter) -> Array:
    """Return the running mean ``weight * old + (1 - weight) * new²``."""
    square = new * new
    return mix(old, square, weight, out=square)


def over_root(numerator: Array, square: Array, small: Hyperparameter) -> Array:
    """Return ``numerator / (√square + small)``."""
    quotient: Array = np.sqrt(square)
    quotient += small
    return np.divide(numerator, quotient, out=quotient)
