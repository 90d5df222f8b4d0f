"""Activations and gradients before training: the table of the chapter, over ten seeds."""

import pytest

from nnviz import nn, studies
from nnviz.studies.cells import initialization as cell

# Setting: std at layers 1 and 5, saturated at layer 5, gradient at layer 1 over layer 5. The
# middle of each range is the published mean; the ranges are the published ones, widened.
TABLE = {
    "sigmoid, std 1": (0.459, (0.42, 0.45), (0.58, 0.72), (0.85, 1.05)),
    "sigmoid, std 0.01": (0.0250, (0.0115, 0.0140), (0, 0), (3.5e-7, 4.3e-7)),
    "sigmoid, Xavier": (0.208, (0.105, 0.14), (0, 0), (0.0027, 0.0035)),
    "tanh, std 1": (0.959, (0.95, 0.965), (0.83, 0.87), (27, 34)),
    "tanh, std 0.01": (0.099, (0.9e-5, 1.1e-5), (0, 0), (0.8e-4, 1.2e-4)),
    "tanh, Xavier": (0.627, (0.30, 0.34), (0, 1e-3), (0.5, 0.6)),
    "tanh, He": (0.720, (0.55, 0.58), (0.02, 0.03), (0.95, 1.1)),
    "relu, std 1": (5.86, (12e3, 19e3), None, (2200, 2900)),
    "relu, std 0.01": (0.0586, (1e-6, 2.5e-6), None, (2.2e-5, 2.9e-5)),
    "relu, Xavier": (0.586, (0.11, 0.20), None, (0.22, 0.29)),
    "relu, He": (0.828, (0.62, 1.1), None, (0.88, 1.14)),
}


@pytest.fixture(scope="module")
def study():
    return studies.initialization(seeds=10)


@pytest.fixture(scope="module")
def mean(study):
    by = ["setting", "statistic", "layer"]
    return study.table("statistics").groupby(by)["value"].mean()


@pytest.mark.parametrize("setting", TABLE)
def test_table_of_the_chapter(mean, setting):
    first_std, last_std, saturated, gradient = TABLE[setting]
    assert mean[setting, "std", 1] == pytest.approx(first_std, rel=0.02)
    assert last_std[0] <= mean[setting, "std", 5] <= last_std[1]
    assert gradient[0] <= mean[setting, "gradient_rms", 1] <= gradient[1]
    if saturated is not None:
        assert saturated[0] <= mean[setting, "saturated", 5] <= saturated[1]


def test_half_of_a_relu_layer_is_zero_and_some_units_are_dead(study):
    rows = study.table("statistics").query("setting == 'relu, He' and layer == 5")
    values = rows.pivot(index="seed", columns="statistic", values="value")
    assert values["zero"].mean() == pytest.approx(0.494, abs=0.03)
    assert 0.005 <= values["dead"].mean() <= 0.05
    assert values["dead"].max() <= 0.15


def test_zeros_make_all_units_the_same(mean):
    for activation in ("sigmoid", "tanh", "relu"):
        assert mean[f"{activation}, zeros", "unit_spread"].max() == 0


@pytest.mark.parametrize("statistic", ["std", "gradient_rms"])
def test_theory_predicts_what_is_measured(study, mean, statistic):
    theory = study.table("theory").set_index(["setting", "statistic", "layer"])["value"]
    assert len(theory) == 3 * 4 * 2 * 5  # all settings but the zeros
    predicted = theory.xs(statistic, level="statistic")
    measured = mean.xs(statistic, level="statistic")[predicted.index]
    assert (measured / predicted - 1).abs().max() < 0.08


def test_histograms_hold_all_values_that_their_range_covers(study):
    table = study.table("histograms")
    counts = table.groupby(["setting", "layer"])["count"].sum()
    values = 1000 * 100 * 10
    for setting, activation in (("sigmoid, He", "sigmoid"), ("tanh, std 1", "tanh")):
        assert (counts[setting] == values).all(), activation
    assert (counts["relu, He"] > 0.995 * values).all()
    negative = table[(table["setting"] == "tanh, Xavier") & (table["right"] <= 0)]["count"].sum()
    assert negative / counts["tanh, Xavier"].sum() == pytest.approx(0.5, abs=0.02)
    above_one = table.query("setting == 'relu, He' and layer == 5 and left >= 1")["count"].sum()
    assert 0.15 <= above_one / values <= 0.3


def test_every_claim_holds(study):
    assert len(study.claims) == 13
    for claim in study.claims.values():
        assert claim.holds, claim


def test_settings_left_out_take_their_claims_with_them():
    small = studies.initialization(
        activations=["tanh"], initializers=["Xavier"], depth=3, width=20, samples=50, seeds=2
    )
    assert list(small.claims) == ["tanh keeps its spread"]
    assert set(small.table("histograms")["layer"]) == {1, 2, 3}


def test_initializers_go_by_name_too():
    small = studies.initialization(
        activations=["relu"],
        initializers=["xavier", "glorot_uniform", "he_uniform", "orthogonal"],
        depth=3,
        width=100,
        samples=200,
        seeds=2,
    )
    names = ["Xavier", "Glorot uniform", "He uniform", "orthogonal"]
    assert list(small.table("statistics")["initializer"].unique()) == names
    spread, theory = (
        table.query("statistic == 'std' and layer == 3").groupby("initializer")["value"].mean()
        for table in (small.table("statistics"), small.table("theory"))
    )
    assert theory["He uniform"] > 1.5 * theory["Xavier"]
    assert theory["orthogonal"] == theory["Glorot uniform"] == theory["Xavier"]
    assert (spread["He uniform"] > 1.5 * spread.drop("He uniform")).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"activations": ["rellu"]}, "activations must be one of .*did you mean 'relu'"),
        ({"initializers": ["Xaver"]}, "initializers must be one of .*did you mean 'Xavier'"),
        ({"depth": 0}, "depth must be an integer of at least 2; got 0"),
        ({"seeds": 0}, "seeds must be a positive integer; got 0"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.initialization(**arguments)


@pytest.mark.parametrize("name", nn.INITIALIZERS)
def test_theory_knows_how_wide_each_initializer_draws(name, rng):
    """Variance times inputs, against a thousand columns that it draws."""
    drawn = nn.INITIALIZERS[name](rng, 500, 500)
    assert cell.gain(name, 500) == pytest.approx(500 * drawn.var(), rel=0.02, abs=0)
