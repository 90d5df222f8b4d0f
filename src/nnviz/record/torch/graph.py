"""Layers in a compiled graph: an operator of our own stays in it, and shows what it is given.

Python does not run there, and to leave the graph for it at each layer would undo the compiler's
work, or fail under ``fullgraph=True``. What such an operator returns must be a copy.
"""

from collections.abc import Callable
from itertools import count
from typing import Any, Protocol
from weakref import WeakValueDictionary

from nnviz import _checks

__all__ = ["Shown", "known", "through"]

torch: Any = _checks.extra("torch", extra="torch")
_Tensor = torch.Tensor


class Shown(Protocol):
    """What is called as a compiled graph runs."""

    def show_in_graph(self, values: Any) -> None:
        """Take in what a layer returns."""

    def show_gradient_in_graph(self, gradient: Any) -> None:
        """Take in the gradient of that."""


_keys = count()
_known: "WeakValueDictionary[int, Shown]" = WeakValueDictionary()
"""Layers whose hooks are in place: a graph that outlives them shows nothing."""


def known(layer: Shown) -> int:
    """Return a number by which graphs know a layer, as long as it is there."""
    key = next(_keys)
    _known[key] = layer
    return key


def through(output: Any, key: int) -> Any:
    """Return an output whose first tensor has gone through the operator; None if it has none."""
    if isinstance(output, _Tensor):
        return torch.ops.nnviz.show(output, key) if output.ndim else output
    if type(output) is tuple and len(output) and isinstance(output[0], _Tensor):
        return (torch.ops.nnviz.show(output[0], key), *output[1:])
    return None


def _show(values: Any, key: int) -> Any:
    if (layer := _known.get(key)) is not None:
        layer.show_in_graph(values.detach())
    return values.clone()


def _show_gradient(gradient: Any, key: int) -> Any:
    if (layer := _known.get(key)) is not None:
        layer.show_gradient_in_graph(gradient.detach())
    return gradient.clone()


def _operator(name: str, function: Callable[[Any, int], Any]) -> Any:
    schema = "(Tensor values, int key) -> Tensor"
    made = torch.library.custom_op(f"nnviz::{name}", function, mutates_args=(), schema=schema)
    made.register_fake(lambda values, _: torch.empty_like(values))
    return made


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:  # noqa: ARG001
    ctx.key = inputs[1]


def _backward(ctx: Any, gradient: Any) -> tuple[Any, None]:
    return torch.ops.nnviz.show_gradient(gradient, ctx.key), None


_operator("show_gradient", _show_gradient)
_operator("show", _show).register_autograd(_backward, setup_context=_remember)
