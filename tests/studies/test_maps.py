"""Basin maps and maps of learning rates: against paths one by one, and against theory."""

import numpy as np
import pytest

from nnviz import optim, studies, surfaces
from nnviz.studies._curvature import best_momentum, curvatures, is_quadratic, limit
from nnviz.surfaces import from_function
from nnviz.train import descend


@pytest.fixture(scope="module")
def himmelblau():
    return studies.basins_of_attraction("himmelblau", side=40)


class TestBasins:
    def test_every_start_ends_where_its_own_path_ends(self, himmelblau):
        minima = np.array(surfaces.get("himmelblau").minima)
        rows = himmelblau.table("starts").query("optimizer == 'momentum'")
        for row in rows.sample(20, random_state=0).itertuples():
            path = descend("himmelblau", optim.momentum(0.01), (row.x, row.y), steps=500)
            inside = np.linalg.norm(path.points[:, None] - minima, axis=-1).min(axis=1) <= 0.01
            assert row.diverged == path.diverged
            if row.minimum < 0:
                assert not inside[-1]
                continue
            assert np.linalg.norm(path.points[-1] - minima[row.minimum]) <= 0.01
            assert inside[int(row.steps) :].all()
            assert row.steps == 0 or not inside[int(row.steps) - 1]

    def test_starts_are_the_centres_of_cells(self):
        table = studies.basins_of_attraction("bowl", {"sgd": 0.5}, side=2, steps=1).table("starts")
        assert table[["x", "y"]].to_numpy().tolist() == [[-5, -5], [5, -5], [-5, 5], [5, 5]]

    def test_the_claims_of_himmelblau(self, himmelblau):
        assert set(himmelblau.claims) == {"depends on the rule", "frayed"}
        assert all(claim.holds for claim in himmelblau.claims.values())
        summary = himmelblau.table("summary").set_index("optimizer")
        assert (summary["arrived"] > 0.99).all()
        assert summary.loc["sgd", "nearest"] > 0.95  # it follows the gradient
        assert summary.loc["momentum", "nearest"] < 0.8

    def test_momentum_rolls_out_of_the_local_minima_of_the_camel(self):
        rates = {"sgd": 0.02, "momentum": 0.02}
        study = studies.basins_of_attraction("three_hump_camel", rates, side=40)
        assert study.claim("rolls out").holds

    def test_a_claim_can_fail(self):
        alike = {"sgd": 0.02, "momentum": optim.sgd(0.02)}
        study = studies.basins_of_attraction("three_hump_camel", alike, side=10)
        assert not any(claim.holds for claim in study.claims.values())

    def test_without_known_minima_there_is_no_map(self):
        with pytest.raises(ValueError, match="surface must have a known minimum; got 'saddle'"):
            studies.basins_of_attraction("saddle")
        with pytest.raises(ValueError, match="got 'own'"):
            studies.basins_of_attraction(from_function(lambda x, y: x * x + y * y))

    def test_a_surface_of_ones_own(self):
        own = from_function(
            lambda x, y: (x * x - 1) ** 2 + abs(y) ** 1.5, name="two", minima=[(-1, 0), (1, 0)]
        )
        study = studies.basins_of_attraction(own, {"momentum": 0.01}, side=10, tolerance=0.1)
        rows = study.table("starts")
        assert study.settings["gradient_by"] == "central differences"
        assert ((rows["minimum"] == 1) == (rows["x"] > 0)).all()

    def test_wrong_arguments(self):
        with pytest.raises(ValueError, match="side must be an integer of at least 2; got 1"):
            studies.basins_of_attraction(side=1)
        with pytest.raises(ValueError, match="optimizers must have at least one entry"):
            studies.basins_of_attraction(optimizers={})


class TestRateMap:
    def test_every_end_is_that_of_its_own_path(self):
        study = studies.learning_rate_map(
            "himmelblau", ("momentum", "adam"), rates=(1e-3, 0.02, 1), steps=50
        )
        surface = surfaces.get("himmelblau")
        for row in study.table("ends").itertuples():
            rule = optim.make(row.optimizer, row.learning_rate)
            path = descend(surface, rule, surface.start, steps=50)
            if path.diverged:
                assert row.diverged
                assert row.height == np.inf
            else:
                assert row.height == path.value[-1]
                assert row.diverged == (path.value[-1] > path.value[0])

    def test_on_the_bowl_the_limits_are_one_and_what_momentum_makes_of_it(self):
        study = studies.learning_rate_map("bowl")
        limits = study.table("limits").set_index("optimizer")["learning_rate"]
        assert limits.to_dict() == pytest.approx(
            {"sgd": 1.0, "momentum": 1.9, "nesterov": 3.8 / 5.6}
        )
        assert all(claim.holds for claim in study.claims.values())

    def test_theory_is_claimed_only_on_a_quadratic(self):
        assert "limit" not in studies.learning_rate_map("rosenbrock", ("sgd", "adam")).claims
        assert studies.learning_rate_map("booth", ("sgd",)).claim("limit").holds

    def test_a_surface_of_ones_own(self):
        own = from_function(
            lambda x, y: 3 * x * x + y * y, name="own", minima=[(0, 0)], starts=[(1, 1)]
        )
        study = studies.learning_rate_map(own, ("sgd", "nesterov"))
        assert study.settings["gradient_by"] == "complex step"
        assert study.table("limits")["learning_rate"][0] == pytest.approx(1 / 3)
        assert study.claim("limit").holds

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"rates": (0.1,)}, "rates must be a sequence of at least 2"),
            ({"rates": (0.2, 0.1)}, "rates must be rising"),
            ({"rates": (0.1, -1)}, "rates must be a positive number; got -1"),
            ({"optimizers": ()}, "optimizers must be a sequence of at least 1"),
            ({"optimizers": ("adm",)}, "closest match|did you mean"),
            ({"surface": "saddle"}, "surface must have a known minimum; got 'saddle'"),
        ],
    )
    def test_wrong_arguments(self, options, message):
        with pytest.raises(ValueError, match=message):
            studies.learning_rate_map(**options)


