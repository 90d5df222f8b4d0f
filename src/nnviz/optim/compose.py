"""Rules made of rules: one after another, with clipped gradients, with decay of their own."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    Point,
    common_shape,
    here,
    non_negative,
    positive,
    schedule_of,
)

__all__ = ["chain", "clip_by_norm", "decoupled_decay"]


class CountState(NamedTuple):
    """Number of updates so far."""

    steps: int


class ChainState(NamedTuple):
    """Number of updates so far, and the state of each part."""

    steps: int
    parts: tuple[Any, ...]


def clip_by_norm(max_norm: Hyperparameter) -> Optimizer:
    """Scale a gradient whose Euclidean norm exceeds a bound down to it (Pascanu et al., 2013).

    ``g ← g · min(1, max_norm / ‖g‖)``, each parameter vector by its own norm. To be put before
    a rule: ``chain(clip_by_norm(1.0), adam(1e-3))``.

    Parameters
    ----------
    max_norm : float or ndarray
        The bound, positive.

    Raises
    ------
    ValueError
        For an argument out of its range.
    """
    bound = positive("max_norm", max_norm)

    def update(grads: Array, state: CountState, _: Array) -> tuple[Array, CountState]:
        norm = np.sqrt(np.sum(grads * grads, axis=-1, keepdims=True))
        # Where the norm is 0 the quotient is not used.
        factor = np.divide(bound, norm, out=np.ones_like(norm), where=norm > bound)
        return grads * factor, CountState(state.steps + 1)

    return Optimizer(lambda params: CountState(0), update, common_shape(bound))


def decoupled_decay(
    optimizer: Optimizer, learning_rate: LearningRate, weight_decay: Hyperparameter
) -> Optimizer:
    """Shrink the parameters beside a rule's update (Loshchilov and Hutter, 2019).

    ``x ← x − lr·weight_decay·x`` and the rule's own update, which sees no decay: AdamW is
    ``decoupled_decay(adam(lr), lr, weight_decay)``. For L2 decay, which passes through the rule,
    see the rules' own `weight_decay`.

    Parameters
    ----------
    optimizer : Optimizer
        The rule.
    learning_rate : float, ndarray or schedule
        Usually that of the rule.
    weight_decay : float or ndarray
        At least 0; an array of a mask times a number decays some parameters only.

    Raises
    ------
    ValueError
        For an argument out of its range.
    """
    _checks.instance("optimizer", optimizer, Optimizer)
    rate = schedule_of(learning_rate)
    decay = non_negative("weight_decay", weight_decay)
    if not np.any(decay):
        return optimizer

    def update(grads: Array, state: Any, params: Array) -> tuple[Array, Any]:
        updates, after = optimizer.update(grads, state, params)
        return updates - rate(state.steps) * decay * params, after

    shape = np.broadcast_shapes(optimizer.shape, common_shape(learning_rate, decay))
    return optimizer._replace(update=update, shape=shape)


def chain(*parts: Optimizer) -> Optimizer:
    """Return the rule that hands each part's output to the next as its gradient.

    Parameters
    ----------
    *parts : Optimizer
        Such as ``clip_by_norm(1.0), adam(1e-3)``.

    Raises
    ------
    ValueError
        For no parts, parts whose hyperparameters do not broadcast, or several that take their
        gradients elsewhere than at the parameters.
    """
    if not parts:
        raise ValueError("parts must have at least one entry; got none")
    for part in parts:
        _checks.instance("parts", part, Optimizer)
    gradient_at = _chained_points(parts)

    def init(params: Array) -> ChainState:
        return ChainState(0, tuple(part.init(params) for part in parts))

    def update(grads: Array, state: ChainState, params: Array) -> tuple[Array, ChainState]:
        after = []
        for part, own in zip(parts, state.parts, strict=True):
            grads, own = part.update(grads, own, params)
            after.append(own)
        return grads, ChainState(state.steps + 1, tuple(after))

    shape = np.broadcast_shapes(*(part.shape for part in parts))
    return Optimizer(init, update, shape, gradient_at)


def _chained_points(parts: Sequence[Optimizer]) -> Point:
    """Return where a chain takes its gradients: where that one of its parts does that says so."""
    elsewhere = [place for place, part in enumerate(parts) if part.gradient_at is not here]
    if not elsewhere:
        return here
    if len(elsewhere) > 1:
        rule = "parts of which at most one takes its gradient elsewhere than at the parameters"
        raise _checks.fail("parts", rule, parts)
    [place] = elsewhere
    return lambda state, params: parts[place].gradient_at(state.parts[place], params)
