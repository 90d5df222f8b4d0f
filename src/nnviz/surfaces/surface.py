"""What is known of a test function of two variables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from nnviz._typing import Array

__all__ = ["Range", "Surface"]

Range: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""``((x_low, x_high), (y_low, y_high))``."""


@dataclass(frozen=True)
class Surface:
    """A function of two variables on which optimizers are watched.

    Parameters
    ----------
    name : str
        As in `SURFACES`.
    title : str
        As it is written in a figure.
    formula : str
        f(x, y) in plain text.
    value : callable
        ``value(x, y)``, elementwise on arrays of the same shape.
    gradient : callable
        ``gradient(x, y)`` → (∂f/∂x, ∂f/∂y), of that shape.
    domain : pair of pairs
        Where the function is usually studied, and drawn.
    minima : tuple of (x, y)
        All global minima; none for a function that has no lower bound.
    minimum : float
        The value at the minima; −inf where there are none.
    start : (x, y)
        A start point that shows what the function is known for.
    log_levels : bool
        Whether contours are better spaced by the logarithm of the value above the minimum.
    note : str
        What to mind.
    """

    name: str
    title: str
    formula: str
    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], tuple[Array, Array]]
    domain: Range
    minima: tuple[tuple[float, float], ...]
    minimum: float
    start: tuple[float, float]
    log_levels: bool
    note: str = ""
