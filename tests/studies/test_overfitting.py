"""Overfitting over the gallery's seeds: the published ranges, widened, and the verdicts."""

import pytest

from nnviz import studies, tables, train


@pytest.fixture(scope="module")
def notes():
    return studies.overfitting(seeds=8, n_jobs=2)


@pytest.fixture(scope="module")
def noisy():
    return studies.noisy_labels(seeds=4, n_jobs=2)


def mean_at(study, until, setting, split, metric):
    ends = tables.final(study.table("curves"), until=until)
    chosen = ends.query("setting == @setting and split == @split and metric == @metric")
    assert len(chosen) == study.settings["seeds"]
    return chosen["value"].mean()


NOTES = [
    # setting, epochs, train, test, gap, weight norm
    ("none", 201, 0.997, 0.918, 0.079, 35.3),
    ("none", 301, 1.000, 0.924, 0.075, None),
    ("weight decay 0.1", 201, 0.869, 0.811, 0.055, 19.9),
    ("dropout 0.2, not inverted", 301, 0.546, 0.497, 0.045, None),
]


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "until", "training", "test", "gap", "norm"), NOTES)
def test_setting_of_the_notes(notes, setting, until, training, test, gap, norm):
    loose = 0.1 if "dropout" in setting else 0.03
    assert mean_at(notes, until, setting, "train", "accuracy") == pytest.approx(training, abs=loose)
    assert mean_at(notes, until, setting, "test", "accuracy") == pytest.approx(test, abs=loose)
    assert mean_at(notes, until, setting, "train", "gap") == pytest.approx(gap, abs=0.03)
    if norm is not None:
        weights = mean_at(notes, until, setting, "train", "weight_norm")
        assert weights == pytest.approx(norm, rel=0.02)


@pytest.mark.slow
def test_verdicts_of_the_notes_setting(notes):
    assert set(notes.claims) == {
        "overfits",
        "weight decay shrinks the gap",
        "weight decay costs accuracy",
        "dropout hardly changes the gap",
        "dropout costs accuracy",
        "weight norm",
        "every layer",
    }
    for claim in notes.claims.values():
        assert claim.holds, claim


@pytest.mark.slow
def test_noisy_labels(noisy):
    test = {
        setting: mean_at(noisy, 201, setting, "test", "accuracy")
        for setting in noisy.settings["regularizers"]
    }
    assert 0.75 <= test["none"] <= 0.87
    assert 0.03 <= test["weight decay 0.03"] - test["none"] <= 0.12
    assert 0.05 <= test["dropout 0.2"] - test["none"] <= 0.13
    for claim in noisy.claims.values():
        assert claim.holds, claim


@pytest.mark.slow
def test_the_weights_of_a_decayed_network_are_narrower(notes):
    table = notes.table("weights").assign(centre=lambda t: (t["left"] + t["right"]) / 2)
    table["spread"] = table["count"] * table["centre"] ** 2
    sums = table.groupby("setting")[["spread", "count"]].sum()
    variance = sums["spread"] / sums["count"]
    assert variance["weight decay 0.1"] < 0.5 * variance["none"]


def test_own_data_and_sizes():
    data = train.digits(200)
    study = studies.noisy_labels(data, hidden=(16,), epochs=3, seeds=2)
    assert study.settings["n_train"] == 200
    curves = study.table("curves")
    assert set(curves["setting"]) == {"none", "weight decay 0.03", "dropout 0.2", "both"}
    assert curves["epoch"].max() == 3
    assert set(curves["metric"]) == {"loss", "accuracy", "weight_norm", "gap"}


def test_the_ends_that_titles_compare_are_those_of_the_table_of_ends():
    study = studies.noisy_labels(train.digits(200), hidden=(8,), epochs=22, seeds=2)
    ends = study.table("ends").query("split == 'test' and metric == 'accuracy'")
    ends = ends.groupby("setting")["value"].mean()
    sides = study.claim("dropout helps").evidence.sides
    assert sides["a"] == pytest.approx(ends["dropout 0.2"], rel=1e-12)
    assert sides["b"] == pytest.approx(ends["none"], rel=1e-12)


@pytest.mark.parametrize(
    ("key", "until", "setting"),
    [
        ("weight decay costs accuracy", 4, "weight decay 0.1"),
        ("dropout costs accuracy", 7, "dropout 0.2, not inverted"),
    ],
)
def test_each_regularizer_is_judged_at_its_own_epoch(key, until, setting):
    study = studies.overfitting(
        train.digits(120), hidden=(8,), epochs=4, dropout_epochs=7, seeds=2, n_jobs=1
    )
    ends = study.table("ends").query("split == 'test' and metric == 'accuracy'")
    assert set(ends["until"]) == {4, 7}
    means = ends[ends["until"] == until].groupby("setting")["value"].mean()
    sides = study.claim(key).evidence.sides
    assert (sides["a"], sides["b"]) == pytest.approx((means[setting], means["none"]), rel=1e-12)


def test_a_batch_larger_than_the_data_is_told_before_anything_is_trained():
    with pytest.raises(
        ValueError, match="batch_size must be at most 50, the number of training rows"
    ):
        studies.overfitting(train.digits(50), seeds=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"label_noise": 1.5}, r"label_noise must be a number in \[0, 1\); got 1.5"),
        ({"dropout": -0.1}, "dropout must be a positive number; got -0.1"),
        ({"weight_decay": 0}, "weight_decay must be a positive number; got 0"),
        ({"hidden": (10, 0)}, "hidden must be a positive integer; got 0"),
        ({"epochs": 0}, "epochs must be a positive integer; got 0"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.noisy_labels(seeds=1, **arguments)
