"""The chain: its gradients, its flat parameters, and what it shows to an observer."""

import copy

import numpy as np
import pytest

from nnviz import nn


def loss_of(net, x, labels):
    logits, backward = net(x, train=True)
    value, dlogits = nn.softmax_cross_entropy(logits, labels)
    return value, backward(dlogits)


@pytest.mark.parametrize("batch_norm", [None, "before", "after"])
@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_gradient_of_a_whole_network_by_finite_differences(rng, batch_norm, activation):
    net = nn.mlp(
        [5, 8, 7, 3],
        activation=activation,
        init="xavier",
        batch_norm=batch_norm,
        rng=rng,
        dtype=np.float64,
    )
    x, labels = rng.standard_normal((16, 5)), rng.integers(0, 3, 16)
    _, (dx, grads) = loss_of(net, x, labels)
    gradient = net.flatten(grads)
    for direction in rng.standard_normal((5, net.flat.size)):
        h = 1e-6
        net.flat += h * direction
        above, _ = loss_of(net, x, labels)
        net.flat -= 2 * h * direction
        below, _ = loss_of(net, x, labels)
        net.flat += h * direction
        assert gradient @ direction == pytest.approx((above - below) / (2 * h), abs=1e-7)
    shift = rng.standard_normal(x.shape)
    above, below = (loss_of(net, x + s * 1e-6 * shift, labels)[0] for s in (1, -1))
    assert np.sum(dx * shift) == pytest.approx((above - below) / 2e-6, abs=1e-7)


def test_the_flat_array_and_the_layers_share_their_memory(rng):
    net = nn.mlp([4, 3, 2], rng=rng)
    x = rng.standard_normal((5, 4)).astype(np.float32)
    before, _ = net(x)
    assert net.flat.size == 4 * 3 + 3 + 3 * 2 + 2
    assert list(net.params) == ["linear1/weight", "linear1/bias", "linear2/weight", "linear2/bias"]
    net.flat += 1
    assert net.layers["linear1"].params["bias"].tolist() == [1, 1, 1]
    after, _ = net(x)
    assert not np.allclose(before, after)


def test_the_last_layer_may_have_an_activation_of_its_own(rng):
    net = nn.mlp([4, 3, 2], output="sigmoid", rng=np.random.default_rng(3))
    bare = nn.mlp([4, 3, 2], rng=np.random.default_rng(3))
    assert list(net.layers) == ["linear1", "relu1", "linear2", "sigmoid2"]
    assert list(bare.layers) == ["linear1", "relu1", "linear2"]
    x = rng.standard_normal((5, 4)).astype(np.float32)
    np.testing.assert_allclose(net(x)[0], 1 / (1 + np.exp(-bare(x)[0])), rtol=1e-6)
    with pytest.raises(ValueError, match=r"output must be one of .*did you mean 'tanh'"):
        nn.mlp([4, 3, 2], output="tahn", rng=rng)


def test_masks_select_weights_but_no_scales(rng):
    net = nn.mlp([4, 3, 2], batch_norm="before", rng=rng)
    assert net.mask("weight").sum() == 4 * 3 + 3 * 2
    assert net.mask("bias").sum() == 3 + 2 + 3
    assert net.mask("weight")[:12].all()


def test_everything_is_observed_under_its_name(rng):
    net = nn.mlp([4, 3, 2], activation="relu", rng=rng)
    seen = {}
    x = rng.standard_normal((5, 4)).astype(np.float32)
    y, backward = net(x, train=True, observe=seen.__setitem__)
    assert list(seen) == ["linear1/activation", "relu1/activation", "linear2/activation"]
    assert seen["linear2/activation"] is y
    backward(np.ones_like(y))
    assert list(seen)[3:] == ["linear2/gradient", "relu1/gradient", "linear1/gradient"]
    assert all(seen[f"{n}/activation"].shape == seen[f"{n}/gradient"].shape for n in net.layers)


def test_who_observed_one_pass_hears_nothing_of_the_next(rng):
    net = nn.mlp([4, 3, 2], rng=rng)
    x = np.ones((5, 4), np.float32)
    calls = []
    y, _ = net(x, observe=lambda name, values: calls.append(name))
    assert len(calls) == 3
    _, backward = net(x, train=True)
    backward(np.ones_like(y))
    assert len(calls) == 3


