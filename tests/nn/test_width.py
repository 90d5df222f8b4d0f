"""Maximal-update scaling: the table of one paper, held against the parametrization of another."""

import numpy as np
import pytest

from nnviz import nn, optim

BASE, WIDTH = 8, 24


def network(rng, width=WIDTH, **more):
    return nn.mlp(
        [5, width, width, 3],
        activation="tanh",
        init="lecun_normal",
        output_init=nn.maximal_update_normal(BASE),
        rng=rng,
        dtype=float,
        **more,
    )


def test_the_last_weight_narrows_with_the_width(rng):
    for width in (BASE, 4 * BASE):
        weight = nn.maximal_update_normal(BASE)(rng, width, 40_000)
        assert weight.std() == pytest.approx(BASE**0.5 / width, rel=0.01)


def test_factors_are_those_of_the_table(rng):
    def factors(**more):
        net = network(rng)
        each = net.views(nn.maximal_update_rates(net, BASE, **more))
        assert all(np.ptp(value) == 0 for value in each.values())
        return {name: value.flat[0] for name, value in each.items()}

    assert factors() == pytest.approx(
        {"linear1/weight": 3, "linear1/bias": 3, "linear2/weight": 1, "linear2/bias": 3}
        | {"linear3/weight": 1 / 3, "linear3/bias": 1}
    )
    assert factors(adaptive=True) == pytest.approx(
        {"linear1/weight": 1, "linear1/bias": 1, "linear2/weight": 1 / 3, "linear2/bias": 1}
        | {"linear3/weight": 1 / 3, "linear3/bias": 1}
    )


def test_scales_and_branches_have_their_factors(rng):
    net = network(rng, residual=True, layer_norm="before")
    each = net.views(nn.maximal_update_rates(net, BASE))
    assert each["residual2/layernorm2/weight"].tolist() == [3] * WIDTH
    assert (each["residual2/linear2/weight"] == 1).all()


@pytest.mark.parametrize("adaptive", [False, True])
def test_the_base_width_is_as_ever(rng, adaptive):
    net = network(rng, width=BASE)
    assert (nn.maximal_update_rates(net, BASE, adaptive=adaptive) == 1).all()


def test_training_is_that_of_multipliers_with_one_rate(rng):
    """Yang and Hu (2021, arXiv 2011.14522, section 5): factors in the network, one rate for all."""
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    net = network(rng, bias=False)
    multipliers = dict(zip(net.params, [(WIDTH / BASE) ** p for p in (0.5, 0, -0.5)], strict=True))
    theirs = {
        name: torch.tensor(value / multipliers[name], requires_grad=True)
        for name, value in net.params.items()
    }
    descent = torch.optim.SGD(list(theirs.values()), lr=0.2)
    rule = optim.sgd(0.2 * nn.maximal_update_rates(net, BASE))
    state = rule.init(net.flat)
    x, labels = rng.standard_normal((16, 5)), rng.integers(0, 3, 16)
    for _ in range(5):
        first, second, last = (theirs[name] * factor for name, factor in multipliers.items())
        logits = torch.tanh(torch.tanh(torch.tensor(x) @ first) @ second) @ last
        descent.zero_grad()
        torch.nn.functional.cross_entropy(logits, torch.tensor(labels)).backward()
        descent.step()
        ours, backward = net(x, train=True)
        np.testing.assert_allclose(ours, logits.detach().numpy(), rtol=0, atol=1e-12)
        grads = net.flatten(backward(nn.softmax_cross_entropy(ours, labels)[1])[1])
        updates, state = rule.update(grads, state, net.flat)
        net.flat += updates
