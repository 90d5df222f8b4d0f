"""Surfaces from plain functions: which gradient they get, how good it is, what is refused."""

import numpy as np
import pytest

from nnviz import surfaces
from nnviz.surfaces import from_function

POINTS = tuple(np.random.default_rng(5).uniform(-3, 3, (2, 50)))


def wave(x, y):
    return np.sin(x) * y**2 + np.exp(0.3 * x * y)


def wave_gradient(x, y):
    bump = 0.3 * np.exp(0.3 * x * y)
    return np.cos(x) * y**2 + y * bump, 2 * y * np.sin(x) + x * bump


def test_the_complex_step_is_exact():
    own = from_function(wave)
    assert own.gradient_by == "complex step"
    np.testing.assert_allclose(own.gradient(*POINTS), wave_gradient(*POINTS), rtol=1e-13)


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda x, y: np.abs(x) * x**2 + y**2, id="abs drops the imaginary part"),
        pytest.param(lambda x, y: np.hypot(x - 9, y), id="hypot refuses complex numbers"),
        pytest.param(lambda x, y: x.astype(float) ** 2 + y**2, id="a cast warns"),
        pytest.param(lambda x, y: (x * np.conj(x)).real + y**2, id="not analytic"),
    ],
)
def test_what_cannot_take_complex_numbers_gets_central_differences(function):
    own = from_function(function)
    assert own.gradient_by == "central differences"
    x, y = POINTS
    h = 1e-3
    expected = [
        (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
        for f in (lambda t: function(x + t, y), lambda t: function(x, y + t))
    ]
    np.testing.assert_allclose(own.gradient(x, y), expected, rtol=1e-6, atol=1e-7)


def test_a_given_gradient_is_used():
    own = from_function(wave, wave_gradient)
    assert own.gradient is wave_gradient
    assert own.gradient_by == "formula"


def test_every_surface_as_a_plain_function_has_its_own_gradient():
    for known in surfaces.SURFACES.values():
        own = from_function(known.value, domain=known.domain)
        x, y = (np.linspace(low, high, 15)[1:-1] + 0.013 for low, high in known.domain)
        exact = np.array(known.gradient(x, y))
        tight = own.gradient_by == "complex step"
        assert tight == (known.name not in {"bukin_6", "eggholder"}), known.name
        error = np.abs(np.array(own.gradient(x, y)) - exact).max() / np.abs(exact).max()
        assert error < (1e-11 if tight else 1e-5), known.name


def test_the_default_start_is_where_the_function_is_finite():
    own = from_function(lambda x, y: np.sqrt(np.maximum(x - 1, 0) / (x > 1)) + y * y)
    assert own.start == pytest.approx((1.1, 2.5))


def test_minima_starts_and_levels():
    own = from_function(lambda x, y: x**2 + y**2 - 4, name="cup", minima=[(0, 0)])
    assert (own.title, own.minimum, own.minima, own.log_levels) == ("cup", -4.0, ((0, 0),), False)
    assert own.start == (-2.5, 2.5)
    # Without minima the lowest value of the domain stands in, so that levels have a foot.
    assert from_function(lambda x, y: x + 0 * y, domain=((-3, 1), (0, 1))).minimum == -3
    steep = from_function(lambda x, y: np.exp(4 * x) + 0 * y, starts=[(1, 2)])
    assert steep.log_levels
    assert steep.starts == ((1, 2),)


@pytest.mark.parametrize(
    ("function", "gradient", "message"),
    [
        (lambda x, y: 3.0, None, r"value of surface 'f' must have the shape of x; .* \(\)$"),
        (lambda x, y: x[:2], None, r"value of surface 'f' must .* got shape \(2, 101\)"),
        (wave, lambda x, y: (x, 1.0), "gradient of surface 'f' must have the shape of x"),
        (wave, lambda x, y: x, "gradient of surface 'f' must be two arrays"),
        (lambda x, y: x * np.nan, None, "function 'f' must be finite somewhere on its domain"),
    ],
)
def test_wrong_functions_are_named(function, gradient, message):
    with pytest.raises(ValueError, match=message):
        from_function(function, gradient, name="f")


def test_an_empty_domain_is_named():
    with pytest.raises(ValueError, match="domain must be a pair low < high"):
        from_function(wave, domain=((0, 1), (2, 2)))
