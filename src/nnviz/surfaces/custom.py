"""A surface from a plain function of (x, y), with its gradient worked out if need be."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from nnviz import _checks
from nnviz._typing import Array
from nnviz.surfaces.surface import Point, Range, Surface

__all__ = ["from_function"]

Value: TypeAlias = Callable[[Any, Any], Any]
Gradient: TypeAlias = Callable[[Array, Array], tuple[Array, Array]]

STEP = 1e-30
"""Of the complex step: nothing is subtracted, so it may be as small as can be."""

CUBE_ROOT = float(np.finfo(np.float64).eps ** (1 / 3))
"""The step of central differences at which rounding and the formula err by as much."""

SPREAD = 100
"""Levels are logarithmic where the highest value lies so many times higher than a tenth of them."""


def from_function(
    function: Value,
    gradient: Gradient | None = None,
    *,
    name: str = "own",
    title: str | None = None,
    formula: str = "",
    domain: Range = ((-5, 5), (-5, 5)),
    minima: Sequence[Point] = (),
    starts: Sequence[Point] = (),
    note: str = "",
) -> Surface:
    """Return a surface made of a plain function.

    Without a gradient, it is computed by the complex step, ``Im f(x + ih, y)/h``, which is exact
    to the last digits (Squire and Trapp, 1998), if the function takes complex numbers and agrees
    there with central differences, ``[f(x + h, y) − f(x − h, y)]/2h``, which are good to about
    ten digits; otherwise by those. `Surface.gradient_by` says which.

    Parameters
    ----------
    function : callable
        ``function(x, y)``, elementwise: arrays in, an array of the same shape out.
    gradient : callable, optional
        ``gradient(x, y)`` → (∂f/∂x, ∂f/∂y), likewise.
    name, title, formula, note : str
        As in `Surface`; the title is the name by default.
    domain : ((x0, x1), (y0, y1))
        Where the function is drawn; its values there decide on the spacing of levels.
    minima : sequence of (x, y)
        The global minima, if they are known. If not, `Surface.minimum` is the lowest value on a
        grid over the domain.
    starts : sequence of (x, y)
        Start points. By default, one halfway to the upper left corner, or the nearest to it
        where the function is finite.

    Raises
    ------
    ValueError
        If the function or the gradient return something of another shape, or the domain is empty.

    Examples
    --------
    >>> egg = from_function(lambda x, y: x**2 + 2 * y**2, name="egg", minima=[(0, 0)])
    >>> egg.gradient_by
    'complex step'
    """
    _checks.function("function", function)
    _checks.optional("gradient", gradient, _checks.function)
    _checks.optional("title", title, _checks.text)
    minima = _checks.sequence("minima", minima, _checks.point, at_least=0)
    starts = _checks.sequence("starts", starts, _checks.point, at_least=0)
    x, y = grid(domain)
    (x0, x1), (y0, y1) = domain
    own = Surface(
        name=name,
        title=title or name,
        formula=formula,
        value=function,
        gradient=gradient or _central_differences(function),
        domain=domain,
        minima=tuple(minima),
        minimum=-np.inf,
        starts=tuple(starts) or ((x0 + (x1 - x0) / 4, y1 - (y1 - y0) / 4),),
        log_levels=False,
        note=note,
    )
    own.check(x, y)
    with np.errstate(all="ignore"):
        values = function(x, y)
        at_minima = [float(function(np.float64(a), np.float64(b))) for a, b in minima]
        derived, by = _derived(function, domain)
    if not np.isfinite(values).any():
        raise ValueError(f"function {name!r} must be finite somewhere on its domain {domain}")
    if not starts:
        own = replace(own, starts=(_finite_near(own.start, x, y, values),))
    lowest = min(at_minima, default=float(values[np.isfinite(values)].min()))
    own = replace(own, minimum=lowest, log_levels=spreads(values - lowest))
    return own if gradient else replace(own, gradient=derived, gradient_by=by)


def spreads(heights: Array) -> bool:
    """Return whether heights above the minimum are better seen on a logarithmic scale."""
    heights = heights[np.isfinite(heights)]
    return bool(np.max(heights, initial=0) > SPREAD * np.quantile(heights, 0.1))


def grid(domain: Range, points: int = 101) -> tuple[Array, Array]:
    """Return x and y of a grid over the domain, each of shape (points, points)."""
    ends = _checks.pair("domain", domain, _checks.span)
    x, y = np.meshgrid(*(np.linspace(low, high, points) for low, high in ends))
    return x, y


def _finite_near(at: Point, x: Array, y: Array, values: Array) -> Point:
    """Return the point of a grid that is nearest to another, of those with a finite value."""
    away = np.where(np.isfinite(values), np.hypot(x - at[0], y - at[1]), np.inf)
    nearest = np.unravel_index(np.argmin(away), away.shape)
    return float(x[nearest]), float(y[nearest])


def _derived(function: Value, domain: Range) -> tuple[Gradient, str]:
    """Return the complex-step gradient if it can be trusted, otherwise central differences."""
    # Off the round numbers, where kinks and tips like to be.
    x, y = np.meshgrid(*(low + (high - low) * (np.arange(20) + 0.382) / 20 for low, high in domain))
    exact, rough = _complex_step(function), _central_differences(function)
    try:
        # A function that cannot take complex numbers says so by an error, by dropping the
        # imaginary part with a warning, or, like abs, by a wrong derivative.
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            found = np.array(exact(x, y))
    except Exception:
        return rough, "central differences"
    # A smaller step than the best one: fast waves must not look like a wrong derivative.
    expected = np.array(_central_differences(function, 1e-7)(x, y))
    size = np.nanmax(np.abs(expected), initial=0)
    right = np.abs(found - expected) <= 1e-5 * (np.abs(expected) + 0.1 * size)
    trusted = np.all(right | ~np.isfinite(expected))
    return (exact, "complex step") if trusted else (rough, "central differences")


def _complex_step(function: Value) -> Gradient:
    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        along_x = np.imag(function(x + 1j * STEP, y))
        along_y = np.imag(function(x, y + 1j * STEP))
        return along_x / STEP, along_y / STEP

    return gradient


def _central_differences(function: Value, step: float = CUBE_ROOT) -> Gradient:
    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        hx, hy = step * np.maximum(1, np.abs(x)), step * np.maximum(1, np.abs(y))
        along_x = function(x + hx, y) - function(x - hx, y)
        along_y = function(x, y + hy) - function(x, y - hy)
        return along_x / (2 * hx), along_y / (2 * hy)

    return gradient
