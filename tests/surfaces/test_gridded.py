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


GRID, CUBIC = np.stack(grid()), cubic(*grid())


@pytest.mark.parametrize(
    ("xs", "ys", "values", "message"),
    [
        (*GRID[:, 1:], CUBIC[1:], "xs and ys must be all the points of a grid .*; got 34 points"),
        (*np.stack(grid(3, 5)), np.ones(15), "xs and ys must be all .* 15 points of 3 × 5"),
        (*GRID[:, [0, 0, *range(2, 35)]], CUBIC, r"different points; got \(-1.0, 0.0\) more than"),
        (*GRID, CUBIC[1:], r"values must be of the shape of xs, \(35,\); got \(34,\)"),
        (GRID[0], GRID[1, 1:], CUBIC, r"ys must be of the shape of xs, \(35,\); got \(34,\)"),
        (GRID[0].reshape(5, 7), GRID[1], CUBIC, r"ys must be of the shape of xs, \(5, 7\); got"),
        (GRID[0].reshape(5, 7), GRID[1].reshape(5, 7), CUBIC, "values must be of the shape of xs"),
        (np.where(GRID[0] == 2, np.nan, GRID[0]), GRID[1], CUBIC, "xs must be finite; got"),
        (GRID[0], np.where(GRID[1] == 3, np.inf, GRID[1]), CUBIC, "ys must be finite; got"),
        (*GRID, np.where(CUBIC == CUBIC.max(), np.nan, CUBIC), "values must be finite; got"),
        ([], [], [], "xs and ys must be all the points of a grid"),
    ],
)
def test_what_is_no_grid_is_refused_by_the_name_of_what_is_wrong(xs, ys, values, message):
    with pytest.raises(ValueError, match=message):
        surfaces.from_grid(xs, ys, values)


def test_points_may_have_the_shape_of_the_grid():
    square = [numbers.reshape(5, 7) for numbers in (*GRID, CUBIC)]
    surface = surfaces.from_grid(*square)
    assert surface.value(0.3, 1.2) == pytest.approx(cubic(0.3, 1.2), abs=1e-12)
