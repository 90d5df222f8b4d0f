"""What mean-field theory says of wide untrained layers, activation by activation."""

import numpy as np

from nnviz import _checks, nn
from nnviz._typing import Array

__all__ = ["propagate"]

# Ten standard deviations on either side, where the trapezoid rule converges faster than any power;
# an even number of nodes, so that none lies on ReLU's kink at 0.
_NODES = np.linspace(-10.0, 10.0, 4000)
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.sqrt(2 * np.pi) * (_NODES[1] - _NODES[0])


def propagate(activation: str, gain: float, *, depth: int) -> dict[str, Array]:
    """Return variance and gradient by depth in the limit of infinite width.

    With independent weights of variance gain/n_in, no bias and standard normal input, the
    pre-activations of layer k are normal with variance q_k, and the mean squared gradient with
    respect to a layer's output is χ_k times as large at layer k − 1 as at layer k::

        q_1 = gain,   q_{k+1} = gain · E[φ(√q_k z)²],   χ_k = gain · E[φ'(√q_k z)²],   z ~ N(0, 1)

    For a linear layer both factors are the gain (Glorot and Bengio, 2010), for ReLU half of it
    (He et al., 2015); the general form is that of Poole et al. (2016, eq. 3) for q and of
    Schoenholz et al. (2017, eq. 6) for χ. That forward and backward weights be independent is an
    assumption of theirs.

    Parameters
    ----------
    activation : str
        A name from `nn.ACTIVATIONS`.
    gain : float
        n_in times the variance of a weight: 1 for Xavier, 2 for He.
    depth : int
        Number of layers.

    Returns
    -------
    dict of str to ndarray of shape (depth,)
        ``preactivation_variance``, q_k; ``activation_variance``, that of φ; ``gradient_rms``,
        the root mean square of the gradient with respect to each layer's output, relative to
        the last layer's.
    """
    function = _checks.lookup("activation", activation, nn.ACTIVATIONS)
    width = _checks.non_negative("gain", gain)
    layers = _checks.integer("depth", depth)
    variance = np.empty(layers)
    output_variance, chi = np.empty(layers), np.empty(layers)
    q = width
    for k in range(layers):
        x = np.sqrt(q) * _NODES
        value, slope = function.value(x), function.derivative(x)
        square = np.sum(_WEIGHTS * value * value)
        variance[k], chi[k] = q, width * np.sum(_WEIGHTS * slope * slope)
        output_variance[k] = square - np.sum(_WEIGHTS * value) ** 2
        q = width * square
    # From the output of the last layer back to that of layer k: through layers L … k + 1.
    factors = np.append(np.cumprod(chi[:0:-1])[::-1], 1.0)
    return {
        "preactivation_variance": variance,
        "activation_variance": output_variance,
        "gradient_rms": np.sqrt(factors),
    }
