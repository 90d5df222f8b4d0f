"""How far a few updates move what each layer computes: the cell of `coordinate_check`."""

from collections.abc import Mapping, Sequence

import numpy as np

from nnviz import nn, optim
from nnviz._typing import Array
from nnviz.train import Dataset, fit
from nnviz.train.cache import Tables

__all__ = ["ADAPTIVE", "measure"]

ADAPTIVE: Mapping[str, bool] = {"adam": True, "momentum": False, "sgd": False}
"""Rules whose scaling is known, and whether they divide gradients by their size."""

PROBE = 200
"""Rows on which outputs are compared."""


def begun(
    sizes: Sequence[int],
    activation: str,
    optimizer: str,
    learning_rate: float,
    *,
    base_width: int | None,
    seed: int,
) -> tuple[nn.Sequential, optim.Optimizer]:
    """Return an untrained network, and its rule; with a base width, its rates are scaled."""
    rng = np.random.default_rng(seed)
    net = nn.mlp(sizes, activation=activation, init="xavier", output_init="zeros", rng=rng)
    rate: float | Array = learning_rate
    if base_width is not None:
        adaptive = ADAPTIVE[optimizer]
        rate = learning_rate * nn.maximal_update_rates(net, base_width, adaptive=adaptive)
    return net, optim.make(optimizer, rate)


def measure(
    *,
    data: Dataset,
    scaled: bool,
    width: int,
    base_width: int,
    depth: int,
    activation: str,
    optimizer: str,
    learning_rate: float,
    batch_size: int,
    steps: int,
    seed: int,
) -> Tables:
    """Train a network for a few steps; return the root mean square change of each layer's sums.

    Parameters
    ----------
    scaled : bool
        Whether learning rates are scaled with the width, as `nn.maximal_update_rates` does. The
        weights begin as Xavier's in either case, those of the last layer at zero.

    The other arguments are those of `nn.mlp`, `optim.make` and `train.fit`.
    """
    net, rule = begun(
        [data.n_features, *[width] * depth, data.n_classes],
        activation,
        optimizer,
        learning_rate,
        base_width=base_width if scaled else None,
        seed=seed,
    )
    rows = data.x_train[:PROBE]
    before = _sums(net, rows)
    order = np.random.default_rng([seed, 1])  # the same batches at every width
    fit(net, data, rule, steps=steps, batch_size=batch_size, rng=order)
    with np.errstate(over="ignore", invalid="ignore"):
        changes = [
            np.sqrt(np.mean((after - sums) ** 2))
            for sums, after in zip(before, _sums(net, rows), strict=True)
        ]
    return {
        "changes": {
            "layer": np.array([*(f"layer {k}" for k in range(1, depth + 1)), "output"]),
            "change": np.array(changes, dtype=np.float64),
        }
    }


def _sums(net: nn.Sequential, x: Array) -> list[Array]:
    """Return what each linear layer puts out, before its activation."""
    seen: dict[str, Array] = {}
    net(x, observe=seen.__setitem__)
    return [values.astype(np.float64) for key, values in seen.items() if key.startswith("linear")]
