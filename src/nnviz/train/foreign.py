"""What the optimizers of other libraries have in common as rules of nnviz."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from nnviz._typing import Array

__all__ = ["NAMES", "ForeignState", "gradient_at", "rows"]


NAMES: Mapping[str, str] = {
    "exp_avg": "mean",
    "grad_avg": "mean",
    "mu": "mean",
    "exp_avg_sq": "square",
    "square_avg": "square",
    "nu": "square",
    "e_g": "square",
    "max_exp_avg_sq": "largest",
    "exp_inf": "largest",
    "sum": "total",
    "sum_of_squares": "total",
    "acc_delta": "moved",
    "e_x": "moved",
    "momentum_buffer": "velocity",
    "trace": "velocity",
    "prev": "last",
    "step_size": "size",
}
"""What PyTorch and optax call the things that our rules remember, and what we call them."""


class ForeignState(NamedTuple):
    """Number of updates so far, what the other library keeps, and what reads that.

    Last, the point at which it takes its gradient, if that is not the one it would deploy.
    """

    steps: int
    theirs: Any
    read: Callable[[], dict[str, Array]]
    there: Array | None = None


def gradient_at(state: ForeignState, params: Array) -> Array:
    """Return the point at which another library's optimizer takes its gradient."""
    return params if state.there is None else state.there


def rows(params: Array) -> Array:
    """Return a row for each path; in order in memory, as a path alone is: sums depend on that."""
    return np.ascontiguousarray(params.reshape(-1, params.shape[-1]))
