"""Surfaces: values and gradients against torch, minima, start points, level spacing, names."""

import numpy as np
import pytest

from nnviz import surfaces
from nnviz.surfaces.custom import grid, spreads

# The minimum is a kink, or lies on the edge of the domain.
NOT_SMOOTH = {"bukin_6", "eggholder"}


@pytest.fixture(params=surfaces.SURFACES.values(), ids=lambda surface: surface.name)
def surface(request):
    return request.param


def at(surface, function, point):
    return np.array(function(*map(np.float64, point)))


def test_value_and_gradient_against_autograd_at_1000_points(surface, rng):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    from .formulas import FORMULAS

    x, y = (rng.uniform(*side, 1000) for side in surface.domain)
    tx, ty = (torch.tensor(v, requires_grad=True) for v in (x, y))
    value = FORMULAS[surface.name](tx, ty)
    value.sum().backward()
    exact = value.detach().numpy()
    np.testing.assert_allclose(surface.value(x, y), exact, rtol=1e-12, atol=1e-12 * exact.max())
    for ours, theirs in zip(
        surface.gradient(x, y), (tx.grad.numpy(), ty.grad.numpy()), strict=True
    ):
        # Where terms cancel, the rounding of the largest of them is what remains.
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13 * np.abs(theirs).max())


def test_minima(surface):
    for point in surface.minima:
        assert at(surface, surface.value, point) == pytest.approx(surface.minimum, abs=1e-9)
        if surface.name not in NOT_SMOOTH:
            np.testing.assert_allclose(at(surface, surface.gradient, point), 0, atol=1e-6)
    assert bool(surface.minima) == np.isfinite(surface.minimum)


def test_nothing_in_the_domain_is_below_the_minimum(surface):
    assert surface.value(*grid(surface.domain, 401)).min() >= surface.minimum - 1e-9


def test_values_known_from_elsewhere():
    """Numbers worked out by hand: a formula typed twice the same wrong way fails here."""
    known = {
        "bowl": ((-7, 2), 6.45),
        "booth": ((0, 0), 74.0),
        "matyas": ((1, 1), 0.04),
        "rosenbrock": ((-3, 5), 1616.0),
        "beale": ((0, 0), 14.203125),
        "himmelblau": ((0, 0), 170.0),
        "goldstein_price": ((0, 0), 600.0),
        "styblinski_tang": ((1, 1), -10.0),
        "three_hump_camel": ((0, 2), 4.0),
        "six_hump_camel": ((0, 1), 0.0),
        "rastrigin": ((0.5, 0), 20.25),
        "mccormick": ((0, 0), 1.0),
        "levi_13": ((2, 1), 1.0),
        "griewank": ((np.pi, 0), 2 + np.pi**2 / 4000),
        "schaffer_4": ((0, 0), 1.0),
        "bukin_6": ((-10, 0), 100.0),
        "eggholder": ((0, 0), -47 * np.sin(47**0.5)),
        "saddle": ((1, 2), -3.0),
        "monkey_saddle": ((1, 2), -11.0),
    }
    for name, (point, value) in known.items():
        found = at(surfaces.get(name), surfaces.get(name).value, point)
        assert found == pytest.approx(value, rel=1e-12), name


def test_the_gradient_is_defined_at_the_tip_and_on_the_ridge():
    for name, point in [("ackley", (0, 0)), ("bukin_6", (-10, 1)), ("bukin_6", (10, 1))]:
        assert not at(surfaces.get(name), surfaces.get(name).gradient, point).any()


def test_starts_lie_in_view_and_minima_in_the_domain(surface):
    assert surface.start == surface.starts[0]
    for points, box in [(surface.starts, surface.view), (surface.minima, surface.domain)]:
        for point in points:
            for number, (low, high) in zip(point, box, strict=True):
                assert low <= number <= high


def test_every_start_has_somewhere_to_go(surface):
    for start in surface.starts:
        assert np.hypot(*at(surface, surface.gradient, start)) > 1e-6


def test_levels_follow_the_function(surface):
    if surface.minima:
        heights = surface.value(*grid(surface.view)) - surface.minimum
        assert surface.log_levels == spreads(heights)
    assert surfaces.get("rosenbrock").log_levels
    assert not surfaces.get("bowl").log_levels


def test_scalars_arrays_and_strides_give_the_same_bits(surface, rng):
    points = np.stack([rng.uniform(*side, 33) for side in surface.domain], axis=-1)
    for function in (surface.value, surface.gradient):
        strided = np.array(function(points[:, 0], points[:, 1]))
        whole = np.array(function(*np.ascontiguousarray(points.T)))
        alone = np.array([function(x, y) for x, y in points]).T
        np.testing.assert_array_equal(strided, whole)
        np.testing.assert_array_equal(alone, whole)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"surface must be one of bowl, .*did you mean 'beale'"):
        surfaces.get("beal")
    assert surfaces.get(surfaces.SURFACES["bowl"]) is surfaces.SURFACES["bowl"]
