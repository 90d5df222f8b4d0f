"""Rules that look at the sign of a gradient and not at its size."""

from typing import NamedTuple

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    fraction,
    non_negative,
    schedule_of,
)

__all__ = ["lion", "rprop"]


class RpropState(NamedTuple):
    """Number of updates, the last gradient, and the step size of each coordinate."""

    steps: int
    last: Array
    size: Array


def rprop(
    learning_rate: LearningRate,
    *,
    etas: tuple[float, float] = (0.5, 1.2),
    step_sizes: tuple[float, float] = (1e-6, 50.0),
) -> Optimizer:
    """Rprop (Riedmiller and Braun, 1993), for whole-batch gradients.

    The step size of a coordinate starts at the learning rate, grows by `etas[1]` while its
    gradient keeps its sign, and shrinks by `etas[0]` when the sign changes, within
    `step_sizes`; after a change the coordinate rests for one step. As in torch.optim.Rprop.
    """
    rate = schedule_of(learning_rate)
    shrink, grow = _checks.fraction("etas[0]", etas[0]), _checks.positive("etas[1]", etas[1])
    if grow <= 1:
        raise _checks.fail("etas[1]", "above 1", grow)
    least, most = step_sizes
    if not 0 < least <= most:
        raise _checks.fail("step_sizes", "a pair 0 < least ≤ most", step_sizes)

    def init(params: Array) -> RpropState:
        size = np.broadcast_to(rate(0), params.shape).astype(params.dtype)
        return RpropState(0, np.zeros_like(params), size)

    def update(grads: Array, state: RpropState, params: Array) -> tuple[Array, RpropState]:  # noqa: ARG001
        agreement = np.sign(grads) * np.sign(state.last)
        factor = np.where(agreement > 0, grow, np.where(agreement < 0, shrink, 1.0))
        size = np.clip(state.size * factor, least, most).astype(grads.dtype, copy=False)
        grads = np.where(agreement < 0, 0, grads)
        return -np.sign(grads) * size, RpropState(state.steps + 1, grads, size)

    return Optimizer(init, update)


class LionState(NamedTuple):
    """Number of updates, and the running mean of gradients."""

    steps: int
    mean: Array


def lion(
    learning_rate: LearningRate,
    *,
    betas: tuple[Hyperparameter, Hyperparameter] = (0.9, 0.99),
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Lion (Chen et al., 2023, algorithm 2).

    ``x ← x − lr·(sign(β₁·m + (1 − β₁)·g) + weight_decay·x)``, then
    ``m ← β₂·m + (1 − β₂)·g``. The decay is decoupled.
    """
    rate = schedule_of(learning_rate)
    beta1, beta2 = fraction("betas[0]", betas[0]), fraction("betas[1]", betas[1])
    decay = non_negative("weight_decay", weight_decay)

    def init(params: Array) -> LionState:
        return LionState(0, np.zeros_like(params))

    def update(grads: Array, state: LionState, params: Array) -> tuple[Array, LionState]:
        direction = np.sign(beta1 * state.mean + (1 - beta1) * grads)
        mean = beta2 * state.mean + (1 - beta2) * grads
        step = -rate(state.steps) * (direction + decay * params)
        return step, LionState(state.steps + 1, mean)

    return Optimizer(init, update)
