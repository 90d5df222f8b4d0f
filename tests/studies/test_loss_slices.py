"""Slices: what rescaling leaves as it was, and directions against plain loops over units."""

import numpy as np
import pytest

from nnviz import nn, optim, studies, train
from nnviz.studies.cells import slices

DATA = train.moons(60, 20, rng=np.random.default_rng(5))


def network(hidden, activation="relu", seed=0):
    rng = np.random.default_rng(seed)
    net = nn.mlp([2, *hidden, 2], activation=activation, rng=rng, dtype=np.float64)
    net.flat += rng.normal(0, 0.3, net.flat.size)  # biases, too
    return net, rng


@pytest.mark.parametrize("hidden", [(5,), (5, 4), (5, 4, 3)])
def test_a_rescaled_network_is_the_same_function(hidden):
    net, _ = network(hidden)
    before, _ = net(DATA.x_train)
    first, last = net.params["linear1/weight"].copy(), net.params[f"linear{len(hidden) + 1}/weight"]
    last = last.copy()
    net.flat[:] = slices.rescaled(net, 4.0)
    np.testing.assert_allclose(net(DATA.x_train)[0], before, rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(net.params["linear1/weight"], 4 * first)
    np.testing.assert_array_equal(net.params[f"linear{len(hidden) + 1}/weight"], last / 4)


def test_directions_are_as_long_as_the_weights_of_each_unit_or_of_all():
    net, rng = network((5, 4))
    drawn = rng.normal(size=net.flat.size)
    by_filter, whole = (net.views(make(net, drawn)) for make in slices.NORMALIZED.values())
    own, length, total = net.views(drawn), 0.0, 0.0
    for name, value in net.params.items():
        if name.endswith("bias"):
            assert not by_filter[name].any()
            assert not whole[name].any()
            continue
        length, total = length + (value**2).sum(), total + (own[name] ** 2).sum()
        for unit in range(value.shape[1]):
            column = own[name][:, unit]
            expected = column / np.sqrt((column**2).sum()) * np.sqrt((value[:, unit] ** 2).sum())
            np.testing.assert_allclose(by_filter[name][:, unit], expected, rtol=1e-12)
    for name in ("linear1/weight", "linear3/weight"):
        np.testing.assert_allclose(whole[name], own[name] * np.sqrt(length / total), rtol=1e-12)


def test_the_study_slices_the_network_that_fit_trains():
    study = studies.loss_slices(
        DATA, hidden=(6,), learning_rate=0.3, batch_size=20, steps=30, directions=2, seeds=2
    )
    rng = np.random.default_rng(1)
    net = nn.mlp([2, 6, 2], activation="relu", rng=rng, dtype=np.float64)
    train.fit(net, DATA, optim.sgd(0.3), steps=30, batch_size=20, rng=rng)
    at, ways = net.flat.copy(), rng.standard_normal((2, net.flat.size))
    ways = [slices.by_filter(net, way) for way in ways]
    table = study.table("slices")
    rows = table[(table["seed"] == 1) & (table["setting"] == "by filter")]
    for _, row in rows.iloc[::8].iterrows():
        losses = []
        for way in ways:
            net.flat[:] = at + row["place"] * way
            losses.append(train.evaluate(net, DATA.x_train, DATA.y_train)[0])
        assert row["loss"] == pytest.approx(np.mean(losses), rel=1e-12)
    other = table[(table["seed"] == 1) & (table["setting"] == "by filter and rescaled")]
    np.testing.assert_allclose(rows["loss"], other["loss"], rtol=1e-10)
    rises = study.table("rises").set_index(["setting", "seed"])["rise"]
    for (setting, seed), own in table.groupby(["setting", "seed"]):
        middle = own.loc[own["place"].abs().idxmin(), "loss"]
        assert rises[setting, seed] == pytest.approx(own["loss"].mean() - middle)
