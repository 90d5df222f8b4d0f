"""Initialization, optimizers and learning rates in training: the chapter's numbers, five seeds."""

import pytest

from nnviz import studies

pytestmark = pytest.mark.slow
SEEDS = 3


@pytest.fixture(scope="module")
def starts():
    return studies.initialization_training(seeds=SEEDS, n_jobs=2)


@pytest.fixture(scope="module")
def rules():
    return studies.optimizers_training(seeds=SEEDS, n_jobs=2)


@pytest.fixture(scope="module")
def rates():
    return studies.learning_rates(seeds=SEEDS, n_jobs=2)


# Loss at 500 and at 2,000 steps, steps to a loss of 1, test accuracy: published means, and how
# far a mean over these seeds may be from them, relative.
STARTS = {
    "std 0.01": (2.302, 2.298, None, 0.080, 0.01, 0.2),
    "Xavier": (1.13, 0.107, 539, 0.954, 0.15, 0.02),
    "He": (0.229, 0.047, 156, 0.964, 0.15, 0.02),
}


@pytest.mark.parametrize("setting", STARTS)
def test_initialization_in_training(starts, setting):
    early, _, steps, accuracy, loose, close = STARTS[setting]
    mean = starts.table("summary").groupby("setting").mean().loc[setting]
    assert mean["loss_early"] == pytest.approx(early, rel=loose)
    assert mean["test_accuracy"] == pytest.approx(accuracy, rel=close)
    if steps is None:
        assert starts.table("summary").query("setting == @setting")["steps_to_target"].isna().all()
    else:
        assert mean["steps_to_target"] == pytest.approx(steps, rel=0.1)


@pytest.mark.parametrize("setting", STARTS)
def test_loss_after_2000_steps(starts, setting):
    """The loss on the whole training set; a mini-batch's own scatters by half."""
    rows = starts.table("curves").query(
        "setting == @setting and split == 'train' and metric == 'loss' and step == 2000"
    )
    assert len(rows) == SEEDS
    assert rows["value"].mean() == pytest.approx(STARTS[setting][1], rel=0.15)


# Steps to a smoothed loss of 0.1. AdaGrad's depends on how the first few losses are smoothed.
RULES = {"sgd": (946, 0.15), "momentum": (125, 0.15), "adagrad": (38, 0.4), "adam": (80, 0.15)}


@pytest.mark.parametrize("setting", RULES)
def test_optimizers_in_training(rules, setting):
    published, loose = RULES[setting]
    mean = rules.table("summary").groupby("setting")["steps_to_target"].mean()
    assert mean[setting] == pytest.approx(published, rel=loose)


def test_every_optimizer_has_its_own_best_rate(rates):
    table = rates.table("sensitivity")
    loss = table.groupby(["setting", "learning_rate"])["loss"].mean().unstack()
    best = loss.idxmin(axis=1)
    assert best["adam"] < best["adagrad"] <= best["momentum"] < best["sgd"]
    assert len(table) == 4 * 9 * SEEDS


@pytest.mark.parametrize("name", ["starts", "rules", "rates"])
def test_every_claim_holds(name, request):
    study = request.getfixturevalue(name)
    assert len(study.claims) >= 2
    for claim in study.claims.values():
        assert claim.holds, claim


def test_other_optimizers_take_their_claims_with_them():
    study = studies.optimizers_training(optimizers={"lion": 1e-3}, hidden=(8,), steps=20, seeds=1)
    assert study.claims == {}
    assert set(study.table("curves")["setting"]) == {"lion"}


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("optimizers_training", {"optimizers": {"adm": 0.1}}, "optimizers must be .*did you mean"),
        ("learning_rates", {"rates": (0.1, -1)}, "rates must be a positive number; got -1"),
        ("learning_rates", {"steps": 5}, "steps must be an integer of at least 20; got 5"),
        ("initialization_training", {"hidden": ()}, "hidden must be a sequence of at least 1"),
        ("batch_normalization", {"scales": (0,)}, "scales must be a positive number; got 0"),
    ],
)
def test_wrong_arguments_are_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(studies, function)(seeds=1, **arguments)
