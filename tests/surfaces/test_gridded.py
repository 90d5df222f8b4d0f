"""A surface through values on a grid is the function itself where that is a cubic."""

import numpy as np
import pytest

from nnviz import surfaces


def cubic(x, y):
    return x**3 - 2 * x * y**2 + y - 4


def grid(nx=7, ny=5):
    x, y = np.meshgrid(np.linspace(-1, 2, nx), np.linspace(0, 3, ny))
    return x.ravel(), y.ravel()


def test_a_cubic_is_met_everywhere_whatever_the_order_of_the_points(rng):
    x, y = grid()
    order = rng.permutation(len(x))
    surface = surfaces.from_grid(x[order], y[order], cubic(x, y)[order], name="mine")
    assert (surface.name, surface.domain) == ("mine", ((-1, 2), (0, 3)))
    at_x, at_y = rng.uniform(-1, 2, (4, 6)), rng.uniform(0, 3, (4, 6))
    np.testing.assert_allclose(surface.value(at_x, at_y), cubic(at_x, at_y), atol=1e-12)
    along_x, along_y = surface.gradient(at_x, at_y)
    np.testing.assert_allclose(along_x, 3 * at_x**2 - 2 * at_y**2, atol=1e-11)
    np.testing.assert_allclose(along_y, 1 - 4 * at_x * at_y, atol=1e-11)


def test_outside_of_the_grid_there_is_no_value():
    x, y = grid()
    surface = surfaces.from_grid(x, y, cubic(x, y))
    assert np.isnan(surface.value(np.array([-1.1, 0.0]), np.array([1.0, 3.1]))).all()
    assert np.isnan(surface.gradient(np.array(2.1), np.array(1.0))).all()


@pytest.mark.parametrize("wrong", ["missing", "twice", "small", "short", "nan"])
def test_what_is_no_grid_is_refused(wrong):
    x, y = grid(3, 5) if wrong == "small" else grid()
    values = cubic(x, y)
    if wrong == "missing":
        x, y, values = x[1:], y[1:], values[1:]
    elif wrong == "twice":
        x[1], y[1] = x[0], y[0]
    elif wrong == "short":
        values = values[1:]
    elif wrong == "nan":
        values[3] = np.nan
    with pytest.raises(ValueError, match=r"values must be .*; got"):
        surfaces.from_grid(x, y, values)
