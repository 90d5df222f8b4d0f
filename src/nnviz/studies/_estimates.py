"""How far mean and variance of a few rows are from those of all: measured, and exactly."""

import numpy as np
from numpy.typing import NDArray

from nnviz._typing import Array

__all__ = ["error_of_mean", "error_of_variance", "measured_errors"]


def measured_errors(
    values: Array, rows: int, *, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the root mean square errors of a batch's mean and variance, over draws and units.

    Parameters
    ----------
    values : ndarray of shape (n, units)
        All rows; no unit constant. Each unit is measured in its own standard deviations.
    rows : int
        Rows of a batch, drawn without replacement; its variance divides by as many, as in
        batch normalization.
    draws : int
        Number of batches.
    rng : numpy.random.Generator
        Which rows are drawn.
    """
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    chosen = [standard[rng.permutation(len(values))[:rows]] for _ in range(draws)]
    mean = np.array([batch.mean(axis=0) for batch in chosen])
    variance = np.array([batch.var(axis=0) for batch in chosen])
    return _rms(mean), _rms(variance - 1)


def error_of_mean(n: int, rows: int) -> float:
    """Return the root mean square error of the mean of some of n rows, in standard deviations.

    √((n − rows) / (n − 1) / rows), for rows drawn without replacement (Cochran, 1977, theorem 2.2).
    """
    return float(np.sqrt((n - rows) / (n - 1) / rows))


def error_of_variance(values: Array, rows: int) -> float:
    """Return the root mean square error of the variance of some rows, relative to that of all.

    For rows drawn without replacement, with Tukey's polykays K₂, K₂₂, K₄ of all n rows::

        var k₂ = K₄ (1/rows − 1/n) + K₂₂ (2/(rows − 1) − 2/(n − 1))

    (Tukey, 1950), where k₂ divides by rows − 1. A batch's variance divides by rows: it is smaller,
    and biased.

    Parameters
    ----------
    values : ndarray of shape (n, units)
        All rows, at least four; no unit constant.
    rows : int
        Rows of a batch, at least two.
    """
    n = len(values)
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    fourth = np.mean(standard**4, axis=0)
    k2 = n / (n - 1)
    k4 = n**2 * ((n + 1) * fourth - 3 * (n - 1)) / ((n - 1) * (n - 2) * (n - 3))
    k22 = (k2**2 - k4 / n) * (n - 1) / (n + 1)
    scatter = k4 * (1 / rows - 1 / n) + k22 * (2 / (rows - 1) - 2 / (n - 1))
    shrunk = (rows - 1) / rows
    squares: NDArray[np.float64] = shrunk**2 * scatter + (shrunk * k2 - 1) ** 2
    return float(np.sqrt(squares.mean()))


def _rms(errors: Array) -> float:
    return float(np.sqrt(np.mean(errors * errors)))
