"""Signal and gradient by depth in one untrained network, plain or residual: `residual_depth`."""

import numpy as np

from nnviz import nn
from nnviz._typing import Array
from nnviz.studies.cells.propagation import by_layer
from nnviz.train import Dataset
from nnviz.train.cache import Tables

__all__ = ["measure"]


def measure(
    *,
    data: Dataset | None = None,
    residual: bool,
    layer_norm: str | None,
    activation: str,
    init: str,
    width: int,
    depth: int,
    samples: int,
    seed: int,
) -> Tables:
    """Return the statistics of one draw of weights, upstream gradient and, without data, inputs.

    The other arguments are those of `nn.mlp`. A hidden layer's output is what it hands on: the
    sum, or what is normalized after it.
    """
    rng = np.random.default_rng(seed)
    x: Array = (
        rng.standard_normal((samples, width))
        if data is None
        else data.x_train[:samples].astype(np.float64)
    )
    net = nn.mlp(
        [x.shape[1], *[width] * depth, width],
        activation=activation,
        init=init,
        residual=residual,
        layer_norm=layer_norm,
        rng=rng,
        dtype=np.float64,
    )
    seen: dict[str, Array] = {}
    y, backward = net(x, observe=seen.__setitem__)
    backward(rng.standard_normal(y.shape))
    names = [
        _handed_on(net, k, activation, normalized=layer_norm == "after")
        for k in range(1, depth + 1)
    ]
    std = np.array([seen[f"{name}/activation"].std() for name in names])
    gradients = (seen[f"{name}/gradient"] for name in names)
    rms = np.array([np.sqrt(np.mean(gradient * gradient)) for gradient in gradients])
    with np.errstate(divide="ignore", invalid="ignore"):  # a network may die out
        return {"statistics": by_layer({"std_kept": std / std[0], "gradient_rms": rms / rms[-1]})}


def _handed_on(net: nn.Sequential, k: int, activation: str, *, normalized: bool) -> str:
    """Return the name of what hidden layer k hands on."""
    if normalized:
        return f"layernorm{k}"
    return f"residual{k}" if f"residual{k}" in net.layers else f"{activation}{k}"
