"""Bins of others: nothing is lost, and nothing moves farther than a bin and a bucket."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.stats import RELATIVE_ERROR, Histogram, from_bins


@given(
    st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=200),
    st.integers(1, 40),
)
def test_no_value_is_lost_or_leaves_its_bin(values, n):
    x = np.array(values) / 2  # so that the range is finite
    edges = np.linspace(x.min(), x.max(), n + 1)
    counts = np.histogram(x, edges)[0] if x.min() < x.max() else np.array([len(x)] + [0] * (n - 1))
    histogram = from_bins(edges[:-1], edges[1:], counts)
    assert histogram.count == counts.sum()
    left, right, _ = histogram.buckets()
    room = np.abs(edges[[0, -1]]) / 16 + 1e-38 * np.abs(edges).max()
    assert left[0] >= edges[0] - room[0] - 1e-307
    assert right[-1] <= edges[-1] + room[1] + 1e-307


def test_quantiles_are_off_by_a_bin_at_most(rng):
    x = np.exp(rng.standard_normal(20_000))
    edges = 1e-12 * 1.1 ** np.arange(400)
    counts = np.histogram(x, edges)[0]
    histogram = from_bins(edges[:-1], edges[1:], counts)
    ranks = np.linspace(0.01, 0.99, 99)
    true = np.quantile(x, ranks)
    errors = np.abs(histogram.quantiles(ranks) / true - 1)
    assert errors.max() < 0.1 + RELATIVE_ERROR
    assert np.median(errors) < 0.03


def test_bins_that_are_spread_evenly_are_found_again(rng):
    edges = np.sort(rng.uniform(-10, 10, 31))
    counts = rng.integers(0, 10**9, 30)
    again = from_bins(edges[:-1], edges[1:], counts).rebin(edges)
    # a bucket across an edge is shared between its neighbours by width, not by height
    wide = np.abs(edges).max() / 16
    density = (counts / np.diff(edges)).max()
    assert np.abs(again - counts).max() < 2 * wide * density


def test_points_stay_points():
    histogram = from_bins([0, 0, 2], [0, 1, 2], [5, 0, 3])
    assert histogram == Histogram.of([0] * 5 + [2] * 3)


def test_gaps_stay_empty():
    left, right, _ = from_bins([1, 64], [2, 128], [1000, 1000]).buckets()
    assert not ((left >= 2) & (right <= 64)).any()


def test_counts_that_are_not_whole_are_rounded_together():
    edges = np.linspace(1, 2, 11)
    assert from_bins(edges[:-1], edges[1:], np.full(10, 0.3)).count == 3


def test_nothing():
    assert from_bins([], [], []) == Histogram.empty()
    assert from_bins([1], [2], [0]) == Histogram.empty()


@pytest.mark.parametrize("limit", [1.7976931348623157e308, 5e-324, 1e-310])
def test_the_ends_of_the_floats(limit):
    for left, right in ((0, limit), (-limit, 0), (-limit, limit)):
        assert from_bins([left], [right], [7]).count == 7
