"""Surfaces: gradients against autograd, values at the minima, names."""

import numpy as np
import pytest

from nnviz import surfaces


@pytest.fixture(params=surfaces.SURFACES.values(), ids=lambda surface: surface.name)
def surface(request):
    return request.param


def test_gradient_against_autograd_at_1000_points(surface, rng):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    (x0, x1), (y0, y1) = surface.domain
    x, y = rng.uniform(x0, x1, 1000), rng.uniform(y0, y1, 1000)
    tx, ty = (torch.tensor(v, requires_grad=True) for v in (x, y))
    value = surface.value(tx, ty)
    value.sum().backward()
    np.testing.assert_allclose(surface.value(x, y), value.detach().numpy(), rtol=1e-12)
    gx, gy = surface.gradient(x, y)
    size = np.hypot(gx, gy).max()
    np.testing.assert_allclose(gx, tx.grad.numpy(), rtol=1e-10, atol=1e-12 * size)
    np.testing.assert_allclose(gy, ty.grad.numpy(), rtol=1e-10, atol=1e-12 * size)


def test_minima(surface):
    for x, y in surface.minima:
        point = np.array(x), np.array(y)
        assert surface.value(*point) == pytest.approx(surface.minimum, abs=1e-9)
        np.testing.assert_allclose(surface.gradient(*point), 0, atol=1e-6)
    assert bool(surface.minima) == np.isfinite(surface.minimum)


def test_nothing_in_the_domain_is_below_the_minimum(surface):
    x, y = np.meshgrid(*(np.linspace(*side, 201) for side in surface.domain))
    assert surface.value(x, y).min() >= surface.minimum - 1e-9


def test_values_known_from_elsewhere():
    """Numbers worked out by hand: a formula typed twice the same wrong way fails here."""
    expected = {"bowl": 6.45, "rosenbrock": 1616.0, "beale": 14.203125, "himmelblau": 170.0}
    points = {"bowl": (-7, 2), "rosenbrock": (-3, 5), "beale": (0, 0), "himmelblau": (0, 0)}
    for name, (x, y) in points.items():
        assert surfaces.get(name).value(float(x), float(y)) == expected[name]
    assert surfaces.get("saddle").value(1.0, 2.0) == -3.0


def test_the_start_lies_in_the_domain(surface):
    for start, (low, high) in zip(surface.start, surface.domain, strict=True):
        assert low < start < high


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"surface must be one of bowl, .*did you mean 'beale'"):
        surfaces.get("beal")
    assert surfaces.get(surfaces.SURFACES["bowl"]) is surfaces.SURFACES["bowl"]
