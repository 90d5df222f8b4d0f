"""The cell that the studies of training share, and what is read from its runs."""

import numpy as np
import pandas as pd
import pytest

from nnviz import nn, optim, train
from nnviz.studies.cells import training
from nnviz.studies.training import Runs, network_of


def cell(**more):
    arguments = {"data": train.digits(200), "seed": 3, "hidden": [16], "steps": 30, "every": 10}
    return training.train(**arguments | more)


def test_one_cell_is_one_plain_fit():
    data, rng = train.digits(200), np.random.default_rng(3)
    net = nn.mlp([64, 16, 10], rng=rng)
    rule = optim.make("momentum", 0.05)
    marks = [0, 10, 20, 30]
    history = train.fit(net, data, rule, steps=30, evaluate_at=marks, weight_decay=0.1, rng=rng)
    curve = cell(optimizer="momentum", learning_rate=0.05, weight_decay=0.1)["curve"]
    measured = curve["metric"] != "batch_loss"
    np.testing.assert_array_equal(curve["value"][measured], history.curve["value"])
    np.testing.assert_array_equal(curve["step"][measured], history.curve["step"])


def test_the_end_is_measured_even_between_the_marks():
    assert set(cell(steps=25)["curve"]["step"][:20]) == {0, 10, 20, 25}


def test_a_number_is_the_deviation_of_all_weights(monkeypatch):
    nets = []
    monkeypatch.setattr(
        training,
        "fit",
        lambda net, *a, **k: nets.append(net.flat.copy()) or train.fit(net, *a, **k),
    )
    cell(init=0.5, hidden=[300])
    weights = nets[0][nets[0] != 0]
    assert weights.std() == pytest.approx(0.5, rel=0.02)


def test_a_diverging_run_leaves_nan_and_no_warning():
    result = cell(hidden=[100] * 5, init=1.0)
    assert np.isnan(result["batches"]["loss"][-1])
    assert np.isfinite(result["batches"]["loss"][0])
    assert not np.isinf(result["batches"]["loss"]).any()


def test_steps_to_a_loss():
    batches = pd.DataFrame(
        {
            "setting": ["a"] * 4 + ["b"] * 4,
            "seed": 0,
            "step": [1, 2, 3, 4] * 2,
            "loss": [3, 0.5, 2, 0.1, 3, 3, np.nan, np.nan],
        }
    )
    runs = Runs(pd.DataFrame(), batches)
    found = runs.steps_to(1.0).set_index("setting")["value"]
    assert found["a"] == 2
    assert np.isnan(found["b"])
    assert runs.loss_at(4)["value"].iloc[0] == 0.1


@pytest.mark.parametrize("hidden", [(), (0,), (-3, 4)])
def test_hidden_widths_are_checked(hidden):
    with pytest.raises(ValueError, match="hidden must"):
        network_of(hidden, "relu")
