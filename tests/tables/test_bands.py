"""Bands, smoothing and comparisons, against pandas and numpy one by one."""

import numpy as np
import pandas as pd
import pytest

from nnviz import tables


@pytest.fixture
def curve(rng):
    rows = [
        (setting, seed, 3 * epoch, epoch, split, "accuracy", rng.random())
        for setting in ("b", "a")
        for seed in range(4)
        for epoch in range(20)
        for split in ("train", "test")
    ]
    return pd.DataFrame(rows, columns=list(tables.CURVE.columns))


def test_a_band_is_mean_and_range_over_seeds(curve):
    band = tables.bands(curve)
    one = curve.query("setting == 'a' and epoch == 7 and split == 'test'")["value"]
    row = band.query("setting == 'a' and epoch == 7 and split == 'test'").iloc[0]
    assert row["mean"] == pytest.approx(one.mean())
    assert (row["low"], row["high"], row["seeds"]) == (one.min(), one.max(), 4)
    assert list(dict.fromkeys(band["setting"])) == ["b", "a"]
    tables.BAND.check(band)


def test_a_band_of_standard_deviations(curve):
    band = tables.bands(curve, x="step", spread="std")
    one = curve.query("setting == 'b' and step == 9 and split == 'train'")["value"]
    row = band.query("setting == 'b' and step == 9 and split == 'train'").iloc[0]
    assert row["high"] - row["mean"] == pytest.approx(one.std())


def test_a_single_seed_has_a_band_of_no_width(curve):
    band = tables.bands(curve[curve["seed"] == 0], spread="std")
    np.testing.assert_array_equal(band["low"], band["high"])


def test_the_order_of_rows_does_not_matter(curve):
    mixed = tables.bands(curve.sample(frac=1, random_state=1))
    by = ["setting", "split", "epoch"]
    same = [frame.sort_values(by, ignore_index=True) for frame in (mixed, tables.bands(curve))]
    pd.testing.assert_frame_equal(*same)


def test_bands_over_any_column_leave_out_what_is_lost():
    data = pd.DataFrame(
        {
            "rule": ["b", "b", "b", "a", "b"],
            "rate": [0.1, 0.1, 0.1, 0.5, 0.01],
            "loss": [1.0, 3.0, np.inf, 7.0, np.nan],
        }
    )
    band = tables.bands_over(data, x="rate", y="loss", setting="rule")
    assert band["setting"].tolist() == ["b", "b", "a"]
    assert band["x"].tolist() == [0.01, 0.1, 0.5]
    assert band[["seeds", "lost"]].to_numpy().tolist() == [[0, 1], [2, 1], [1, 0]]
    assert band.loc[1, ["mean", "low", "high"]].tolist() == [2, 1, 3]
    with pytest.raises(ValueError, match="y must be one of rule, rate, loss; got 'accuracy'"):
        tables.bands_over(data, x="rate", y="accuracy", setting="rule")


def test_final_is_the_mean_of_the_last_epochs(curve):
    ends = tables.final(curve, last=5, until=17)
    one = curve.query("setting == 'a' and seed == 2 and split == 'test' and 12 < epoch <= 17")
    row = ends.query("setting == 'a' and seed == 2 and split == 'test'").iloc[0]
    assert row["value"] == pytest.approx(one["value"].mean())


def test_differences_are_taken_seed_by_seed():
    values = pd.DataFrame(
        {"setting": ["a", "a", "b", "b"], "seed": [1, 2, 2, 1], "value": [1.0, 2.0, 10.0, 20.0]}
    )
    assert tables.compare(values, "b", "a").to_dict() == {1: 19.0, 2: 8.0}


@pytest.mark.parametrize("window", [1, 2, 5, 11, 101])
def test_smoothing_is_a_mean_over_as_many_values_everywhere(rng, window):
    values = rng.standard_normal(40)
    smooth = tables.smooth(values, window=window)
    width = min(window, 40)
    for k in range(40):
        start = min(max(k - width // 2, 0), 40 - width)
        assert smooth[k] == pytest.approx(values[start : start + width].mean(), abs=1e-12)


def test_smoothing_keeps_a_straight_line_straight_up_to_half_a_window_from_its_ends():
    line = np.linspace(0, 1, 30)
    np.testing.assert_allclose(tables.smooth(line, window=9)[4:-4], line[4:-4], atol=1e-12)


def test_smoothing_nothing_is_nothing():
    assert tables.smooth(np.zeros((3, 0))).shape == (3, 0)


def test_missing_columns_are_named(curve):
    with pytest.raises(ValueError, match=r"curve table with the columns .*; missing: seed, value"):
        tables.bands(curve.drop(columns=["seed", "value"]))
    with pytest.raises(TypeError, match="curve must be a DataFrame"):
        tables.bands([1, 2])
    with pytest.raises(ValueError, match=r"x must be one of epoch, step, .*; got 'time'"):
        tables.bands(curve, x="time")
