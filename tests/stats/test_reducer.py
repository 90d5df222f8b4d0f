"""The reducer of machine code says what NumPy's says: to the last count, moments to 1e-12."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnviz.stats import Summary
from nnviz.stats.examples import EXAMPLES
from nnviz.stats.reducer import Compiled, Plain, reducer
from nnviz.stats.table import Table

pytest.importorskip("numba", reason="the extra fast is not installed")

TYPES = ("float32", "float64")
LAYOUTS = {
    "C": lambda a: a,
    "F": np.asfortranarray,
    "reversed": lambda a: a[::-1],
    "every other": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "broadcast": lambda a: np.broadcast_to(a, (3, *a.shape)),
}


@pytest.fixture(scope="module")
def fast() -> Compiled:
    return Compiled()


def rows_of(way, values: np.ndarray, unit: int | None = None):
    """Return the summary of a tensor, and what is known of its examples."""
    table = Table(way)
    # Behind another one, so that a wrong place shows.
    table.add(0, 1, np.arange(5, dtype=values.dtype))
    found = None
    if unit is None:
        table.add(1, 0, values.ravel(order="K"))
    else:
        found = table.add_examples(1, 0, values, unit)
    block = table.take_out(math.inf)
    assert len(block) == 2
    assert block.size[1] == values.size
    assert np.array_equal(block.key[: block.buckets[0]], block.summary(0).histogram.keys)
    return block.summary(1), found


def assert_same(one: Summary, other: Summary) -> None:
    assert one.histogram == other.histogram
    a, b = one.moments, other.moments
    counts = ("count", "zeros", "nan", "positive_inf", "negative_inf", "min", "max")
    assert [getattr(a, name) for name in counts] == [getattr(b, name) for name in counts]
    rms = b.norm / math.sqrt(max(b.count, 1))
    assert a.mean == pytest.approx(b.mean, rel=1e-12, abs=1e-12 * rms, nan_ok=True)
    # What is left of equal values is the square of their rounding.
    lost = 1e-13 * b.norm
    assert a.m2 == pytest.approx(b.m2, rel=1e-12, abs=lost * lost)


def tensors(dtype: str, *, least: int = 0):
    width = int(dtype[-2:])
    odd = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-320, -1e-40, 1e-45, 3e38, -3e38, 1e200, -1.7e308)
    if width == 32:
        odd = tuple(float(np.float32(x)) for x in odd[:-2])
    plain = st.sampled_from([0.0, 1.0, -2.5, 1e-3, 7.0])
    numbers = st.one_of(
        plain,
        st.floats(width=width, allow_subnormal=False, allow_nan=False, allow_infinity=False),
        st.sampled_from(odd),
    )
    shape = arrays.array_shapes(min_dims=least, max_dims=4, min_side=0, max_side=7)
    ordinary = arrays.arrays(dtype, shape, elements=st.one_of(plain, st.floats(-4, 4, width=32)))
    return st.one_of(ordinary, arrays.arrays(dtype, shape, elements=numbers))


@pytest.mark.parametrize("dtype", TYPES)
@given(data=st.data(), layout=st.sampled_from(sorted(LAYOUTS)))
@settings(max_examples=150, deadline=None)
def test_any_tensor(fast: Compiled, dtype: str, data: st.DataObject, layout: str) -> None:
    values = data.draw(tensors(dtype))
    if values.ndim:
        values = LAYOUTS[layout](values)
    with np.errstate(all="ignore"):
        assert_same(rows_of(fast, values)[0], rows_of(Plain(), values)[0])


@pytest.mark.parametrize("dtype", TYPES)
@given(data=st.data(), layout=st.sampled_from(sorted(LAYOUTS)))
@settings(max_examples=150, deadline=None)
def test_examples_of_any_activation(
    fast: Compiled, dtype: str, data: st.DataObject, layout: str
) -> None:
    values = LAYOUTS[layout](data.draw(tensors(dtype, least=2)))
    unit = data.draw(st.integers(1, values.ndim - 1))
    with np.errstate(all="ignore"):
        mine, one = rows_of(fast, values, unit)
        theirs, other = rows_of(Plain(), values, unit)
        assert_same(mine, theirs)
        assert np.array_equal(one.silent, other.silent)
        assert one.equal == pytest.approx(other.equal, nan_ok=True)
        scale = max(abs(theirs.moments.min), abs(theirs.moments.max)) if values.size else 1.0
        assert one.spread == pytest.approx(other.spread, rel=1e-12, abs=1e-14 * scale, nan_ok=True)


SIZES = (1, 2, 3, 4, 5, 127, 4095, 4096, 4097, 10_003)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("size", SIZES)
def test_sizes_around_those_of_a_chunk(fast: Compiled, dtype: str, size: int) -> None:
    rng = np.random.default_rng(size)
    for values in (
        rng.standard_normal(size),
        np.maximum(rng.standard_normal(size), 0),
        1000 + 1e-3 * rng.standard_normal(size),
        np.exp(20 * rng.standard_normal(size)),
        np.full(size, 0.1),
    ):
        assert_same(*(rows_of(way, values.astype(dtype))[0] for way in (fast, Plain())))


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 63, EXAMPLES + 5])
@pytest.mark.parametrize("m", [1, 2, 7, 100])
def test_examples_of_many_shapes(fast: Compiled, dtype: str, n: int, m: int) -> None:
    rng = np.random.default_rng(n * m)
    values = np.maximum(rng.standard_normal((n, m)) + 3 * rng.standard_normal(m), 0).astype(dtype)
    if m > 4:
        values[:, 4] = values[:, 1]  # two units that are the same
    if m > 2:
        values[:, 2] = 5  # one that answers nothing
    mine, one = rows_of(fast, values, 1)
    theirs, other = rows_of(Plain(), values, 1)
    assert_same(mine, theirs)
    assert np.array_equal(one.silent, values.max(axis=0) == 0)
    assert np.array_equal(one.silent, other.silent)
    assert one.equal == pytest.approx(other.equal, nan_ok=True)
    if m > 4 and n > 4:
        assert one.equal >= 2 / m
    expected = values.astype(np.float64).std(axis=0).mean() if n > 1 else math.nan
    assert one.spread == pytest.approx(expected, rel=1e-12, abs=1e-14, nan_ok=True)


def test_parts_side_by_side(fast: Compiled) -> None:
    rng = np.random.default_rng(0)
    flat = rng.standard_normal(1000).astype(np.float32)
    starts, stops = np.array([0, 10, 500]), np.array([10, 400, 1000])
    streams = np.array([3, 1, 2])
    for odd in (False, True):
        if odd:
            flat[20] = np.nan
        for way in (fast, Plain()):
            table = Table(way)
            table.add_parts(7, streams, flat, starts, stops)
            block = table.take_out(math.inf)
            assert block.stream.tolist() == [3, 1, 2]
            for k, (start, stop) in enumerate(zip(starts, stops, strict=True)):
                assert_same(block.summary(k), Summary.of(flat[start:stop]))


def test_lanes_are_empty_after_what_was_refused(fast: Compiled) -> None:
    rng = np.random.default_rng(0)
    plain = rng.standard_normal(9000).astype(np.float32)
    for odd in (np.nan, np.inf, 1e-45):
        bad = plain.copy()
        bad[5000] = odd
        rows_of(fast, bad)
        rows_of(fast, bad.reshape(90, 100), 1)
        assert_same(rows_of(fast, plain)[0], Summary.of(plain))


def test_the_fast_one_is_taken_where_it_is() -> None:
    assert isinstance(reducer(), Compiled)
