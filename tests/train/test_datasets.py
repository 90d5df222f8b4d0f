"""Data sets are checked once, when they are made."""

import numpy as np
import pytest

from nnviz.errors import DataError
from nnviz.train import Dataset, digits

X, Y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])


def make(**changes):
    return Dataset(**{"name": "d", "x_train": X, "y_train": Y, "x_test": X, "y_test": Y, **changes})


def test_digits_are_those_of_the_chapter():
    data = digits()
    assert data.x_train.shape == (1000, 64)
    assert data.x_test.shape == (797, 64)
    assert data.x_train.dtype == np.float32
    assert (data.x_train.min(), data.x_train.max()) == (0, 1)
    assert data.n_classes == 10
    assert len(np.unique(np.vstack([data.x_train, data.x_test]), axis=0)) == 1797


def test_fewer_digits_are_the_first_of_the_same_permutation():
    np.testing.assert_array_equal(digits(300).x_train, digits().x_train[:300])
    np.testing.assert_array_equal(digits(300).x_test, digits().x_test)


def test_label_noise_redraws_the_share_asked_for_and_no_test_label(rng):
    data = digits()
    noisy = data.with_label_noise(0.2, rng=rng)
    # A redrawn label is right again one time in ten.
    assert np.mean(noisy.y_train != data.y_train) == pytest.approx(0.18, abs=0.02)
    np.testing.assert_array_equal(noisy.y_test, data.y_test)
    assert noisy.digest != data.digest


def test_holdout_takes_from_the_training_rows_alone(rng):
    data = digits(500)
    held = data.holdout(0.2, rng=rng)
    assert (len(held.x_train), len(held.x_test)) == (400, 100)
    both = np.vstack([held.x_train, held.x_test])
    assert {row.tobytes() for row in both} == {row.tobytes() for row in data.x_train}


def test_data_cannot_be_changed_by_accident():
    data = make()
    with pytest.raises(ValueError, match="read-only"):
        data.x_train[0, 0] = 5


def test_the_users_array_is_copied():
    mine = X.astype(np.float32)
    make(x_train=mine)
    mine[0, 0] = 5


NAN = X.copy()
NAN[2, 1] = np.nan
WRONG = {
    "x_train must be finite; got 1 NaN or infinite values, the first in row 2, column 1": {
        "x_train": NAN
    },
    "y_train must have at least 2 classes; got only 0": {"y_train": np.zeros(6, int)},
    r"y_test must have no class that y_train lacks; got \[7\]": {"y_test": np.array([7] * 6)},
    "x_train must have at least 2 rows; got 1": {"x_train": X[:1], "y_train": Y[:1]},
    r"x_train must have shape \(rows, n_features\)": {"x_train": X[:, 0]},
    "x_train must be numbers": {"x_train": [["a", "b"]] * 6},
    r"y_train must have shape \(6,\)": {"y_train": Y[:3]},
    "y_train must be integers from 0; got float64": {"y_train": Y + 0.5},
    "x_test must have 2 features, as x_train does; got 1": {"x_test": X[:, :1]},
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_data_is_named(message):
    with pytest.raises(DataError, match=message):
        make(**WRONG[message])


def test_more_rows_than_there_are():
    with pytest.raises(ValueError, match="n_train must be at most 1000; got 1001"):
        digits(1001)
