"""Rules that follow the gradient, or a running sum of it."""

from typing import NamedTuple

import numpy as np

from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    add_decay,
    fraction,
    non_negative,
    schedule_of,
)

__all__ = ["momentum", "nesterov", "sgd"]


class MomentumState(NamedTuple):
    """Number of updates so far, and the running sum of gradients."""

    steps: int
    buffer: Array


def sgd(
    learning_rate: LearningRate,
    *,
    momentum: Hyperparameter = 0.0,
    dampening: Hyperparameter = 0.0,
    nesterov: bool = False,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Gradient descent, with momentum or without.

    Without: ``x ← x − lr·g``. With: ``b ← μ·b + (1 − dampening)·g`` (b ← g at the first step),
    ``x ← x − lr·b``; Nesterov: ``x ← x − lr·(g + μ·b)``. As in torch.optim.SGD.

    Parameters
    ----------
    learning_rate : float, ndarray or schedule
    momentum, dampening : float or ndarray
        μ, and how much of the gradient does not enter the buffer; both in [0, 1).
    nesterov : bool
        Whether to look ahead along the buffer (Sutskever et al., 2013).
    weight_decay : float or ndarray
        L2: ``g ← g + weight_decay·x`` first.
    """
    rate = schedule_of(learning_rate)
    mu, damp = fraction("momentum", momentum), fraction("dampening", dampening)
    decay = non_negative("weight_decay", weight_decay)
    plain = isinstance(mu, float) and mu == 0
    if nesterov and (plain or np.any(damp)):
        raise ValueError("nesterov must have a momentum and no dampening")

    def init(params: Array) -> MomentumState:
        return MomentumState(0, np.zeros_like(params))

    def update(grads: Array, state: MomentumState, params: Array) -> tuple[Array, MomentumState]:
        grads = add_decay(grads, params, decay)
        step = -rate(state.steps)
        if plain:
            return step * grads, MomentumState(state.steps + 1, state.buffer)
        fresh = grads if state.steps == 0 else (1 - damp) * grads
        buffer = mu * state.buffer + fresh
        direction = grads + mu * buffer if nesterov else buffer
        return step * direction, MomentumState(state.steps + 1, buffer)

    return Optimizer(init, update)


def momentum(
    learning_rate: LearningRate,
    *,
    momentum: Hyperparameter = 0.9,
    weight_decay: Hyperparameter = 0.0,
    rate_in_buffer: bool = False,
) -> Optimizer:
    """Gradient descent with momentum (Polyak, 1964).

    ``b ← μ·b + g``, ``x ← x − lr·b``, as `sgd` does it.

    Parameters
    ----------
    learning_rate, momentum, weight_decay
        As in `sgd`.
    rate_in_buffer : bool, default False
        The notes' form: ``v ← μ·v − lr·g``, ``x ← x + v``. The same path at a constant learning
        rate; after a change of the rate, what is in the buffer keeps the old one.
    """
    if not rate_in_buffer:
        return sgd(learning_rate, momentum=momentum, weight_decay=weight_decay)
    rate = schedule_of(learning_rate)
    mu = fraction("momentum", momentum)
    decay = non_negative("weight_decay", weight_decay)

    def init(params: Array) -> MomentumState:
        return MomentumState(0, np.zeros_like(params))

    def update(grads: Array, state: MomentumState, params: Array) -> tuple[Array, MomentumState]:
        grads = add_decay(grads, params, decay)
        velocity = mu * state.buffer - rate(state.steps) * grads
        return velocity, MomentumState(state.steps + 1, velocity)

    return Optimizer(init, update)


def nesterov(
    learning_rate: LearningRate,
    *,
    momentum: Hyperparameter = 0.9,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Gradient descent with Nesterov's momentum: `sgd` with ``nesterov=True``."""
    return sgd(learning_rate, momentum=momentum, weight_decay=weight_decay, nesterov=True)
