"""Least squares against NumPy's and scikit-learn's, errors against plain NumPy, and the peak."""

import numpy as np
import pytest

from nnviz import studies, train
from nnviz.studies.cells.random_features import fit, solve
from nnviz.studies.double_descent import _peaks

FEW = train.digits(100)


def problem(n, width, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, width)), rng.normal(size=(n, 3))


@pytest.mark.parametrize(("n", "width"), [(40, 12), (40, 90), (12, 12)])
def test_without_weight_decay_the_weights_are_those_of_least_squares(n, width):
    features, targets = problem(n, width)
    (weight,) = solve(features, targets, [0.0])
    witness = np.linalg.lstsq(features, targets)[0]
    np.testing.assert_allclose(weight, witness, rtol=1e-10, atol=1e-11)


def test_directions_that_do_not_vary_are_left_out():
    features, targets = problem(40, 12)
    doubled = np.concatenate([features, features, np.zeros((40, 3))], axis=1)
    (weight,) = solve(doubled, targets, [0.0])
    half = np.linalg.lstsq(features, targets)[0] / 2
    np.testing.assert_allclose(weight[:24], np.concatenate([half, half]), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(weight[24:], 0, atol=1e-12)
    assert not solve(np.zeros((40, 12)), targets, [0.0, 0.1])[1].any()


@pytest.mark.parametrize("width", [12, 90])
def test_with_weight_decay_the_weights_are_those_of_ridge_regression(width):
    from sklearn.linear_model import Ridge

    features, targets = problem(40, width, seed=1)
    decays = [1e-3, 0.2]
    for decay, weight in zip(decays, solve(features, targets, decays), strict=True):
        ridge = Ridge(alpha=40 * decay, fit_intercept=False, solver="cholesky")
        witness = ridge.fit(features, targets).coef_.T
        np.testing.assert_allclose(weight, witness, rtol=1e-10, atol=1e-11)


def test_the_smallest_weights_are_where_weight_decay_vanishes():
    features, targets = problem(40, 90)
    limit, near = solve(features, targets, [0.0, 1e-9])
    np.testing.assert_allclose(near, limit, atol=1e-8)
    np.testing.assert_allclose(features @ limit, targets, atol=1e-12)


def test_errors_are_those_of_units_that_stay_as_drawn():
    """A narrow network has the first units of a wide one, and only the labels it learns are noisy.

    scikit-learn's Ridge is what it learns by.
    """
    from sklearn.linear_model import Ridge

    found = fit(
        data=FEW,
        seed=3,
        widths=[20, 60],
        activation="tanh",
        label_noise=0.3,
        weight_decays=[0.01],
    )["errors"]
    rng = np.random.default_rng(3)
    noisy = FEW.with_label_noise(0.3, rng=np.random.default_rng([3, 1]))
    weight = rng.normal(0, np.sqrt(2 / 64), (64, 60))
    bias = rng.normal(0, np.sqrt(2 / 64), (64, 60))[0]
    for place, width in enumerate([20, 60]):
        features = {
            split: np.tanh(getattr(FEW, f"x_{split}").astype(float) @ weight + bias)[:, :width]
            for split in ("train", "test")
        }
        ridge = Ridge(alpha=100 * 0.01, fit_intercept=False, solver="cholesky")
        ridge.fit(features["train"], np.eye(10)[noisy.y_train])
        for row, (split, y) in enumerate([("train", noisy.y_train), ("test", FEW.y_test)]):
            error = np.mean(ridge.predict(features[split]).argmax(axis=1) != y)
            assert found["split"][2 * place + row] == split
            assert found["features"][2 * place + row] == width
            assert found["error_rate"][2 * place + row] == pytest.approx(error, abs=1e-12)


def test_a_seed_has_the_same_units_whatever_becomes_of_its_labels():
    """Labels that are redrawn as they were change nothing."""

    class Unchanged(type(FEW)):
        def with_label_noise(self, fraction, *, rng):
            rng.random(round(1000 * fraction))
            return self

    how = {"seed": 3, "widths": [20, 100], "activation": "relu", "weight_decays": [0.0]}
    same = Unchanged(**vars(FEW))
    noisy, right = (fit(data=same, label_noise=noise, **how)["errors"] for noise in (0.5, 0.0))
    np.testing.assert_array_equal(noisy["error_rate"], right["error_rate"])


@pytest.fixture(scope="module")
def study():
    return studies.double_descent(FEW, widths=(15, 30, 60, 130, 1000), seeds=4)


def test_claims_hold_with_other_data_and_widths(study):
    assert [key for key, claim in study.claims.items() if not claim.holds] == []
    assert study.settings["widths"] == [15, 30, 60, 100, 130, 1000]


def test_peaks_are_those_of_the_curves(study):
    peaks = study.table("peaks").set_index(["setting", "seed"])
    for which, run in study.table("test").groupby(["setting", "seed"]):
        error = dict(zip(run["features"], run["error_rate"], strict=True))
        rises = {
            width: error[width] - min(e for other, e in error.items() if other <= width)
            for width in error
        }
        row = peaks.loc[which]
        assert rises[row["features"]] == max(rises.values())
        assert row["relative_features"] == row["features"] / 100
        assert row["before"] == min(error[width] for width in (15, 30, 60))
        assert row["rise"] == pytest.approx(row["as_many"] - row["before"])
        assert (row["as_many"], row["widest"]) == (error[100], error[1000])


def test_a_run_that_never_has_fewer_features_than_examples_has_nothing_to_rise_from(study):
    wide = study.table("test").query("features >= 100")
    assert _peaks(wide, 100)["rise"].isna().all()


def test_labels_without_noise_are_right():
    study = studies.double_descent(FEW, widths=(30, 200), label_noise=0.0, seeds=2)
    assert list(study.table("test")["setting"].unique()) == ["right labels", "weight decay"]
    assert "noise raises the peak" not in study.claims


@pytest.mark.parametrize("wrong", [3, "ab", [], [0], [5, 5], [2.5]])
def test_widths_must_be_different_numbers_of_units(wrong):
    with pytest.raises((TypeError, ValueError), match=r"widths must be .*; got "):
        studies.double_descent(FEW, widths=wrong)
