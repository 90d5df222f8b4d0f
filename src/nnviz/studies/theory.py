"""What mean-field theory says of wide untrained layers, activation by activation."""

import numpy as np

from nnviz import _checks, nn
from nnviz._typing import Array

__all__ = ["edge_of_chaos", "propagate", "propagate_normalized", "relu_scatter"]

# Ten standard deviations on either side, as the sinh of equal steps: the trapezoid rule converges
# faster than any power, also where √q is so large that tanh turns within 1e-14 of 0. An even number
# of nodes, so that none lies on ReLU's kink at 0.
_DENSER = 40.0
_PLACES, _STEP = np.linspace(-_DENSER, _DENSER, 4000, retstep=True)
_NODES = 10.0 * np.sinh(_PLACES) / np.sinh(_DENSER)
_SPACING = 10.0 * np.cosh(_PLACES) / np.sinh(_DENSER) * _STEP
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.sqrt(2 * np.pi) * _SPACING


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


def edge_of_chaos(bias_variance: float) -> float:
    """Return the weight variance at which differences neither shrink nor grow in tanh layers.

    With weights of variance σ_w²/n_in and biases of variance σ_b², the variance q of the
    pre-activations of wide layers has a fixed point, and a small difference between two inputs
    is multiplied by √χ in each layer there (Poole et al., 2016, eqs. 3 and 8; Schoenholz et al.,
    2017, section 3)::

        q = σ_w² · E[φ(√q z)²] + σ_b²,   χ = σ_w² · E[φ'(√q z)²],   z ~ N(0, 1)

    On the line χ = 1: the second equation gives σ_w² for each q, the first σ_b², which is solved
    for q.

    Parameters
    ----------
    bias_variance : float
        σ_b², above 0.

    Returns
    -------
    float
        σ_w², n_in times the variance of a weight.
    """
    wanted = _checks.positive("bias_variance", bias_variance)

    def weight_variance(q: float) -> float:
        slope = 1 - np.tanh(np.sqrt(q) * _NODES) ** 2
        return float(1 / np.sum(_WEIGHTS * slope * slope))

    def missing(q: float) -> float:
        square = float(np.sum(_WEIGHTS * np.tanh(np.sqrt(q) * _NODES) ** 2))
        return q - weight_variance(q) * square - wanted

    from scipy.optimize import brentq

    high = 1.0
    while missing(high) < 0:
        high *= 2
    return weight_variance(brentq(missing, 0.0, high, xtol=1e-14, rtol=1e-14))


def propagate_normalized(
    activation: str, std: float, *, inputs: float, width: int, depth: int, eps: float
) -> Array:
    """Return by depth how wide activations are after batch normalization, in wide layers.

    With independent weights of standard deviation `std`, pre-activations have the variance σ²_k,
    and batch normalization leaves of it what `eps` lets through::

        σ²_1 = std² · inputs,   τ²_k = σ²_k / (σ²_k + eps),
        v_k = Var φ(τ_k z),     σ²_{k+1} = std² · width · v_k,   z ~ N(0, 1)

    Where eps is small beside σ², τ is 1 whatever the scale of the weights (Ioffe and Szegedy,
    2015, §3.3). That normalized values be normal is an assumption.

    Parameters
    ----------
    activation : str
        A name from `nn.ACTIVATIONS`.
    std : float
        Standard deviation of the weights.
    inputs : float
        Sum of the variances of the features.
    width, depth : int
        Units per layer, number of layers.
    eps : float
        What is added to the variance.

    Returns
    -------
    ndarray of shape (depth,)
        √v_k.
    """
    function = _checks.lookup("activation", activation, nn.ACTIVATIONS)
    spread = np.empty(depth)
    variance = std**2 * inputs
    for k in range(depth):
        value = function.value(np.sqrt(variance / (variance + eps)) * _NODES)
        # about the mean, so that a narrow activation keeps its digits
        centered = value - np.sum(_WEIGHTS * value)
        passed = float(np.sum(_WEIGHTS * centered * centered))
        spread[k], variance = np.sqrt(passed), std**2 * width * passed
    return spread


def relu_scatter(width: int) -> tuple[float, float]:
    """Return how one ReLU layer of He's weights changes the logarithm of a mean square.

    With n units, weights of variance 2/n and no bias, the mean square of the outputs is
    multiplied from layer to layer by (2/n)·Σ max(0, zᵢ)², zᵢ standard normal and independent of
    all other layers: by 2/n times a χ² variable with K degrees of freedom, K the number of
    positive zᵢ. Its mean is 1, that of its logarithm is below 0; through many layers mean and
    variance of logarithms add up (Hanin and Nica, 2020, arXiv 1812.05994, who have for them
    −5/(2n) and 5/n, but for terms in 1/n²)::

        mean = ln(4/n) + E[ψ(K/2)],   variance = E[ψ'(K/2)] + Var[ψ(K/2)]

    Parameters
    ----------
    width : int
        n.

    Returns
    -------
    mean, variance : float
        Of the natural logarithm of that factor, given that K > 0.
    """
    from scipy.special import digamma, polygamma
    from scipy.stats import binom

    positive = np.arange(1, _checks.integer("width", width) + 1)
    weight = binom.pmf(positive, width, 0.5)
    weight /= weight.sum()
    log = digamma(positive / 2)
    mean = float(weight @ log)
    variance = float(weight @ polygamma(1, positive / 2) + weight @ (log - mean) ** 2)
    return float(np.log(4 / width)) + mean, variance
