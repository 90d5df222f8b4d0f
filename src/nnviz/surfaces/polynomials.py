"""Polynomials: curved valleys, plateaus and a few minima."""

from nnviz._typing import Array
from nnviz.surfaces.surface import Surface, arithmetic

__all__ = ["POLYNOMIALS"]

Pair = tuple[Array, Array]


def _rosenbrock(x: Array, y: Array) -> Array:
    ahead, above = 1 - x, y - x * x
    return ahead * ahead + 100 * above * above


@arithmetic
def _rosenbrock_gradient(x: Array, y: Array) -> Pair:
    above = y - x * x
    return -2 * (1 - x) - 400 * x * above, 200 * above


def _beale_terms(x: Array, y: Array) -> tuple[Array, Array, Array]:
    return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y


def _beale(x: Array, y: Array) -> Array:
    a, b, c = _beale_terms(x, y)
    return a * a + b * b + c * c


def _beale_gradient(x: Array, y: Array) -> Pair:
    a, b, c = _beale_terms(x, y)
    gx = 2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1))
    gy = 2 * x * (a + 2 * b * y + 3 * c * y * y)
    return gx, gy


def _himmelblau(x: Array, y: Array) -> Array:
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


@arithmetic
def _himmelblau_gradient(x: Array, y: Array) -> Pair:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _goldstein_price_terms(x: Array, y: Array) -> tuple[Array, Array, Array, Array]:
    xx, xy, yy = x * x, x * y, y * y
    p, q = x + y + 1, 19 - 14 * x + 3 * xx - 14 * y + 6 * xy + 3 * yy
    r, s = 2 * x - 3 * y, 18 - 32 * x + 12 * xx + 48 * y - 36 * xy + 27 * yy
    return p, q, r, s


def _goldstein_price(x: Array, y: Array) -> Array:
    p, q, r, s = _goldstein_price_terms(x, y)
    return (1 + p * p * q) * (30 + r * r * s)


def _goldstein_price_gradient(x: Array, y: Array) -> Pair:
    p, q, r, s = _goldstein_price_terms(x, y)
    left, right = 1 + p * p * q, 30 + r * r * s
    # Both factors of the left bracket depend on x + y alone, those of the right on 2x − 3y.
    of_left = 2 * p * q + p * p * (6 * (x + y) - 14)
    of_right = 2 * r * s + r * r * (6 * r - 16)
    return of_left * right + 2 * left * of_right, of_left * right - 3 * left * of_right


def _styblinski_tang(x: Array, y: Array) -> Array:
    xx, yy = x * x, y * y
    return (xx * xx - 16 * xx + 5 * x + yy * yy - 16 * yy + 5 * y) / 2


@arithmetic
def _styblinski_tang_gradient(x: Array, y: Array) -> Pair:
    return 2 * x * x * x - 16 * x + 2.5, 2 * y * y * y - 16 * y + 2.5


def _three_hump_camel(x: Array, y: Array) -> Array:
    xx = x * x
    return xx * (2 - 1.05 * xx + xx * xx / 6) + x * y + y * y


@arithmetic
def _three_hump_camel_gradient(x: Array, y: Array) -> Pair:
    xx = x * x
    return x * (4 - 4.2 * xx + xx * xx) + y, x + 2 * y


def _six_hump_camel(x: Array, y: Array) -> Array:
    xx, yy = x * x, y * y
    return (4 - 2.1 * xx + xx * xx / 3) * xx + x * y + (4 * yy - 4) * yy


@arithmetic
def _six_hump_camel_gradient(x: Array, y: Array) -> Pair:
    xx = x * x
    return x * (8 - 8.4 * xx + 2 * xx * xx) + y, x + y * (16 * y * y - 8)


POLYNOMIALS = (
    Surface(
        name="rosenbrock",
        title="Rosenbrock",
        formula="(1 − x)² + 100(y − x²)²",
        value=_rosenbrock,
        gradient=_rosenbrock_gradient,
        domain=((-2, 2), (-1, 3)),
        minima=((1.0, 1.0),),
        minimum=0.0,
        starts=((-1.5, 2.0), (-1.2, 1.0), (0.0, 2.5)),
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
        starts=((1.0, 1.5), (-3.0, 2.0), (-2.0, -1.0)),
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
            (-3.779310253377747, -3.283185991286169),
            (3.584428340330492, -1.848126526964404),
        ),
        minimum=0.0,
        starts=((-0.5, -1.0), (0.5, 0.5), (-4.5, 0.5), (1.0, -4.5)),
        log_levels=False,
        note="four minima of the same depth: where a path ends depends on where it starts",
    ),
    Surface(
        name="goldstein_price",
        title="Goldstein–Price",
        formula=(
            "[1 + (x + y + 1)²(19 − 14x + 3x² − 14y + 6xy + 3y²)] · "
            "[30 + (2x − 3y)²(18 − 32x + 12x² + 48y − 36xy + 27y²)]"
        ),
        value=_goldstein_price,
        gradient=_goldstein_price_gradient,
        domain=((-2, 2), (-2, 2)),
        minima=((0.0, -1.0),),
        minimum=3.0,
        starts=((-1.5, 0.5), (1.5, 1.5), (-1.0, -1.5)),
        log_levels=True,
        note="six orders of magnitude in one square: only a logarithmic scale shows the valleys",
    ),
    Surface(
        name="styblinski_tang",
        title="Styblinski–Tang",
        formula="½[x⁴ − 16x² + 5x + y⁴ − 16y² + 5y]",
        value=_styblinski_tang,
        gradient=_styblinski_tang_gradient,
        domain=((-5, 5), (-5, 5)),
        minima=((-2.903534027771177, -2.903534027771177),),
        minimum=-78.33233140754283,
        starts=((0.5, 0.0), (4.5, -4.0), (-4.0, 4.5)),
        log_levels=False,
        note="three local minima beside the global one",
    ),
    Surface(
        name="three_hump_camel",
        title="Three-hump camel",
        formula="2x² − 1.05x⁴ + x⁶/6 + xy + y²",
        value=_three_hump_camel,
        gradient=_three_hump_camel_gradient,
        domain=((-5, 5), (-5, 5)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        starts=((-1.0, 2.2), (2.2, 1.8), (1.2, -2.0)),
        log_levels=False,
        note="local minima on both sides of the global one",
        close_up=((-2.5, 2.5), (-2.5, 2.5)),
    ),
    Surface(
        name="six_hump_camel",
        title="Six-hump camel",
        formula="(4 − 2.1x² + x⁴/3)x² + xy + (4y² − 4)y²",
        value=_six_hump_camel,
        gradient=_six_hump_camel_gradient,
        domain=((-3, 3), (-2, 2)),
        minima=(
            (0.08984201310031806, -0.7126564030207396),
            (-0.08984201310031806, 0.7126564030207396),
        ),
        minimum=-1.0316284534898774,
        starts=((-1.2, 0.1), (1.9, -1.0), (-1.9, 1.1)),
        log_levels=False,
        note="two global minima, four local ones",
        close_up=((-2.1, 2.1), (-1.2, 1.2)),
    ),
)
