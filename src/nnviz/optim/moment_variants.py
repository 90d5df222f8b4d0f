"""Adam's relatives: with the largest gradient, with look-ahead, with a rectified start."""

from typing import NamedTuple

import numpy as np

from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    mix,
    mix_square,
    non_negative,
    over_root,
    positive,
    rule,
    schedule_of,
)
from nnviz.optim.declaration import LARGEST, MEAN, SQUARE, declare
from nnviz.optim.moments import AdamState, Betas, checked, start

__all__ = ["adamax", "nadam", "radam"]


class AdamaxState(NamedTuple):
    """Number of updates so far, the running mean of g, and the decaying maximum of its size."""

    steps: int
    mean: Array
    largest: Array


class NAdamState(NamedTuple):
    """Number of updates so far, running means of g and of g², and the product of all momenta."""

    steps: int
    mean: Array
    square: Array
    product: Hyperparameter


@declare("AdaMax", slot=(4, 2), states=[MEAN, LARGEST])
def adamax(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam with the largest gradient in place of the mean square (Kingma and Ba, 2015, §7).

    ``u ← max(β₂·u, |g| + eps)``, ``x ← x − lr/(1 − β₁ᵗ) · m/u``. As in torch.optim.Adamax.

    Parameters
    ----------
    learning_rate, betas, eps, weight_decay
        As in `adam`.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    rate = schedule_of(learning_rate)
    (beta1, beta2), small = checked(betas), positive("eps", eps)

    def init(params: Array) -> AdamaxState:
        zero = np.zeros_like(params)
        return AdamaxState(0, zero, zero)

    def update(grads: Array, state: AdamaxState, _: Array) -> tuple[Array, AdamaxState]:
        steps = state.steps + 1
        mean = mix(state.mean, grads, beta1)
        largest = np.maximum(beta2 * state.largest, np.abs(grads) + small)
        updates = (-rate(state.steps) / (1 - beta1**steps)) * mean
        updates /= largest
        return updates, AdamaxState(steps, mean, largest)

    return rule(init, update, weight_decay, learning_rate, beta1, beta2, small)


@declare("NAdam", slot=(4, 0), states=[MEAN, SQUARE])
def nadam(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    momentum_decay: Hyperparameter = 4e-3,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam with Nesterov's look-ahead (Dozat, 2016).

    ``μₜ = β₁·(1 − ½·0.96^(t·ψ))`` and, with Πₜ the product of μ₁ … μₜ,
    ``x ← x − lr·[(1 − μₜ)/(1 − Πₜ)·g + μₜ₊₁/(1 − Πₜ₊₁)·m] / (√v̂ + eps)``.
    As in torch.optim.NAdam.

    Parameters
    ----------
    learning_rate, betas, eps, weight_decay
        As in `adam`.
    momentum_decay : float or ndarray
        ψ, how slowly the momentum warms up.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    rate = schedule_of(learning_rate)
    (beta1, beta2), small = checked(betas), positive("eps", eps)
    psi = non_negative("momentum_decay", momentum_decay)

    def momentum_at(steps: int) -> Hyperparameter:
        return beta1 * (1 - 0.5 * 0.96 ** (steps * psi))

    def init(params: Array) -> NAdamState:
        zero = np.zeros_like(params)
        return NAdamState(0, zero, zero, 1.0)

    def update(grads: Array, state: NAdamState, _: Array) -> tuple[Array, NAdamState]:
        steps = state.steps + 1
        mean = mix(state.mean, grads, beta1)
        square = mix_square(state.square, grads, beta2)
        now, ahead = momentum_at(steps), momentum_at(steps + 1)
        product = state.product * now
        direction = ((1 - now) / (1 - product)) * grads
        direction += (ahead / (1 - product * ahead)) * mean
        updates = over_root(direction, square / (1 - beta2**steps), small)
        updates *= -rate(state.steps)
        return updates, NAdamState(steps, mean, square, product)

    return rule(init, update, weight_decay, learning_rate, beta1, beta2, small, psi)


@declare("RAdam", slot=(4, 1), states=[MEAN, SQUARE])
def radam(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam that waits until its mean square can be trusted (Liu et al., 2020).

    With ``ρ∞ = 2/(1 − β₂) − 1`` and ``ρₜ = ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ)``: momentum without adaptation
    while ρₜ ≤ 5, then Adam's update times ``√[(ρₜ−4)(ρₜ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρₜ)]``.
    As in torch.optim.RAdam.

    Parameters
    ----------
    learning_rate, betas, eps, weight_decay
        As in `adam`.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    rate = schedule_of(learning_rate)
    (beta1, beta2), small = checked(betas), positive("eps", eps)

    def update(grads: Array, state: AdamState, _: Array) -> tuple[Array, AdamState]:
        steps = state.steps + 1
        mean = mix(state.mean, grads, beta1)
        square = mix_square(state.square, grads, beta2)
        scale = _rectification(beta2, steps)
        plain = (-rate(state.steps) / (1 - beta1**steps)) * mean
        adapted = scale * over_root(plain, square, small)
        return np.where(scale > 0, adapted, plain), AdamState(steps, mean, square)

    return rule(start, update, weight_decay, learning_rate, beta1, beta2, small)


def _rectification(beta2: Hyperparameter, steps: int) -> Hyperparameter:
    """Return the factor of Adam's update, 0 as long as its mean square cannot be trusted."""
    if isinstance(beta2, np.ndarray):
        return np.vectorize(_rectification, otypes=[beta2.dtype])(beta2.tolist(), steps)
    bias = 1 - beta2**steps
    limit = 2 / (1 - beta2) - 1
    length = limit - 2 * steps * (1 - bias) / bias
    if length <= 5:
        return 0.0
    square = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
    return (square * bias) ** 0.5
