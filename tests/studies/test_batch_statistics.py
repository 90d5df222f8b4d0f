"""A batch's statistics beside those of all rows: every batch there is, and torch as witness."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from nnviz import nn, studies, train
from nnviz.studies._estimates import error_of_mean, error_of_variance, measured_errors
from nnviz.studies.cells.batch_statistics import _settle, _trained

HOW = {"hidden": [6], "activation": "tanh", "optimizer": "sgd", "learning_rate": 0.3}


@pytest.mark.parametrize("rows", [2, 3, 7])
def test_theory_is_the_mean_over_all_batches_that_can_be_drawn(rng, rows):
    values = rng.exponential(size=(8, 3)) * [1, 10, 0.1] + 5
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    chosen = [standard[list(rows)] for rows in combinations(range(8), rows)]
    means = np.sqrt(np.mean([batch.mean(axis=0) ** 2 for batch in chosen]))
    variances = np.sqrt(np.mean([(batch.var(axis=0) - 1) ** 2 for batch in chosen]))
    assert error_of_mean(8, rows) == pytest.approx(means, rel=1e-10)
    assert error_of_variance(values, rows) == pytest.approx(variances, rel=1e-10)


def test_all_rows_have_no_error(rng):
    values = rng.standard_normal((9, 2))
    assert error_of_mean(9, 9) == 0
    assert error_of_variance(values, 9) == pytest.approx(0, abs=1e-7)
    assert measured_errors(values, 9, draws=2, rng=rng) == pytest.approx((0, 0), abs=1e-12)


def test_of_two_rows_only_the_sign_is_left(rng):
    x = rng.standard_normal((2, 5))
    y, _ = nn.BatchNorm(5, eps=1e-12, dtype=np.float64)(x, train=True)
    np.testing.assert_allclose(y, np.sign(x - x[::-1]), rtol=1e-9)


def test_statistics_of_all_rows_in_training_against_torch():
    torch = pytest.importorskip("torch")
    data = train.digits(40)
    ours = _trained(data, 5, whole=True, batch_size=10, steps=3, **HOW)
    rng = np.random.default_rng(5)
    start = nn.mlp([64, 6, 10], activation="tanh", batch_norm="before", rng=rng)
    net = torch.nn.Sequential(
        torch.nn.Linear(64, 6), torch.nn.BatchNorm1d(6), torch.nn.Tanh(), torch.nn.Linear(6, 10)
    ).double()
    with torch.no_grad():
        for place, name in ((0, "linear1"), (3, "linear2")):
            net[place].weight.copy_(torch.tensor(start.params[f"{name}/weight"].T))
            net[place].bias.zero_()
    rule = torch.optim.SGD(net.parameters(), lr=0.3)
    x, y = torch.tensor(data.x_train).double(), torch.tensor(data.y_train)
    order = rng.permutation(40)
    for rows in (order[:10], order[10:20], order[20:30]):
        rule.zero_grad()
        torch.nn.functional.cross_entropy(net(x)[rows], y[rows]).backward()
        rule.step()
    weight = net[0].weight.detach().numpy().T
    np.testing.assert_allclose(ours.params["linear1/weight"], weight, atol=1e-5)


def test_settling_makes_evaluation_that_of_all_rows():
    data = train.digits(40)
    net = _trained(data, 1, whole=False, batch_size=10, steps=4, **HOW)
    expected, _ = net(data.x_train, train=True)
    _settle(net, data.x_train)
    net.layers["batchnorm1"].state["running_variance"] *= 39 / 40  # the batch's own is biased
    np.testing.assert_allclose(net(data.x_train)[0], expected, atol=1e-5)


def test_cost_counts_rows_and_multiplications():
    tiny = {"batch_sizes": (2, 20), "steps": 1, "draws": 1, "seeds": 2, "batch_size": 10}
    cost = studies.batch_statistics(train.digits(40), hidden=(6, 5), **tiny).table("cost")
    weights = 64 * 6 + 6 * 5 + 5 * 10
    assert cost["multiply_adds"].tolist() == [2 * weights, 20 * weights]
    assert cost["whole_multiply_adds"].tolist() == [40 * weights] * 2
    assert (cost["whole_rows"] == 40).all()


def test_the_smallest_batches_are_named_wherever_they_stand():
    tiny = {"hidden": (6,), "batch_size": 10, "steps": 5, "draws": 2, "seeds": 2}
    study = studies.batch_statistics(train.digits(40), batch_sizes=(20, 3), **tiny)
    claim = study.claim("too few rows cost accuracy")
    ends = study.table("ends").query("batch_size == 3").groupby("setting")["test_accuracy"].mean()
    assert claim.evidence.sides["b"] == pytest.approx(ends["statistics of the batch"])
    assert study.settings["batch_sizes"][0] == 3


@pytest.mark.parametrize("key", ["a few rows are enough", "running ones will do"])
def test_a_batch_that_does_better_is_not_said_to_do_worse(key):
    tiny = {"hidden": (6,), "batch_size": 10, "steps": 1, "draws": 1, "seeds": 2}
    study = studies.batch_statistics(train.digits(40), batch_sizes=(3, 20), **tiny)
    question = study.claim(key).question
    ends = [
        ("of the batch, evaluated with the whole set's", 0.8),
        ("statistics of the whole set", 0.8),
    ]
    rows = [("statistics of the batch", 0.9), *ends]
    table = pd.DataFrame(
        [(20, seed, name, value + seed / 1000) for seed in (0, 1) for name, value in rows],
        columns=["batch_size", "seed", "setting", "test_accuracy"],
    )
    assert question.answer({"ends": table}, study.settings, {}).holds


@pytest.mark.parametrize("sizes", [(1, 5), (5, 50), (5, 40)])
def test_a_batch_has_two_rows_or_more_and_fewer_than_there_are(sizes):
    with pytest.raises(
        ValueError, match=r"batch_sizes must be (an integer of at least 2|below 40)"
    ):
        studies.batch_statistics(train.digits(40), batch_sizes=sizes, batch_size=10)
