"""A rule of one's own, in one form in all studies."""

import warnings
from functools import partial

import numpy as np
import pytest

from nnviz import optim, studies, train
from nnviz.optim import schedules
from nnviz.studies.cells.training import train as cell
from nnviz.train.cache import keys_of

SMALL = {"hidden": [4], "steps": 20, "seeds": 1}


def mine(rate):
    return optim.chain(optim.clip_by_norm(1.0), optim.sgd(rate))


AT_A_RATE = {
    "trajectories": lambda rules: studies.optimizer_trajectories("bowl", rules, steps=3),
    "basins": lambda rules: studies.basins_of_attraction("himmelblau", rules, side=3, steps=3),
    "optimizers_training": lambda rules: studies.optimizers_training(
        train.digits(220), optimizers=rules, **SMALL
    ),
}
OVER_RATES = {
    "race": lambda rules: studies.optimizer_race(
        "bowl", rules, starts=2, steps=3, rates=(0.1, 0.2)
    ),
    "rate_map": lambda rules: studies.learning_rate_map("bowl", rules, steps=3, rates=(0.1, 0.2)),
    "effective_steps": lambda rules: studies.effective_steps(rules, steps=3),
    "learning_rates": lambda rules: studies.learning_rates(
        train.digits(220), optimizers=rules, rates=(0.1, 0.2), **SMALL
    ),
}


@pytest.mark.parametrize("name", AT_A_RATE)
def test_a_study_at_one_rate_takes_rates_and_finished_rules(name):
    run = AT_A_RATE[name]
    study = run({"mine": mine(0.1), "sgd": 0.1})
    assert study.settings["learning_rates"] == {"mine": "as given", "sgd": 0.1}
    with pytest.raises(ValueError, match=r"optimizers must be .* call what makes 'mine' with one"):
        run({"mine": mine})
    with pytest.raises(ValueError, match=r"optimizers must be one of .*'mine'"):
        run({"mine": 0.1})


@pytest.mark.parametrize("name", OVER_RATES)
def test_a_study_over_rates_takes_names_and_what_makes_rules(name):
    run = OVER_RATES[name]
    assert run({"mine": mine, "Adam": optim.adam}).settings["optimizers"] == ["mine", "Adam"]
    for wrong in (mine(0.1), 0.1, "sgd"):
        with pytest.raises(ValueError, match="optimizers must be names, or what makes a rule"):
            run({"mine": wrong})


def test_a_rule_under_another_name_is_the_same_rule():
    """One by one at each rate, as one's own run, or all rates at once, as ours do."""
    ours = studies.learning_rate_map("bowl", ("adam",), steps=20, rates=(0.1, 0.5, 2.0))
    own = {"again": lambda rate: optim.adam(rate)}
    theirs = studies.learning_rate_map("bowl", own, steps=20, rates=(0.1, 0.5, 2.0))
    columns = ["learning_rate", "height", "diverged"]
    np.testing.assert_allclose(
        ours.table("ends")[columns].to_numpy(float), theirs.table("ends")[columns].to_numpy(float)
    )


def test_the_limit_of_sgd_is_that_of_the_rule_and_not_of_its_name():
    named = studies.learning_rate_map("bowl", {"plain": optim.sgd}, rates=(0.1, 0.5), steps=3)
    assert named.table("limits")["learning_rate"].tolist() == pytest.approx([1.0])
    other = studies.learning_rate_map("bowl", {"sgd": optim.adam}, rates=(0.1, 0.5), steps=3)
    assert other.table("limits").empty


def test_training_with_a_rule_of_ones_own_is_that_rule():
    data = train.digits(220)
    named = studies.optimizers_training(data, optimizers={"adam": 0.01}, **SMALL)
    own = studies.optimizers_training(data, optimizers={"own": optim.adam(0.01)}, **SMALL)
    values = [study.table("curves")["value"].to_numpy() for study in (named, own)]
    np.testing.assert_array_equal(*values)


def test_claims_about_rates_are_of_rules_at_rates():
    """Of a finished rule no rate is known that a sentence could say."""
    rules = {"sgd": optim.sgd(0.01), "momentum": 0.01, "adagrad": 0.01, "adam": optim.adam(0.1)}
    study = studies.optimizers_training(train.digits(220), optimizers=rules, **SMALL)
    assert list(study.claims) == ["all arrive"]


def test_results_of_ones_own_rule_are_kept_by_its_code():
    def key(rule):
        return keys_of(cell, [{"optimizer": rule, "steps": 3}])[0]

    assert key(mine(0.1)) == key(mine(0.1))
    others = [mine(0.2), optim.sgd(0.1), optim.chain(optim.clip_by_norm(2.0), optim.sgd(0.1))]
    assert len({key(rule) for rule in (mine(0.1), *others)}) == 4
    stranger = object()
    unknown = optim.Optimizer(lambda params: (stranger, params), lambda g, s, p: (g, s))
    assert key(unknown) is None


