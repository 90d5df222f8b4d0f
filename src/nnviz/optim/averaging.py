"""Rules that deploy a mean of the points on their way: their gradients are taken elsewhere."""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    by_gradients,
    common_shape,
    fraction,
    here,
    mix_square,
    over_root,
    positive,
    schedule_of,
)
from nnviz.optim.compose import decoupled_decay
from nnviz.optim.declaration import SQUARE, State, declare
from nnviz.optim.moments import Betas, checked
from nnviz.optim.velocity import sgd

__all__ = ["averaged", "gradient_point", "schedule_free_adamw", "schedule_free_sgd"]

ITERATE = State("iterate", "point that is averaged")

NOTHING = sys.float_info.min
"""The weight of a mean of nothing: no number beside any other, but one that can be divided by."""

Share: TypeAlias = Callable[[int, Hyperparameter], tuple[Hyperparameter, Hyperparameter]]
"""From the number of updates so far and the weight of the mean: the share of the new point in the
next mean, and the weight of that."""


class AverageState(NamedTuple):
    """Number of updates, the point that is averaged, the weight of the mean, the base's state."""

    steps: int
    iterate: Array
    weight: Hyperparameter
    base: Any


class ExposedState(NamedTuple):
    """Number of updates so far, the point that would be deployed, and the state of the rule."""

    steps: int
    deployed: Array
    rule: Any


class SquareState(NamedTuple):
    """Number of updates so far, and the running mean of g²."""

    steps: int
    square: Array


def averaged(optimizer: Optimizer, *, decay: Hyperparameter | None = None) -> Optimizer:
    """Deploy the mean of the points that a rule walks through (Polyak and Juditsky, 1992).

    The rule itself goes its way, ``w``, as if nobody looked; what its gradients have moved is
    ``x̄ ← x̄ + (w − x̄)/t``, or with a decay ``x̄ ← decay·x̄ + (1 − decay)·w``, and ``x̄ ← w`` at the
    first update: the start is no part of the mean. As torch.optim.swa_utils.AveragedModel, updated
    after each step. Running statistics of batch normalization are those of w, not of x̄.

    Parameters
    ----------
    optimizer : Optimizer
        The rule, such as ``adam(1e-3)``.
    decay : float or ndarray, optional
        Weight of the old mean, in [0, 1): an exponential moving average. By default all points
        count alike.

    Raises
    ------
    ValueError
        For a decay out of its range, or a rule that needs more than gradients.
    """
    by_gradients("optimizer", optimizer)
    if decay is None:
        return _averaging(optimizer, lambda _, weight: _equal(weight), 0.0, ())
    keep = fraction("decay", decay)
    return _averaging(
        optimizer,
        lambda steps, weight: (1 - keep if steps else 1.0, weight),
        0.0,
        common_shape(keep),
    )


