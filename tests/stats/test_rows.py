"""Rows that are described together, each as it is alone."""

import numpy as np
import pytest

from nnviz.stats import Rows


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("length", [7, 64, 600])
def test_a_row_does_not_depend_on_how_many_come_with_it(dtype, length):
    # A recorder hands samples over after so many, or after a while: how many is the clock's choice.
    rng = np.random.default_rng(length)
    values = (rng.normal(size=(16, length)) + 30).astype(dtype)
    values[3] *= 1e-20
    values[5] = 0.1
    whole = Rows.of(values.copy())
    for start, stop in ((0, 1), (3, 6), (5, 16)):
        part = Rows.of(values[start:stop].copy())
        for name in ("mean", "m2", "min", "max"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[start:stop])
