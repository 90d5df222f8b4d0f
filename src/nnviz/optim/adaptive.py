"""Rules that divide each coordinate by the size of its own past gradients."""

from typing import NamedTuple

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    fraction,
    mix,
    mix_square,
    non_negative,
    over_root,
    positive,
    rule,
    schedule_of,
)
from nnviz.optim.declaration import MEAN, SQUARE, VELOCITY, State, declare
from nnviz.optim.elementwise import elementwise

__all__ = ["adadelta", "adagrad", "rmsprop"]

TOTAL = State("total", "sum of squared gradients")
MOVED = State("moved", "running mean of squared updates")


class AdagradState(NamedTuple):
    """Number of updates so far, and the sum of squared gradients."""

    steps: int
    total: Array


@declare("AdaGrad", slot=(2, 0), states=[TOTAL])
def adagrad(
    learning_rate: LearningRate,
    *,
    eps: Hyperparameter = 1e-10,
    initial_total: Hyperparameter = 0.0,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """AdaGrad (Duchi et al., 2011): the step of a coordinate shrinks with all it has seen.

    ``h ← h + g²``, ``x ← x − lr·g / (√h + eps)``. As in torch.optim.Adagrad; the notes use
    ``eps=1e-7``.

    Parameters
    ----------
    learning_rate, weight_decay
        As in `sgd`. torch's `lr_decay` is the schedule ``lambda k: lr / (1 + k * lr_decay)``.
    eps : float or ndarray
        Added to the root, positive.
    initial_total : float or ndarray
        h before the first step.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    rate = schedule_of(learning_rate)
    small, initial = positive("eps", eps), non_negative("initial_total", initial_total)

    def init(params: Array) -> AdagradState:
        return AdagradState(0, np.zeros_like(params) + initial)

    def numbers(steps: int) -> tuple[Hyperparameter, ...]:
        return small, -rate(steps)

    update = elementwise(_adagrad, numbers, AdagradState)
    return rule(init, update, weight_decay, learning_rate, small, initial)


def _adagrad(
    grads: Array, total: Array, small: Hyperparameter, scale: Hyperparameter
) -> tuple[Array, Array]:
    now = grads * grads
    now += total
    updates = over_root(grads, now, small)
    updates *= scale
    return updates, now


class RMSpropState(NamedTuple):
    """Number of updates, running means of g² and of g, and the velocity."""

    steps: int
    square: Array
    mean: Array
    velocity: Array


@declare("RMSprop", slot=(5, 0), states=[SQUARE, MEAN, VELOCITY])
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

    ``s ← α·s + (1 − α)·g²``, ``v ← μ·v + g / (√s + eps)``, ``x ← x − lr·v``. As in
    torch.optim.RMSprop; the notes use ``eps=1e-7``.

    Parameters
    ----------
    learning_rate, weight_decay
        As in `sgd`.
    alpha : float or ndarray
        Weight of the old mean, in [0, 1).
    eps : float or ndarray
        Added to the root, positive.
    momentum : float or ndarray
        μ, in [0, 1).
    centered : bool, default False
        Whether to divide by the standard deviation, √(s − m²) with ``m ← α·m + (1 − α)·g``,
        instead (Graves, 2013).

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    _checks.flag("centered", centered)
    rate = schedule_of(learning_rate)
    keep, mu = fraction("alpha", alpha), fraction("momentum", momentum)
    small = positive("eps", eps)
    moving = bool(np.any(mu))

    def init(params: Array) -> RMSpropState:
        zero = np.zeros_like(params)
        return RMSpropState(0, zero, zero, zero)

    def numbers(steps: int) -> tuple[Hyperparameter, ...]:
        return keep, small, mu, centered, moving, -rate(steps)

    update = elementwise(_rmsprop, numbers, RMSpropState)
    return rule(init, update, weight_decay, learning_rate, keep, small, mu)


def _rmsprop(
    grads: Array,
    square: Array,
    mean: Array,
    velocity: Array,
    keep: Hyperparameter,
    small: Hyperparameter,
    mu: Hyperparameter,
    centered: float,
    moving: float,
    scale: Hyperparameter,
) -> tuple[Array, Array, Array, Array]:
    square = mix_square(square, grads, keep)
    if centered:
        mean = mix(mean, grads, keep)
    now = over_root(grads, square - mean * mean if centered else square, small)
    if moving:
        now += mu * velocity
    return scale * now, square, mean, now


class AdadeltaState(NamedTuple):
    """Number of updates, and running means of squared gradients and of squared steps."""

    steps: int
    square: Array
    moved: Array


@declare("AdaDelta", slot=(2, 1), states=[SQUARE, MOVED])
def adadelta(
    learning_rate: LearningRate = 1.0,
    *,
    rho: Hyperparameter = 0.9,
    eps: Hyperparameter = 1e-6,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """AdaDelta (Zeiler, 2012): a step in the units of the steps before it.

    ``s ← ρ·s + (1 − ρ)·g²``, ``d = √(u + eps) / √(s + eps) · g``, ``u ← ρ·u + (1 − ρ)·d²``,
    ``x ← x − lr·d``. As in torch.optim.Adadelta.

    Parameters
    ----------
    learning_rate, weight_decay
        As in `sgd`; the paper has no learning rate, which is 1.
    rho : float or ndarray
        Weight of the old means, in [0, 1).
    eps : float or ndarray
        Inside both roots, positive: it sets the size of the first steps.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    rate = schedule_of(learning_rate)
    keep, small = fraction("rho", rho), positive("eps", eps)

    def init(params: Array) -> AdadeltaState:
        zero = np.zeros_like(params)
        return AdadeltaState(0, zero, zero)

    def update(grads: Array, state: AdadeltaState, _: Array) -> tuple[Array, AdadeltaState]:
        square = mix_square(state.square, grads, keep)
        # Two roots, since their quotient squared could overflow.
        delta = np.sqrt(state.moved + small)
        delta /= np.sqrt(square + small)
        delta *= grads
        moved = mix_square(state.moved, delta, keep)
        return -rate(state.steps) * delta, AdadeltaState(state.steps + 1, square, moved)

    return rule(init, update, weight_decay, learning_rate, keep, small)