@declare("Schedule-Free SGD", slot=(0, 3), states=[ITERATE])
def schedule_free_sgd(
    learning_rate: LearningRate,
    *,
    momentum: Hyperparameter = 0.9,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """Gradient descent that needs no decaying rate (Defazio et al., 2024, arXiv 2405.15682).

    Between the point z that walks and the mean x that is deployed lies y, where the gradient g is
    taken: ``y = (1 − β)·z + β·x``, ``z ← z − lr·(g + weight_decay·y)``, ``x ← x + c·(z − x)`` with
    ``c = lr²/Σlr²``, which is 1/t at a constant rate. As in optax.contrib.schedule_free_sgd, but
    for two things: the weights lr² are the paper's, by the rate of each step, where optax and the
    authors' schedulefree have the largest rate so far, which is the same until a rate falls; and
    there the parameters are y, here they are x, the point that would be deployed, and
    `gradient_point` shows y. Running statistics of batch normalization are those of y.

    Parameters
    ----------
    learning_rate
        As in `sgd`; a schedule should warm up (`schedules.warm_up`) and not decay.
    momentum : float or ndarray
        β, in [0, 1): with 0, gradients are taken where z is, and x is Polyak's mean.
    weight_decay : float or ndarray
        At y.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    base = sgd(learning_rate, weight_decay=weight_decay)
    return _schedule_free(base, learning_rate, momentum, "momentum")


@declare("Schedule-Free AdamW", slot=(3, 3), states=[ITERATE, SQUARE])
def schedule_free_adamw(
    learning_rate: LearningRate,
    *,
    betas: Betas = (0.9, 0.999),
    eps: Hyperparameter = 1e-8,
    weight_decay: Hyperparameter = 0.0,
) -> Optimizer:
    """AdamW that needs no decaying rate (Defazio et al., 2024, algorithm 1, arXiv 2405.15682).

    As `schedule_free_sgd`, with ``z ← z − lr·(g/(√v̂ + eps) + weight_decay·y)`` and v̂ as in `adam`:
    the mean takes the place of Adam's running mean of gradients. As in
    optax.contrib.schedule_free_adamw.

    Parameters
    ----------
    learning_rate
        As in `schedule_free_sgd`.
    betas : pair of float or ndarray
        β of `schedule_free_sgd`, and the weight of the old mean of g²; in [0, 1).
    eps : float or ndarray
        Added to the root, positive.
    weight_decay : float or ndarray
        Decoupled, at y.

    Raises
    ------
    ValueError
        For a hyperparameter out of its range.
    """
    beta1, beta2 = checked(betas)
    scaled = _scaled(learning_rate, beta2, positive("eps", eps))
    base = decoupled_decay(scaled, learning_rate, weight_decay)
    return _schedule_free(base, learning_rate, beta1, "betas[0]")


def gradient_point(optimizer: Optimizer) -> Optimizer:
    """Return the same rule, moving the point at which it takes its gradients.

    Figures and races show the point that would be deployed, of `schedule_free_sgd` the mean x; of
    this rule they show y. Of most rules both are the same.

    Parameters
    ----------
    optimizer : Optimizer
        The rule.
    """
    _checks.instance("optimizer", optimizer, Optimizer)
    on = optimizer.on
    if on is not None:
        return optimizer._replace(on=lambda objective: gradient_point(on(objective)))
    if optimizer.gradient_at is here:
        return optimizer

    def init(params: Array) -> ExposedState:
        return ExposedState(0, np.copy(params), optimizer.init(params))

    def update(grads: Array, state: ExposedState, params: Array) -> tuple[Array, ExposedState]:
        updates, after = optimizer.update(grads, state.rule, state.deployed)
        deployed = state.deployed + updates
        there = optimizer.gradient_at(after, deployed)
        return there - params, ExposedState(state.steps + 1, deployed, after)

    return Optimizer(init, update, optimizer.shape, _shown)


def _shown(_: ExposedState, params: Array) -> Array:
    """Return the parameters, which follow a point that is kept beside them: not just `here`."""
    return params


def _schedule_free(
    base: Optimizer, learning_rate: LearningRate, momentum: Hyperparameter, name: str
) -> Optimizer:
    rate, beta = schedule_of(learning_rate), fraction(name, momentum)

    def share(steps: int, weight: Hyperparameter) -> tuple[Hyperparameter, Hyperparameter]:
        now = rate(steps)
        return _equal(weight, now * now)

    return _averaging(base, share, beta, common_shape(beta))


def _equal(
    weight: Hyperparameter, more: Hyperparameter = 1.0
) -> tuple[Hyperparameter, Hyperparameter]:
    """Return the share of a point of some weight in a mean, and the weight of both."""
    return more / (weight + more), weight + more


def _averaging(
    base: Optimizer, share: Share, beta: Hyperparameter, shape: tuple[int, ...]
) -> Optimizer:
    """Return the rule whose parameters are the mean of the points of a base.

    The base is told of the point that lies the part `beta` of the way from its own to the mean.
    """

    def init(params: Array) -> AverageState:
        return AverageState(0, np.copy(params), NOTHING, base.init(params))

    def between(state: AverageState, params: Array) -> Array:
        point: Array = params - state.iterate
        point *= beta
        point += state.iterate
        return point

    def gradient_at(state: AverageState, params: Array) -> Array:
        return base.gradient_at(state.base, between(state, params))

    def update(grads: Array, state: AverageState, params: Array) -> tuple[Array, AverageState]:
        moves, after = base.update(grads, state.base, between(state, params))
        iterate = state.iterate + moves
        part, weight = share(state.steps, state.weight)
        return part * (iterate - params), AverageState(state.steps + 1, iterate, weight, after)

    return Optimizer(init, update, np.broadcast_shapes(base.shape, shape), gradient_at)


def _scaled(learning_rate: LearningRate, beta2: Hyperparameter, small: Hyperparameter) -> Optimizer:
    """Return Adam without its running mean of gradients."""
    rate = schedule_of(learning_rate)

    def init(params: Array) -> SquareState:
        return SquareState(0, np.zeros_like(params))

    def update(grads: Array, state: SquareState, _: Array) -> tuple[Array, SquareState]:
        steps = state.steps + 1
        square = mix_square(state.square, grads, beta2)
        root = (1 - beta2**steps) ** 0.5
        updates = over_root(grads, square, small * root)
        updates *= -rate(state.steps) * root
        return updates, SquareState(steps, square)

    return Optimizer(init, update, common_shape(learning_rate, beta2, small))