class TestMomentumMap:
    def test_theory_holds_on_the_bowl(self):
        study = studies.momentum_map("bowl", steps=50)
        assert set(study.claims) == {"limit", "best", "best momentum"}
        assert all(claim.holds for claim in study.claims.values())
        best = study.table("best").set_index("optimizer").loc["momentum"]
        assert best["momentum"] == pytest.approx(0.40, abs=0.05)
        assert best["learning_rate"] == pytest.approx(1.34, rel=0.05)

    def test_without_momentum_it_is_sgd(self):
        rates = (0.1, 0.5, 0.9)
        ends = studies.momentum_map(rates=rates, momenta=(0.0, 0.5), steps=20).table("ends")
        plain = studies.learning_rate_map("bowl", ("sgd",), rates=rates, steps=20).table("ends")
        for _, own in ends[ends["momentum"] == 0].groupby("optimizer"):
            assert own["height"].tolist() == plain["height"].tolist()

    def test_wrong_arguments(self):
        with pytest.raises(ValueError, match=r"momenta must be a number in \[0, 1\); got 1"):
            studies.momentum_map(momenta=(0, 1))
        with pytest.raises(ValueError, match="optimizers must be one of momentum, nesterov"):
            studies.momentum_map(optimizers=("adam",))


class TestCurvature:
    def test_of_quadratics(self):
        assert curvatures(surfaces.get("bowl")) == pytest.approx((0.1, 2.0))
        assert curvatures(surfaces.get("booth")) == pytest.approx((2.0, 18.0))
        assert is_quadratic(surfaces.get("booth"), (3.0, -4.0))
        assert not is_quadratic(surfaces.get("rosenbrock"), (0.0, 0.0))

    def test_of_the_flattest_minimum(self):
        """Himmelblau's second derivatives are 12x² + 4y − 42, 4x + 12y² − 26 and 4x + 4y."""
        sharpest = []
        for x, y in surfaces.get("himmelblau").minima:
            bent = [[12 * x * x + 4 * y - 42, 4 * (x + y)], [4 * (x + y), 4 * x + 12 * y * y - 26]]
            sharpest.append(np.linalg.eigvalsh(bent).max())
        assert curvatures(surfaces.get("himmelblau"))[1] == pytest.approx(min(sharpest), rel=1e-6)

    def test_a_kink_has_none(self):
        assert np.isnan(curvatures(surfaces.get("ackley"))).all()
        assert np.isnan(limit("sgd", np.nan, 0.9))

    @pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
    @pytest.mark.parametrize("name", ["momentum", "nesterov"])
    def test_a_rate_is_stable_below_the_limit_and_not_beyond(self, name, beta):
        """On λx²/2, by the eigenvalues of what takes (x, v) to the next, worked out by the rule."""
        edge = limit(name, 7.0, beta)

        def radius(rate):
            rule = optim.make(name, rate, momentum=beta)
            columns = []
            for x, v in ((1.0, 0.0), (0.0, 1.0)):
                at = np.array([x])
                state = rule.init(at)._replace(steps=1, velocity=np.array([v]))
                update, state = rule.update(7.0 * at, state, at)
                columns.append([(at + update)[0], state.velocity[0]])
            return np.abs(np.linalg.eigvals(np.array(columns).T)).max()

        assert radius(0.999 * edge) < 1 < radius(1.001 * edge)

    def test_the_best_momentum_makes_both_ends_shrink_alike(self):
        """The roots are a pair of size √β at both curvatures (Polyak, 1964)."""
        rate, beta = best_momentum(0.1, 2.0)
        for curvature in (0.1, 2.0):
            roots = np.roots([1, rate * curvature - 1 - beta, beta])
            assert np.abs(roots) == pytest.approx(np.sqrt(beta), rel=1e-6)


@pytest.mark.parametrize("study", [studies.optimizer_trajectories, studies.learning_rate_map])
def test_a_start_where_there_is_no_surface(study):
    own = from_function(
        lambda x, y: (x - 1) / (x > 0) + y * y, name="half", minima=[(1, 0)], starts=[(-1, 1)]
    )
    with pytest.raises(ValueError, match=r"start must be where surface 'half' is finite; got \(-1"):
        study(own, ("sgd",) if study is studies.learning_rate_map else {"sgd": 0.1})
    assert study(
        own, ("sgd",) if study is studies.learning_rate_map else {"sgd": 0.1}, start=(2, 1)
    )


def test_a_rate_map_has_one_start():
    with pytest.raises(ValueError, match="start must be two finite numbers; got"):
        studies.learning_rate_map(start=[(1, 1), (2, 2)])


def test_decades_do_not_depend_on_the_spacing_of_the_rates():
    spread = [
        studies.learning_rate_map("bowl", ("sgd",), rates=rates, steps=100).table("summary")[
            "decades"
        ][0]
        for rates in (np.geomspace(1e-3, 1, 200), np.linspace(1e-3, 1, 400))
    ]
    assert spread[0] == pytest.approx(spread[1], abs=0.1)


def test_one_minimum_gives_no_claims_about_several():
    study = studies.basins_of_attraction("bowl", side=20)
    assert "depends on the rule" not in study.claims
    assert "frayed" not in study.claims
