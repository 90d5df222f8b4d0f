"""Rules made of rules: one after another, with clipped gradients, with decay of their own."""

from typing import Any, NamedTuple

import numpy as np

from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    at_its_gradients,
    by_gradients,
    common_shape,
    here,
    non_negative,
    positive,
    schedule_of,
)

__all__ = ["chain", "clip_by_norm", "decoupled_decay"]

ADVICE = " (others decay by a weight_decay of their own, or within what they average)"
"""How weights decay under a rule that deploys a mean."""


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
        The rule. What it shrinks has to be what the gradients are taken at: a mean of points is
        shrunk by decay of these, ``averaged(decoupled_decay(…))``, and `schedule_free_sgd` and
        `schedule_free_adamw` have a `weight_decay` of their own.
    learning_rate : float, ndarray or schedule
        Usually that of the rule.
    weight_decay : float or ndarray
        At least 0; an array of a mask times a number decays some parameters only.

    Raises
    ------
    ValueError
        For an argument out of its range, or a rule that takes its gradients elsewhere than at the
        parameters.
    """
    at_its_gradients("optimizer", optimizer, ADVICE)
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
        Such as ``clip_by_norm(1.0), adam(1e-3)``. Only the last may take its gradients elsewhere
        than at the parameters: what it puts out is where these have to go.

    Raises
    ------
    ValueError
        For no parts, parts whose hyperparameters do not broadcast, or one before the last that
        takes its gradients elsewhere than at the parameters, or one that needs more than gradients.
    """
    if not parts:
        raise ValueError("parts must have at least one entry; got none")
    *before, last = parts
    for part in before:
        at_its_gradients("parts before the last", part)
    by_gradients("parts", last)

    def init(params: Array) -> ChainState:
        return ChainState(0, tuple(part.init(params) for part in parts))

    def update(grads: Array, state: ChainState, params: Array) -> tuple[Array, ChainState]:
        after = []
        for part, own in zip(parts, state.parts, strict=True):
            grads, own = part.update(grads, own, params)
            after.append(own)
        return grads, ChainState(state.steps + 1, tuple(after))

    def gradient_at(state: ChainState, params: Array) -> Array:
        return last.gradient_at(state.parts[-1], params)

    shape = np.broadcast_shapes(*(part.shape for part in parts))
    return Optimizer(init, update, shape, here if last.gradient_at is here else gradient_at)
