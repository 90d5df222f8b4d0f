"""One update at a time, for who looks at a network between two of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array
from nnviz.nn import Sequential, softmax_cross_entropy
from nnviz.optim import Optimizer
from nnviz.optim.base import evaluating

__all__ = ["gradient_of", "move"]


def gradient_of(net: Sequential, x: Array, y: NDArray[np.int64]) -> Array:
    """Return the gradient of the mean loss on some rows, shape (n_params,), as in training."""
    logits, backward = net(x, train=True)
    return net.flatten(backward(softmax_cross_entropy(logits, y)[1])[1])


def move(
    net: Sequential, rule: Optimizer, state: Any, gradient: Callable[[], Array]
) -> tuple[Array, Any]:
    """Update a network in place; return the update and the next state.

    Parameters
    ----------
    net : Sequential
        Has the parameters that would be deployed, before and afterwards.
    rule : Optimizer
    state : object
        Of the rule, at first ``rule.init(net.flat)``.
    gradient : callable
        Returns the gradient, shape (n_params,), where the network then is: at
        ``rule.gradient_at``. Whatever else is to be known of that point belongs there, too.
    """
    with evaluating(rule, state, net.flat):
        grads = gradient()
    updates, after = rule.update(grads, state, net.flat)
    net.flat += updates
    return updates, after
