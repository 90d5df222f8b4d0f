"""The network of the chapter: linear layers with an activation between them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike

from nnviz import _checks
from nnviz.nn.activations import ACTIVATIONS
from nnviz.nn.dropout import Dropout
from nnviz.nn.initializers import Initializer
from nnviz.nn.layer import Layer
from nnviz.nn.linear import Linear
from nnviz.nn.normalization import BatchNorm
from nnviz.nn.sequential import Sequential

__all__ = ["mlp"]


def mlp(
    sizes: Sequence[int],
    *,
    activation: str = "relu",
    output: str = "identity",
    init: str | Initializer = "he_normal",
    batch_norm: str | None = None,
    eps: float = 1e-5,
    dropout: float = 0.0,
    inverted: bool = True,
    bias: bool = True,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> Sequential:
    """Return a multilayer perceptron.

    Hidden layer k is ``linear<k>``, ``<activation><k>`` and, where asked for,
    ``batchnorm<k>`` and ``dropout<k>``; the last ``linear`` is the output, without activation
    unless asked for: then ``<output><k>``.

    Parameters
    ----------
    sizes : sequence of int
        Number of inputs, of units in each hidden layer, and of outputs.
    activation : str, default "relu"
        A name from `ACTIVATIONS`.
    output : str, default "identity"
        Likewise, of the last layer. Softmax is part of the loss.
    init : str or callable, default "he_normal"
        As in `Linear`.
    batch_norm : {"before", "after"}, optional
        Normalize before or after the activation. By default, not at all.
    eps : float, default 1e-5
        What batch normalization adds to the variance; matters where that is as small.
    dropout, inverted : float, bool
        As in `Dropout`, after each hidden layer. At rate 0 there is no such layer.
    bias : bool, default True
        Whether the linear layers have a bias.
    rng : numpy.random.Generator
        Source of the weights and of the dropout masks.
    dtype : dtype, default float32
        Of the parameters.
    """
    if len(_checks.sequence("sizes", sizes, _checks.integer, distinct=False)) < 2:
        raise _checks.fail("sizes", "at least a number of inputs and one of outputs", sizes)
    if batch_norm is not None:
        _checks.one_of("batch_norm", batch_norm, ("before", "after"))
    _checks.positive("eps", eps)
    _checks.flag("inverted", inverted)
    rate = _checks.fraction("dropout", dropout)
    function = _checks.lookup("activation", activation, ACTIVATIONS)
    end = _checks.lookup("output", output, ACTIVATIONS)
    layers: dict[str, Layer] = {}
    for k, (n_in, n_out) in enumerate(pairwise(sizes[:-1]), start=1):
        layers[f"linear{k}"] = Linear(n_in, n_out, init=init, bias=bias, rng=rng, dtype=dtype)
        if batch_norm == "before":
            layers[f"batchnorm{k}"] = BatchNorm(n_out, eps=eps, dtype=dtype)
        layers[f"{activation}{k}"] = function
        if batch_norm == "after":
            layers[f"batchnorm{k}"] = BatchNorm(n_out, eps=eps, dtype=dtype)
        if rate:
            layers[f"dropout{k}"] = Dropout(rate, inverted=inverted, rng=rng)
    last = Linear(sizes[-2], sizes[-1], init=init, bias=bias, rng=rng, dtype=dtype)
    layers[f"linear{len(sizes) - 1}"] = last
    if output != "identity":
        layers[f"{output}{len(sizes) - 1}"] = end
    return Sequential(layers)
