"""A named chain of layers, which shows its tensors to whoever asks."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._typing import Array, Backward, Observe, Params
from nnviz.nn.layer import Layer

__all__ = ["Sequential"]


class Sequential:
    """Layers one after the other, with all their parameters in one flat array.

    The layers' own parameters become views into `flat`: an optimizer moves the whole network
    with one addition, ``net.flat += updates``. A layer belongs to the last chain that it was
    put into.

    Parameters
    ----------
    layers : mapping of str to Layer
        In the order in which they are applied. A name may not contain "/".

    Attributes
    ----------
    flat : ndarray of shape (n_params,)
        All parameters, in the order of the layers.
    params : dict of str to ndarray
        The same parameters by name, as ``"linear1/weight"``, of a layer that is made of layers
        ``"residual2/linear2/weight"``: views into `flat`.
    """

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self.layers: dict[str, Layer] = _checks.mapping("layers", layers, _layer, at_least=1)
        for name in layers:
            if not name or "/" in name:
                raise ValueError(f"a layer's name must be non-empty and without '/'; got {name!r}")
        owners = [id(layer) for layer in _single(self.layers.values()) if layer.params]
        if len(set(owners)) < len(owners):
            raise ValueError("layers must be distinct objects; one appears under two names")
        self.params: Params = {
            f"{name}/{key}": value
            for name, layer in self.layers.items()
            for key, value in layer.params.items()
        }
        self.flat: Array
        parts = [value.ravel() for value in self.params.values()]
        _bind(self, np.concatenate(parts) if parts else np.zeros(0, np.float32))

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy gathers its own parameters: copied views would no longer be views.
        return type(self), (self.layers,)

    def __call__(
        self, x: Array, *, train: bool = False, observe: Observe | None = None
    ) -> tuple[Array, Backward]:
        """Return the output and the function that carries its gradient back.

        Parameters
        ----------
        x : array of shape (batch, n_in)
            One example per row; converted to the type of the parameters.
        train : bool, default False
            Whether dropout drops and batch normalization uses the batch's statistics.
        observe : callable, optional
            Is handed every layer's output as ``"<layer>/activation"`` and, when the gradient
            is carried back, the gradient with respect to that output as ``"<layer>/gradient"``;
            of a layer that is made of layers, before its own output, theirs as
            ``"<layer>/<its layer>/activation"``.

        Raises
        ------
        ValueError
            If a layer cannot take its input; the message names the layer.
        """
        backwards: list[tuple[str, Backward]] = []
        y: Array = np.asarray(x, dtype=self.flat.dtype if self.params else None)
        for name, layer in self.layers.items():
            y, back = _apply(name, layer, y, train, observe)
            backwards.append((name, back))
            if observe is not None:
                observe(f"{name}/activation", y)

        def backward(dy: Array) -> tuple[Array, Params]:
            grads: Params = {}
            for name, back in reversed(backwards):
                if observe is not None:
                    observe(f"{name}/gradient", dy)
                dy, own = back(dy)
                for key, grad in own.items():
                    grads[f"{name}/{key}"] = grad
            return dy, grads

        return y, backward

    @property
    def state(self) -> Params:
        """What layers keep beside their parameters, such as running statistics: arrays by name.

        As ``"norm1/running_mean"``; not copies, so that what is written into them is kept.
        """
        return {
            f"{name}/{key}": value
            for name, layer in self.layers.items()
            for key, value in getattr(layer, "state", {}).items()
        }

    def flatten(self, grads: Params) -> Array:
        """Return gradients by name as one array in the order of `flat`."""
        if not grads:
            return np.zeros_like(self.flat)
        return np.concatenate([grads[name] for name in self.params], axis=None)

    def views(self, flat: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return the parts of an array in the order of `flat`, by name: views, not copies."""
        ends = np.cumsum([value.size for value in self.params.values()])
        return {
            name: flat[end - value.size : end].reshape(value.shape)
            for (name, value), end in zip(self.params.items(), ends, strict=True)
        }

    def mask(self, kind: str) -> NDArray[np.bool_]:
        """Return where in `flat` the parameters of a kind are, such as "weight" or "bias".

        A normalization's scale is not counted among the weights: decaying it would be
        a different method.
        """
        kinds = {"weight", "bias"} | {name.rpartition("/")[2] for name in self.params}
        _checks.one_of("kind", kind, sorted(kinds))
        chosen = np.zeros(self.flat.size, dtype=bool)
        for name, view in self.views(chosen).items():
            is_scale = kind == "weight" and view.ndim < 2
            view[...] = name.endswith(f"/{kind}") and not is_scale
        return chosen


def _layer(name: str, value: Any) -> Layer:
    if not callable(value) or not hasattr(value, "params"):
        raise TypeError(f"{name} must be layers, with params and a call; got {value!r:.80}")
    return value


def _bind(net: Sequential, flat: Array) -> None:
    """Let an array hold the parameters of a chain and of those within it: all become views."""
    net.flat, net.params = flat, net.views(flat)
    end = 0
    for name, layer in net.layers.items():
        start, end = end, end + sum(value.size for value in layer.params.values())
        if isinstance(layer, Sequential):
            _bind(layer, flat[start:end])
        else:
            layer.params.update({key: net.params[f"{name}/{key}"] for key in layer.params})


def _single(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Return the layers that are not made of layers, and those that others are made of."""
    for layer in layers:
        if isinstance(layer, Sequential):
            yield from _single(layer.layers.values())
        else:
            yield layer


def _apply(
    name: str, layer: Layer, x: Array, train: bool, observe: Observe | None
) -> tuple[Array, Backward]:
    """Run one layer of a chain; its error says which one it was."""
    try:
        if observe is not None and isinstance(layer, Sequential):
            return layer(x, train=train, observe=partial(_within, observe, name))
        return layer(x, train=train)
    except ValueError as error:
        raise ValueError(f"{error}, in layer {name!r}") from error


def _within(observe: Observe, name: str, inner: str, values: Array) -> None:
    """Show a tensor of a layer's own layers under the name of both."""
    observe(f"{name}/{inner}", values)
