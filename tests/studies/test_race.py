"""A fair race: the same starts, raw gradients, as many rates for each, chosen on other starts."""

import numpy as np
import pandas as pd
import pytest

from nnviz import optim, studies, surfaces
from nnviz.studies.optimizer_race import RATES, RULES
from nnviz.tables import RACE, TRAJECTORY
from nnviz.train import descend, from_optax, from_torch

FEW = ("sgd", "momentum", "adam")


@pytest.fixture(scope="module")
def race():
    return studies.optimizer_race(("rosenbrock", "himmelblau"), FEW, starts=12, steps=100)


def test_every_rule_races_from_the_same_starts_for_as_many_updates(race):
    results = RACE.check(race.table("results"))
    assert results.groupby(["surface", "optimizer"])["start"].apply(list).map(tuple).nunique() == 1
    assert len(results) == 2 * 3 * 12
    paths = TRAJECTORY.check(race.table("paths"))
    first = paths[paths["step"] == 0].groupby("surface")[["x", "y"]].nunique()
    assert (first == 1).all(axis=None)
    assert paths.groupby(["surface", "optimizer"])["step"].max().eq(100).all()


def test_each_result_is_that_of_the_rule_alone_with_its_rate(race):
    results, paths = race.table("results"), race.table("paths")
    for (surface, name), rows in results.groupby(["surface", "optimizer"]):
        chosen = surfaces.get(surface.lower())
        rate = rows["learning_rate"].iloc[0]
        begin = paths[(paths["surface"] == surface) & (paths["step"] == 0)][["x", "y"]].iloc[0]
        alone = descend(chosen, optim.make(name, rate), begin, steps=100)
        first = rows[rows["start"] == 0].iloc[0]
        assert first["loss"] == alone.value[-1]
        assert first["distance"] == alone.distance[-1]
        own = paths[(paths["surface"] == surface) & (paths["optimizer"] == name)]
        assert set(own["learning_rate"]) == {rate}
        np.testing.assert_array_equal(own[["x", "y"]], alone.points)


def test_the_rate_is_the_best_of_all_by_the_stated_measure(race):
    tuning = race.table("tuning")
    for _, rows in tuning.groupby(["surface", "optimizer"]):
        assert rows["learning_rate"].tolist() == list(RATES)
    rng = np.random.default_rng(0)
    rosenbrock = surfaces.get("rosenbrock")
    low, high = np.array(rosenbrock.view).T
    starts = rng.uniform(low, high, (30, 2))
    best = {}
    for rate in RATES:
        descent = descend(rosenbrock, optim.momentum(rate), starts, steps=100)
        lost = descent.diverged.sum()
        heights = np.where(descent.diverged, np.inf, descent.value[-1])
        best[rate] = (lost, np.median(heights))
    chosen = tuning[tuning["chosen"] & (tuning["surface"] == "Rosenbrock")]
    chosen = chosen.set_index("optimizer")["learning_rate"]
    assert chosen["momentum"] == min(best, key=best.get)
    assert tuning.groupby(["surface", "optimizer"])["chosen"].sum().eq(1).all()


def test_rates_are_chosen_on_other_starts_and_do_not_depend_on_those_of_the_race():
    one = studies.optimizer_race("beale", ("adam",), starts=3, steps=50)
    other = studies.optimizer_race("beale", ("adam",), starts=[(-3.0, 2.0)], steps=50)
    both = studies.optimizer_race(("bowl", "beale"), ("adam",), starts=3, steps=50)
    tuning = both.table("tuning").query("surface == 'Beale'").reset_index(drop=True)
    pd.testing.assert_frame_equal(one.table("tuning"), other.table("tuning"))
    pd.testing.assert_frame_equal(one.table("tuning"), tuning)
    assert not one.table("tuning").equals(
        studies.optimizer_race("beale", ("adam",), starts=3, steps=50, seed=1).table("tuning")
    )


def test_the_summary_is_that_of_the_results(race):
    results, summary = race.table("results"), race.table("summary")
    for row in summary.itertuples():
        own = results[(results["surface"] == row.surface) & (results["optimizer"] == row.optimizer)]
        assert row.height == own["height"].median()
        assert row.arrived == own["steps"].notna().mean()
        assert row.diverged == own["diverged"].mean()
    for _, rows in summary.groupby("surface"):
        assert rows["rank"].is_monotonic_increasing
        assert rows["height"].is_monotonic_increasing
        assert rows["rank"].iloc[0] == 1
    order = results.groupby("surface", sort=False)["optimizer"].unique()
    expected = summary.groupby("surface", sort=False)["optimizer"].unique()
    assert [list(names) for names in order] == [list(names) for names in expected]


