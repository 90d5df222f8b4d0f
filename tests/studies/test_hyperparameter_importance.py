"""Four hyperparameters at once: what is drawn, when a trial is measured, and what is fitted."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from nnviz import nn, optim, studies, train

NAMES = ["learning_rate", "batch_size", "width", "weight_decay"]


@pytest.fixture(scope="module")
def data():
    return train.digits(200)


@pytest.fixture(scope="module")
def study(data):
    return studies.hyperparameter_importance(
        data, width=(4, 16), batch_size=(8, 40), depth=2, trials=12, epochs=3, seeds=2
    )


def test_trials_lie_in_the_ranges_and_are_the_same_under_both_measurements(study):
    trials = study.table("trials")
    one, other = (part[NAMES].to_numpy() for _, part in trials.groupby("setting"))
    assert (one == other).all()
    for name, (low, high) in study.settings["ranges"].items():
        assert trials[name].between(low, high).all()
        assert (trials[name].dtype.kind == "i") == (name in ("batch_size", "width"))


@pytest.mark.parametrize("setting", ["same epochs", "same updates"])
def test_a_trial_is_a_network_trained_so_long(study, data, setting):
    """Each trial again, by itself: neither measurement changes the other."""
    held_out = data.holdout(0.2, rng=np.random.default_rng(1))
    for row in study.table("trials").query("setting == @setting and seed == 1").itertuples():
        steps = 3 * (160 // row.batch_size) if setting == "same epochs" else 3 * (160 // 18)
        rng = np.random.default_rng(1000 + row.trial)
        net = nn.mlp([64, row.width, row.width, 10], init="he_normal", rng=rng)
        rule = optim.make("sgd", row.learning_rate)
        options = {"batch_size": row.batch_size, "weight_decay": row.weight_decay}
        train.fit(net, held_out, rule, steps=steps, rng=rng, **options)
        assert row.accuracy == train.evaluate(net, held_out.x_test, held_out.y_test)[1]


def test_slopes_are_those_of_a_linear_model_of_logarithms(study):
    slopes = study.table("slopes").set_index(["setting", "seed"])["value"]
    for (setting, seed), trials in study.table("trials").groupby(["setting", "seed"]):
        model = LinearRegression().fit(np.log10(trials[NAMES].to_numpy()), trials["accuracy"])
        more = ", same updates" if setting == "same updates" else ""
        found = [slopes[name.replace("_", " ") + more, seed] for name in NAMES]
        assert found == pytest.approx(model.coef_, abs=1e-10)


def test_a_larger_batch_that_gains_accuracy_costs_none(study):
    """A batch is compared with the rate only where it does the opposite, sign and all."""
    slopes = study.table("slopes")
    gains = slopes.assign(value=slopes["value"].abs(), cost=-slopes["value"].abs())
    claims, settings = {}, study.settings
    for claim in study.claims.values():
        tables = {**study.tables, "slopes": gains}
        question = replace(claim.question, given=claim.question.given[-1:])
        if question.given == ("a search finds something",):
            question = replace(question, given=())
        claims[claim.key] = question.answer(tables, settings, claims)
    assert not claims["a larger batch costs accuracy"].holds
    for key in ("batch size counts, too", "batch size counts by its updates"):
        assert claims[key].verdict == "not assessed"
        assert claims[key].number < 0 or key.endswith("updates")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"width": (8, 4)}, r"width must be \(low, high\) with low < high"),
        ({"batch_size": (0, 4)}, "batch_size must be a positive number; got 0"),
        ({"weight_decay": 0.1}, r"weight_decay must be two numbers, \(low, high\); got 0.1"),
        ({"trials": 5}, "trials must be an integer of at least 6; got 5"),
        ({"depth": 0}, "depth must be a positive integer; got 0"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.hyperparameter_importance(**arguments)


def test_widths_are_whole_numbers():
    with pytest.raises(TypeError, match=r"width must be an integer; got 4\.5"):
        studies.hyperparameter_importance(width=(4.5, 8))
