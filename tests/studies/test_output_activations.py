"""What stands at the end: floors of the loss against a minimizer, two classes against torch."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from nnviz import nn, studies, train
from nnviz.studies.output_activations import loss_floor


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1)])
@pytest.mark.parametrize("n_classes", [2, 10])
def test_no_logits_in_the_range_have_a_lower_loss(low, high, n_classes):
    def loss(logits):
        return nn.softmax_cross_entropy(logits[None], np.array([0]))[0]

    best = minimize(loss, np.full(n_classes, 0.4), bounds=[(low, high)] * n_classes)
    assert loss_floor(high - low, n_classes) == pytest.approx(best.fun, abs=1e-10)


def test_the_floors_of_ten_classes():
    assert loss_floor(1, 10) == pytest.approx(math.log(1 + 9 / math.e), abs=1e-12)
    assert loss_floor(2, 10) == pytest.approx(math.log(1 + 9 / math.e**2), abs=1e-12)


@pytest.fixture(scope="module")
def study():
    return studies.output_activations(
        train.digits(200), hidden=(20,), rates=(0.1, 1.0), steps=60, seeds=2
    )


def test_two_classes_against_torch(study):
    torch = pytest.importorskip("torch")
    table = study.table("two_classes")
    z = torch.tensor(table["logit"].to_numpy())
    binary = torch.nn.functional.binary_cross_entropy_with_logits
    expected = binary(z, torch.ones_like(z), reduction="none").numpy()
    np.testing.assert_allclose(table["sigmoid"], expected, rtol=1e-10)
    np.testing.assert_allclose(table["softmax"], expected, rtol=1e-10)


def test_no_loss_is_below_its_floor(study):
    table = study.table("floors")
    assert (table["loss"] > table["floor"]).all()
    assert set(table["end"]) == {"sigmoid", "tanh"}


def test_the_best_rate_is_the_one_that_learns_most_on_average(study):
    for _, rows in study.table("rates").groupby("setting"):
        mean = rows.groupby("learning_rate")["train_accuracy"].mean()
        assert set(rows.loc[rows["best"], "learning_rate"]) == {mean.idxmax()}
    assert (
        not study.table("curves").duplicated(["setting", "seed", "step", "split", "metric"]).any()
    )


def test_what_is_said_of_the_first_rate_is_measured_at_it():
    study = studies.output_activations(
        train.digits(200), hidden=(20,), rates=(0.3, 0.003), steps=60, seeds=2
    )
    rows = study.table("rates").query("learning_rate == 0.3").groupby("setting")["test_accuracy"]
    sides = study.claim("slower at the same rate").evidence.sides
    means = rows.mean()
    assert sides == pytest.approx({"a": means["relu, linear end"], "b": means["relu, sigmoid end"]})


def test_sentences_about_the_best_rates_name_what_was_tried(study):
    said = study.claim("sigmoid throughout does not learn").question
    assert said.subjects["slowest"] == 0.1
    assert said.subjects["fastest"] == 1.0
    for key in ("alike at their best", "linear throughout comes close"):
        assert len(study.claim(key).question.bound.ends) == 1  # a gain is no failure to keep up
        assert "0.1 to 1" in study.claim(key).statement or study.claim(key).verdict[:2] == "no"
