"""Rings, ridges and kinks: what gradients cannot follow."""

import numpy as np

from nnviz._typing import Array
from nnviz.surfaces.surface import Surface

__all__ = ["RIDGES"]

Pair = tuple[Array, Array]


def _schaffer(bump: Array, x: Array, y: Array) -> Array:
    """Return ½ + (bump − ½) / (1 + .001 r²)²."""
    spread = 1 + 0.001 * (x * x + y * y)
    return 0.5 + (bump - 0.5) / (spread * spread)


def _schaffer_gradient(bump: Array, slope: Array, x: Array, y: Array) -> Pair:
    """Return the gradient, given the bump as a function of x² − y² and its derivative."""
    spread = 1 + 0.001 * (x * x + y * y)
    wave = 2 * slope / (spread * spread)
    fall = 0.004 * (bump - 0.5) / (spread * spread * spread)
    return x * (wave - fall), -y * (wave + fall)


def _schaffer_2(x: Array, y: Array) -> Array:
    wave = np.sin(x * x - y * y)
    return _schaffer(wave * wave, x, y)


def _schaffer_2_gradient(x: Array, y: Array) -> Pair:
    u = x * x - y * y
    wave = np.sin(u)
    return _schaffer_gradient(wave * wave, np.sin(2 * u), x, y)


# cos²(sin|u|) is even in sin u, so the absolute value makes no kink.
def _schaffer_4(x: Array, y: Array) -> Array:
    wave = np.cos(np.sin(x * x - y * y))
    return _schaffer(wave * wave, x, y)


def _schaffer_4_gradient(x: Array, y: Array) -> Pair:
    u = x * x - y * y
    inner = np.sin(u)
    wave = np.cos(inner)
    return _schaffer_gradient(wave * wave, -np.sin(2 * inner) * np.cos(u), x, y)


def _bukin_6(x: Array, y: Array) -> Array:
    return 100 * np.sqrt(np.abs(y - 0.01 * x * x)) + 0.01 * np.abs(x + 10)


def _bukin_6_gradient(x: Array, y: Array) -> Pair:
    above = y - 0.01 * x * x
    across = 50 * _slope_of_root(above)
    along = np.where(above == 0, 0, 0.01 * np.sign(x + 10))
    return along - 0.02 * x * across, across


def _slope_of_root(u: Array) -> Array:
    """Return sign(u)/√|u|, twice the derivative of √|u|; 0 at the kink."""
    return np.sign(u) / np.sqrt(np.where(u == 0, 1, np.abs(u)))


def _eggholder(x: Array, y: Array) -> Array:
    a = y + 47
    return -a * np.sin(np.sqrt(np.abs(x / 2 + a))) - x * np.sin(np.sqrt(np.abs(x - a)))


def _eggholder_gradient(x: Array, y: Array) -> Pair:
    a = y + 47
    p, q = x / 2 + a, x - a
    root_p, root_q = np.sqrt(np.abs(p)), np.sqrt(np.abs(q))
    of_p = a * np.cos(root_p) * _slope_of_root(p) / 2
    of_q = x * np.cos(root_q) * _slope_of_root(q) / 2
    return -of_p / 2 - np.sin(root_q) - of_q, -np.sin(root_p) - of_p + of_q


RIDGES = (
    Surface(
        name="schaffer_2",
        title="Schaffer 2",
        formula="½ + (sin²(x² − y²) − ½)/(1 + 0.001(x² + y²))²",
        value=_schaffer_2,
        gradient=_schaffer_2_gradient,
        domain=((-50, 50), (-50, 50)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        starts=((-1.5, 0.6), (2.0, 2.5), (-3.0, 1.0)),
        log_levels=False,
        note="waves that are narrower the further out: steps must be small",
        close_up=((-4.0, 4.0), (-4.0, 4.0)),
    ),
    Surface(
        name="schaffer_4",
        title="Schaffer 4",
        formula="½ + (cos² sin|x² − y²| − ½)/(1 + 0.001(x² + y²))²",
        value=_schaffer_4,
        gradient=_schaffer_4_gradient,
        domain=((-50, 50), (-50, 50)),
        minima=(
            (0.0, 1.2531318314637332),
            (0.0, -1.2531318314637332),
            (1.2531318314637332, 0.0),
            (-1.2531318314637332, 0.0),
        ),
        minimum=0.292578632035980549,
        starts=((0.5, 0.7), (-1.6, 0.4), (2.0, 2.5)),
        log_levels=False,
        note="four global minima, in grooves that are nearly as deep all along",
        close_up=((-3.0, 3.0), (-3.0, 3.0)),
    ),
    Surface(
        name="bukin_6",
        title="Bukin 6",
        formula="100√|y − 0.01x²| + 0.01|x + 10|",
        value=_bukin_6,
        gradient=_bukin_6_gradient,
        domain=((-15, -5), (-3, 3)),
        minima=((-10.0, 1.0),),
        minimum=0.0,
        starts=((-7.0, 2.0), (-13.0, -1.0), (-6.0, -2.0)),
        log_levels=False,
        note="no gradient on the ridge y = 0.01x², where the minimum lies: 0 is returned there",
    ),
    Surface(
        name="eggholder",
        title="Eggholder",
        formula="−(y + 47) sin√|x/2 + y + 47| − x sin√|x − y − 47|",
        value=_eggholder,
        gradient=_eggholder_gradient,
        domain=((-512, 512), (-512, 512)),
        minima=((512.0, 404.2318051137578),),
        minimum=-959.6406627208508,
        starts=((400.0, 300.0), (0.0, 0.0), (-300.0, 200.0)),
        log_levels=False,
        note="the minimum lies on the edge of the domain: the gradient is not zero there",
    ),
)
