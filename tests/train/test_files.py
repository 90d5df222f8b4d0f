"""Data of the reader's own: what is read, and what is said of what cannot be."""

import numpy as np
import pytest

from nnviz.errors import DataError
from nnviz.train import from_arrays, from_csv, from_numpy, load


def table(rows=40, classes=("cat", "dog")):
    """Return CSV lines with two features and a class."""
    rng = np.random.default_rng(1)
    lines = ["length,width,kind"]
    for row in range(rows):
        a, b = rng.normal(10, 3, 2)
        lines.append(f"{a:.3f},{b:.3f},{classes[row % len(classes)]}")
    return lines


@pytest.fixture
def write(tmp_path):
    def to_file(lines, name="animals.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return to_file


def test_a_csv_file_is_split_by_class_and_standardized(write, rng):
    data = from_csv(write(table()), rng=rng)
    assert data.name == "animals"
    assert (len(data.x_train), len(data.x_test)) == (30, 10)
    assert np.bincount(data.y_train).tolist() == [15, 15]
    np.testing.assert_allclose(data.x_train.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(data.x_train.std(axis=0), 1, atol=1e-6)


def test_every_row_lands_in_exactly_one_split(write, rng):
    lines = table()
    data = from_csv(write(lines), standardize=False, rng=rng)
    rows = np.concatenate([data.x_train, data.x_test])
    given = np.array([line.split(",")[:2] for line in lines[1:]], dtype=np.float32)
    np.testing.assert_array_equal(rows[np.lexsort(rows.T)], given[np.lexsort(given.T)])
    kinds = {tuple(np.float32(line.split(",")[:2])): line.endswith("dog") for line in lines[1:]}
    for x, y in zip(data.x_train, data.y_train, strict=True):
        assert kinds[tuple(x)] == y


def test_the_split_depends_on_the_generator_alone(write):
    path = write(table())
    one, same, other = (from_csv(path, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.digest == same.digest != other.digest


def test_the_target_may_be_any_column(write, rng):
    lines = ["kind,size"] + [f"{row % 3},{row}" for row in range(30)]
    data = from_csv(write(lines), target="kind", rng=rng)
    assert data.n_classes == 3
    assert data.n_features == 1


def test_a_second_file_to_test_on(write, rng):
    data = from_csv(write(table()), test=write(table(10), "other.csv"), rng=rng)
    assert (len(data.x_train), len(data.x_test)) == (40, 10)
    assert sorted(data.y_test) == [0] * 5 + [1] * 5


def test_a_rare_class_can_be_trained_on(write, rng):
    lines = [*table(), "1,2,unicorn"]
    data = from_csv(write(lines), rng=rng)
    assert 2 in data.y_train
    assert 2 not in data.y_test


def test_huge_values_do_not_overflow_when_standardized(write, rng):
    lines = ["a,kind"] + [f"{row}e300,{row % 2}" for row in range(20)]
    assert np.isfinite(from_csv(write(lines), rng=rng).x_train).all()


BAD = [
    ([*table(), "1,,cat"], "column 'width' of animals.csv must have no missing value; got 1, the"),
    ([*table(), "1,2,"], "column 'kind' of animals.csv must have no missing value; got 1"),
    ([*table(), "1,wide,cat"], "column 'width' of animals.csv must be numbers; got 'wide'"),
    ([*table(), "1,inf,cat"], "must be finite"),
    (table(classes=["cat"]), "must have at least 2 classes"),
    (table(1), "must have enough rows of a class to test on; got 1 in all"),
    (table(0), "must have rows of features and a class; got shape"),
    (["only", "1"], "must have rows of features and a class; got shape"),
    ([""], "animals.csv cannot be read as a CSV file"),
    (["a,kind", "1,0.5", "2,1.5"], "y must be classes, whole numbers or text; got 0.5"),
]


@pytest.mark.parametrize(("lines", "message"), BAD, ids=[message[:30] for _, message in BAD])
def test_a_bad_csv_file_is_told_apart(write, rng, lines, message):
    with pytest.raises(DataError, match=message):
        from_csv(write(lines), rng=rng)


def test_more_classes_in_the_test_than_in_the_training_file(write, rng):
    other = write([*table(4), "1,2,unicorn"], "other.csv")
    with pytest.raises(DataError, match="y_test must have no class that y_train lacks; got uni"):
        from_csv(write(table()), test=other, rng=rng)


def test_a_test_file_of_other_columns(write, rng):
    other = write(["length,kind", "1,cat"], "other.csv")
    with pytest.raises(DataError, match=r"other.csv must have the columns of animals.csv"):
        from_csv(write(table()), test=other, rng=rng)


def test_an_unknown_target_and_a_missing_file(write, rng, tmp_path):
    with pytest.raises(ValueError, match=r"target must be one of .*did you mean 'kind'"):
        from_csv(write(table()), target="kin", rng=rng)
    with pytest.raises(DataError, match=r"absent.csv cannot be read"):
        from_csv(tmp_path / "absent.csv", rng=rng)


def test_numpy_files_of_every_kind(tmp_path, rng):
    x, y = rng.standard_normal((20, 2, 2)), np.arange(20) % 2
    np.savez(tmp_path / "one.npz", X=x, y=y)
    np.savez(tmp_path / "two.npz", x_train=x, y_train=y, x_test=x[:4], y_test=y[:4])
    np.save(tmp_path / "three.npy", np.column_stack([x.reshape(20, -1), y]))
    for name, n_test in (("one.npz", 4), ("two.npz", 4), ("three.npy", 4)):
        data = from_numpy(tmp_path / name, rng=rng)
        assert data.n_features == 4
        assert len(data.x_test) == n_test


def test_a_given_test_split_keeps_its_labels(tmp_path, rng):
    x = rng.standard_normal((6, 3))
    train, test = np.array([10, 20, 30, 10, 20, 30]), np.array([30, 10])
    np.savez(tmp_path / "d.npz", x_train=x, y_train=train, x_test=x[:2], y_test=test)
    data = from_numpy(tmp_path / "d.npz", standardize=False, rng=rng)
    assert data.y_test.tolist() == [2, 0]
    np.testing.assert_array_equal(data.x_test, x[:2].astype(np.float32))


def test_bad_numpy_files(tmp_path, rng):
    np.savez(tmp_path / "names.npz", images=np.zeros((3, 2)))
    np.save(tmp_path / "flat.npy", np.zeros(5))
    np.save(tmp_path / "objects.npy", np.array([[{}, 1]], dtype=object), allow_pickle=True)
    (tmp_path / "text.npz").write_text("not an archive")
    for name, message in (
        ("names.npz", "names.npz must have arrays x and y, .*; got images"),
        ("flat.npy", r"flat.npy must be a table .*; got shape \(5,\)"),
        ("objects.npy", "objects.npy cannot be read as a NumPy file"),
        ("text.npz", "text.npz cannot be read as a NumPy file"),
        ("absent.npy", "absent.npy cannot be read as a NumPy file"),
    ):
        with pytest.raises(DataError, match=message):
            from_numpy(tmp_path / name, rng=rng)


def test_nan_and_unequal_lengths_in_arrays(rng):
    x, y = np.ones((8, 2)), np.arange(8) % 2
    x[3, 1] = np.nan
    with pytest.raises(DataError, match="must be finite"):
        from_arrays("mine", x, y, rng=rng)
    with pytest.raises(DataError, match="y must have one label for each of 8 rows; got 7"):
        from_arrays("mine", np.ones((8, 2)), y[:7], rng=rng)


def test_load_by_name_or_file(write):
    assert load("digits", n_train=50).x_train.shape == (50, 64)
    assert load("spirals").n_classes == 3
    assert load(str(write(table()))).name == "animals"
    noisy, clean = load("blobs", label_noise=0.5, seed=3), load("blobs", seed=3)
    assert 0.2 < (noisy.y_train != clean.y_train).mean() < 0.5
    with pytest.raises(ValueError, match=r"data must be one of digits, .*FILE\.npy; got 'digit'"):
        load("digit")


def test_a_csv_without_a_header_is_refused(tmp_path, rng):
    path = tmp_path / "bare.csv"
    rows = [f"{row / 7:.3f},{row % 5 + 0.5},{'ab'[row % 2]}" for row in range(1, 60)]
    path.write_text("\n".join(rows))
    with pytest.raises(DataError, match=r"bare.csv must begin with a line of column names; got 0"):
        from_csv(path, rng=rng)
    path.write_text("\n".join(["0,1,class", *rows]))
    assert len(from_csv(path, rng=rng).x_train) == 45
