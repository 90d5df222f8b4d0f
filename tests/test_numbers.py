"""Numbers in words: read back, they lie on the side of every bound on which the number lies."""

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnviz._numbers import Number, number, rate

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
REAL = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


def read(words):
    words = words.replace("−", "-").removesuffix("%").removesuffix(" points")
    found = re.fullmatch(r"(?:(.+)×)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", words)
    if not found:
        return float(words)
    return float(f"{found[1] or 1}e{found[2].translate(SUPERSCRIPTS)}")


def side(value, bound):
    return (value > bound) - (value < bound)


@given(REAL, REAL)
def test_what_is_written_is_on_the_same_side_of_a_bound(value, bound):
    shown = read(f"{Number(value, beside=(bound,))}")
    assert shown == pytest.approx(value, rel=6e-3)
    if not math.isclose(value, bound, rel_tol=1e-14):
        assert side(shown, bound) == side(value, bound)


@given(st.floats(0.5, 1.5), st.sampled_from([".0%", ".1%", ".2f", ".0f"]))
@example(0.995, ".0%")
def test_a_fixed_number_of_decimals_does_not_cross_either(value, spec):
    words = f"{Number(value, beside=(1.0,)):{spec}}"
    shown = read(words) / (100 if "%" in spec else 1)
    if not math.isclose(value, 1, rel_tol=1e-14):
        assert side(shown, 1) == side(value, 1)


@pytest.mark.parametrize(
    ("value", "unit", "bound", "words"),
    [
        (0.0196, "points", 0.02, "1.96 points"),
        (0.019996, "points", 0.02, "1.9996 points"),
        (-0.0499, "points", -0.05, "−4.99 points"),
        (0.6999, "%", 0.7, "69.99%"),
        (0.7, "%", 0.7, "70%"),
        (0.1 + 0.2, "", 0.3, "0.3"),
        (12.3456, "steps", 3.0, "12.3 steps"),
        (1e-7, "", 0.0, "10⁻⁷"),
        (2.5e-6, "", 1e-3, "2.50×10⁻⁶"),
    ],
)
def test_examples(value, unit, bound, words):
    assert f"{Number(value, unit, (bound,))}" == words


def test_specs():
    value = Number(0.12345, "%")
    assert (f"{value:.1%}", f"{value:.2f}", f"{value:.2g}") == ("12.3%", "0.12", "0.12")
    assert f"{Number(2e-5):g}" == rate(2e-5) == "2×10⁻⁵"
    assert f"{Number(-1500.0):,.0f}" == "−1,500"
    assert f"{Number(-0.05, 'points').size}" == "5 points"
    assert number(-0.5) == "−0.5"
