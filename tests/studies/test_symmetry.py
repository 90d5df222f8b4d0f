"""Zero weights: equal units stay equal through training, over three seeds."""

import pytest

from nnviz import studies


@pytest.fixture(scope="module")
def study():
    return studies.symmetry(seeds=3)


def test_relu_columns_differ_by_exactly_nothing_after_500_steps(study):
    rows = study.table("curves").query("metric == 'column_spread' and setting == 'relu, zeros'")
    assert rows["step"].max() == 500
    assert (rows["value"] == 0).all()


def test_random_columns_differ(study):
    rows = study.table("curves").query("metric == 'column_spread' and setting == 'relu, Xavier'")
    assert (rows["value"] > 0.1).all()


def test_sigmoid_units_move_but_stay_the_same(study):
    assert study.claim("sigmoid never separates").number <= 1e-6


def test_every_claim_holds(study):
    assert len(study.claims) == 4
    for claim in study.claims.values():
        assert claim.holds, claim
