"""Noise of gradients against PyTorch example by example, and intervals against Student's test."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nnviz import nn, optim, studies, train
from nnviz.studies.cells.noise_scale import exact, measure, squares
from nnviz.studies.intervals import of_quotient

DATA = train.moons(24, 10, rng=np.random.default_rng(5))


def network(seed=0):
    rng = np.random.default_rng(seed)
    return nn.mlp([2, 5, 2], activation="tanh", rng=rng, dtype=np.float64), rng


def gradients(net, data):
    """Return PyTorch's gradient of each training row."""
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    own = {name: torch.tensor(value, requires_grad=True) for name, value in net.params.items()}
    rows = []
    for x, y in zip(torch.tensor(data.x_train), torch.tensor(data.y_train), strict=True):
        h = torch.tanh(x.double() @ own["linear1/weight"] + own["linear1/bias"])
        logits = h @ own["linear2/weight"] + own["linear2/bias"]
        loss = torch.nn.functional.cross_entropy(logits[None], y[None])
        parts = torch.autograd.grad(loss, list(own.values()))
        rows.append(np.concatenate([part.numpy().ravel() for part in parts]))
    return np.array(rows)


def test_signal_and_noise_are_those_of_single_gradients():
    net, _ = network()
    each = gradients(net, DATA)
    signal, noise = exact(net, DATA)
    assert signal == pytest.approx(np.sum(each.mean(axis=0) ** 2), rel=1e-10)
    assert noise == pytest.approx(np.trace(np.cov(each.T, bias=True)), rel=1e-10)


def test_squared_norms_of_all_batches_are_signal_and_noise_over_their_size():
    """Over all choices of three rows, thrice one or three in one, no chance is left."""
    net, _ = network()
    few = train.Dataset("few", DATA.x_train[:4], [0, 1, 0, 1], DATA.x_test, DATA.y_test)
    signal, noise = exact(net, few)

    class Rows:
        def integers(self, low, high, shape):
            assert (low, high, shape) == (0, 4, (3, 1))
            return np.array(self.next).reshape(shape)

    found, rows = [], Rows()
    for rows.next in product(range(4), repeat=3):
        found.append(squares(net, few, 1, 3, rng=rows))
    small, large = np.mean(found, axis=0)
    assert small == pytest.approx(signal + noise, rel=1e-12)
    assert large == pytest.approx(signal + noise / 3, rel=1e-12)


@pytest.mark.parametrize("shift", [3.0, 0.4, 0.0])
def test_an_interval_is_what_students_test_does_not_refuse(shift, rng):
    ends = set()
    for _ in range(20):
        a, b = rng.normal(2, 1, 12), rng.normal(shift, 1, 12)
        low, high = of_quotient(a, b)
        ends.add(np.isfinite(high))
        for ratio in (0.05, 0.2, 0.5, 1, 2, 5, 30, 1000):
            kept = stats.ttest_1samp(a - ratio * b, 0).pvalue > 0.05
            assert (low <= ratio <= high) == kept
    assert ends == {3.0: {True}, 0.4: {True, False}, 0.0: {True, False}}[shift]


@pytest.mark.parametrize("lost", [np.nan, np.inf, 1e200])
def test_no_interval_of_what_is_lost(lost):
    assert np.isnan(of_quotient(np.array([1.0, lost, 2.0]), np.array([3.0, 1.0, 2.0]))).all()


def test_an_interval_holds_the_quotient_in_95_of_100_trials(rng):
    a, b = rng.normal(6, 2, (2000, 20)), rng.normal(0.8, 1, (2000, 20))
    intervals = [of_quotient(*pair) for pair in zip(a, b, strict=True)]
    assert np.mean([low <= 7.5 <= high for low, high in intervals]) == pytest.approx(0.95, abs=0.02)


def test_the_cell_looks_at_the_network_that_fit_trains():
    how = {"small_batch": 2, "large_batch": 6, "pairs": 3, "trials": 2}
    found = measure(
        data=DATA,
        seed=4,
        hidden=(5,),
        activation="tanh",
        optimizer="momentum",
        learning_rate=0.1,
        batch_size=6,
        snapshots=(0, 3, 8),
        **how,
    )
    moments = pd.DataFrame(found["moments"])
    assert list(moments["step"]) == [0, 3, 8]
    assert len(found["pairs"]["small"]) == 3 * 2 * 3
    for _, row in moments.iterrows():
        net, rng = network(4)
        steps = int(row["step"])
        train.fit(net, DATA, optim.momentum(0.1), steps=steps, batch_size=6, rng=rng)
        assert (row["gradient"], row["noise"]) == pytest.approx(exact(net, DATA), rel=1e-10)


def test_the_study_estimates_from_pairs_what_it_knows_exactly():
    study = studies.noise_scale(
        DATA,
        hidden=(5,),
        batch_size=6,
        snapshots=(6, 0),
        small_batch=2,
        large_batch=8,
        pairs=40,
        trials=3,
        seeds=2,
    )
    trials, moments = study.table("trials"), study.table("moments")
    assert len(trials) == 2 * 2 * 3
    for _, row in trials.iterrows():
        mine = moments[(moments["seed"] == row["seed"]) & (moments["step"] == row["step"])]
        assert row["exact"] == (mine["noise"] / mine["gradient"]).item()
        assert row["holds"] == (row["low"] <= row["exact"] <= row["high"])
        assert row["low"] <= row["estimate"] <= row["high"] or row["unbounded"]
    course = study.table("course")
    assert list(course["step"].unique()) == [0, 6]
    first = trials[trials["trial"] == 0]
    assert set(course.query("setting == 'estimate'")["mean"]) == set(first["estimate"])


def test_intervals_that_say_nothing_are_not_honest():
    how = {"hidden": (5,), "batch_size": 6, "snapshots": (60,), "small_batch": 2, "large_batch": 4}
    study = studies.noise_scale(DATA, pairs=2, trials=20, seeds=3, **how)
    assert study.table("trials")["holds"].mean() > 0.9
    assert study.claim("bounded").verdict == "otherwise"
    assert study.claim("the interval is honest").verdict == "not assessed"


def test_a_large_batch_is_made_of_small_ones():
    for large in (10, 25):
        with pytest.raises(ValueError, match=r"large_batch must be a multiple of small_batch, 10"):
            studies.noise_scale(DATA, small_batch=10, large_batch=large)
