"""What one framework draws and counts on by default, as JSON: run inside its own environment.

``python defaults_probes.py NAME`` needs the framework and NumPy, and nothing of nnviz.
"""

import inspect
import json
import os
import sys

import numpy as np

N_IN, N_OUT = 600, 400
EXACT, TANH = 0.8413447, 0.8411920
"""GELU at 1: with the normal distribution function, and in the form with tanh."""


def default(function, name):
    """Return the default of a parameter; None where there is none."""
    value = inspect.signature(function).parameters[name].default
    return None if value is inspect.Parameter.empty else value


def form(value):
    """Return which form of GELU gives this value at 1."""
    return next(
        (name for name, known in (("exact", EXACT), ("tanh", TANH)) if abs(value - known) < 1e-5),
        f"{value:.5f} at 1",
    )


def pytorch():
    import torch
    from torch import nn

    dense, batch, one = nn.Linear(N_IN, N_OUT), nn.BatchNorm1d(2), torch.ones(1)
    yield "dense", (dense.weight.detach().numpy().T, dense.bias.detach().numpy())
    yield "Adam, epsilon", default(torch.optim.Adam, "eps")
    yield "layer norm, epsilon", nn.LayerNorm(2).eps
    yield "batch norm, epsilon", batch.eps
    yield "batch norm, momentum", batch.momentum
    yield "leaky ReLU, slope", nn.LeakyReLU().negative_slope
    yield "GELU", form(nn.functional.gelu(one).item())


def keras():
    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    dense, batch = keras.layers.Dense(N_OUT), keras.layers.BatchNormalization()
    dense.build((None, N_IN))
    yield "dense", tuple(map(np.asarray, dense.get_weights()))
    yield "Adam, epsilon", keras.optimizers.Adam().epsilon
    yield "layer norm, epsilon", keras.layers.LayerNormalization().epsilon
    yield "batch norm, epsilon", batch.epsilon
    yield "batch norm, momentum", batch.momentum
    yield "leaky ReLU, slope", keras.layers.LeakyReLU().negative_slope
    one = np.ones(1, np.float32)
    forms = [form(float(gelu(one)[0])) for gelu in (keras.activations.gelu, keras.ops.gelu)]
    yield "GELU", forms[0] if forms[0] == forms[1] else f"{forms[0]}; `keras.ops` {forms[1]}"


def flax():
    import jax
    import optax
    from flax import nnx

    dense = nnx.Linear(N_IN, N_OUT, rngs=nnx.Rngs(0))
    yield "dense", (np.asarray(dense.kernel[...]), np.asarray(dense.bias[...]))
    yield "Adam, epsilon", default(optax.adam, "eps")
    yield "layer norm, epsilon", default(nnx.LayerNorm.__init__, "epsilon")
    yield "batch norm, epsilon", default(nnx.BatchNorm.__init__, "epsilon")
    yield "batch norm, momentum", default(nnx.BatchNorm.__init__, "momentum")
    yield "leaky ReLU, slope", default(jax.nn.leaky_relu, "negative_slope")
    yield "GELU", form(float(nnx.gelu(1.0)))


def haiku():
    import haiku
    import jax

    network = haiku.transform(lambda x: haiku.Linear(N_OUT)(x))
    (params,) = network.init(jax.random.PRNGKey(0), np.zeros((1, N_IN), np.float32)).values()
    yield "dense", (np.asarray(params["w"]), np.asarray(params["b"]))
    yield "layer norm, epsilon", default(haiku.LayerNorm, "eps")
    yield "batch norm, epsilon", default(haiku.BatchNorm, "eps")
    yield "batch norm, momentum", default(haiku.BatchNorm, "decay_rate")


def equinox():
    import equinox
    import jax

    dense = equinox.nn.Linear(N_IN, N_OUT, key=jax.random.PRNGKey(0))
    yield "dense", (np.asarray(dense.weight).T, np.asarray(dense.bias))
    yield "layer norm, epsilon", default(equinox.nn.LayerNorm, "eps")
    yield "batch norm, epsilon", default(equinox.nn.BatchNorm, "eps")
    yield "batch norm, momentum", default(equinox.nn.BatchNorm, "momentum")


def mlx():
    import mlx.core
    from mlx import nn, optimizers

    dense = nn.Linear(N_IN, N_OUT)
    yield "dense", (np.array(dense.weight).T, np.array(dense.bias))
    yield "Adam, epsilon", default(optimizers.Adam, "eps")
    yield "layer norm, epsilon", default(nn.LayerNorm, "eps")
    yield "batch norm, epsilon", default(nn.BatchNorm, "eps")
    yield "batch norm, momentum", default(nn.BatchNorm, "momentum")
    slope = -np.array(nn.LeakyReLU()(mlx.core.array([-1.0])))[0]
    yield "leaky ReLU, slope", round(float(slope), 6)
    yield "GELU", form(float(np.array(nn.GELU()(mlx.core.array([1.0])))[0]))


def tinygrad():
    os.environ.setdefault("DEV", "PYTHON")  # slow, but others look for a compiler
    from tinygrad import Tensor, nn

    dense = nn.Linear(N_IN, N_OUT)
    yield "dense", (dense.weight.numpy().T, dense.bias.numpy())
    yield "Adam, epsilon", default(nn.optim.Adam, "eps")
    yield "layer norm, epsilon", default(nn.LayerNorm, "eps")
    yield "batch norm, epsilon", default(nn.BatchNorm, "eps")
    yield "batch norm, momentum", default(nn.BatchNorm, "momentum")
    yield "leaky ReLU, slope", default(Tensor.leaky_relu, "neg_slope")
    yield "GELU", form(float(Tensor([1.0]).gelu().numpy()[0]))


def paddle():
    import paddle
    from paddle import nn

    dense, one = nn.Linear(N_IN, N_OUT), paddle.ones([1])
    yield "dense", (dense.weight.numpy(), dense.bias.numpy())
    yield "Adam, epsilon", default(paddle.optimizer.Adam.__init__, "epsilon")
    yield "layer norm, epsilon", default(nn.LayerNorm.__init__, "epsilon")
    yield "batch norm, epsilon", default(nn.BatchNorm1D.__init__, "epsilon")
    yield "batch norm, momentum", default(nn.BatchNorm1D.__init__, "momentum")
    yield "leaky ReLU, slope", default(nn.LeakyReLU.__init__, "negative_slope")
    yield "GELU", form(float(nn.functional.gelu(one).numpy()[0]))


def scikit_learn(activation="relu"):
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((50, N_IN)), np.arange(50) % 2
    # what it drew is only had after an update: here one that is too small to be seen
    network = MLPClassifier((N_OUT,), activation=activation, learning_rate_init=1e-15)
    network.partial_fit(x, y, classes=[0, 1])
    yield "dense", (network.coefs_[0], network.intercepts_[0])
    yield "Adam, epsilon", network.epsilon


def scikit_learn_logistic():
    yield from scikit_learn("logistic")


def drawn(values):
    """Return what is to be told of an array of initial values."""
    values = np.asarray(values, np.float64)
    std = float(values.std())
    kurtosis = float(np.mean((values - values.mean()) ** 4) / std**4) if std else 0.0
    return {"std": std, "bound": float(np.abs(values).max()), "kurtosis": kurtosis}


def main(name):
    found = dict(globals()[name]())
    weight, bias = found.pop("dense")
    assert weight.shape == (N_IN, N_OUT), weight.shape
    print(json.dumps({"weight": drawn(weight), "bias": drawn(bias), "conventions": found}))


if __name__ == "__main__":
    main(sys.argv[1])
