"""What every study promises, on settings so small that all of them run in seconds."""

import functools
import inspect
import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import get_type_hints

import numpy as np
import pandas as pd
import pytest

from nnviz import plots, studies, train
from nnviz.languages import read
from tests.studies.settings import SMALL

NAMES = sorted(studies.STUDIES)
SEARCHES_RATES = ("hyperparameter_importance", "hyperparameters")
SEARCHES_BATCHES = ("hyperparameter_importance",)
TRAINED = [name for name in NAMES if "data" in inspect.signature(getattr(studies, name)).parameters]


rows = functools.cache(train.digits)
"""Digits, read once: reading them takes longer than what most of these tests ask."""


def run(name, **more):
    function = getattr(studies, name)
    own = {"data": rows(220)} if name in TRAINED else {}
    return function(**{**own, **SMALL[name], **more})


def test_every_study_is_listed_here():
    assert sorted(SMALL) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_tables_settings_and_claims(name):
    study = run(name)
    assert study.name == name
    assert study.tables
    for table in study.tables.values():
        assert isinstance(table, pd.DataFrame)
        assert not table.empty
        assert table.index.equals(pd.RangeIndex(len(table)))
    assert json.loads(json.dumps(study.settings)) is not None
    assert set(study.settings) <= set(read("ko")["settings"])  # small print names them
    assert set(study.schemas) == set(study.tables)
    undrawn = {schema.undrawn for schema in study.schemas.values() if schema.undrawn}
    assert undrawn <= set(read("ko")["sentences"])  # the command says why there is no figure
    declared = inspect.getdoc(studies.STUDIES[study.name]).partition("\nTables\n------\n")[2]
    assert set(study.tables) <= set(re.findall(r"^(\w+)", declared, re.MULTILINE))
    for table, schema in study.schemas.items():
        assert not [c for c in study.tables[table] if schema.meaning(c) is None], table
        assert (plots.plot_of(schema) is None) == bool(schema.undrawn)
        named = [study.tables[table].get(names, []) for names in ("metric", "statistic")]
        assert set(schema.units) <= {*study.tables[table], *named[0], *named[1]}, table
    for claim in study.claims.values():
        assert not claim.statement[0].islower()
        assert not claim.statement.endswith(".")
        assert claim.holds == (claim.verdict == "holds")
        assert not (claim.holds and math.isnan(claim.number))


@pytest.mark.parametrize("name", TRAINED)
def test_processes_and_repetition_change_nothing(name):
    one, two = run(name), run(name, fresh=True, n_jobs=2)  # the first was perhaps run above
    assert repr(one.claims) == repr(two.claims)  # as text, since NaN differs from itself
    for table in one.tables:
        pd.testing.assert_frame_equal(one.tables[table], two.tables[table])


@pytest.mark.parametrize("name", TRAINED)
def test_own_data(name, rng):
    moons = train.moons(200, 50, rng=rng)
    study = run(name, data=replace(moons, shape=(1, 2)))
    assert study.settings["data"] == "moons"


@pytest.mark.parametrize("name", TRAINED)
def test_data_must_be_a_dataset(name):
    with pytest.raises(TypeError, match=r"data must be a Dataset, as from .*; got 'my.csv'"):
        run(name, data="my.csv")


@pytest.mark.parametrize(
    "name",
    [n for n in TRAINED if "batch_size" in inspect.signature(studies.STUDIES[n]).parameters],
)
def test_data_must_have_a_batch_of_rows(name):
    with pytest.raises(ValueError, match=r"batch_size must be at most (40|32), the number of"):
        run(name, data=rows(40), batch_size=(5, 50) if name in SEARCHES_BATCHES else 50)


@pytest.mark.parametrize(
    "name",
    [n for n in TRAINED if "learning_rate" in inspect.signature(studies.STUDIES[n]).parameters],
)
def test_a_rate_at_which_every_network_is_lost_raises_nothing(name):
    lost = (1e29, 1e30) if name in SEARCHES_RATES else 1e30
    study = run(name, learning_rate=lost)
    assert all(math.isfinite(claim.number) for claim in study.claims.values() if claim.holds)


@pytest.mark.parametrize("name", [n for n in TRAINED if "hidden" in SMALL[n]])
def test_own_activation(name):
    assert run(name, activation="tanh").settings["activation"] == "tanh"
    assert run(name).settings["activation"] == "relu"
    with pytest.raises(ValueError, match=r"activation must be one of .*did you mean 'tanh'"):
        run(name, activation="tahn")


@pytest.mark.parametrize("name", [name for name in NAMES if "seeds" in SMALL[name]])
def test_seeds_must_be_a_positive_integer(name):
    with pytest.raises(
        ValueError, match=r"seeds must be (a positive integer|an integer of at least 2); got 0"
    ):
        getattr(studies, name)(seeds=0)


SEQUENCES = [
    (name, argument)
    for name in NAMES
    for argument, hint in get_type_hints(getattr(studies, name)).items()
    if hint in (Sequence[int], Sequence[float])
]
WRONG = [None, -1, 0.5, math.nan, "ab", b"ab", {1, 2}, {1: 2}, [], [None, None], [-1, -2], ["ab"]]
WRONG += [[math.nan, 0.1], [[1], [2]], np.array(3), iter([1, 2])]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: type(wrong).__name__)
@pytest.mark.parametrize(("name", "argument"), SEQUENCES)
def test_what_is_no_sequence_is_refused_by_name(name, argument, wrong):
    with pytest.raises((TypeError, ValueError), match=rf"{argument} must be .*; got "):
        run(name, **{argument: wrong})


@pytest.mark.parametrize(
    ("name", "argument"), [(name, own) for name, own in SEQUENCES if own != "hidden"]
)
def test_no_value_is_tried_twice(name, argument):
    small = ("beta2s", "dropouts", "momenta", "rates", "scales", "weight_decays")
    twice = [0.1, 0.1] if argument in small else [5, 5]
    with pytest.raises(ValueError, match=f"{argument} must be a sequence of different values"):
        run(name, **{argument: twice})
