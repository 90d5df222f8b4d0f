"""Scaling with width: initial weights and learning rates by which wide networks learn alike."""

import math

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.nn.initializers import Initializer
from nnviz.nn.sequential import Sequential

__all__ = ["maximal_update_normal", "maximal_update_rates"]


def maximal_update_normal(base_width: int) -> Initializer:
    """Return the initializer of the last layer in maximal-update scaling.

    Normal weights of variance ``base_width / n_in²``: those of `lecun_normal` at the base width,
    and narrower by a further root of the width beyond it, so that outputs begin smaller the wider
    the network is (Yang et al., 2022, arXiv 2203.03466, table 3).

    Parameters
    ----------
    base_width : int
        At which a network is as in standard scaling.
    """
    base = _checks.integer("base_width", base_width)

    def draw(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return rng.standard_normal((n_in, n_out)) * (math.sqrt(base) / n_in)

    return draw


def maximal_update_rates(net: Sequential, base_width: int, *, adaptive: bool = False) -> Array:
    """Return by what each parameter's learning rate is multiplied in maximal-update scaling.

    All are 1 at the base width, so that a rate found there serves at every width; with w the
    hidden width over the base width, and n_in / base_width in its place where a layer has its
    own (Yang et al., 2022, arXiv 2203.03466, table 3)::

                          first weight, biases, scales    hidden weights    last weight
        SGD, Momentum                  w                        1               1/w
        Adam                           1                       1/w              1/w

    The last layer's bias, of which there are as many as outputs whatever the width, has 1.

    Parameters
    ----------
    net : Sequential
        As `mlp` makes it, with `maximal_update_normal` as its ``output_init``.
    base_width : int
        As there.
    adaptive : bool, default False
        Whether the rule divides gradients by their size, as Adam does.

    Returns
    -------
    ndarray of shape (n_params,)
        In the order of ``net.flat``: ``optim.adam(0.001 * factors)``.

    Raises
    ------
    ValueError
        If the network has fewer than two weights: there is no hidden width.
    """
    _checks.instance("net", net, Sequential)
    base = _checks.integer("base_width", base_width)
    _checks.flag("adaptive", adaptive)
    weights = [name for name, value in net.params.items() if value.ndim == 2]
    if len(weights) < 2:
        raise _checks.fail("net", "a network with at least two weights", list(net.params))
    output = weights[-1].rpartition("/")[0]
    factors = np.ones_like(net.flat)
    for name, part in net.views(factors).items():
        of_output = name.rpartition("/")[0] == output
        if name in weights[1:]:
            if adaptive or of_output:
                part[...] = base / len(part)
        elif not adaptive and not of_output:
            part[...] = part.shape[-1] / base
    return factors
