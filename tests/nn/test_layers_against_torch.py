"""Every layer and loss agrees with torch autograd in float64 to 1e-10."""

import numpy as np
import pytest

from nnviz import nn

torch = pytest.importorskip("torch", reason="torch is the witness here")
F = torch.nn.functional

CLOSE = {"rtol": 0, "atol": 1e-10}
TORCH_ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": lambda x: F.softplus(x, threshold=1e6),
    "identity": lambda x: x * 1,
}


def tensor(array, grad=True):
    return torch.tensor(array, dtype=torch.float64, requires_grad=grad)


@pytest.fixture
def x(rng):
    # A zero and values far out, where a careless formula overflows.
    x = 3 * rng.standard_normal((16, 7))
    x[0, :4] = [0.0, -40.0, 40.0, 1e-9]
    return x


def compare(layer, x, rng, witness, witness_params, *, train):
    """Compare output, input gradient and parameter gradients of a layer with torch's."""
    y, backward = layer(x, train=train)
    dy = rng.standard_normal(y.shape)
    dx, grads = backward(dy)
    tx = tensor(x)
    ty = witness(tx)
    ty.backward(tensor(dy, grad=False))
    np.testing.assert_allclose(y, ty.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(dx, tx.grad.numpy(), **CLOSE)
    assert set(grads) == set(witness_params)
    for name, parameter in witness_params.items():
        np.testing.assert_allclose(grads[name], parameter.grad.numpy(), err_msg=name, **CLOSE)


def test_the_witness_covers_every_activation():
    assert set(TORCH_ACTIVATIONS) == set(nn.ACTIVATIONS)


@pytest.mark.parametrize("name", sorted(TORCH_ACTIVATIONS))
def test_activation(name, x, rng):
    compare(nn.ACTIVATIONS[name], x, rng, TORCH_ACTIVATIONS[name], {}, train=True)


@pytest.mark.parametrize("name", sorted(TORCH_ACTIVATIONS))
def test_derivative(name, x):
    tx = tensor(x)
    TORCH_ACTIVATIONS[name](tx).sum().backward()
    np.testing.assert_allclose(nn.ACTIVATIONS[name].derivative(x), tx.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("bias", [True, False])
def test_linear(x, rng, bias):
    layer = nn.Linear(7, 5, bias=bias, rng=rng, dtype=np.float64)
    if bias:
        layer.params["bias"][:] = rng.standard_normal(5)
    params = {name: tensor(value) for name, value in layer.params.items()}

    def witness(t):
        return t @ params["weight"] + params.get("bias", 0)

    compare(layer, x, rng, witness, params, train=True)


@pytest.mark.parametrize("train", [True, False])
def test_batch_norm_and_its_running_statistics(x, rng, train):
    layer = nn.BatchNorm(7, dtype=np.float64)
    layer.params["weight"][:] = rng.standard_normal(7)
    layer.params["bias"][:] = rng.standard_normal(7)
    params = {name: tensor(value) for name, value in layer.params.items()}
    mean, variance = torch.zeros(7).double(), torch.ones(7).double()

    def witness(t):
        return F.batch_norm(t, mean, variance, params["weight"], params["bias"], training=train)

    for _ in range(3):
        for parameter in params.values():
            parameter.grad = None
        compare(layer, x + rng.standard_normal(7), rng, witness, params, train=train)
    np.testing.assert_allclose(layer.state["running_mean"], mean.numpy(), **CLOSE)
    np.testing.assert_allclose(layer.state["running_variance"], variance.numpy(), **CLOSE)


@pytest.mark.parametrize("name", sorted(TORCH_ACTIVATIONS))
def test_activation_in_single_precision(name, x):
    """To a few units in the last place of what torch computes in double precision."""
    function = nn.ACTIVATIONS[name]
    tx = tensor(x)
    ty = TORCH_ACTIVATIONS[name](tx)
    ty.sum().backward()
    close = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(function.value(x.astype("f4")), ty.detach().numpy(), **close)
    np.testing.assert_allclose(function.derivative(x.astype("f4")), tx.grad.numpy(), **close)


def test_layer_norm(x, rng):
    layer = nn.LayerNorm(7, dtype=np.float64)
    layer.params["weight"][:] = rng.standard_normal(7)
    params = {name: tensor(value) for name, value in layer.params.items()}

    def witness(t):
        return F.layer_norm(t, (7,), params["weight"], params["bias"])

    compare(layer, x, rng, witness, params, train=True)


@pytest.mark.parametrize("inverted", [True, False])
def test_dropout_with_its_mask(x, rng, inverted):
    layer = nn.Dropout(0.3, inverted=inverted, rng=np.random.default_rng(5))
    mask = nn.Dropout(0.3, inverted=inverted, rng=np.random.default_rng(5)).mask(x)
    assert 0 < np.mean(mask == 0) < 0.6
    compare(layer, x, rng, lambda t: t * tensor(mask, grad=False), {}, train=True)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_softmax_cross_entropy(rng, smoothing):
    logits, labels = 50 * rng.standard_normal((16, 10)), rng.integers(0, 10, 16)
    value, gradient = nn.softmax_cross_entropy(logits, labels, label_smoothing=smoothing)
    t = tensor(logits)
    loss = F.cross_entropy(t, torch.tensor(labels), label_smoothing=smoothing)
    loss.backward()
    assert value == pytest.approx(loss.item(), abs=1e-10)
    np.testing.assert_allclose(gradient, t.grad.numpy(), **CLOSE)


def test_mean_squared_error(rng):
    outputs, targets = rng.standard_normal((2, 16, 3))
    value, gradient = nn.mean_squared_error(outputs, targets)
    t = tensor(outputs)
    loss = F.mse_loss(t, tensor(targets, grad=False))
    loss.backward()
    assert value == pytest.approx(loss.item(), abs=1e-12)
    np.testing.assert_allclose(gradient, t.grad.numpy(), **CLOSE)