def test_arrivals_are_counted_from_where_a_path_stays():
    study = studies.optimizer_race(
        "bowl", ("sgd",), rates=[0.5], starts=[(-7, 2), (0, 0)], steps=200
    )
    results = study.table("results")
    path = descend("bowl", optim.sgd(0.5), (-7, 2), steps=200).distance
    assert results["steps"].tolist() == [int(np.argmax(path <= 1e-2)), 0]
    never = studies.optimizer_race("bowl", ("sgd",), rates=[0.5], starts=[(-7, 2)], steps=20)
    assert never.table("results")["steps"].isna().all()
    assert never.table("summary")["arrived"].item() == 0


def test_what_diverges_is_infinitely_high_and_a_rate_that_does_is_not_chosen():
    study = studies.optimizer_race("bowl", ("sgd",), rates=[0.1, 1.5], starts=5, steps=100)
    assert study.table("tuning")["chosen"].tolist() == [True, False]
    lost = studies.optimizer_race("bowl", ("sgd",), rates=[1.2, 1.5, 2.0], starts=5, steps=100)
    assert np.isinf(lost.table("results")["height"]).all()
    assert lost.table("summary")["diverged"].item() == 1
    assert not lost.claim("not cut off").holds


def test_no_one_wins_everywhere(race):
    study = studies.optimizer_race(("rosenbrock", "himmelblau"))
    assert {name: claim.holds for name, claim in study.claims.items()} == {
        "not cut off": True,
        "rates apart": True,
        "no winner everywhere": True,
    }
    assert len(study.table("summary")) == 2 * len(RULES)
    assert study.claim("rates apart").number >= 1000
    alone = studies.optimizer_race(("bowl", "booth"), ("sgd",), starts=3, steps=20)
    assert set(alone.claims) == {"not cut off"}  # one rule beats nobody
    unfair = studies.optimizer_race(
        ("bowl", "booth"), ("sgd", "adagrad"), starts=3, steps=20, rates=[0.05]
    )
    beaten = unfair.claim("no winner everywhere")
    assert beaten.verdict == "otherwise"
    assert "is beaten nowhere: it wins on both Bowl and Booth" in beaten.statement


def test_optimizers_of_torch_and_optax_run_in_the_same_race():
    torch = pytest.importorskip("torch", reason="its optimizers run here")
    optax = pytest.importorskip("optax", reason="its optimizers run here")
    makers = {
        "adam": optim.adam,
        "Adam of torch": lambda rate: from_torch(lambda p: torch.optim.Adam(p, lr=rate)),
        "adam of optax": lambda rate: from_optax(optax.adam(rate)),
    }
    study = studies.optimizer_race("himmelblau", makers, rates=[0.05, 0.8], starts=3, steps=20)
    summary = study.table("summary").set_index("optimizer")
    assert summary["learning_rate"].nunique() == 1
    assert summary["height"].to_numpy() == pytest.approx(summary["height"].iloc[0], rel=1e-9)
    assert set(study.table("results")["optimizer"]) == set(makers)


def test_a_surface_of_ones_own():
    own = surfaces.from_function(lambda x, y: x**2 + 3 * y**2, name="mine", minima=[(0, 0)])
    study = studies.optimizer_race(own, ("sgd",), starts=3, steps=50)
    assert study.settings["surfaces"] == ["mine"]
    assert study.table("summary")["arrived"].item() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"surface": "bowll"}, "surface must be one of .*did you mean 'bowl'"),
        ({"surface": "saddle"}, "surface must have a known minimum; got 'saddle'"),
        ({"surface": []}, "surface must be a sequence of at least 1"),
        ({"optimizers": ["adm"]}, "optimizers must be one of .*did you mean 'adam'"),
        ({"optimizers": []}, "optimizers must be a sequence of at least 1"),
        ({"rates": [0.1, 0.1]}, "rates must be a sequence of different values"),
        ({"rates": [0.2, 0.1]}, "rates must be rising"),
        ({"rates": []}, "rates must be a sequence of at least 1"),
        ({"rates": [-1.0]}, "rates must be a positive number; got -1.0"),
        ({"starts": 0}, "starts must be a positive integer; got 0"),
        ({"starts": [(float("nan"), 0)]}, "starts must be finite"),
        ({"steps": 0}, "steps must be a positive integer; got 0"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.optimizer_race(**{"optimizers": ("sgd",), **arguments})


@pytest.mark.parametrize("starts", [(1.0, 2.0), [], [(1.0, 2.0, 3.0)]])
def test_starts_must_be_points(starts):
    with pytest.raises(ValueError, match=r"starts must be a number, or points \(x, y\)"):
        studies.optimizer_race("bowl", ("sgd", "adam"), starts=starts, steps=5)


def test_starts_may_be_any_whole_number():
    study = studies.optimizer_race("bowl", ("sgd", "adam"), starts=np.int64(3), steps=5)
    assert study.settings["starts"] == 3
    assert study.settings["surface"] == "bowl"
