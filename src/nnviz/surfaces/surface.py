"""What is known of a test function of two variables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from nnviz import _checks
from nnviz._typing import Array

__all__ = ["Point", "Range", "Surface"]

Point: TypeAlias = tuple[float, float]
"""``(x, y)``."""

Range: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""``((x_low, x_high), (y_low, y_high))``."""


Gradient: TypeAlias = Callable[[Array, Array], tuple[Array, Array]]

ARITHMETIC: set[Gradient] = set()
"""Gradients that consist of +, −, × and ÷, which round alike everywhere, and name no other
function: machine code made of their lines gives the same bits as NumPy."""


def arithmetic(gradient: Gradient) -> Gradient:
    """Declare that a gradient is in `ARITHMETIC`."""
    ARITHMETIC.add(gradient)
    return gradient


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
    gradient: Gradient
    domain: Range
    minima: tuple[Point, ...]
    minimum: float
    starts: tuple[Point, ...]
    log_levels: bool
    note: str = ""
    close_up: Range | None = None
    gradient_by: str = "formula"

    def __post_init__(self) -> None:
        for name in ("name", "title", "formula", "note", "gradient_by"):
            _checks.text(name, getattr(self, name))
        _checks.function("value", self.value)
        _checks.function("gradient", self.gradient)
        _checks.box("domain", self.domain)
        _checks.optional("close_up", self.close_up, _checks.box)
        for name, at_least in (("minima", 0), ("starts", 1)):
            _checks.sequence(name, getattr(self, name), _checks.point, at_least=at_least)
        _checks.unbounded("minimum", self.minimum)
        _checks.flag("log_levels", self.log_levels)

    @property
    def start(self) -> Point:
        """The first of the start points."""
        return self.starts[0]

    @property
    def view(self) -> Range:
        """What is best drawn: the close-up if there is one, else the domain."""
        return self.close_up or self.domain

    def check(self, x: Array, y: Array) -> None:
        """Raise ValueError unless value and gradient come in the shape of x and y."""
        with np.errstate(all="ignore"):
            self._check("value", self.value(x, y), np.shape(x))
            slopes = self.gradient(x, y)
        if not isinstance(slopes, tuple) or len(slopes) != 2:
            raise ValueError(
                f"the gradient of surface {self.name!r} must be two arrays; got {slopes!r:.80}"
            )
        for slope in slopes:
            self._check("gradient", slope, np.shape(x))

    def _check(self, what: str, found: Any, shape: tuple[int, ...]) -> None:
        if np.shape(found) != shape:
            raise ValueError(
                f"the {what} of surface {self.name!r} must have the shape of x; "
                f"for x of shape {shape} got shape {np.shape(found)}"
            )
