"""Summaries of anything: right, robust, and the same whether merged or whole."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnviz.stats import RELATIVE_ERROR, Histogram, Moments, Summary

LARGEST = np.finfo(np.float64).max
FLOATS = {
    np.float32: st.floats(width=32),
    np.float64: st.floats(width=64),
}
FINITE = st.floats(min_value=-1e100, max_value=1e100)


@st.composite
def tensors(draw, dtype=None):
    kind = dtype or draw(st.sampled_from(list(FLOATS)))
    return draw(arrays(kind, st.integers(0, 60), elements=FLOATS[kind]))


@given(tensors(), st.integers(0, 60))
def test_histograms_of_parts_make_the_histogram_of_the_whole(x, cut):
    merged = Histogram.of(x[:cut]) + Histogram.of(x[cut:])
    assert merged == Histogram.of(x)
    assert Histogram.of(x[cut:]) + Histogram.of(x[:cut]) == merged
    assert merged.count == np.isfinite(x).sum()


@given(arrays(np.float64, st.integers(0, 60), elements=FINITE), st.integers(0, 60))
def test_moments_of_parts_make_the_moments_of_the_whole(x, cut):
    merged, whole = Moments.of(x[:cut]) + Moments.of(x[cut:]), Moments.of(x)
    size = np.abs(x).max(initial=0.0)
    for name in ("count", "zeros", "min", "max"):
        assert getattr(merged, name) == getattr(whole, name)
    if len(x):
        assert merged.mean == pytest.approx(whole.mean, rel=1e-9, abs=1e-12 * size)
        assert merged.std == pytest.approx(whole.std, rel=1e-6, abs=1e-7 * size)


@given(tensors())
def test_quantiles_keep_their_guarantee(x):
    histogram = Histogram.of(x)
    finite = x[np.isfinite(x)].astype(np.float64)
    for q in (0.0, 0.1, 0.5, 0.9, 1.0):
        estimate = histogram.quantile(q)
        if not len(finite):
            assert math.isnan(estimate)
            continue
        true = np.quantile(finite, q, method="inverted_cdf")
        assert abs(estimate - true) <= RELATIVE_ERROR * abs(true) * (1 + 1e-12) + 1e-307


def test_the_guarantee_is_about_three_percent_and_is_needed(rng):
    x = np.exp(rng.standard_normal(200_000))
    true = np.quantile(x, np.linspace(0, 1, 101), method="inverted_cdf")
    ours = [Histogram.of(x).quantile(q) for q in np.linspace(0, 1, 101)]
    worst = np.max(np.abs(ours - true) / true)
    assert 0.02 < worst <= RELATIVE_ERROR == pytest.approx(0.0303, abs=1e-4)


@given(tensors())
def test_buckets_hold_the_values_that_they_say(x):
    left, right, counts = Histogram.of(x).buckets()
    finite = x[np.isfinite(x)].astype(np.float64)
    for low, high, count in zip(left, right, counts, strict=True):
        if low == high:
            inside = np.abs(finite) < 2.0**-1026
        elif low >= 0:
            inside = (finite >= low) & (finite < high) | ((finite == high) & (high == LARGEST))
        else:
            inside = (finite > low) & (finite <= high) | ((finite == low) & (low == -LARGEST))
        assert inside.sum() == count
    assert (np.diff(left) >= 0).all()


@given(tensors())
def test_bytes_bring_a_summary_back(x):
    summary = Summary.of(x)
    again = Summary.from_bytes(summary.to_bytes())
    assert again.histogram == summary.histogram
    assert again.moments.to_bytes() == summary.moments.to_bytes()


@given(st.binary(max_size=300))
def test_bytes_from_elsewhere_are_a_value_error_or_a_summary(content):
    try:
        Summary.from_bytes(content)
    except ValueError:
        return


def test_a_variance_that_a_naive_sum_of_squares_gets_wrong(rng):
    x = 1e6 + 1e-3 * rng.standard_normal(100_000)
    parts = sum((Moments.of(part) for part in np.array_split(x, 37)), start=Moments())
    assert parts.std == pytest.approx(x.std(), rel=1e-6)
    naive = np.sqrt(abs(np.mean(x.astype("f4") ** 2) - np.mean(x.astype("f4")) ** 2))
    assert naive != pytest.approx(x.std(), rel=0.5)


def test_long_sums_of_narrow_types():
    assert Moments.of(np.ones(70_000, np.float16)).mean == 1
    assert Moments.of(np.full(2**25, 0.1, np.float32)).mean == pytest.approx(np.float32(0.1))
    assert Histogram.of(np.ones(2**24 + 1, np.float32)).count == 2**24 + 1


VALUES = {
    "empty": np.zeros((0, 3)),
    "0-d": np.float32(3),
    "all NaN": np.full(4, np.nan),
    "one NaN": np.array([1.0, np.nan, 3.0]),
    "+Inf": np.array([1, np.inf]),
    "−Inf": np.array([-np.inf, 2]),
    "subnormal": np.array([5e-324, 1e-310, -1e-310]),
    "subnormal float32": np.array([1e-45, -1e-40, 1.0], np.float32),
    "±1e308": np.array([1e308, -1e308, 1.7e308]),
    "1e17": np.array([1e17, 1e17 + 2, 1e17 + 32]),
    "constant": np.full(9, 0.1),
    "bool": np.array([True, False, True]),
    "int8": np.array([-128, 127], np.int8),
    "largest uint64": np.array([2**64 - 1, 0], np.uint64),
    "float16": np.array([65504, 6e-8], np.float16),
}


@pytest.mark.parametrize("name", VALUES)
def test_every_value_of_the_list_is_counted_and_described(name):
    x = np.asarray(VALUES[name])
    wide = x.astype(np.float64).ravel()
    finite = wide[np.isfinite(wide)]
    summary = Summary.of(x)
    moments = summary.moments
    assert moments.count == summary.histogram.count == len(finite)
    assert moments.nan == np.isnan(wide).sum()
    assert moments.positive_inf == np.isposinf(wide).sum()
    assert moments.negative_inf == np.isneginf(wide).sum()
    assert moments.zeros == (finite == 0).sum()
    if len(finite):
        assert (moments.min, moments.max) == (finite.min(), finite.max())
        assert moments.min <= moments.mean <= moments.max
        if np.abs(finite).max() < 1e150:
            assert moments.std == pytest.approx(finite.std(), rel=1e-9, abs=1e-300)
            assert moments.norm == pytest.approx(np.linalg.norm(finite), rel=1e-9, abs=1e-300)
        median = np.quantile(finite, 0.5, method="inverted_cdf")
        assert summary.histogram.quantile(0.5) == pytest.approx(median, rel=0.031, abs=1e-307)
    elif wide.size:
        assert np.isnan([moments.norm, summary.norm]).all()  # of unknown size, not of none
    else:
        assert moments.norm == summary.norm == 0


BASE = np.random.default_rng(0).standard_normal((6, 8)).astype(np.float32)
LAYOUTS = {
    "non-contiguous": np.repeat(BASE, 2, axis=1)[:, ::2],
    "negative strides": BASE[::-1, ::-1],
    "Fortran order": np.asfortranarray(BASE),
    "big-endian": BASE.astype(">f4"),
    "masked": np.ma.masked_array(np.append(BASE, 99), mask=[False] * BASE.size + [True]),
    "Series with a duplicated index": pd.Series(BASE.ravel(), index=[0] * BASE.size),
    "DataFrame": pd.DataFrame(BASE),
    "nested lists": BASE.astype(float).tolist(),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_does_not_matter(name):
    ours, plain = Summary.of(LAYOUTS[name]), Summary.of(BASE)
    assert ours.histogram == plain.histogram
    assert ours.moments.mean == pytest.approx(plain.moments.mean, rel=1e-6)
    assert ours.moments.std == pytest.approx(plain.moments.std, rel=1e-6)


def test_a_read_only_array_is_read():
    x = BASE.copy()
    x.flags.writeable = False
    assert Summary.of(x).moments.count == x.size


@pytest.mark.parametrize(
    "values", [np.array([1j]), np.array(["a"]), np.array([object()]), [[1, 2], [3]], "text"]
)
def test_what_is_no_number_is_named(values):
    with pytest.raises(TypeError, match="relu1/activation must be an array of real numbers"):
        Summary.of(values, stream="relu1/activation")


def test_torch_tensors():
    torch = pytest.importorskip("torch", reason="tensors of torch are read here")
    assert Summary.of(torch.ones(3)).moments.count == 3
    for odd in (
        torch.ones(3, requires_grad=True),
        torch.ones(3, dtype=torch.bfloat16),
        torch.ones(3).to_sparse(),
        torch.ones(3, device="meta"),
    ):
        with pytest.raises(TypeError, match="values must be an array of real numbers"):
            Summary.of(odd)


def test_rebinning_keeps_what_is_inside(rng):
    x = rng.standard_normal(100_000)
    edges = np.linspace(-3, 3, 31)
    ours = Histogram.of(x).rebin(edges)
    true = np.histogram(x, edges)[0]
    assert np.abs(np.cumsum(ours) - np.cumsum(true)).max() < 0.004 * len(x)
    zeros = Histogram.of(np.append(np.zeros(50), 10.0)).rebin(np.array([-1.0, 0.0, 1.0]))
    assert zeros.tolist() == [0, 50]
    last = Histogram.of(np.append(np.zeros(50), -0.5)).rebin(np.array([-1.0, -0.25, 0.0]))
    assert last.tolist() == [1, 50]  # the last bin has its right edge, as in NumPy


def test_a_quantile_outside_is_named():
    with pytest.raises(ValueError, match=r"q must be a number in \[0, 1\]; got 1.5"):
        Histogram.empty().quantile(1.5)


def test_quantiles_of_many_ranks_are_those_of_each(rng):
    histogram = Histogram.of(rng.standard_normal(1000))
    ranks = np.linspace(0, 1, 11)
    assert histogram.quantiles(ranks).tolist() == [histogram.quantile(q) for q in ranks]
    assert np.isnan(Histogram.empty().quantiles([[0.1], [0.9]])).all()


def test_a_summary_knows_whether_it_saw_everything():
    seen = Summary.of([3.0, 4.0])
    sample = Summary(seen.moments, seen.histogram, 8)
    assert seen.exact
    assert seen.norm == 5
    assert not sample.exact
    assert sample.norm == 10
    assert (sample + seen).size == 10
    assert Summary.from_bytes(sample.to_bytes()).size == 8
