"""Problems in the plane: their geometry, against what defines it."""

import numpy as np
import pytest

from nnviz.train import blobs, moons, spirals


def test_noiseless_moons_lie_on_two_half_circles(rng):
    data = moons(200, 50, noise=0, rng=rng)
    upper, lower = (data.x_train[data.y_train == label] for label in (0, 1))
    np.testing.assert_allclose(np.hypot(*upper.T), 1, rtol=1e-5)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1, rtol=1e-5)
    assert (upper[:, 1] >= -1e-6).all()
    assert (lower[:, 1] <= 0.5 + 1e-6).all()


def test_noiseless_spirals_turn_with_their_radius(rng):
    data = spirals(300, 30, classes=4, turns=0.5, noise=0, rng=rng)
    radius, angle = np.hypot(*data.x_train.T), np.arctan2(*data.x_train.T[::-1])
    start = np.angle(np.exp(1j * (angle - np.pi * radius - np.pi / 2 * data.y_train)))
    np.testing.assert_allclose(start, 0, atol=1e-3)
    assert radius.max() <= 1


def test_blobs_have_their_centres_and_width(rng):
    data = blobs(20_000, 10, classes=5, noise=0.2, rng=rng)
    for label in range(5):
        cloud = data.x_train[data.y_train == label]
        angle = 2 * np.pi * label / 5
        np.testing.assert_allclose(cloud.mean(0), [np.cos(angle), np.sin(angle)], atol=0.02)
        np.testing.assert_allclose(cloud.std(axis=0), 0.2, rtol=0.05)


@pytest.mark.parametrize("make", [moons, spirals, blobs])
def test_rows_are_drawn_from_the_generator(make):
    one, same, other = (make(20, 10, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.digest == same.digest != other.digest
    assert (len(one.x_train), len(one.x_test)) == (20, 10)


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        (moons, {"noise": -1}, "noise must be a number of at least 0; got -1"),
        (moons, {"n_train": 1}, "n_train must be an integer of at least 2; got 1"),
        (spirals, {"classes": 1}, "classes must be an integer of at least 2; got 1"),
        (spirals, {"turns": 0}, "turns must be a positive number; got 0"),
        (blobs, {"n_test": 0}, "n_test must be a positive integer; got 0"),
    ],
)
def test_wrong_arguments_are_named(rng, make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(rng=rng, **arguments)
