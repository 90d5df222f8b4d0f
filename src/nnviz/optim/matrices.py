"""A rule for parameters that are matrices: it looks at them as such, and not number by number."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.optim.base import (
    Hyperparameter,
    LearningRate,
    Optimizer,
    at_its_gradients,
    common_shape,
    fraction,
    mix,
    schedule_of,
)

__all__ = ["muon"]

QUINTIC = (3.4445, -4.7750, 2.0315)
"""Of x, x³ and x⁵: five times applied, they bring what is in (0, 1), and not tiny, to about 1."""

TIMES = 5
SMALL = 1e-7
"""The least norm that a matrix is divided by."""


class MuonState(NamedTuple):
    """Number of updates so far, the running mean of gradients, and the state of the other rule."""

    steps: int
    mean: Array
    others: Any


def muon(
    learning_rate: LearningRate,
    *,
    shapes: Sequence[tuple[int, ...]],
    others: Optimizer,
    momentum: Hyperparameter = 0.95,
) -> Optimizer:
    """Muon (Jordan et al., 2024): the step of a matrix has singular values that are nearly equal.

    ``m ← β·m + (1 − β)·g``, ``W ← W − lr·√max(1, n_out/n_in)·O``, with O what comes of
    ``β·m + (1 − β)·g``, divided by its Frobenius norm, after five steps of a Newton–Schulz
    iteration, ``X ← a·X + (b·XXᵀ + c·(XXᵀ)²)·X``: about UVᵀ of its singular value decomposition.
    As in torch.optim.Muon, which has this in bfloat16, and in which a weight is transposed. For
    weight decay, see `decoupled_decay`.

    Parameters
    ----------
    learning_rate : float, ndarray or schedule
        Of the matrices; positive.
    shapes : sequence of tuple of int
        Of the parts of the parameter vector, in order: ``(n_in, n_out)`` is a matrix, and there
        must be one. Of a network, ``[part.shape for part in net.params.values()]``.
    others : Optimizer
        The rule of all parameters that are in no matrix, such as ``adam(1e-3)`` for biases.
    momentum : float or ndarray
        β, in [0, 1).

    Raises
    ------
    ValueError
        For shapes without a matrix, for parameters of another number than the shapes have, for a
        rule that takes its gradients elsewhere, or a hyperparameter out of its range.
    """
    rate, beta = schedule_of(learning_rate), fraction("momentum", momentum)
    parts = [
        tuple(_checks.sequence("shapes", shape, _checks.integer, distinct=False))
        for shape in _checks.sequence("shapes", shapes, _checks.anything, distinct=False)
    ]
    at_its_gradients("others", others)
    if not any(len(shape) == 2 for shape in parts):
        raise _checks.fail("shapes", "shapes of which one is a matrix, (n_in, n_out)", shapes)
    ends = np.cumsum([math.prod(shape) for shape in parts])
    places = [
        (slice(end - math.prod(shape), end), shape)
        for end, shape in zip(ends, parts, strict=True)
        if len(shape) == 2
    ]
    rest = np.ones(ends[-1], dtype=bool)
    for place, _ in places:
        rest[place] = False

    def init(params: Array) -> MuonState:
        if params.shape[-1] != ends[-1]:
            rule = f"shapes of as many numbers as there are parameters, {params.shape[-1]}"
            raise _checks.fail("shapes", rule, shapes)
        return MuonState(0, np.zeros_like(params), others.init(params[..., rest]))

    def update(grads: Array, state: MuonState, params: Array) -> tuple[Array, MuonState]:
        mean = mix(state.mean, grads, beta)
        updates = mix(mean, grads, beta)
        for place, (n_in, n_out) in places:
            matrix = updates[..., place].reshape(*params.shape[:-1], n_in, n_out)
            scale = math.sqrt(max(1, n_out / n_in))
            updates[..., place] = scale * _level(matrix).reshape(updates[..., place].shape)
        updates *= -rate(state.steps)
        moves, after = others.update(grads[..., rest], state.others, params[..., rest])
        updates[..., rest] = moves
        return updates, MuonState(state.steps + 1, mean, after)

    shape = np.broadcast_shapes(common_shape(learning_rate, beta), others.shape)
    return Optimizer(init, update, shape)


def _level(matrix: Array) -> Array:
    """Return matrices of the same singular vectors whose singular values are all about 1."""
    if matrix.shape[-2] > matrix.shape[-1]:
        return np.swapaxes(_level(np.swapaxes(matrix, -2, -1)), -2, -1)
    norm = np.sqrt(np.sum(matrix * matrix, axis=(-2, -1), keepdims=True))
    level: Array = matrix / np.maximum(norm, matrix.dtype.type(SMALL))
    first, third, fifth = QUINTIC
    for _ in range(TIMES):
        gram = level @ np.swapaxes(level, -2, -1)
        level = first * level + (third * gram + fifth * (gram @ gram)) @ level
    return level
