"""The plane of a path against scikit-learn's components and networks trained one by one."""

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from nnviz import nn, optim, studies, train
from nnviz.studies.cells.paths import follow, principal

DATA = train.moons(60, 20, rng=np.random.default_rng(5))
HOW = {"hidden": (6, 5), "activation": "tanh", "learning_rate": 0.3, "batch_size": 20}


def test_components_are_scikit_learns_and_begin_on_the_negative_side(rng):
    points = rng.normal(size=(9, 30)) * np.linspace(1, 3, 30)
    mean, directions, shares = principal(points)
    theirs = PCA().fit(points)
    np.testing.assert_allclose(shares, theirs.explained_variance_ratio_, atol=1e-12)
    overlap = np.sum(directions[:8] * theirs.components_[:8], axis=1)
    np.testing.assert_allclose(np.abs(overlap), 1, atol=1e-10)
    assert (directions[:8] @ (points[0] - mean) < 0).all()


def test_components_of_a_random_walk_hold_what_theory_says(rng):
    """Exact in infinitely many dimensions: the covariance of steps is that of a free chain."""
    n = 60
    walk = np.cumsum(rng.normal(size=(n, 20_000)), axis=0)
    k = np.arange(1, n)
    expected = 1 / (4 * np.sin(np.pi * k / (2 * n)) ** 2) / ((n**2 - 1) / 6)
    np.testing.assert_allclose(principal(walk)[2][:4], expected[:4], rtol=0.05)
    assert expected[:2] == pytest.approx([6 / np.pi**2, 1.5 / np.pi**2], rel=0.01)


def networks(steps):
    """Return the parameters after each number of updates, each trained from the start."""
    points = []
    for done in range(steps + 1):
        rng = np.random.default_rng(2)
        net = nn.mlp([2, 6, 5, 2], activation="tanh", rng=rng, dtype=np.float64)
        rule = optim.sgd(HOW["learning_rate"])
        train.fit(net, DATA, rule, steps=done, batch_size=HOW["batch_size"], rng=rng)
        points.append(net.flat.copy())
    return net, np.array(points)


def test_the_cell_says_what_networks_trained_one_by_one_do():
    found = follow(data=DATA, seed=2, optimizer="sgd", steps=16, every=2, side=5, **HOW)
    path, components = pd.DataFrame(found["path"]), found["components"]
    net, points = networks(16)
    points = points[::2]
    assert list(path["step"]) == list(range(0, 17, 2))
    plane = PCA(2).fit(points)
    places = plane.transform(points) * np.where(plane.transform(points[:1]) > 0, -1, 1)
    np.testing.assert_allclose(path[["x", "y"]], places, atol=1e-10)
    feet = plane.inverse_transform(plane.transform(points))
    way = np.linalg.norm(points[-1] - points[0])
    off = np.linalg.norm(points - feet, axis=1) / way
    np.testing.assert_allclose(path["off_plane"], off, atol=1e-10)
    np.testing.assert_allclose(components["share"][:2], plane.explained_variance_ratio_, atol=1e-12)

    def loss(point):
        net.flat[:] = point
        return train.evaluate(net, DATA.x_train, DATA.y_train)[0]

    np.testing.assert_allclose(path["loss"], list(map(loss, points)), rtol=1e-10)
    np.testing.assert_allclose(path["loss_in_plane"], list(map(loss, feet)), rtol=1e-10)
    ground = pd.DataFrame(found["ground"])
    assert len(ground) == 25
    assert (ground[["x", "y"]].to_numpy().min(axis=0) < places.min(axis=0)).all()
    assert (ground[["x", "y"]].to_numpy().max(axis=0) > places.max(axis=0)).all()
    side = np.where(plane.transform(points[:1]) > 0, -1, 1)
    spots = plane.inverse_transform(ground[["x", "y"]].to_numpy() * side)
    np.testing.assert_allclose(ground["loss"], list(map(loss, spots)), rtol=1e-9)


def test_the_study_tells_how_much_the_plane_holds_and_how_far_the_path_is():
    study = studies.path_planes(DATA, **HOW, steps=24, every=2, side=6, seeds=2)
    path, components, runs = (study.table(name) for name in ("path", "components", "runs"))
    for _, run in runs.iterrows():
        own = path[path["seed"] == run["seed"]].set_index("step")
        assert run["farthest"] == own["off_plane"].max()
        assert own["off_plane"][run["farthest_step"]] == run["farthest"]
        assert (run["loss"], run["loss_in_plane"]) == tuple(own.loc[24, ["loss", "loss_in_plane"]])
        for setting, column in {"network": "plane_share", "random walk": "walk_share"}.items():
            mine = (components["seed"] == run["seed"]) & (components["setting"] == setting)
            rows = components[mine]
            assert run[column] == pytest.approx(rows["share"].to_numpy()[:2].sum())
    assert len(study.table("surface")) == 36


def test_a_path_has_more_points_than_components():
    with pytest.raises(ValueError, match="every must be at most 5, steps / 6; got 6"):
        studies.path_planes(DATA, **HOW, steps=30, every=6)
