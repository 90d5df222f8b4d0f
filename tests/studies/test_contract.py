"""What every study promises, on settings so small that all of them run in seconds."""

import functools
import inspect
import json
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nnviz import plots, studies, train
from nnviz.languages import read

PLANE = train.moons(200, 50, rng=np.random.default_rng(1))
TINY = {"hidden": (8,), "seeds": 2}
SMALL = {
    "activation_functions": {"points": 11},
    "adam_parts": {"before": 20, "after": 30, "turns": 10},
    "averaged_descent": {"steps": 10, "seeds": 2},
    "averaged_training": {**TINY, "steps": 20},
    "basins_of_attraction": {"side": 5, "steps": 50},
    "batch_normalization": {**TINY, "scales": (1.0, 0.1), "epochs": 2},
    "dropout_masks": {**TINY, "steps": 5, "draws": 3},
    "batch_statistics": {**TINY, "batch_sizes": (2, 20), "steps": 5, "draws": 5},
    "complexity": {"widths": (4, 8), "depths": (1, 2), "width": 4, "depth": 1, "epochs": 2}
    | {"seeds": 2},
    "coordinate_check": {"widths": (4, 8), "depth": 1, "steps": 2, "seeds": 2},
    "decision_boundaries": {**TINY, "data": PLANE, "snapshots": (2, 20), "side": 8},
    "edge_of_stability": {"rates": (2.0,), "steps": 4, "every": 4, "seeds": 2},
    "double_descent": {"widths": (8, 300), "seeds": 2},
    "effective_steps": {"steps": 5},
    "finite_width": {"widths": (4, 8), "depth": 3, "draws": 5, "seeds": 2},
    "first_layer_weights": {**TINY, "epochs": 2},
    "defaults_by_activation": {"width": 8, "depth": 2, "samples": 10, "seeds": 2},
    "framework_defaults": {"width": 8, "depth": 2, "samples": 10, "seeds": 2},
    "gradient_noise": {"steps": 10, "seeds": 2},
    "health": {**TINY, "steps": 30},
    "hyperparameter_importance": {"depth": 1, "width": (4, 8), "trials": 6, "epochs": 1}
    | {"seeds": 2},
    "hyperparameters": {**TINY, "trials": 5, "side": 2, "epochs": 2},
    "initialization": {"depth": 3, "width": 10, "samples": 20, "seeds": 2},
    "initialization_training": {**TINY, "steps": 20},
    "learning_rate_schedules": {"steps": 20},
    "learning_rates": {**TINY, "steps": 20, "rates": (0.01, 0.1)},
    "misread": {**TINY, "epochs": 2},
    "momentum_map": {"rates": (0.1, 1.0, 3.0), "momenta": (0.0, 0.5), "steps": 10},
    "noise_scale": {**TINY, "snapshots": (0, 3), "pairs": 3, "trials": 2},
    "noisy_labels": {**TINY, "epochs": 2},
    "normalized_layers": {"scales": (1.0, 1e-4), "width": 8, "depth": 2, "seeds": 2},
    "one_bit": {**TINY, "rates": (0.1, 0.4), "steps": 8},
    "one_bit_settings": {**TINY, "steps": 8},
    "optimizers_training": {**TINY, "steps": 20},
    "output_activations": {**TINY, "rates": (0.1, 1.0), "steps": 20},
    "overfitting": {**TINY, "epochs": 2, "dropout_epochs": 3},
    "phase_diagram": {"bias_variances": (0.1,), "width": 8, "depth": 4, "seeds": 2},
    "residual_depth": {"width": 8, "depth": 3, "samples": 10, "seeds": 2},
    "loss_spikes": {"beta2s": (0.99, 0.9), "steps": 12, "seeds": 2},
    "loss_slices": {"batch_size": 20, "steps": 5, "directions": 2, "seeds": 2},
    "path_planes": {**TINY, "steps": 6, "every": 1, "side": 4},
    "propagation": {"width": 20, "depth": 3, "samples": 10, "seeds": 2},
    "regularizers": {**TINY, "epochs": 2},
    "optimizer_race": {"optimizers": ("sgd", "adam"), "starts": 3, "steps": 20},
    "learning_rate_map": {"rates": (0.01, 0.1, 1.0), "steps": 10},
    "rate_transfer": {"widths": (4, 8), "rates": (0.01, 0.1), "depth": 1, "steps": 3, "seeds": 2},
    "range_test": {**TINY, "rates": (0.1, 1.0), "test_steps": 12, "steps": 5},
    "stability": {"steps": 10},
    "symmetry": {"width": 8, "depth": 1, "steps": 5, "seeds": 2},
    "symmetry_by_rounding": {"width": 4, "steps": 5, "seeds": 2},
    "optimizer_trajectories": {"steps": 3},
    "update_directions": {**TINY, "batch_size": 20, "steps": 4, "every": 1},
    "zero_weights": {**TINY, "steps": 20},
}
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


SEQUENCES = {
    "adam_parts": ("betas",),
    "batch_statistics": ("hidden", "batch_sizes"),
    "complexity": ("widths", "depths", "weight_decays", "dropouts"),
    "decision_boundaries": ("hidden", "snapshots"),
    "dropout_masks": ("hidden",),
    "edge_of_stability": ("hidden", "rates"),
    "first_layer_weights": ("hidden",),
    "misread": ("hidden",),
    "noise_scale": ("hidden", "snapshots"),
    "normalized_layers": ("scales",),
    "one_bit": ("hidden", "rates"),
    "loss_slices": ("hidden",),
    "loss_spikes": ("hidden", "beta2s"),
    "one_bit_settings": ("hidden",),
    "output_activations": ("hidden", "rates"),
    "path_planes": ("hidden",),
    "range_test": ("hidden", "rates"),
    "rate_transfer": ("widths", "rates"),
    "update_directions": ("hidden",),
    "zero_weights": ("hidden",),
}
WRONG = [None, -1, 0.5, math.nan, "ab", b"ab", {1, 2}, {1: 2}, [], [None, None], [-1, -2], ["ab"]]
WRONG += [[math.nan, 0.1], [[1], [2]], np.array(3), iter([1, 2])]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: type(wrong).__name__)
@pytest.mark.parametrize(
    ("name", "argument"), [(name, own) for name, all_of in SEQUENCES.items() for own in all_of]
)
def test_what_is_no_sequence_is_refused_by_name(name, argument, wrong):
    with pytest.raises((TypeError, ValueError), match=rf"{argument} must be .*; got "):
        run(name, **{argument: wrong})


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        (name, own)
        for name, all_of in SEQUENCES.items()
        for own in all_of
        if own not in ("betas", "hidden")
    ],
)
def test_no_value_is_tried_twice(name, argument):
    small = ("beta2s", "dropouts", "rates", "scales", "weight_decays")
    twice = [0.1, 0.1] if argument in small else [5, 5]
    with pytest.raises(ValueError, match=f"{argument} must be a sequence of different values"):
        run(name, **{argument: twice})
