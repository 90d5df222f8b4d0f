"""Rules that follow the gradient, or a running sum of it."""

from typing import NamedTuple

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    fraction,
    rule,
    schedule_of,
)
from nnviz.optim.declaration import VELOCITY, declare
from nnviz.optim.elementwise import elementwise

__all__ = ["momentum", "nesterov", "sgd"]


class SGDState(NamedTuple):
    """Number of updates so far."""

    steps: int


class MomentumState(NamedTuple):
    """Number of updates so far, and the running sum of gradients."""

    steps: int
    velocity: Array


@declare("SGD", slot=(0, 0), states=[VELOCITY])
def sgd(
    learning_rate: LearningRate,
    *,
    momentum: Hyperparameter = 0.0,
    dampening: Hyperparameter = 0.0,
    nesterov: bool = False,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Gradient descent, with momentum or without.

    Without: ``x ← x − lr·g``. With: ``v ← μ·v + (1 − dampening)·g`` (v ← g at the first step),
    ``x ← x − lr·v``; Nesterov: ``x ← x − lr·(g + μ·v)``. As in torch.optim.SGD.

    Parameters
    ----------
    learning_rate : float, ndarray or schedule
        Positive.
    momentum, dampening : float or ndarray
        μ, and how much of the gradient does not enter v; both in [0, 1).
    nesterov : bool, default False
        Whether to look ahead along v (Sutskever et al., 2013); needs a momentum.
    weight_decay : float or ndarray
        L2: ``g ← g + weight_decay·x`` first.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    rate = schedule_of(learning_rate)
    mu, damp = fraction("momentum", momentum), fraction("dampening", dampening)
    if _checks.flag("nesterov", nesterov) and (not np.all(mu) or np.any(damp)):
        raise ValueError("nesterov must have a positive momentum and no dampening")

    if not np.any(mu) and not np.any(damp):
        update = elementwise(_sgd, lambda steps: (-rate(steps),), SGDState)
        return rule(lambda params: SGDState(0), update, weight_decay, learning_rate, mu)
    return _with_velocity(learning_rate, mu, damp, nesterov, weight_decay)


@declare("Momentum", slot=(1, 0), states=[VELOCITY])
def momentum(
    learning_rate: LearningRate,
    *,
    momentum: Hyperparameter = 0.9,
    weight_decay: Hyperparameter = 0.0,
    rate_in_velocity: bool = False,
) -> Optimizer:
    """Gradient descent with momentum (Polyak, 1964): ``v ← μ·v + g``, ``x ← x − lr·v``.

    Parameters
    ----------
    learning_rate, momentum, weight_decay
        As in `sgd`.
    rate_in_velocity : bool, default False
        The notes' form: ``v ← μ·v − lr·g``, ``x ← x + v``. The same path at a constant learning
        rate; after a change of the rate, what is in v keeps the old one.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    mu = fraction("momentum", momentum)
    if _checks.flag("rate_in_velocity", rate_in_velocity):
        return _with_rate_in_velocity(learning_rate, mu, False, weight_decay)
    return _with_velocity(learning_rate, mu, 0.0, False, weight_decay)


@declare("Nesterov", slot=(1, 1), states=[VELOCITY])
def nesterov(
    learning_rate: LearningRate,
    *,
    momentum: Hyperparameter = 0.9,
    weight_decay: Hyperparameter = 0.0,
    rate_in_velocity: bool = False,
) -> Optimizer:
    """Nesterov's momentum (Sutskever et al., 2013): ``v ← μ·v + g``, ``x ← x − lr·(g + μ·v)``.

    Parameters
    ----------
    learning_rate, momentum, weight_decay
        As in `sgd`.
    rate_in_velocity : bool, default False
        The notes' form: ``v ← μ·v − lr·g``, ``x ← x + μ·v − lr·g``; see `momentum`.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    mu = fraction("momentum", momentum)
    if _checks.flag("rate_in_velocity", rate_in_velocity):
        return _with_rate_in_velocity(learning_rate, mu, True, weight_decay)
    return _with_velocity(learning_rate, mu, 0.0, True, weight_decay)


def _sgd(grads: Array, scale: Hyperparameter) -> tuple[Array]:
    return (scale * grads,)


def _init(params: Array) -> MomentumState:
    return MomentumState(0, np.zeros_like(params))


def _with_velocity(
    learning_rate: LearningRate,
    mu: Hyperparameter,
    damp: Hyperparameter,
    ahead: bool,
    weight_decay: Hyperparameter,
) -> Optimizer:
    rate = schedule_of(learning_rate)
    dampened = bool(np.any(damp))

    def numbers(steps: int) -> tuple[Hyperparameter, ...]:
        return mu, 1 - damp, dampened and steps > 0, ahead, -rate(steps)

    update = elementwise(_momentum, numbers, MomentumState)
    return rule(_init, update, weight_decay, learning_rate, mu, damp)


def _momentum(
    grads: Array,
    velocity: Array,
    mu: Hyperparameter,
    part: Hyperparameter,
    dampened: float,
    ahead: float,
    scale: Hyperparameter,
) -> tuple[Array, Array]:
    now = mu * velocity
    now += part * grads if dampened else grads
    return scale * (grads + mu * now if ahead else now), now


def _with_rate_in_velocity(
    learning_rate: LearningRate, mu: Hyperparameter, ahead: bool, weight_decay: Hyperparameter
) -> Optimizer:
    rate = schedule_of(learning_rate)

    def update(grads: Array, state: MomentumState, _: Array) -> tuple[Array, MomentumState]:
        push = -rate(state.steps) * grads
        velocity = mu * state.velocity
        velocity += push
        updates = mu * velocity + push if ahead else velocity
        return updates, MomentumState(state.steps + 1, velocity)

    return rule(_init, update, weight_decay, learning_rate, mu)
