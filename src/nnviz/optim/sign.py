"""Rules that look at the sign of a gradient and not at its size."""

from typing import NamedTuple

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    common_shape,
    fraction,
    mix,
    pair,
    positive,
    schedule_of,
)
from nnviz.optim.compose import decoupled_decay
from nnviz.optim.declaration import MEAN, State, declare
from nnviz.optim.moments import Betas, checked

__all__ = ["lion", "rprop"]

LAST = State("last", "gradient before", uphill=True)
SIZE = State("size", "step size kept")


class RpropState(NamedTuple):
    """Number of updates so far, the last gradient, and the step size of each coordinate."""

    steps: int
    last: Array
    size: Array


@declare("Rprop", slot=(5, 1), states=[LAST, SIZE])
def rprop(
    learning_rate: Hyperparameter,
    *,
    etas: tuple[Hyperparameter, Hyperparameter] = (0.5, 1.2),
    step_sizes: tuple[float, float] = (1e-6, 50.0),
) -> Optimizer:
    """Rprop (Riedmiller and Braun, 1993), for whole-batch gradients.

    The step size of a coordinate is multiplied by η⁺ while its gradient keeps its sign, and by
    η⁻ when the sign changes; after a change the coordinate rests for one step. As in
    torch.optim.Rprop.

    Parameters
    ----------
    learning_rate : float or ndarray
        Step size of every coordinate at first, positive. A schedule would have no effect.
    etas : pair of float or ndarray
        η⁻ in [0, 1) and η⁺ above 1.
    step_sizes : pair of float
        Bounds of the step size, ``0 < least ≤ most``.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    first = positive("learning_rate", learning_rate)
    shrink, grow = pair("etas", etas)
    shrink, grow = fraction("etas[0]", shrink), positive("etas[1]", grow)
    if np.min(grow) <= 1:
        raise _checks.fail("etas[1]", "above 1", etas[1])
    least, most = _checks.pair("step_sizes", step_sizes, _checks.unbounded)
    if not 0 < least <= most:
        raise _checks.fail("step_sizes", "a pair 0 < least ≤ most", step_sizes)

    def init(params: Array) -> RpropState:
        return RpropState(0, np.zeros_like(params), np.full_like(params, first))

    def update(grads: Array, state: RpropState, _: Array) -> tuple[Array, RpropState]:
        agreement = grads * state.last
        turned = agreement < 0
        factor = np.where(agreement > 0, grow, np.where(turned, shrink, 1.0))
        size = np.clip(state.size * factor, least, most).astype(grads.dtype, copy=False)
        grads = np.where(turned, 0, grads)
        return -np.sign(grads) * size, RpropState(state.steps + 1, grads, size)

    return Optimizer(init, update, common_shape(first, shrink, grow))


class LionState(NamedTuple):
    """Number of updates so far, and the running mean of gradients."""

    steps: int
    mean: Array


@declare("Lion", slot=(0, 1), states=[MEAN])
def lion(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.99),
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Lion (Chen et al., 2023, algorithm 2).

    ``x ← x − lr·(sign(β₁·m + (1 − β₁)·g) + weight_decay·x)``, then
    ``m ← β₂·m + (1 − β₂)·g``.

    Parameters
    ----------
    learning_rate : float, ndarray or schedule
        Positive: the size of every step.
    betas : pair of float or ndarray
        Weights of the old mean in the step and in the next mean, in [0, 1).
    weight_decay : float or ndarray
        Decoupled.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    rate = schedule_of(learning_rate)
    beta1, beta2 = checked(betas)

    def init(params: Array) -> LionState:
        return LionState(0, np.zeros_like(params))

    def update(grads: Array, state: LionState, _: Array) -> tuple[Array, LionState]:
        updates = np.sign(mix(state.mean, grads, beta1))
        updates *= -rate(state.steps)
        return updates, LionState(state.steps + 1, mix(state.mean, grads, beta2))

    plain = Optimizer(init, update, common_shape(learning_rate, beta1, beta2))
    return decoupled_decay(plain, learning_rate, weight_decay)
