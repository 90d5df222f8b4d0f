"""Residual networks, normalized before or after: against torch, and as parts of a chain."""

import copy

import numpy as np
import pytest

from nnviz import nn, optim, record, train

NORMS = [
    {},
    {"layer_norm": "before"},
    {"layer_norm": "after"},
    {"batch_norm": "before"},
    {"batch_norm": "after", "layer_norm": "before"},
]


def network(rng, **more):
    net = nn.mlp([5, 6, 6, 6, 3], activation="tanh", residual=True, rng=rng, dtype=float, **more)
    net.flat += 0.3 * rng.standard_normal(net.flat.shape)  # scales and biases of their own, too
    return net


@pytest.mark.parametrize("more", NORMS)
def test_a_whole_network_agrees_with_torch(more, rng):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    functional = torch.nn.functional
    net = network(rng, **more)
    params = {name: torch.tensor(value, requires_grad=True) for name, value in net.params.items()}

    def linear(k, t):
        name = f"residual{k}/linear{k}" if f"residual{k}" in net.layers else f"linear{k}"
        return t @ params[f"{name}/weight"] + params[f"{name}/bias"]

    def norm(place, k, t, within=""):
        if more.get("batch_norm") == place:
            own = [params[f"{within}batchnorm{k}/{part}"] for part in ("weight", "bias")]
            t = functional.batch_norm(t, None, None, *own, training=True)
        if more.get("layer_norm") == place:
            own = [params[f"{within}layernorm{k}/{part}"] for part in ("weight", "bias")]
            t = functional.layer_norm(t, (6,), *own)
        return t

    x, labels = rng.standard_normal((16, 5)), rng.integers(0, 3, 16)
    tx = torch.tensor(x, requires_grad=True)
    t = norm("after", 1, torch.tanh(norm("before", 1, linear(1, tx))))
    for k in (2, 3):
        branch = torch.tanh(linear(k, norm("before", k, t, f"residual{k}/")))
        t = norm("after", k, t + branch)
    output = linear(4, norm("before", 4, t))
    functional.cross_entropy(output, torch.tensor(labels)).backward()

    logits, backward = net(x, train=True)
    dx, grads = backward(nn.softmax_cross_entropy(logits, labels)[1])
    np.testing.assert_allclose(logits, output.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(dx, tx.grad.numpy(), rtol=0, atol=1e-10)
    assert set(grads) == set(params)
    for name, param in params.items():
        np.testing.assert_allclose(grads[name], param.grad.numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("more", NORMS)
def test_gradient_by_finite_differences(more, rng):
    net = network(rng, **more)
    x, labels = rng.standard_normal((16, 5)), rng.integers(0, 3, 16)

    def loss():
        logits, backward = net(x, train=True)
        value, dlogits = nn.softmax_cross_entropy(logits, labels)
        return value, lambda: net.flatten(backward(dlogits)[1])

    gradient = loss()[1]()
    for direction in rng.standard_normal((3, net.flat.size)):
        ends = []
        for h in (1e-6, -2e-6):
            net.flat += h * direction
            ends.append(loss()[0])
        net.flat += 1e-6 * direction
        assert gradient @ direction == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-7)


def test_where_the_norms_are(rng):
    def names(**more):
        net = network(rng, **more)
        return {key: list(getattr(value, "layers", {})) for key, value in net.layers.items()}

    assert names() == {
        "linear1": [],
        "tanh1": [],
        "residual2": ["linear2", "tanh2"],
        "residual3": ["linear3", "tanh3"],
        "linear4": [],
    }
    assert names(layer_norm="before", dropout=0.5) == {
        "linear1": [],
        "layernorm1": [],
        "tanh1": [],
        "dropout1": [],
        "residual2": ["layernorm2", "linear2", "tanh2", "dropout2"],
        "residual3": ["layernorm3", "linear3", "tanh3", "dropout3"],
        "layernorm4": [],
        "linear4": [],
    }
    after = ["linear1", "tanh1", "layernorm1", "residual2", "layernorm2", "residual3"]
    assert list(names(layer_norm="after")) == [*after, "layernorm3", "linear4"]
    plain = nn.mlp([5, 6, 3], layer_norm="before", rng=rng)
    assert list(plain.layers) == ["linear1", "layernorm1", "relu1", "linear2"]


def test_layers_of_another_size_have_no_connection(rng):
    net = nn.mlp([6, 6, 4, 4, 3], residual=True, rng=rng)
    assert [name for name in net.layers if "residual" in name] == ["residual1", "residual3"]
    with pytest.raises(ValueError, match="residual must be False, as no hidden layer"):
        nn.mlp([5, 6, 3], residual=True, rng=rng)


def test_parameters_of_a_branch_are_views_of_the_whole(rng):
    net = network(rng)
    (inner,) = (net.layers["residual2"].layers[name] for name in ["linear2"])
    assert np.shares_memory(inner.params["weight"], net.flat)
    net.flat[:] = 0
    assert not inner.params["weight"].any()
    x = rng.standard_normal((4, 5))
    seen = {}
    net(x, observe=seen.__setitem__)
    np.testing.assert_array_equal(seen["residual2/activation"], seen["tanh1/activation"])
    assert net.mask("weight").sum() == 5 * 6 + 2 * 36 + 6 * 3


def test_a_copy_of_a_residual_network_is_on_its_own(rng):
    net = network(rng, layer_norm="before")
    twin, x = copy.deepcopy(net), rng.standard_normal((4, 5))
    np.testing.assert_array_equal(twin(x)[0], net(x)[0])
    twin.flat[:] = 0
    assert not twin(x)[0].any()
    assert net(x)[0].any()


def test_a_chain_within_a_chain_is_trained_with_it(rng):
    inner = nn.Sequential({"linear": nn.Linear(3, 3, rng=rng)})
    net = nn.Sequential({"inner": inner, "tanh": nn.ACTIVATIONS["tanh"]})
    net.flat[:] = 0
    assert not inner(np.ones((2, 3)))[0].any()
    assert not inner.flat.any()


def test_a_layer_within_a_branch_cannot_stand_elsewhere_too(rng):
    linear = nn.Linear(3, 3, rng=rng)
    with pytest.raises(ValueError, match="one appears under two names"):
        nn.Sequential({"one": linear, "two": nn.Residual({"linear": linear})})


def test_an_error_names_the_branch_and_its_layer(rng):
    net = nn.Sequential({"residual": nn.Residual({"linear": nn.Linear(4, 4, rng=rng)})})
    with pytest.raises(ValueError, match=r"got \(2, 3\), in layer 'linear', in layer 'residual'"):
        net(np.ones((2, 3)))


def test_a_recording_has_the_layers_of_the_branches(rng):
    recorder = record.Recorder(every=1)
    net = nn.mlp([64, 8, 8, 10], residual=True, layer_norm="before", rng=rng)
    data = train.digits(200)
    train.fit(net, data, optim.sgd(0.1), steps=3, batch_size=20, recorder=recorder, rng=rng)
    streams = set(recorder.streams)
    assert {"residual2/activation", "residual2/linear2/weight", "layernorm3/gradient"} <= streams
    assert "residual2/layernorm2/activation" in streams
