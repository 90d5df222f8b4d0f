"""Curvature against dense matrices of PyTorch, and the course of a run against plain loops."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from nnviz import nn, studies, train
from nnviz.studies._edge_questions import questions_of
from nnviz.studies.cells.curvature import Landscape, critical_rate, largest_eigenvalue
from nnviz.studies.cells.sharpness import descend

SIZES = (2, 5, 4, 2)
DATA = train.moons(30, 10, rng=np.random.default_rng(5))
X = DATA.x_train.astype(np.float64) - DATA.x_train.astype(np.float64).mean(axis=0)
LOSSES = ("mean_squared_error", "softmax_cross_entropy")


def landscape(loss="mean_squared_error", sizes=SIZES, seed=0):
    rng = np.random.default_rng(seed)
    net = nn.mlp(sizes, activation="tanh", init="lecun_normal", rng=rng, dtype=np.float64)
    return Landscape(net, X, DATA.y_train, loss=loss), rng.normal(0, 0.7, net.flat.size)


def torch_loss(loss, sizes=SIZES):
    """Return the same loss in PyTorch, as a function of all parameters in one vector."""
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    x, y = torch.tensor(X), torch.tensor(DATA.y_train)

    def value(flat):
        h, start = x, 0
        for k, (n_in, n_out) in enumerate(pairwise(sizes)):
            weight = flat[start : start + n_in * n_out].reshape(n_in, n_out)
            start += n_in * n_out + n_out
            h = (h if k == 0 else torch.tanh(h)) @ weight + flat[start - n_out : start]
        if loss == "mean_squared_error":
            hot = torch.nn.functional.one_hot(y, sizes[-1]).to(h.dtype)
            return torch.nn.functional.mse_loss(h, hot)
        return torch.nn.functional.cross_entropy(h, y)

    return torch, value


def dense(loss, at, sizes=SIZES):
    torch, value = torch_loss(loss, sizes)
    return torch.autograd.functional.hessian(value, torch.tensor(at)).numpy()


@pytest.mark.parametrize("loss", LOSSES)
def test_products_are_those_of_the_dense_hessian(loss):
    ground, at = landscape(loss)
    hessian = dense(loss, at)
    size = np.abs(np.linalg.eigvalsh(hessian)).max()
    for along in np.random.default_rng(1).normal(size=(5, at.size)) * [
        [1e-6],
        [1],
        [1],
        [10],
        [1e6],
    ]:
        error = np.linalg.norm(ground.bend(at, along) - hessian @ along)
        assert error <= 1e-8 * size * np.linalg.norm(along)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(4))
def test_the_largest_curvature_is_the_dense_eigenvalue(loss, seed):
    ground, at = landscape(loss, seed=seed)
    start = np.random.default_rng(seed).normal(size=at.size)
    found, vector = largest_eigenvalue(lambda v: ground.bend(at, v), start, tolerance=1e-4)
    values, vectors = np.linalg.eigh(dense(loss, at))
    assert found == pytest.approx(values[-1], rel=1e-6)
    assert abs(vector @ vectors[:, -1]) / np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("shift", [0.0, -100.0])
@pytest.mark.parametrize("n", [1, 2, 60])
def test_the_largest_eigenvalue_is_the_highest_and_not_the_farthest_from_zero(n, shift):
    rng = np.random.default_rng(n)
    matrix = rng.normal(size=(n, n))
    matrix = matrix + matrix.T + shift * np.eye(n)
    found, _ = largest_eigenvalue(lambda v: matrix @ v, rng.normal(size=n), tolerance=1e-10)
    assert found == pytest.approx(np.linalg.eigvalsh(matrix)[-1], rel=1e-12)


def test_an_eigenvalue_that_is_not_found_is_missing():
    matrix, start = np.diag(np.arange(1.0, 101)), np.ones(100)
    found, vector = largest_eigenvalue(lambda v: matrix @ v, start, tolerance=1e-10, most=5)
    assert math.isnan(found)
    assert np.linalg.norm(vector) == pytest.approx(1)
    found, vector = largest_eigenvalue(lambda v: np.full(100, np.inf), start, tolerance=1e-10)
    assert math.isnan(found)
    assert np.linalg.norm(vector) == pytest.approx(1)


def test_the_critical_rate_of_a_quadratic_loss_is_that_of_its_hessian():
    sizes = (2, 2)
    ground, at = landscape(sizes=sizes)
    _, gradient = ground.gradient(at)
    hessian = dense("mean_squared_error", at, sizes)
    exact = 2 * gradient @ gradient / (gradient @ hessian @ gradient)
    for guess in (1e-4, exact / 3, exact, 1e5):
        found, passes = critical_rate(ground, at, gradient, guess=guess)
        assert found == pytest.approx(exact, rel=1e-3)
        assert passes <= 14 + abs(math.log2(exact / guess))
        found, _ = critical_rate(ground, at, gradient, guess=guess, tolerance=1e-13)
        assert found == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(4))
def test_the_critical_rate_is_where_the_loss_first_rises(loss, seed):
    torch, value = torch_loss(loss)
    ground, at = landscape(loss, seed=seed)
    _, gradient = ground.gradient(at)
    found, _ = critical_rate(ground, at, gradient, guess=1.0)
    rates = found * np.arange(1, 401) / 200
    points = at - rates[:, None] * gradient
    rises = [float(value(torch.tensor(point))) > float(value(torch.tensor(at))) for point in points]
    assert rates[np.argmax(rises)] == pytest.approx(found, rel=0.01)


@pytest.mark.parametrize("slope", [-1.0, 1.0])
def test_no_critical_rate_where_the_loss_falls_or_rises_for_ever(slope):
    class Plane:
        def value(self, at):
            return slope * float(at[0])

    rate, _ = critical_rate(Plane(), np.zeros(1), np.array([-1.0]), guess=1.0)
    assert math.isnan(rate)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_cell_says_what_plain_gradient_descent_with_dense_hessians_does(loss):
    torch, value = torch_loss(loss)
    rng = np.random.default_rng(3)
    net = nn.mlp(SIZES, activation="tanh", init="pytorch_uniform", rng=rng, dtype=np.float64)
    at = torch.tensor(net.flat.copy(), requires_grad=True)
    found = descend(
        data=DATA,
        seed=3,
        hidden=SIZES[1:-1],
        activation="tanh",
        loss=loss,
        learning_rate=0.9,
        steps=12,
        every=4,
    )
    curvature = pd.DataFrame(found["curvature"]).set_index("step")
    assert list(curvature.index) == [0, 4, 8, 12]
    for step, said in enumerate(found["loss"]["loss"]):
        now = value(at)
        (gradient,) = torch.autograd.grad(now, at)
        assert said == pytest.approx(now.item(), rel=1e-10)
        if step in curvature.index:
            row, g = curvature.loc[step], gradient.numpy()
            hessian = dense(loss, at.detach().numpy())
            assert row["sharpness"] == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-3)
            assert row["along_gradient"] == pytest.approx(g @ hessian @ g / (g @ g), rel=1e-6)
        at = (at - 0.9 * gradient).detach().requires_grad_()
    assert step == 12


def test_a_run_that_is_lost_ends_and_is_no_fault():
    found = descend(
        data=DATA,
        seed=0,
        hidden=(5,),
        activation="relu",
        loss="mean_squared_error",
        learning_rate=1e9,
        steps=400,
        every=3,
    )
    assert len(found["loss"]["loss"]) < 400
    assert np.isfinite(found["loss"]["loss"]).all()


def test_the_study_tells_the_course_of_each_run():
    study = studies.edge_of_stability(
        DATA, rates=(4.0, 1.0), hidden=(8,), steps=60, every=10, seeds=2
    )
    rows, runs = study.table("sharpness"), study.table("runs")
    assert list(runs["learning_rate"]) == [1.0, 1.0, 4.0, 4.0]
    for _, run in runs.iterrows():
        own = rows[(rows["seed"] == run["seed"]) & (rows["setting"] == run["setting"])]
        above = own[own["sharpness"] >= 2 / run["learning_rate"]]
        reached = above["step"].min() if len(above) else math.nan
        assert run["reached"] == pytest.approx(reached, nan_ok=True)
        assert own["marked"].iloc[0] == pytest.approx(reached, nan_ok=True)
        assert run["last"] == pytest.approx(own[own["step"] >= 45]["sharpness"].mean())
        assert run["first"] == own["sharpness"].iloc[0]
    measures = study.table("measures")
    both = measures.pivot(index=["learning_rate", "seed", "step"], columns="setting")
    ratio = (
        both["relative_curvature"]["critical sharpness"] / both["relative_curvature"]["sharpness"]
    )
    expected = rows.set_index(["learning_rate", "seed", "step"])
    expected = 2 / expected["critical_rate"] / expected["sharpness"]
    np.testing.assert_allclose(ratio.sort_index(), expected.sort_index())


def test_of_one_learning_rate_no_others_are_spoken_of():
    for rates in ([2.0], [1.0, 2.0]):
        for question in questions_of({"rates": rates}):
            assert ("other learning" in question.expected) <= (len(rates) > 1)
            assert ("where that is least" in question.expected) <= (len(rates) > 1)


def test_the_curvature_is_measured_at_least_once_more():
    with pytest.raises(ValueError, match="every must be at most 5, the number of steps; got 6"):
        studies.edge_of_stability(DATA, steps=5, every=6)
