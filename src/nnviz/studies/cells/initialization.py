"""Activations of one untrained network, layer by layer."""

from collections.abc import Mapping

import numpy as np

from nnviz import nn
from nnviz._typing import Array, Backward
from nnviz.nn import Initializer
from nnviz.train.cache import Tables

__all__ = ["INITIALIZERS", "gain", "measure"]

INITIALIZERS: Mapping[str, Initializer] = {
    "std 1": nn.normal(1.0),
    "std 0.01": nn.normal(0.01),
    **nn.INITIALIZERS,
}
"""Those of `nn`, and the two normal distributions of the notes."""

_GAINS: Mapping[str, float] = {
    "zeros": 0.0,
    **dict.fromkeys(("lecun_normal", "lecun_uniform", "lecun_truncated", "xavier"), 1.0),
    **dict.fromkeys(("glorot_normal", "glorot_uniform", "orthogonal"), 1.0),
    **dict.fromkeys(("he_normal", "he_uniform"), 2.0),
    **dict.fromkeys(("pytorch_uniform", "sklearn_logistic"), 1 / 3),
    "haiku_truncated": 0.8796256610342398**2,
}
"""The variance of a weight times the number of inputs, of a layer as wide as the one before it."""

BINS = 60


def measure(
    *, activation: str, initializer: str, depth: int, width: int, samples: int, seed: int
) -> Tables:
    """Return histograms and statistics of one draw."""
    rng = np.random.default_rng(seed)
    function = nn.ACTIVATIONS[activation]
    init = INITIALIZERS[initializer]
    x: Array = rng.standard_normal((samples, width))
    outputs: list[Array] = []
    backwards: list[tuple[Backward, Backward]] = []
    for _ in range(depth):
        linear = nn.Linear(width, width, init=init, bias=False, rng=rng, dtype=np.float64)
        x, through_linear = linear(x)
        x, through_activation = function(x)
        outputs.append(x)
        backwards.append((through_linear, through_activation))
    gradient: Array = rng.standard_normal(x.shape)
    rms = np.zeros(depth)
    for k in reversed(range(depth)):
        rms[k] = np.sqrt(np.mean(gradient * gradient))
        through_linear, through_activation = backwards[k]
        gradient, _ = through_activation(gradient)
        gradient, _ = through_linear(gradient)
    limits = _limits(activation, initializer, depth, width)
    edges = np.linspace(*limits, BINS + 1)
    counts = [np.histogram(y, BINS, limits)[0] for y in outputs]  # given edges, it would sort
    layers = np.arange(1, depth + 1)
    return {
        "histograms": {
            "layer": np.repeat(layers, BINS),
            "left": np.tile(edges[:-1], depth),
            "right": np.tile(edges[1:], depth),
            "count": np.concatenate(counts),
        },
        "statistics": _statistics(function, outputs, rms / rms[-1]),
    }


def _statistics(
    function: nn.Activation, outputs: list[Array], gradient: Array
) -> dict[str, np.ndarray]:
    """Return the statistics of each layer, as columns."""
    rows: list[tuple[int, str, float]] = []
    for layer, (y, share) in enumerate(zip(outputs, gradient, strict=True), start=1):
        rows += [
            (layer, "std", float(y.std())),
            (layer, "zero", float(np.mean(y == 0))),
            (layer, "dead", float(np.mean((y == 0).all(axis=0)))),
            (layer, "unit_spread", float(y.std(axis=1).mean())),
            (layer, "gradient_rms", float(share)),
        ]
        if function.saturated is not None:
            rows.append((layer, "saturated", float(np.mean(function.saturated(y)))))
    layers, names, values = zip(*rows, strict=True)
    return {
        "layer": np.array(layers),
        "statistic": np.array(names),
        "value": np.array(values, dtype=np.float64),
    }


def gain(initializer: str, width: int) -> float:
    """Return the variance of a weight times the number of inputs, which is the width."""
    return {"std 1": width, "std 0.01": 1e-4 * width, **_GAINS}[initializer]


def _limits(activation: str, initializer: str, depth: int, width: int) -> tuple[float, float]:
    """Return the range of a setting's histograms.

    Sigmoid and tanh have bounds of their own. For the others, four standard deviations of the
    widest layer's input as theory predicts it for ReLU (He et al., 2015): it does not depend on
    the draw, so that the counts of all seeds add up.
    """
    if activation == "sigmoid":
        return 0.0, 1.0
    if activation == "tanh":
        return -1.0, 1.0
    gained = gain(initializer, width)
    variances = [gained * (gained / 2) ** k for k in range(depth)]
    widest = 4 * float(np.sqrt(max(variances)))
    return (0.0 if activation == "relu" else -widest), widest or 1.0
