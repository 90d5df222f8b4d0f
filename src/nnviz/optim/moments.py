"""Adam: a running mean of the gradient over that of its size, both bias-corrected."""

from typing import NamedTuple, TypeAlias

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
    over_root,
    pair,
    positive,
    rule,
    schedule_of,
)
from nnviz.optim.compose import decoupled_decay
from nnviz.optim.declaration import LARGEST, MEAN, SQUARE, declare
from nnviz.optim.elementwise import elementwise

__all__ = ["adam", "adamw", "amsgrad"]

Betas: TypeAlias = tuple[Hyperparameter, Hyperparameter]


class AdamState(NamedTuple):
    """Number of updates so far, and running means of g and of g²."""

    steps: int
    mean: Array
    square: Array


class AMSGradState(NamedTuple):
    """Number of updates so far, running means of g and of g², and the largest of the latter."""

    steps: int
    mean: Array
    square: Array
    largest: Array


def start(params: Array) -> AdamState:
    """Return the state that most of the family starts from."""
    zero = np.zeros_like(params)
    return AdamState(0, zero, zero)


def checked(betas: Betas) -> Betas:
    """Return the weights of the old means, each in [0, 1)."""
    beta1, beta2 = pair("betas", betas)
    return fraction("betas[0]", beta1), fraction("betas[1]", beta2)


@declare("Adam", slot=(3, 0), states=[MEAN, SQUARE])
def adam(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    eps_corrected: bool = True,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam (Kingma and Ba, 2015, algorithm 1).

    ``m ← β₁·m + (1 − β₁)·g``, ``v ← β₂·v + (1 − β₂)·g²``,
    ``x ← x − lr · m̂ / (√v̂ + eps)`` with ``m̂ = m/(1 − β₁ᵗ)``, ``v̂ = v/(1 − β₂ᵗ)``.
    As in torch.optim.Adam.

    Parameters
    ----------
    learning_rate, weight_decay
        As in `sgd`.
    betas : pair of float or ndarray
        Weights of the old means, in [0, 1).
    eps : float or ndarray
        Added to the root, positive.
    eps_corrected : bool, default True
        The notes' form is ``eps_corrected=False, eps=1e-7``: there,
        ``x ← x − lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + eps)``, which differs in how eps counts.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    _checks.flag("eps_corrected", eps_corrected)
    rate = schedule_of(learning_rate)
    (beta1, beta2), small = checked(betas), positive("eps", eps)

    def numbers(steps: int) -> tuple[Hyperparameter, ...]:
        # Correcting the scalars rather than the arrays saves two passes over memory.
        root = (1 - beta2 ** (steps + 1)) ** 0.5
        scale = -rate(steps) * root / (1 - beta1 ** (steps + 1))
        return beta1, beta2, small * root if eps_corrected else small, scale

    update = elementwise(_adam, numbers, AdamState)
    return rule(start, update, weight_decay, learning_rate, beta1, beta2, small)


def _adam(
    grads: Array,
    mean: Array,
    square: Array,
    beta1: Hyperparameter,
    beta2: Hyperparameter,
    small: Hyperparameter,
    scale: Hyperparameter,
) -> tuple[Array, Array, Array]:
    mean = mix(mean, grads, beta1)
    square = mix_square(square, grads, beta2)
    updates = over_root(mean, square, small)
    updates *= scale
    return updates, mean, square


@declare("AMSGrad", slot=(3, 2), states=[MEAN, SQUARE, LARGEST])
def amsgrad(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Adam that never forgets its largest gradient (Reddi et al., 2018).

    In `adam`, v is replaced by its largest value so far. As in torch.optim.Adam with
    ``amsgrad=True``: the maximum is taken before the bias correction.

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

    def init(params: Array) -> AMSGradState:
        zero = np.zeros_like(params)
        return AMSGradState(0, zero, zero, zero)

    def update(grads: Array, state: AMSGradState, _: Array) -> tuple[Array, AMSGradState]:
        steps = state.steps + 1
        mean = mix(state.mean, grads, beta1)
        square = mix_square(state.square, grads, beta2)
        largest = np.maximum(state.largest, square)
        root = (1 - beta2**steps) ** 0.5
        updates = over_root(mean, largest, small * root)
        updates *= -rate(state.steps) * root / (1 - beta1**steps)
        return updates, AMSGradState(steps, mean, square, largest)

    return rule(init, update, weight_decay, learning_rate, beta1, beta2, small)


@declare("AdamW", slot=(3, 1), states=[MEAN, SQUARE])
def adamw(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 1e-2,
) -> Optimizer:
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019).

    The update of `adam`, minus ``lr · weight_decay · x``: the decay does not pass through the
    adaptive scale. As in torch.optim.AdamW.

    Parameters
    ----------
    learning_rate, betas, eps
        As in `adam`.
    weight_decay : float or ndarray
        Decoupled.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    return decoupled_decay(adam(learning_rate, betas=betas, eps=eps), learning_rate, weight_decay)
