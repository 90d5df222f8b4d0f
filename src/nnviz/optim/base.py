"""The contract of every rule: two pure functions, and a state that is a value.

Parameters are one array of shape (…, d). The last axis is the parameter vector; leading axes,
if any, are independent runs. A hyperparameter may be an array that broadcasts against the
parameters, so that a sweep over learning rates is one run.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from nnviz import _checks
from nnviz._typing import Array

__all__ = ["Hyperparameter", "LearningRate", "Optimizer", "Schedule", "chain", "clip_by_norm"]

Hyperparameter: TypeAlias = float | Array
Schedule: TypeAlias = Callable[[int], Hyperparameter]
"""The learning rate at a step, counted from 0."""
LearningRate: TypeAlias = Hyperparameter | Schedule


class Optimizer(NamedTuple):
    """A rule that turns gradients into updates.

    >>> rule = sgd(0.1)
    >>> state = rule.init(params)
    >>> updates, state = rule.update(grads, state, params)
    >>> params = params + updates

    Attributes
    ----------
    init : callable
        ``init(params)`` → the state before the first update.
    update : callable
        ``update(grads, state, params)`` → (updates, next state). Changes none of its arguments.
    """

    init: Callable[[Array], Any]
    update: Callable[[Array, Any, Array], tuple[Array, Any]]


def schedule_of(learning_rate: LearningRate) -> Schedule:
    """Return a learning rate as a function of the step, after checking that it is positive."""
    if callable(learning_rate):
        return learning_rate
    rate = positive("learning_rate", learning_rate)
    return lambda step: rate


def positive(name: str, value: Hyperparameter) -> Hyperparameter:
    """Return a hyperparameter all of whose values are finite and above zero."""
    if isinstance(value, np.ndarray):
        if not (np.isfinite(value) & (value > 0)).all():
            raise _checks.fail(name, "positive numbers", value)
        return value
    return _checks.positive(name, value)


def non_negative(name: str, value: Hyperparameter) -> Hyperparameter:
    """Return a hyperparameter all of whose values are finite and at least zero."""
    if isinstance(value, np.ndarray):
        if not (np.isfinite(value) & (value >= 0)).all():
            raise _checks.fail(name, "numbers of at least 0", value)
        return value
    return _checks.non_negative(name, value)


def fraction(name: str, value: Hyperparameter) -> Hyperparameter:
    """Return a hyperparameter all of whose values are in [0, 1)."""
    if isinstance(value, np.ndarray):
        if not ((value >= 0) & (value < 1)).all():
            raise _checks.fail(name, "numbers in [0, 1)", value)
        return value
    return _checks.fraction(name, value)


def add_decay(grads: Array, params: Array, weight_decay: Hyperparameter) -> Array:
    """Return the gradients of the loss plus ½ · weight_decay · Σ params²."""
    if isinstance(weight_decay, float) and weight_decay == 0:
        return grads
    decayed: Array = grads + weight_decay * params
    return decayed


def clip_by_norm(max_norm: float) -> Optimizer:
    """Scale a gradient whose Euclidean norm exceeds a bound down to it (Pascanu et al., 2013).

    ``g ← g · min(1, max_norm / ‖g‖)``, each parameter vector by its own norm. To be put before
    a rule: ``chain(clip_by_norm(1.0), adam(1e-3))``.
    """
    bound = _checks.positive("max_norm", max_norm)

    def update(grads: Array, state: tuple[()], params: Array) -> tuple[Array, tuple[()]]:  # noqa: ARG001
        norm = np.sqrt(np.sum(grads * grads, axis=-1, keepdims=True))
        # Where the norm is 0 the quotient is not used.
        factor = np.divide(bound, norm, out=np.ones_like(norm), where=norm > bound)
        return grads * factor, state

    return Optimizer(lambda params: (), update)


def chain(*parts: Optimizer) -> Optimizer:
    """Return the rule that hands each part's output to the next as its gradient."""
    if not parts:
        raise ValueError("chain must have at least one part; got none")

    def init(params: Array) -> tuple[Any, ...]:
        return tuple(part.init(params) for part in parts)

    def update(grads: Array, state: tuple[Any, ...], params: Array) -> tuple[Array, Any]:
        after = []
        for part, own in zip(parts, state, strict=True):
            grads, own = part.update(grads, own, params)
            after.append(own)
        return grads, tuple(after)

    return Optimizer(init, update)