def test_a_copy_is_whole_and_on_its_own(rng):
    net = nn.mlp([4, 3, 2], batch_norm="after", rng=rng)
    x = rng.standard_normal((5, 4))
    twin = copy.deepcopy(net)
    np.testing.assert_array_equal(twin(x)[0], net(x)[0])
    twin.flat[:] = 0
    assert not twin(x)[0].any()
    assert net(x)[0].any()
    assert all(np.shares_memory(value, twin.flat) for value in twin.params.values())


@pytest.mark.parametrize("x", [[[1, 2, 3, 4]], np.ones((1, 4), np.uint8), np.ones((1, 4), ">f8")])
def test_input_is_converted_to_the_type_of_the_parameters(x, rng):
    net = nn.mlp([4, 3, 2], rng=rng)
    y, backward = net(x)
    dx, grads = backward(y)
    assert y.dtype == dx.dtype == net.flatten(grads).dtype == np.float32


def test_a_chain_without_parameters(rng):
    net = nn.Sequential({"tanh": nn.ACTIVATIONS["tanh"]})
    x = rng.standard_normal((3, 4))
    y, backward = net(x)
    dx, grads = backward(np.ones_like(x))
    np.testing.assert_array_equal(y, np.tanh(x))
    np.testing.assert_allclose(dx, 1 - np.tanh(x) ** 2)
    assert net.flatten(grads).shape == net.flat.shape == (0,)


def test_an_empty_batch_passes_in_evaluation(rng):
    net = nn.mlp([4, 3, 2], batch_norm="before", dropout=0.5, rng=rng)
    assert net(np.ones((0, 4)))[0].shape == (0, 2)


def test_names_of_a_network_with_everything(rng):
    net = nn.mlp([4, 3, 2], activation="tanh", batch_norm="after", dropout=0.5, rng=rng)
    assert list(net.layers) == ["linear1", "tanh1", "batchnorm1", "dropout1", "linear2"]


def test_arguments_reach_every_layer(rng):
    def ones(rng, n_in, n_out):
        return np.full((n_in, n_out), 0.1)

    net = nn.mlp([4, 3, 3, 2], init=ones, dropout=0.25, inverted=False, rng=rng, dtype=np.float64)
    linear = [layer for name, layer in net.layers.items() if name.startswith("linear")]
    # 0.1 in float32 would be another number.
    assert all((layer.params["weight"] == 0.1).all() for layer in linear)
    dropout = [layer for name, layer in net.layers.items() if name.startswith("dropout")]
    assert [(layer.rate, layer.inverted) for layer in dropout] == [(0.25, False)] * 2
    bare = nn.mlp([4, 3, 2], bias=False, rng=rng)
    assert list(bare.params) == ["linear1/weight", "linear2/weight"]
    assert not bare.mask("bias").any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_is_kept_through_the_whole_chain(rng, dtype):
    net = nn.mlp([4, 3, 3, 2], batch_norm="before", dropout=0.5, rng=rng, dtype=dtype)
    x, labels = rng.standard_normal((6, 4)).astype(dtype), np.array([0, 1] * 3)
    _, (dx, grads) = loss_of(net, x, labels)
    assert dx.dtype == net.flatten(grads).dtype == net.flat.dtype == dtype


def test_wrong_chains_are_named(rng):
    layer = nn.Linear(3, 3, rng=rng)
    with pytest.raises(ValueError, match="layers must have at least one entry"):
        nn.Sequential({})
    with pytest.raises(ValueError, match="without '/'; got 'a/b'"):
        nn.Sequential({"a/b": layer})
    with pytest.raises(ValueError, match="one appears under two names"):
        nn.Sequential({"a": layer, "b": layer})
    with pytest.raises(ValueError, match=r"activation must be one of .*did you mean 'relu'"):
        nn.mlp([3, 3, 3], activation="rellu", rng=rng)
    with pytest.raises(ValueError, match="batch_norm must be one of before, after; got 'both'"):
        nn.mlp([3, 3, 3], batch_norm="both", rng=rng)
    with pytest.raises(ValueError, match="sizes must be a positive integer; got 0"):
        nn.mlp([3, 0, 2], rng=rng)
    net = nn.mlp([3, 4, 2], batch_norm="before", rng=rng)
    with pytest.raises(ValueError, match=r"for Linear; got \(5, 2\), in layer 'linear1'"):
        net(np.ones((5, 2)))
    with pytest.raises(ValueError, match=r"at least 2 rows .* in layer 'batchnorm1'"):
        net(np.ones((1, 3)), train=True)
    with pytest.raises(ValueError, match=r"kind must be one of .*did you mean 'weight'"):
        net.mask("wieght")
    with pytest.raises(ValueError, match="sizes must be at least a number of inputs"):
        nn.mlp([3], rng=rng)
