"""Waves on top of a shape: many local minima in a regular pattern."""

import numpy as np

from nnviz._typing import Array
from nnviz.surfaces.surface import Surface

__all__ = ["WAVES"]

Pair = tuple[Array, Array]

PI = np.pi
ROOT2 = 2**0.5


def _rastrigin(x: Array, y: Array) -> Array:
    waves = np.cos(2 * PI * x) + np.cos(2 * PI * y)
    return 20 + x * x + y * y - 10 * waves


def _rastrigin_gradient(x: Array, y: Array) -> Pair:
    return 2 * x + 20 * PI * np.sin(2 * PI * x), 2 * y + 20 * PI * np.sin(2 * PI * y)


def _ackley_terms(x: Array, y: Array) -> tuple[Array, Array, Array]:
    size = np.sqrt((x * x + y * y) / 2)
    waves = (np.cos(2 * PI * x) + np.cos(2 * PI * y)) / 2
    return size, np.exp(-0.2 * size), np.exp(waves)


def _ackley(x: Array, y: Array) -> Array:
    _, cone, waves = _ackley_terms(x, y)
    return 20 * (1 - cone) + (np.exp(1.0) - waves)


def _ackley_gradient(x: Array, y: Array) -> Pair:
    size, cone, waves = _ackley_terms(x, y)
    # 0/0 at the tip, where x and y are 0 and so is the product.
    slope = 2 * cone / np.where(size == 0, 1, size)
    return (
        slope * x + PI * waves * np.sin(2 * PI * x),
        slope * y + PI * waves * np.sin(2 * PI * y),
    )


def _easom_bump(x: Array, y: Array) -> Array:
    return np.exp(-(x - PI) * (x - PI) - (y - PI) * (y - PI))


def _easom(x: Array, y: Array) -> Array:
    return -np.cos(x) * np.cos(y) * _easom_bump(x, y)


def _easom_gradient(x: Array, y: Array) -> Pair:
    bump, cx, cy = _easom_bump(x, y), np.cos(x), np.cos(y)
    return (
        bump * cy * (np.sin(x) + 2 * (x - PI) * cx),
        bump * cx * (np.sin(y) + 2 * (y - PI) * cy),
    )


def _mccormick(x: Array, y: Array) -> Array:
    return np.sin(x + y) + (x - y) * (x - y) - 1.5 * x + 2.5 * y + 1


def _mccormick_gradient(x: Array, y: Array) -> Pair:
    wave, apart = np.cos(x + y), 2 * (x - y)
    return wave + apart - 1.5, wave - apart + 2.5


def _levi_terms(x: Array, y: Array) -> tuple[Array, Array, Array]:
    return np.sin(3 * PI * x), np.sin(3 * PI * y), np.sin(2 * PI * y)


def _levi_13(x: Array, y: Array) -> Array:
    a, b, c = _levi_terms(x, y)
    return a * a + (x - 1) * (x - 1) * (1 + b * b) + (y - 1) * (y - 1) * (1 + c * c)


def _levi_13_gradient(x: Array, y: Array) -> Pair:
    _, b, c = _levi_terms(x, y)
    dx, dy = x - 1, y - 1
    gx = 3 * PI * np.sin(6 * PI * x) + 2 * dx * (1 + b * b)
    of_b, of_c = 3 * PI * np.sin(6 * PI * y), 2 * PI * np.sin(4 * PI * y)
    return gx, dx * dx * of_b + 2 * dy * (1 + c * c) + dy * dy * of_c


def _griewank(x: Array, y: Array) -> Array:
    return 1 + (x * x + y * y) / 4000 - np.cos(x) * np.cos(y / ROOT2)


def _griewank_gradient(x: Array, y: Array) -> Pair:
    turned = y / ROOT2
    return (
        x / 2000 + np.sin(x) * np.cos(turned),
        y / 2000 + np.cos(x) * np.sin(turned) / ROOT2,
    )


WAVES = (
    Surface(
        name="rastrigin",
        title="Rastrigin",
        formula="20 + x² − 10 cos 2πx + y² − 10 cos 2πy",
        value=_rastrigin,
        gradient=_rastrigin_gradient,
        domain=((-5.12, 5.12), (-5.12, 5.12)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        starts=((-3.3, 2.2), (4.3, 4.2), (-1.4, -0.6)),
        log_levels=False,
        note="a local minimum near every pair of whole numbers",
    ),
    Surface(
        name="ackley",
        title="Ackley",
        formula="−20 exp(−0.2√(½(x² + y²))) − exp(½(cos 2πx + cos 2πy)) + e + 20",
        value=_ackley,
        gradient=_ackley_gradient,
        domain=((-5, 5), (-5, 5)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        starts=((-3.6, 2.4), (2.6, 1.5), (1.4, -4.4)),
        log_levels=False,
        note="pointed at the minimum, where the gradient is 0/0 and is taken as 0",
    ),
    Surface(
        name="easom",
        title="Easom",
        formula="−cos x cos y exp(−(x − π)² − (y − π)²)",
        value=_easom,
        gradient=_easom_gradient,
        domain=((-10, 10), (-10, 10)),
        minima=((PI, PI),),
        minimum=-1.0,
        starts=((1.9, 4.2), (4.3, 3.4), (0.5, 1.0)),
        log_levels=False,
        note="flat but for one narrow hole: away from it there is no gradient to follow",
        close_up=((0.0, 6.3), (0.0, 6.3)),
    ),
    Surface(
        name="mccormick",
        title="McCormick",
        formula="sin(x + y) + (x − y)² − 1.5x + 2.5y + 1",
        value=_mccormick,
        gradient=_mccormick_gradient,
        domain=((-1.5, 4), (-3, 4)),
        minima=((0.5 - PI / 3, -0.5 - PI / 3),),
        minimum=-(3**0.5) / 2 - PI / 3,
        starts=((0.5, 2.0), (-1.0, 3.0), (2.5, -2.0)),
        log_levels=False,
        note="the minimum is that of the domain: outside it the function has no lower bound",
    ),
    Surface(
        name="levi_13",
        title="Lévi 13",
        formula="sin²3πx + (x − 1)²(1 + sin²3πy) + (y − 1)²(1 + sin²2πy)",
        value=_levi_13,
        gradient=_levi_13_gradient,
        domain=((-10, 10), (-10, 10)),
        minima=((1.0, 1.0),),
        minimum=0.0,
        starts=((-1.6, 2.7), (3.4, -0.8), (-2.4, 4.4)),
        log_levels=False,
        note="a bowl with ripples that grow with the distance",
        close_up=((-3.0, 5.0), (-3.0, 5.0)),
    ),
    Surface(
        name="griewank",
        title="Griewank",
        formula="1 + (x² + y²)/4000 − cos x cos(y/√2)",
        value=_griewank,
        gradient=_griewank_gradient,
        domain=((-10, 10), (-10, 10)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        starts=((-2.6, 3.4), (2.0, -1.5), (7.5, 6.0)),
        log_levels=False,
        note="local minima nearly as deep as the global one",
    ),
)
