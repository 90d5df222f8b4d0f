"""Batch normalization over weight scales: the published numbers, at those that were published."""

import pytest

from nnviz import studies

pytestmark = pytest.mark.slow

# Training accuracy at epoch 20, with (before the activation) and without; published, and how far
# a mean over the seeds may be from it.
PUBLISHED = {
    1.0: (0.631, 0.100, 0.06),
    0.293: (0.863, 0.986, 0.04),
    0.158: (0.944, 0.913, 0.04),
    0.0858: (0.978, 0.203, 0.06),
    0.0136: (1.000, 0.118, 0.03),
    1e-4: (0.477, 0.118, 0.08),
}


@pytest.fixture(scope="module")
def study():
    return studies.batch_normalization(scales=list(PUBLISHED), seeds=3, n_jobs=2)


@pytest.fixture(scope="module")
def accuracy(study):
    return study.table("summary").groupby(["setting", "scale"])["train_accuracy"].mean()


@pytest.mark.parametrize("scale", PUBLISHED)
def test_training_accuracy_at_epoch_20(accuracy, scale):
    published, without, loose = PUBLISHED[scale]
    assert accuracy["no batch norm", scale] == pytest.approx(without, abs=loose)
    assert accuracy["batch norm before activation", scale] == pytest.approx(published, abs=loose)


def test_after_the_activation_is_better_on_average(accuracy):
    mean = accuracy.groupby("setting").mean()
    assert mean["batch norm after activation"] > mean["batch norm before activation"] + 0.05


def test_it_loses_at_one_scale(accuracy):
    difference = accuracy["batch norm before activation"] - accuracy["no batch norm"]
    assert difference.idxmin() == 0.293
    assert (difference < 0).sum() == 1


def test_without_it_the_largest_weights_diverge(study):
    table = study.table("summary").query("setting == 'no batch norm' and scale == 1.0")
    assert table["diverged"].all()
    assert not study.table("summary").query("setting != 'no batch norm'")["diverged"].any()


def test_every_claim_holds(study):
    assert set(study.claims) == {
        "learns somewhere",
        "learns at more scales",
        "higher on average",
        "either place",
        "learns faster",
        "not always better",
        "does not suppress overfitting",
    }
    for claim in study.claims.values():
        assert claim.holds, claim