def test_a_schedule_is_a_learning_rate():
    study = studies.optimizer_trajectories("bowl", {"sgd": schedules.cosine(0.5, steps=5)}, steps=5)
    assert study.settings["learning_rates"] == {"sgd": "as given"}


class Theirs:
    """What another library has for a rule."""


def test_rules_of_others_are_told_where_the_doors_are():
    doors = r"from_torch, from_optax and from_keras make one of theirs"
    for name in ("theirs", "adam"):
        for wrong in (Theirs(), Theirs, "adam"):
            with pytest.raises(ValueError, match=f"optimizers must be .*{doors}"):
                studies.optimizer_trajectories("bowl", {name: wrong}, steps=3)
    with pytest.raises(ValueError, match=f"must be what makes a rule of a learning rate.*{doors}"):
        studies.optimizer_race("bowl", {"theirs": Theirs}, starts=2, steps=3)
    with pytest.raises(TypeError, match=f"optimizer must be an Optimizer.*{doors}"):
        studies.optimizer_race("bowl", {"theirs": lambda rate: Theirs()}, starts=2, steps=3)
    with pytest.raises(ValueError, match=f"optimizers must be .*{doors}"):
        studies.optimizers_training(train.digits(220), optimizers={"theirs": Theirs()}, **SMALL)


def test_rules_of_torch_descend_and_race():
    torch = pytest.importorskip("torch", reason="the rule is PyTorch's")

    def adam(rate):
        return train.from_torch(lambda params: torch.optim.Adam(params, lr=rate))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        AT_A_RATE["trajectories"]({"theirs": adam(0.1)})
        OVER_RATES["race"]({"theirs": adam})
        OVER_RATES["rate_map"]({"theirs": adam})


def paths(rule):
    return studies.optimizer_trajectories("bowl", {"theirs": rule}, steps=9).table("paths")


def ends(maker):
    rates = (0.1, 0.5, 2.0)
    study = studies.learning_rate_map("bowl", {"theirs": maker}, steps=9, rates=rates)
    return study.table("ends")[["learning_rate", "height"]]


def test_a_class_of_torch_is_a_rule_at_its_own_rate_and_what_makes_one_over_rates():
    """With settings or without, as it stands in a program; our rules are the witness."""
    torch = pytest.importorskip("torch", reason="the rule is PyTorch's")
    ours = paths(optim.sgd(0.001))[["x", "y"]]
    np.testing.assert_allclose(paths(torch.optim.SGD)[["x", "y"]], ours, rtol=1e-12)
    heavy = partial(torch.optim.SGD, lr=0.1, momentum=0.5)
    ours = paths(optim.momentum(0.1, momentum=0.5))[["x", "y"]]
    np.testing.assert_allclose(paths(heavy)[["x", "y"]], ours, rtol=1e-12)
    np.testing.assert_allclose(ends(torch.optim.SGD), ends(optim.sgd), rtol=1e-10)
    ours = ends(partial(optim.momentum, momentum=0.5))
    np.testing.assert_allclose(ends(heavy), ours, rtol=1e-10)
    for name in ("optimizers_training", "basins"):
        study = AT_A_RATE[name]({"theirs": heavy, "sgd": 0.1})
        assert study.settings["learning_rates"] == {"theirs": "as given", "sgd": 0.1}
    for name in ("race", "effective_steps", "learning_rates"):
        OVER_RATES[name]({"theirs": heavy, "sgd": optim.sgd})


def test_a_transformation_of_optax_is_a_rule_and_its_function_makes_one_over_rates():
    """In float64, as everywhere: optax alone counts in float32."""
    optax = pytest.importorskip("optax", reason="the rule is optax's")
    ours = paths(optim.sgd(0.1))[["x", "y"]]
    np.testing.assert_allclose(paths(optax.sgd(0.1))[["x", "y"]], ours, rtol=1e-12)
    np.testing.assert_allclose(ends(optax.sgd), ends(optim.sgd), rtol=1e-10)
    both = {"theirs": optax.sgd, "ours": optim.sgd}
    sizes = studies.effective_steps(both, steps=3).table("sizes").set_index("optimizer")["size"]
    np.testing.assert_allclose(sizes["theirs"], sizes["ours"], rtol=1e-12)
    with pytest.raises(ValueError, match="this study tries the rates itself"):
        OVER_RATES["race"]({"theirs": optax.sgd(0.1)})
