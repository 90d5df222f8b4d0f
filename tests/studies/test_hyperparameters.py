"""Random and grid search: what accuracy follows, and where the optimum lies, five searches."""

import numpy as np
import pytest

from nnviz import studies, train


@pytest.fixture(scope="module")
def study():
    return studies.hyperparameters(seeds=4, trials=25, side=4, n_jobs=2)


@pytest.mark.slow
def test_accuracy_follows_the_learning_rate_alone(study):
    mean = study.table("correlations").groupby("setting")["value"].mean()
    assert 0.65 <= mean["learning rate"] <= 0.95
    assert abs(mean["weight decay"]) <= 0.2


@pytest.mark.slow
def test_the_rank_correlation_is_spearmans(study):
    stats = pytest.importorskip("scipy.stats", reason="the witness")
    trials = study.table("trials").query("setting == 'random' and seed == 2")
    expected = stats.spearmanr(trials["learning_rate"], trials["accuracy"]).statistic
    found = study.table("correlations").set_index(["setting", "seed"])["value"]
    assert found["learning rate", 2] == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
def test_every_claim_holds(study):
    assert len(study.claims) == 5
    for claim in study.claims.values():
        assert claim.holds, claim


@pytest.fixture(scope="module")
def small():
    return studies.hyperparameters(
        train.digits(250), hidden=(8,), trials=30, side=3, epochs=1, seeds=2
    )


def test_random_trials_are_uniform_in_the_logarithm(small):
    trials = small.table("trials").query("setting == 'random'")
    assert trials.groupby("seed").size().tolist() == [30, 30]
    for column, (low, high) in small.settings["ranges"].items():
        place = np.log(trials[column] / low) / np.log(high / low)
        assert place.between(0, 1).all()
        assert place.mean() == pytest.approx(0.5, abs=0.15)
        assert (place < 0.25).mean() == pytest.approx(0.25, abs=0.15)


def test_the_grid_has_every_pair_and_both_edges(small):
    grid = small.table("trials").query("setting == 'grid' and seed == 0")
    assert len(grid.drop_duplicates(["learning_rate", "weight_decay"])) == 9
    assert sorted(set(grid["learning_rate"])) == pytest.approx([1e-6, 1e-4, 1e-2])


def test_best_is_the_highest_so_far(small):
    for _, trials in small.table("trials").groupby(["setting", "seed"]):
        expected = [max(trials["accuracy"].iloc[: k + 1]) for k in range(len(trials))]
        assert trials["best_accuracy"].tolist() == expected


def test_the_first_of_equal_trials_are_the_best_of_a_search(small):
    trials = small.table("trials")
    assert trials.duplicated(["setting", "seed", "accuracy"]).any()  # 50 rows: there are ties
    for _, search in trials.groupby(["setting", "seed"]):
        rank = sorted(range(len(search)), key=lambda k: (-search["accuracy"].iloc[k], k))
        assert sorted(rank[:5]) == np.flatnonzero(search["best"]).tolist()


def test_the_best_rate_is_that_of_the_trials_marked_as_best(small):
    marked = small.table("trials").query("setting == 'random' and best")
    logs = np.log(marked["learning_rate"]).groupby(marked["seed"])
    expected = np.exp(logs.mean()).tolist()
    assert small.table("summary")["best_learning_rate"].tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"learning_rate": (1e-2, 1e-6)}, r"learning_rate must be \(low, high\) with low < high"),
        ({"weight_decay": (0, 1)}, "weight_decay must be a positive number; got 0"),
        ({"trials": 3, "side": 2}, "trials must be an integer of at least 4; got 3"),
        ({"side": 1}, "side must be an integer of at least 2; got 1"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.hyperparameters(**arguments)
