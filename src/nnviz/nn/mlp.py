"""The network of the chapter: linear layers with an activation between them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnviz import _checks
from nnviz.nn.activations import ACTIVATIONS
from nnviz.nn.dropout import Dropout
from nnviz.nn.initializers import Initializer, initializer_of
from nnviz.nn.layer import Layer
from nnviz.nn.linear import Linear
from nnviz.nn.normalization import BatchNorm, LayerNorm
from nnviz.nn.residual import Residual
from nnviz.nn.sequential import Sequential

__all__ = ["mlp"]


def mlp(
    sizes: Sequence[int],
    *,
    activation: str = "relu",
    output: str = "identity",
    init: str | Initializer = "he_normal",
    output_init: str | Initializer | None = None,
    batch_norm: str | None = None,
    layer_norm: str | None = None,
    eps: float = 1e-5,
    residual: bool = False,
    dropout: float = 0.0,
    inverted: bool = True,
    bias: bool = True,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float32,
) -> Sequential:
    """Return a multilayer perceptron.

    Hidden layer k is ``linear<k>``, ``<activation><k>`` and, where asked for,
    ``batchnorm<k>``, ``layernorm<k>`` and ``dropout<k>``; with a residual connection these are
    parts of ``residual<k>``. The last ``linear`` is the output, without activation unless asked
    for: then ``<output><k>``.

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
    output_init : str or callable, optional
        Likewise, of the last layer's weight. By default, as all others.
    batch_norm, layer_norm : {"before", "after"}, optional
        Normalize before or after the activation. By default, not at all. Of a hidden layer with a
        residual connection: first in the branch ("pre-norm", with another normalization before
        the last layer) or after the sum ("post-norm"; Xiong et al., 2020, arXiv 2002.04745).
    eps : float, default 1e-5
        What a normalization adds to the variance; matters where that is as small.
    residual : bool, default False
        Whether each hidden layer with as many outputs as inputs is added to its input.
    dropout, inverted : float, bool
        As in `Dropout`, after each hidden layer, within a branch. At rate 0 there is no such
        layer.
    bias : bool, default True
        Whether the linear layers have a bias.
    rng : numpy.random.Generator
        Source of the weights and of the dropout masks.
    dtype : dtype, default float32
        Of the parameters.

    Raises
    ------
    ValueError
        For an argument that breaks its rule, or `residual` where no hidden layer has as many
        outputs as inputs.
    """
    hidden = _hidden(sizes, residual)
    norms = {
        "batchnorm": (BatchNorm, _checks.optional("batch_norm", batch_norm, _place)),
        "layernorm": (LayerNorm, _checks.optional("layer_norm", layer_norm, _place)),
    }
    _checks.positive("eps", eps)
    _checks.flag("inverted", inverted)
    rate = _checks.fraction("dropout", dropout)
    function = _checks.lookup("activation", activation, ACTIVATIONS)
    end = _checks.lookup("output", output, ACTIVATIONS)

    def normalized(place: str, k: int, n: int) -> dict[str, Layer]:
        return {
            f"{name}{k}": norm(n, eps=eps, dtype=dtype)
            for name, (norm, asked) in norms.items()
            if asked == place
        }

    layers: dict[str, Layer] = {}
    for k, (n_in, n_out) in enumerate(hidden, start=1):
        linear = {f"linear{k}": Linear(n_in, n_out, init=init, bias=bias, rng=rng, dtype=dtype)}
        active = {f"{activation}{k}": function}
        dropped = {f"dropout{k}": Dropout(rate, inverted=inverted, rng=rng)} if rate else {}
        before, after = (normalized(place, k, n_out) for place in ("before", "after"))
        if residual and n_in == n_out:
            branch = Residual({**before, **linear, **active, **dropped})
            layers.update({f"residual{k}": branch, **after})
        else:
            layers.update({**linear, **before, **active, **after, **dropped})
    last = len(sizes) - 1
    if residual:
        layers.update(normalized("before", last, sizes[-2]))
    layers[f"linear{last}"] = Linear(
        sizes[-2],
        sizes[-1],
        init=init if output_init is None else initializer_of("output_init", output_init),
        bias=bias,
        rng=rng,
        dtype=dtype,
    )
    if output != "identity":
        layers[f"{output}{last}"] = end
    return Sequential(layers)


def _hidden(sizes: Sequence[int], residual: bool) -> list[tuple[int, int]]:
    """Return inputs and outputs of each hidden layer, checked."""
    if len(_checks.sequence("sizes", sizes, _checks.integer, distinct=False)) < 2:
        raise _checks.fail("sizes", "at least a number of inputs and one of outputs", sizes)
    hidden = list(pairwise(sizes[:-1]))
    if _checks.flag("residual", residual) and not any(n_in == n_out for n_in, n_out in hidden):
        rule = f"False, as no hidden layer of sizes {list(sizes)} has as many outputs as inputs"
        raise _checks.fail("residual", rule, residual)
    return hidden


def _place(name: str, value: Any) -> str:
    return _checks.one_of(name, value, ("before", "after"))
