"""What the curvature at a minimum says about learning rates."""

import numpy as np

from nnviz._typing import Array
from nnviz.surfaces import Point, Surface

__all__ = ["best_momentum", "curvatures", "is_quadratic", "limit"]

STEP = 1e-4
"""Of the differences of the gradient."""

EXACT = 1e-3
"""By what part a curvature may depend on that step."""


def curvatures(surface: Surface) -> tuple[float, float]:
    """Return the least and the largest curvature at the flattest minimum; NaN at a kink."""
    found = [_eigenvalues(surface, at) for at in surface.minima]
    smooth = [pair for pair in found if np.isfinite(pair).all()]
    least, largest = min(smooth, key=lambda pair: pair[1], default=(np.nan, np.nan))
    return float(least), float(largest)


def is_quadratic(surface: Surface, at: Point) -> bool:
    """Return whether the surface is curved at a point as it is at its minimum."""
    here, there = (_hessian(surface, place, STEP) for place in (surface.minima[0], at))
    return bool(np.allclose(here, there, rtol=EXACT, atol=EXACT))


def limit(rule: str, curvature: float, beta: float | Array) -> float | Array:
    """Return the learning rate from which on a minimum is unstable, NaN where it is not known.

    Near a minimum of curvature λ the error of SGD is multiplied by ``1 − lr·λ``, so that it grows
    from ``2/λ`` on (Nesterov, 2004, section 2.1). Momentum is stable below ``2(1 + β)/λ``
    (Polyak, 1964; Goh, 2017, "Why momentum really works"), Nesterov's below
    ``2(1 + β)/((1 + 2β)λ)``: from there on a root of
    ``z² − (1 + β)(1 − lr·λ)z + β(1 − lr·λ)`` is −1 or less.
    """
    if not curvature > 0:
        return np.nan
    if rule == "sgd":
        return 2 / curvature
    if rule == "momentum":
        return 2 * (1 + beta) / curvature
    if rule == "nesterov":
        return 2 * (1 + beta) / ((1 + 2 * beta) * curvature)
    return np.nan


def best_momentum(least: float, largest: float) -> tuple[float, float]:
    """Return the learning rate and β that bring Momentum down fastest (Polyak, 1964).

    ``lr = (2 / (√λ₁ + √λ₂))²``, ``β = ((√λ₁ − √λ₂) / (√λ₁ + √λ₂))²``.
    """
    total, apart = np.sqrt(largest) + np.sqrt(least), np.sqrt(largest) - np.sqrt(least)
    return float((2 / total) ** 2), float((apart / total) ** 2)


def _eigenvalues(surface: Surface, at: Point) -> Array:
    """Return the curvatures at a point, rising; NaN if they depend on the step."""
    one, other = (np.linalg.eigvalsh(_hessian(surface, at, step)) for step in (STEP, 2 * STEP))
    same = np.abs(one - other) <= EXACT * np.abs(one).max()
    return np.where(same.all(), one, np.nan)


def _hessian(surface: Surface, at: Point, step: float) -> Array:
    """Return the matrix of second derivatives by central differences of the gradient."""
    x, y = at
    xs = np.array([x + step, x - step, x, x])
    ys = np.array([y, y, y + step, y - step])
    with np.errstate(all="ignore"):
        gx, gy = surface.gradient(xs, ys)
    bent = np.array([[gx[0] - gx[1], gy[0] - gy[1]], [gx[2] - gx[3], gy[2] - gy[3]]]) / (2 * step)
    return (bent + bent.T) / 2
