"""Activation functions that are called as functions: what they return is seen by its history."""

from collections.abc import Iterator
from typing import Any, NamedTuple

__all__ = ["Applied", "applied", "maker", "mark"]

_NODES = {
    "ReluBackward0": "relu",
    "LeakyReluBackward0": "leaky_relu",
    "GeluBackward0": "gelu",
    "SiluBackward0": "silu",
    "SigmoidBackward0": "sigmoid",
    "SoftplusBackward0": "softplus",
    "TanhBackward0": "tanh",
}
"""Activation functions by the node that each leaves in autograd's graph."""

_KEY = "nnviz"
_FAR = 6
"""Nodes to look back from what a layer takes, at most."""


class Applied(NamedTuple):
    """A function that was applied: its name, its node, and whether its values are at hand."""

    function: str
    node: Any
    is_here: bool


def mark(node: Any, name: str) -> None:
    """Say which layer made what a node stands for."""
    node.metadata[_KEY] = name


def applied(tensor: Any) -> Applied | None:
    """Return the activation function that a layer's input comes from, unless a layer applied it."""
    for place, node in enumerate(_history(tensor.grad_fn)):
        if _KEY in node.metadata:
            return None
        if (function := _NODES.get(node.name())) is not None:
            return Applied(function, node, place == 0)
    return None


def maker(node: Any) -> str | None:
    """Return the layer whose output a function was applied to, if it is near."""
    return next((n.metadata[_KEY] for n in _history(node) if _KEY in n.metadata), None)


def _history(node: Any) -> Iterator[Any]:
    """Yield a node and those before it, along their first inputs."""
    for _ in range(_FAR):
        if node is None:
            return
        yield node
        node = node.next_functions[0][0] if node.next_functions else None
