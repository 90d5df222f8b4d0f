"""Bowls and saddles: one gentle shape and nothing else."""

from nnviz._typing import Array
from nnviz.surfaces.surface import Surface, arithmetic

__all__ = ["BOWLS", "SADDLES"]

Pair = tuple[Array, Array]


def _bowl(x: Array, y: Array) -> Array:
    return x * x / 20 + y * y


@arithmetic
def _bowl_gradient(x: Array, y: Array) -> Pair:
    return 0.1 * x, 2 * y


def _booth(x: Array, y: Array) -> Array:
    a, b = x + 2 * y - 7, 2 * x + y - 5
    return a * a + b * b


@arithmetic
def _booth_gradient(x: Array, y: Array) -> Pair:
    a, b = x + 2 * y - 7, 2 * x + y - 5
    return 2 * a + 4 * b, 4 * a + 2 * b


def _matyas(x: Array, y: Array) -> Array:
    return 0.26 * (x * x + y * y) - 0.48 * x * y


@arithmetic
def _matyas_gradient(x: Array, y: Array) -> Pair:
    return 0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x


def _saddle(x: Array, y: Array) -> Array:
    return x * x - y * y


@arithmetic
def _saddle_gradient(x: Array, y: Array) -> Pair:
    return 2 * x, -2 * y


def _monkey_saddle(x: Array, y: Array) -> Array:
    return x * (x * x - 3 * y * y)


@arithmetic
def _monkey_saddle_gradient(x: Array, y: Array) -> Pair:
    return 3 * (x * x - y * y), -6 * x * y


BOWLS = (
    Surface(
        name="bowl",
        title="Bowl",
        formula="x²/20 + y²",
        value=_bowl,
        gradient=_bowl_gradient,
        domain=((-10, 10), (-10, 10)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        starts=((-7.0, 2.0), (7.0, 4.0), (-9.0, -8.0)),
        log_levels=False,
        note="20 times as steep across as along: gradient descent is stable for rates below 1",
    ),
    Surface(
        name="booth",
        title="Booth",
        formula="(x + 2y − 7)² + (2x + y − 5)²",
        value=_booth,
        gradient=_booth_gradient,
        domain=((-10, 10), (-10, 10)),
        minima=((1.0, 3.0),),
        minimum=0.0,
        starts=((-8.0, -5.0), (8.0, -6.0), (-7.0, 8.0)),
        log_levels=False,
        note="a slanted bowl, 9 times as steep along one diagonal as along the other",
    ),
    Surface(
        name="matyas",
        title="Matyas",
        formula="0.26(x² + y²) − 0.48xy",
        value=_matyas,
        gradient=_matyas_gradient,
        domain=((-10, 10), (-10, 10)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        starts=((-9.0, 4.0), (8.0, 3.0), (9.0, 8.0)),
        log_levels=False,
        note="a slanted bowl, 25 times as steep along one diagonal as along the other",
    ),
)

SADDLES = (
    Surface(
        name="saddle",
        title="Saddle",
        formula="x² − y²",
        value=_saddle,
        gradient=_saddle_gradient,
        domain=((-2, 2), (-2, 2)),
        minima=(),
        minimum=float("-inf"),
        starts=((-1.5, 1e-3), (1.5, -1e-2), (1.0, 0.1)),
        log_levels=False,
        note="no minimum: the gradient is zero at the origin, and the way down has no end",
    ),
    Surface(
        name="monkey_saddle",
        title="Monkey saddle",
        formula="x³ − 3xy²",
        value=_monkey_saddle,
        gradient=_monkey_saddle_gradient,
        domain=((-2, 2), (-2, 2)),
        minima=(),
        minimum=float("-inf"),
        starts=((1.5, 1e-2), (1.2, -0.2), (-0.5, -1.2)),
        log_levels=False,
        note="no minimum: three ways down, and at the origin even the curvature is zero",
    ),
)
