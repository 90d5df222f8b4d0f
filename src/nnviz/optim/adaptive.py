"""Rules that divide each coordinate by the size of its own past gradients."""

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
    positive,
    schedule_of,
)

__all__ = ["adadelta", "adagrad", "rmsprop"]


class AdagradState(NamedTuple):
    """Number of updates so far, and the sum of squared gradients."""

    steps: int
    total: Array


def adagrad(
    learning_rate: LearningRate,
    *,
    eps: Hyperparameter = 1e-10,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """AdaGrad (Duchi et al., 2011): the step of a coordinate shrinks with all it has seen.

    ``h ← h + g²``, ``x ← x − lr·g / (√h + eps)``. As in torch.optim.Adagrad; the notes use
    ``eps=1e-7``.
    """
    rate = schedule_of(learning_rate)
    small = positive("eps", eps)
    decay = non_negative("weight_decay", weight_decay)

    def init(params: Array) -> AdagradState:
        return AdagradState(0, np.zeros_like(params))

    def update(grads: Array, state: AdagradState, params: Array) -> tuple[Array, AdagradState]:
        grads = add_decay(grads, params, decay)
        total = state.total + grads * grads
        step = -rate(state.steps) * grads / (np.sqrt(total) + small)
        return step, AdagradState(state.steps + 1, total)

    return Optimizer(init, update)


class RmspropState(NamedTuple):
    """Number of updates, running means of g² and of g, and the momentum buffer."""

    steps: int
    square: Array
    mean: Array
    buffer: Array


def rmsprop(
    learning_rate: LearningRate,
    *,
    alpha: Hyperparameter = 0.99,
    eps: Hyperparameter = 1e-8,
    momentum: Hyperparameter = 0.0,
    centered: bool = False,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """RMSprop (Tieleman and Hinton, 2012): AdaGrad that forgets.

    ``v ← α·v + (1 − α)·g²``, ``b ← μ·b + g / (√v + eps)``, ``x ← x − lr·b``. As in
    torch.optim.RMSprop; the notes use ``eps=1e-7``.

    Parameters
    ----------
    learning_rate, eps, momentum, weight_decay
        As in the other rules.
    alpha : float or ndarray, default 0.99
        Weight of the old mean.
    centered : bool, default False
        Whether to divide by the standard deviation, √(v − mean(g)²), instead (Graves, 2013).
    """
    rate = schedule_of(learning_rate)
    keep, mu = fraction("alpha", alpha), fraction("momentum", momentum)
    small = positive("eps", eps)
    decay = non_negative("weight_decay", weight_decay)

    def init(params: Array) -> RmspropState:
        zero = np.zeros_like(params)
        return RmspropState(0, zero, zero, zero)

    def update(grads: Array, state: RmspropState, params: Array) -> tuple[Array, RmspropState]:
        grads = add_decay(grads, params, decay)
        square = keep * state.square + (1 - keep) * (grads * grads)
        mean, spread = state.mean, square
        if centered:
            mean = keep * state.mean + (1 - keep) * grads
            spread = square - mean * mean
        buffer = mu * state.buffer + grads / (np.sqrt(spread) + small)
        return -rate(state.steps) * buffer, RmspropState(state.steps + 1, square, mean, buffer)

    return Optimizer(init, update)


class AdadeltaState(NamedTuple):
    """Number of updates, and running means of squared gradients and of squared steps."""

    steps: int
    square: Array
    moved: Array


def adadelta(
    learning_rate: LearningRate = 1.0,
    *,
    rho: Hyperparameter = 0.9,
    eps: Hyperparameter = 1e-6,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """AdaDelta (Zeiler, 2012): a step in the units of the steps before it.

    ``v ← ρ·v + (1 − ρ)·g²``, ``d = √(u + eps) / √(v + eps) · g``, ``u ← ρ·u + (1 − ρ)·d²``,
    ``x ← x − lr·d``. As in torch.optim.Adadelta.
    """
    rate = schedule_of(learning_rate)
    keep = fraction("rho", rho)
    small = positive("eps", eps)
    decay = non_negative("weight_decay", weight_decay)

    def init(params: Array) -> AdadeltaState:
        return AdadeltaState(0, np.zeros_like(params), np.zeros_like(params))

    def update(grads: Array, state: AdadeltaState, params: Array) -> tuple[Array, AdadeltaState]:
        grads = add_decay(grads, params, decay)
        square = keep * state.square + (1 - keep) * (grads * grads)
        delta = np.sqrt(state.moved + small) / np.sqrt(square + small) * grads
        moved = keep * state.moved + (1 - keep) * (delta * delta)
        return -rate(state.steps) * delta, AdadeltaState(state.steps + 1, square, moved)

    return Optimizer(init, update)
