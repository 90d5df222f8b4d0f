"""Sums in a known order: against scalars added one by one; and what becomes of equal units."""

import numpy as np
import pytest

from nnviz import nn, optim, studies, train
from nnviz.studies.cells.summation import Summed, product
from nnviz.studies.cells.summation import train as cell
from nnviz.studies.study import Study
from nnviz.studies.symmetry_by_rounding import DOUBLE, LIBRARY, ONE, TWO, _questions

DATA = train.digits(300)
HOW = {"width": 4, "activation": "sigmoid", "batch_size": 25}


def one_by_one(a, b, order):
    """Add up the products of one entry after the other, in the type of the numbers."""
    total = np.zeros((len(a), b.shape[1]), a.dtype)
    for i, j in np.ndindex(total.shape):
        entry = a[i, order[0]] * b[order[0], j]
        for k in order[1:]:
            entry += a[i, k] * b[k, j]
        total[i, j] = entry
    return total


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sums_have_the_order_that_is_said(rng, dtype):
    a, b = (rng.normal(size=shape).astype(dtype) for shape in ((6, 40), (40, 5)))
    forth, back = range(40), range(39, -1, -1)
    np.testing.assert_array_equal(product(a, b), one_by_one(a, b, forth))
    assert not np.array_equal(product(a, b), one_by_one(a, b, back))
    np.testing.assert_allclose(product(a, b), a @ b, rtol=0, atol=100 * np.finfo(dtype).eps)

    layer = Summed(40, 5, backwards=True, rng=rng, dtype=dtype)
    layer.params["weight"][...] = b
    y, _ = layer(a)
    np.testing.assert_array_equal(y[:, ::2], one_by_one(a, b, forth)[:, ::2])
    np.testing.assert_array_equal(y[:, 1::2], one_by_one(a, b, back)[:, 1::2])


@pytest.mark.parametrize("backwards", [False, True])
def test_but_for_rounding_it_is_a_linear_layer(rng, backwards):
    layer = Summed(12, 5, backwards=backwards, init="he_normal", rng=rng, dtype=np.float64)
    plain = nn.Linear(12, 5, rng=rng, dtype=np.float64)
    plain.params = {name: value.copy() for name, value in layer.params.items()}
    x, dy = rng.normal(size=(7, 12)), rng.normal(size=(7, 5))
    (y, back), (same, carried) = layer(x), plain(x)
    np.testing.assert_allclose(y, same, rtol=1e-12)
    np.testing.assert_allclose(back(dy)[0], carried(dy)[0], rtol=1e-12)
    for name, grad in carried(dy)[1].items():
        np.testing.assert_allclose(back(dy)[1][name], grad, rtol=1e-12, atol=1e-14)


def test_in_the_librarys_order_it_is_the_network_that_one_would_train():
    curve = cell(
        data=DATA,
        seed=3,
        order="library",
        dtype="float32",
        optimizer="momentum",
        learning_rate=0.4,
        steps=100,
        **HOW,
    )["curve"]
    rng = np.random.default_rng(3)
    net = nn.mlp([64, 4, 10], activation="sigmoid", init="zeros", rng=rng)
    rule, due = optim.momentum(0.4), range(0, 101, 2)
    history = train.fit(net, DATA, rule, steps=100, batch_size=25, evaluate_at=due, rng=rng)
    rows = (history.curve["split"] == "test") & (history.curve["metric"] == "accuracy")
    own = curve["metric"] == "accuracy"
    np.testing.assert_array_equal(curve["step"][own], due)
    np.testing.assert_array_equal(curve["value"][own], history.curve["value"][rows])
    weight = net.params["linear1/weight"]
    spread = np.max(weight.max(axis=1) - weight.min(axis=1)) / np.abs(weight).max()
    assert curve["value"][~own][-1] == spread


@pytest.fixture(scope="module")
def study():
    how = HOW | {"batch_size": 10, "learning_rate": 0.4}
    return studies.symmetry_by_rounding(DATA, steps=400, seeds=2, **how)


def test_claims_hold_on_other_data(study):
    """Two seeds are too few for an interval, but not for what is compared."""
    held = [key for key, claim in study.claims.items() if claim.holds]
    compared = [study.claim(key) for key in ("double precision waits", "parted units learn")]
    assert len(held) >= len(study.claims) - 2
    assert all(claim.number >= claim.question.bound.low for claim in compared)


def test_units_part_where_the_curve_crosses(study):
    curves = study.table("curves").query("metric == 'relative_spread'")
    parting = study.table("parting").set_index(["setting", "seed"])["parted_at"]
    assert parting.loc[ONE].isna().all()
    for which, run in curves.groupby(["setting", "seed"]):
        above = [s for s, v in zip(run["step"], run["value"], strict=True) if v > 0.01]
        assert parting[which] == pytest.approx(min(above, default=np.nan), nan_ok=True)
    assert set(parting.index.unique("setting")) == {ONE, TWO, DOUBLE, LIBRARY}


def test_dots_stand_where_units_part(study):
    """Each run by itself, so that the mean in the title is that of what is seen."""
    spread = study.table("spread")
    parted = study.table("parting").set_index(["setting", "seed"])["parted_at"]
    curves = study.table("curves").query("metric == 'relative_spread' and step > 0")
    assert list(spread["relative_spread"]) == list(curves["value"])
    for which, run in spread.groupby(["setting", "seed"]):
        assert run["step"].iloc[0] == study.settings["early"]
        np.testing.assert_array_equal(run["marked"], parted[which])


def test_a_run_that_never_parts_is_not_left_out_of_the_mean(study):
    tables = {name: table.copy() for name, table in study.tables.items()}
    runs = tables["parting"]
    runs.loc[(runs["setting"] == DOUBLE) & (runs["seed"] == 1), "parted_at"] = np.nan
    asked = _questions(DATA, study.settings["early"])
    claim = Study.asked("changed", tables, study.settings, asked).claim("double precision waits")
    assert claim.verdict == "not assessed"
    assert claim.reason == "in some runs the units do not differ by as much"


def test_relu_passes_no_gradient_to_weights_that_are_zero():
    study = studies.symmetry_by_rounding(DATA, **HOW | {"activation": "relu"}, steps=20, seeds=2)
    spread = study.table("curves").query("metric == 'relative_spread'")["value"]
    assert (spread == 0).all()
