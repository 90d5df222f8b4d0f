"""Adam and its family: a running mean of the gradient over that of its size."""

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

__all__ = ["adam", "adamax", "adamw", "amsgrad", "nadam", "radam"]

Betas = tuple[Hyperparameter, Hyperparameter]


class AdamState(NamedTuple):
    """Number of updates, running means of g and of g², and what a variant adds.

    `extra` is the largest mean of g² so far (AMSGrad) or the product of momenta (NAdam).
    """

    steps: int
    mean: Array
    square: Array
    extra: Array


def _init(params: Array) -> AdamState:
    zero = np.zeros_like(params)
    return AdamState(0, zero, zero, zero)


def _checked(betas: Betas, eps: Hyperparameter) -> tuple[Hyperparameter, Hyperparameter]:
    positive("eps", eps)
    return fraction("betas[0]", betas[0]), fraction("betas[1]", betas[1])


def adam(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    eps_corrected: bool = True,
    amsgrad: bool = False,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam (Kingma and Ba, 2015).

    ``m ← β₁·m + (1 − β₁)·g``, ``v ← β₂·v + (1 − β₂)·g²``,
    ``x ← x − lr · m̂ / (√v̂ + eps)`` with ``m̂ = m/(1 − β₁ᵗ)``, ``v̂ = v/(1 − β₂ᵗ)``.
    As in torch.optim.Adam.

    Parameters
    ----------
    learning_rate, weight_decay
        As in the other rules.
    betas : pair of float or ndarray
        Weights of the old means.
    eps : float
        Added to the root.
    eps_corrected : bool, default True
        The notes' form is ``eps_corrected=False, eps=1e-7``: there,
        ``x ← x − lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + eps)``, which differs in how eps counts.
    amsgrad : bool, default False
        Whether v is replaced by its largest value so far (Reddi et al., 2018).
    """
    rate = schedule_of(learning_rate)
    beta1, beta2 = _checked(betas, eps)
    decay = non_negative("weight_decay", weight_decay)

    def update(grads: Array, state: AdamState, params: Array) -> tuple[Array, AdamState]:
        grads = add_decay(grads, params, decay)
        count = state.steps + 1
        mean = beta1 * state.mean + (1 - beta1) * grads
        square = beta2 * state.square + (1 - beta2) * (grads * grads)
        largest = np.maximum(state.extra, square) if amsgrad else state.extra
        root = np.sqrt(largest if amsgrad else square)
        # Correcting the scalar rather than the arrays saves two passes over memory.
        correction = (1 - beta2**count) ** 0.5
        small = eps * correction if eps_corrected else eps
        step = -rate(state.steps) * correction / (1 - beta1**count)
        return step * mean / (root + small), AdamState(count, mean, square, largest)

    return Optimizer(_init, update)


def amsgrad(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam that never forgets its largest gradient: `adam` with ``amsgrad=True``."""
    return adam(learning_rate, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=True)


def adamw(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 1e-2,
) -> Optimizer:
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019).

    The step of `adam`, minus ``lr · weight_decay · x``: the decay does not pass through the
    adaptive scale. As in torch.optim.AdamW.
    """
    rate = schedule_of(learning_rate)
    decay = non_negative("weight_decay", weight_decay)
    inner = adam(learning_rate, betas=betas, eps=eps)

    def update(grads: Array, state: AdamState, params: Array) -> tuple[Array, AdamState]:
        step, after = inner.update(grads, state, params)
        return step - rate(state.steps) * decay * params, after

    return Optimizer(inner.init, update)


def adamax(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam with the largest gradient in place of the mean square (Kingma and Ba, 2015, §7).

    ``u ← max(β₂·u, |g| + eps)``, ``x ← x − lr/(1 − β₁ᵗ) · m/u``. As in torch.optim.Adamax.
    """
    rate = schedule_of(learning_rate)
    beta1, beta2 = _checked(betas, eps)
    decay = non_negative("weight_decay", weight_decay)

    def update(grads: Array, state: AdamState, params: Array) -> tuple[Array, AdamState]:
        grads = add_decay(grads, params, decay)
        count = state.steps + 1
        mean = beta1 * state.mean + (1 - beta1) * grads
        largest = np.maximum(beta2 * state.square, np.abs(grads) + eps)
        step = -rate(state.steps) / (1 - beta1**count) * mean / largest
        return step, AdamState(count, mean, largest, state.extra)

    return Optimizer(_init, update)


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
    As in torch.optim.NAdam; ψ is `momentum_decay`.
    """
    rate = schedule_of(learning_rate)
    beta1, beta2 = _checked(betas, eps)
    psi = non_negative("momentum_decay", momentum_decay)
    decay = non_negative("weight_decay", weight_decay)

    def momentum_at(count: int) -> Hyperparameter:
        return beta1 * (1 - 0.5 * 0.96 ** (count * psi))

    def init(params: Array) -> AdamState:
        zero = np.zeros_like(params)
        return AdamState(0, zero, zero, np.ones_like(params))

    def update(grads: Array, state: AdamState, params: Array) -> tuple[Array, AdamState]:
        grads = add_decay(grads, params, decay)
        count = state.steps + 1
        now, ahead = momentum_at(count), momentum_at(count + 1)
        product = state.extra * now
        mean = beta1 * state.mean + (1 - beta1) * grads
        square = beta2 * state.square + (1 - beta2) * (grads * grads)
        denominator = np.sqrt(square / (1 - beta2**count)) + eps
        direction = (1 - now) / (1 - product) * grads + ahead / (1 - product * ahead) * mean
        step = -rate(state.steps) * direction / denominator
        return step, AdamState(count, mean, square, product)

    return Optimizer(init, update)


def radam(
    learning_rate: LearningRate,
    *,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam that waits until its variance estimate can be trusted (Liu et al., 2020).

    With ``ρ∞ = 2/(1 − β₂) − 1`` and ``ρₜ = ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ)``: momentum without adaptation
    while ρₜ ≤ 5, then Adam's step times ``√[(ρₜ−4)(ρₜ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρₜ)]``.
    As in torch.optim.RAdam. Both betas are plain numbers.
    """
    rate = schedule_of(learning_rate)
    _checked(betas, eps)
    beta1, beta2 = betas
    decay = non_negative("weight_decay", weight_decay)
    limit = 2 / (1 - beta2) - 1

    def update(grads: Array, state: AdamState, params: Array) -> tuple[Array, AdamState]:
        grads = add_decay(grads, params, decay)
        count = state.steps + 1
        mean = beta1 * state.mean + (1 - beta1) * grads
        square = beta2 * state.square + (1 - beta2) * (grads * grads)
        after = AdamState(count, mean, square, state.extra)
        step = -rate(state.steps) / (1 - beta1**count) * mean
        length = limit - 2 * count * beta2**count / (1 - beta2**count)
        if length <= 5:
            return step, after
        rectified = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
        scale = (rectified * (1 - beta2**count)) ** 0.5
        return step * scale / (np.sqrt(square) + eps), after

    return Optimizer(_init, update)
