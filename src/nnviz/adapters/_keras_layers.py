"""What the layers and weights of a Keras model are called, and what a unit of a layer is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

from nnviz import _checks
from nnviz.nn import ACTIVATIONS

__all__ = ["function_of", "layers_of", "shown", "unit_axis_of", "weights_of"]

_keras: Any = _checks.extra("keras", extra="keras")

_WEIGHTS = "kernel", "embeddings", "gamma", "scale"
_BIASES = "bias", "beta"


def layers_of(model: Any, start: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the layers without parts of their own, and recurrent ones, by their names."""
    for layer in model._flatten_layers(include_self=False, recursive=False):
        name = f"{start}{layer.name}"
        parts = list(layer._flatten_layers(include_self=False, recursive=False))
        if isinstance(layer, _keras.layers.InputLayer):
            continue
        if parts and not isinstance(layer, _keras.layers.RNN):
            yield from layers_of(layer, f"{name}.")
        else:
            yield name, layer


def weights_of(model: Any) -> dict[str, Any]:
    """Return the variables that are weights or biases, by stream."""
    found: dict[str, Any] = {}
    for name, layer in layers_of(model):
        for variable in [*layer.trainable_variables, *_frozen(layer)]:
            own = variable.name
            if own in _BIASES:
                found.setdefault(f"{name}/bias", variable)
            elif own in _WEIGHTS:
                found.setdefault(f"{name}/weight", variable)
            else:
                found.setdefault(f"{name}.{own}/weight", variable)
    return found


def _frozen(layer: Any) -> list[Any]:
    """Return weights that are frozen: not what a layer counts, such as running statistics."""
    return [] if layer.trainable else [v for v in layer.weights if v.name in (*_WEIGHTS, *_BIASES)]


def function_of(layer: Any) -> str | None:
    """Return the activation function that a layer applies last, if nnviz knows it."""
    own = getattr(layer, "activation", None)
    name = getattr(own, "__name__", "") or type(layer).__name__.lower()
    if isinstance(layer, _keras.layers.RNN):
        return None
    return name if name in ACTIVATIONS else None


def unit_axis_of(layer: Any, n_axes: int) -> int:
    """Return the axis of a layer's units: the channels, wherever the layer has them."""
    first = getattr(layer, "data_format", None) == "channels_first"
    axis = getattr(layer, "axis", -1)  # of norms
    axis = 1 if first else axis if isinstance(axis, int) else -1
    return axis % n_axes if -n_axes <= axis < n_axes else n_axes - 1


@contextmanager
def shown(model: Any, show: Callable[[str, Any, Any, Any], Any]) -> Iterator[None]:
    """Let each layer show what it returns: ``show(name, layer, inputs, output)`` replaces it."""
    changed = []
    for name, layer in layers_of(model):
        plain = layer.call
        layer.call = _showing(name, layer, plain, show)
        changed.append(layer)
    try:
        yield
    finally:
        for layer in changed:
            del layer.call


def _showing(name: str, layer: Any, call: Any, show: Callable[[str, Any, Any, Any], Any]) -> Any:
    def call_and_show(*inputs: Any, **named: Any) -> Any:
        return show(name, layer, inputs, call(*inputs, **named))

    call_and_show.__signature__ = signature(call)  # type: ignore[attr-defined]
    return call_and_show
