"""Twins in other settings: each changes what its name says; digits are counted from rounding."""

import math

import pytest

from nnviz import studies, train
from nnviz.studies.cells import twins
from nnviz.studies.one_bit_settings import _digits_lost

DATA = train.digits(200)
HOW = {"activation": "relu", "batch_size": 40, "learning_rate": 0.6, "steps": 9}
PLAIN = {"dtype": "float32", "batch_norm": None, "gated": False, "optimizer": "sgd"}
CHANGES = {
    "relu": {},
    "tanh": {"activation": "tanh"},
    "float64": {"dtype": "float64"},
    "batch norm": {"batch_norm": "before"},
    "depth 1": {"hidden": (16,)},
    "depth 5": {"hidden": (16, 12, 8, 16, 12)},
    "width 5": {"hidden": (5, 4, 2)},
    "momentum": {"optimizer": "momentum", "learning_rate": 0.06},
    "adam": {"optimizer": "adam", "learning_rate": 0.06},
}


@pytest.fixture(scope="module")
def study():
    return studies.one_bit_settings(DATA, hidden=(16, 12, 8), seeds=2, **HOW)


def test_each_setting_changes_what_its_name_says(study):
    pairs = study.table("pairs").set_index(["setting", "seed"])
    assert list(pairs.index.unique("setting")) == list(CHANGES)
    for setting, changes in CHANGES.items():
        cell = {"hidden": (16, 12, 8), **PLAIN, **HOW, **changes}
        found = twins.train(data=DATA, seed=1, **cell)["pair"]
        row = pairs.loc[(setting, 1)]
        for column in ("relative_distance", "test_accuracy", "twin_accuracy"):
            assert row[column] == found[column][0], setting
        gap = abs(row["test_accuracy"] - row["twin_accuracy"])
        assert row["apart"] == (gap > 0.015)
        assert row["far"] == (row["relative_distance"] > 0.1)


def test_digits_are_lost_from_what_the_type_rounds_by():
    assert _digits_lost(2.0**-24, "float32") == 0
    assert _digits_lost(0.0, "float32") == 0
    assert _digits_lost(1000 * 2.0**-24, "float32") == pytest.approx(3, abs=1e-12)
    assert _digits_lost(1000 * 2.0**-53, "float64") == pytest.approx(3, abs=1e-12)
    assert _digits_lost(1e9, "float32") == pytest.approx(24 * math.log10(2))
    assert _digits_lost(1e9, "float64") == pytest.approx(53 * math.log10(2))


def test_no_kink_is_blamed_where_there_is_none():
    own = HOW | {"activation": "gelu", "steps": 2}
    study = studies.one_bit_settings(DATA, hidden=(16,), seeds=2, **own)
    assert "tanh" in study.settings["settings"]
    assert "smooth loses fewer" not in study.claims


def test_twins_that_are_not_apart_say_nothing_of_accuracy():
    study = studies.one_bit_settings(DATA, hidden=(16,), seeds=2, **HOW | {"steps": 1})
    assert study.table("pairs")["digits_lost"].max() < 3
    claim = study.claim("accuracy hardly tells")
    assert (claim.verdict, claim.reason) == ("not assessed", "no pair lost so many")


def test_what_changes_nothing_is_no_setting():
    own = HOW | {"activation": "tanh", "steps": 2}
    study = studies.one_bit_settings(DATA, hidden=(16,), seeds=2, **own)
    names = ["tanh", "float64", "batch norm", "depth 2", "width 5", "momentum", "adam"]
    assert study.settings["settings"] == names
    assert {"smooth loses fewer", "depth costs digits"}.isdisjoint(study.claims)
