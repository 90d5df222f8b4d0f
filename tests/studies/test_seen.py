"""First layers as pictures, and rows that are misread: worked out again in other ways."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from nnviz import studies, train
from nnviz.errors import DataError
from nnviz.studies._pictures import border_share, neighbour_correlation, pixels
from nnviz.studies.cells.misread import train as train_one


def test_neighbours_by_loops(rng):
    pictures = rng.normal(size=(3, 20))
    each = []
    for picture in pictures.reshape(3, 4, 5):
        off = picture - picture.mean()
        beside = [
            off[r, c] * off[r + down, c + 1 - down]
            for down in (0, 1)
            for r in range(4 - down)
            for c in range(5 - 1 + down)
        ]
        each.append(np.mean(beside) / np.mean(off**2))
    assert neighbour_correlation(pictures, (4, 5)) == pytest.approx(np.mean(each), rel=1e-12)


def test_neighbours_of_known_pictures():
    chess = np.indices((6, 6)).sum(axis=0).ravel()[None] % 2
    assert neighbour_correlation(chess, (6, 6)) == pytest.approx(-1)
    assert np.isnan(neighbour_correlation(np.ones((2, 36)), (6, 6)))
    ramp = np.repeat(np.arange(50.0), 50)[None]
    assert neighbour_correlation(ramp, (50, 50)) > 0.95


def test_the_border_of_a_uniform_picture():
    assert border_share(np.ones((2, 64)), (8, 8)) == pytest.approx(28 / 64)
    assert border_share(np.ones((1, 5)), (1, 5)) == 1


def test_pixels_lie_where_the_shape_says():
    table = pixels(np.arange(12.0).reshape(2, 6), (2, 3))
    assert table.iloc[10].to_dict() == {"picture": 1, "row": 1, "column": 1, "value": 10.0}


def test_decay_on_blank_pixels_is_that_of_the_rule():
    study = studies.first_layer_weights(
        train.digits(100), hidden=(5,), weight_decay=0.2, epochs=10, seeds=2
    )
    blank = study.table("blank").set_index("setting")["left"]
    assert (blank["none"] == 1).all()
    left = 1.0
    for _ in range(20):  # 10 epochs of 2 batches
        left -= 0.1 * 0.2 * left
    assert blank["weight decay 0.2"].to_numpy() == pytest.approx(left, rel=1e-5)
    pictures = study.table("pictures")
    assert pictures.groupby("setting").size().to_dict() == dict.fromkeys(
        ("before training", "none", "weight decay 0.2"), 5 * 64
    )


def test_pictures_are_of_the_shape_that_the_data_declare():
    assert train.digits(50).holdout(0.2, rng=np.random.default_rng(0)).shape == (8, 8)
    with pytest.raises(DataError, match=r"shape must have 64 pixels, .*; got \(8, 9\)"):
        replace(train.digits(50), shape=(8, 9))
    for wrong in ((64,), (-8, -8), (8.0, 8), (1, 8, 8), "88", 64, (True, 64)):
        with pytest.raises(DataError, match=r"shape must be two positive integers; got "):
            replace(train.digits(50), shape=wrong)
    assert replace(train.digits(50), shape=[4, 16]).shape == (4, 16)
    with pytest.raises(ValueError, match=r"data.shape must be the \(rows, columns\) of a picture"):
        studies.first_layer_weights(replace(train.digits(50), shape=None))


@pytest.fixture(scope="module")
def read():
    options = {"hidden": (8,), "epochs": 20, "batch_size": 20}
    study = studies.misread(train.digits(60), seeds=2, **options)
    cell = {"data": train.digits(60), "activation": "relu", "optimizer": "momentum", **options}
    each = [
        train_one(seed=seed, regularizer={}, learning_rate=0.01, **cell)["test"]["read"]
        for seed in (0, 1)
    ]
    return study, each


def test_counts_are_those_of_scikit_learn(read):
    study, each = read
    rows = study.table("confusion").query("setting == 'none'")
    labels = train.digits(60).y_test
    for (_, own), read in zip(rows.groupby("seed"), each, strict=True):
        table = own.pivot(index="true", columns="predicted", values="count").to_numpy()
        assert (table == confusion_matrix(labels, read)).all()


def test_errors_by_class_and_pair(read):
    study, (first, _) = read
    labels = train.digits(60).y_test
    of_first = "setting == 'none' and seed == 0"
    rate = study.table("classes").query(f"{of_first} and `class` == 8")["value"].item()
    assert rate == pytest.approx(np.mean(first[labels == 8] != 8))
    part = study.table("pairs").query(f"{of_first} and pair == '8 as 1'")["value"].item()
    wrong = first != labels
    assert part == pytest.approx(np.mean((labels[wrong] == 8) & (first[wrong] == 1)))


def test_what_two_networks_have_in_common_are_rows(read):
    study, (first, second) = read
    labels = train.digits(60).y_test
    one, other = (
        {(row, r) for row, (t, r) in enumerate(zip(labels, own, strict=True)) if t != r}
        for own in (first, second)
    )
    common = len(one & other) / ((len(one) + len(other)) / 2)
    assert study.table("overlap")["none"].to_numpy() == pytest.approx(common)


def test_each_seed_is_in_one_pair_and_chooses_or_measures(read):
    study, (_, second) = read
    assert study.table("overlap")["seed"].tolist() == [0, 0]  # one pair for each regularizer
    rows = study.table("chosen").set_index("setting")
    assert set(rows["seed"]) == {1}
    labels, at = train.digits(60).y_test, int(rows.loc["dropout 0.4", "at"])
    classes = study.table("classes").pivot(index=["setting", "seed"], columns="class")["value"]
    rise = classes.loc["dropout 0.4", 0] - classes.loc["none", 0]
    assert rise[at] == rise.max()
    assert rows.loc["dropout 0.4", "rival"] == np.mean(second[labels == at] != at)
    assert rows.loc["dropout 0.4", "value"] == classes.loc[("dropout 0.4", 1), at]


def test_one_seed_misreads_alone():
    study = studies.misread(train.digits(60), hidden=(4,), epochs=1, batch_size=20, seeds=1)
    assert {claim.verdict for claim in study.claims.values()} == {"not assessed"}


def test_the_rows_that_most_networks_misread_come_first(read):
    study, _ = read
    shares = study.table("pictures").groupby("picture")["share"].first()
    assert len(shares) == 12
    assert shares.is_monotonic_decreasing
    plain = study.table("pictures").drop_duplicates("picture")["label"]
    assert plain.str.fullmatch(r"\d as \d").all()


def test_data_that_are_no_pictures_have_no_pictures():
    data = train.blobs(30, 20, rng=np.random.default_rng(0))
    study = studies.misread(data, hidden=(4,), epochs=1, batch_size=10, seeds=2)
    assert "pictures" not in study.tables
