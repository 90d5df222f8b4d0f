"""The test functions: values and gradients, written out."""

from nnviz._typing import Array
from nnviz.surfaces.surface import Surface

__all__ = ["SURFACES_OF_THE_CHAPTER"]

Pair = tuple[Array, Array]


def _bowl(x: Array, y: Array) -> Array:
    return x * x / 20 + y * y


def _bowl_gradient(x: Array, y: Array) -> Pair:
    return x / 10, 2 * y


def _rosenbrock(x: Array, y: Array) -> Array:
    ahead, above = 1 - x, y - x * x
    return ahead * ahead + 100 * above * above


def _rosenbrock_gradient(x: Array, y: Array) -> Pair:
    above = y - x * x
    return -2 * (1 - x) - 400 * x * above, 200 * above


def _beale(x: Array, y: Array) -> Array:
    a, b, c = _beale_terms(x, y)
    return a * a + b * b + c * c


def _beale_terms(x: Array, y: Array) -> tuple[Array, Array, Array]:
    return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y


def _beale_gradient(x: Array, y: Array) -> Pair:
    a, b, c = _beale_terms(x, y)
    gx = 2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1))
    gy = 2 * x * (a + 2 * b * y + 3 * c * y * y)
    return gx, gy


def _himmelblau(x: Array, y: Array) -> Array:
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def _himmelblau_gradient(x: Array, y: Array) -> Pair:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _saddle(x: Array, y: Array) -> Array:
    return x * x - y * y


def _saddle_gradient(x: Array, y: Array) -> Pair:
    return 2 * x, -2 * y


SURFACES_OF_THE_CHAPTER = (
    Surface(
        name="bowl",
        title="Bowl",
        formula="x²/20 + y²",
        value=_bowl,
        gradient=_bowl_gradient,
        domain=((-10, 10), (-10, 10)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        start=(-7.0, 2.0),
        log_levels=False,
        note="20 times as steep across as along: gradient descent is stable for rates below 1",
    ),
    Surface(
        name="rosenbrock",
        title="Rosenbrock",
        formula="(1 − x)² + 100(y − x²)²",
        value=_rosenbrock,
        gradient=_rosenbrock_gradient,
        domain=((-2, 2), (-1, 3)),
        minima=((1.0, 1.0),),
        minimum=0.0,
        start=(-1.5, 2.0),
        log_levels=True,
        note="a curved, nearly flat valley: easy to find, slow to follow",
    ),
    Surface(
        name="beale",
        title="Beale",
        formula="(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
        value=_beale,
        gradient=_beale_gradient,
        domain=((-4.5, 4.5), (-4.5, 4.5)),
        minima=((3.0, 0.5),),
        minimum=0.0,
        start=(1.0, 1.5),
        log_levels=True,
        note="explodes towards the corners",
    ),
    Surface(
        name="himmelblau",
        title="Himmelblau",
        formula="(x² + y − 11)² + (x + y² − 7)²",
        value=_himmelblau,
        gradient=_himmelblau_gradient,
        domain=((-5, 5), (-5, 5)),
        minima=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
        minimum=0.0,
        start=(-0.5, -1.0),
        log_levels=True,
        note="four minima of the same depth: where a path ends depends on where it starts",
    ),
    Surface(
        name="saddle",
        title="Saddle",
        formula="x² − y²",
        value=_saddle,
        gradient=_saddle_gradient,
        domain=((-2, 2), (-2, 2)),
        minima=(),
        minimum=float("-inf"),
        start=(-1.5, 1e-3),
        log_levels=False,
        note="no minimum: the gradient is zero at the origin, and the way down has no end",
    ),
)
