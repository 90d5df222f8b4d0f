"""What is known of a test function of two variables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from nnviz._typing import Array

__all__ = ["Point", "Range", "Surface"]

Point: TypeAlias = tuple[float, float]
"""``(x, y)``."""

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
        Where the function is usually studied.
    minima : tuple of (x, y)
        All global minima; none for a function that has no lower bound.
    minimum : float
        The value at the minima; −inf where there are none.
    starts : tuple of (x, y)
        Start points that show what the function is known for, the best first.
    log_levels : bool
        Whether contours are better spaced by the logarithm of the value above the minimum.
    note : str
        What to mind.
    close_up : pair of pairs, optional
        The part of the domain that is better drawn than all of it.
    gradient_by : str
        Where the gradient is from: "formula", "complex step" or "central differences".
    """

    name: str
    title: str
    formula: str
    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], tuple[Array, Array]]
    domain: Range
    minima: tuple[Point, ...]
    minimum: float
    starts: tuple[Point, ...]
    log_levels: bool
    note: str = ""
    close_up: Range | None = None
    gradient_by: str = "formula"

    @property
    def start(self) -> Point:
        """The first of the start points."""
        return self.starts[0]

    @property
    def view(self) -> Range:
        """What is best drawn: the close-up if there is one, else the domain."""
        return self.close_up or self.domain
