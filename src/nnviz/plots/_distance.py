"""How far colours are apart, for eyes with three kinds of cones and with two."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from matplotlib import colors
from numpy.typing import NDArray

__all__ = ["least_distance"]

Matrix = NDArray[np.float64]

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
"""From linear sRGB to cones, and from the cube roots of these to Oklab (Ottosson, 2020)."""

_EYES = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
"""What is left of linear sRGB without a kind of cones (Machado, Oliveira & Fernandes, 2009)."""


def least_distance(cycle: Sequence[str]) -> tuple[float, str, str]:
    """Return the two colours that are hardest to tell apart, after their distance.

    It is that in Oklab, where black and white are 100 apart, with the eyes that see it least.
    """
    linear = np.array([_linear(color) for color in cycle])
    seen = [_oklab(np.clip(linear @ eye.T, 0, 1)) for eye in _EYES.values()]
    pairs = combinations(range(len(cycle)), 2)
    distance, one, other = min(
        (min(float(np.linalg.norm(eye[i] - eye[j])) for eye in seen), i, j) for i, j in pairs
    )
    return 100 * distance, cycle[one], cycle[other]


def _linear(color: str) -> Matrix:
    """Return a colour in linear sRGB (IEC 61966-2-1)."""
    rgb = np.array(colors.to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _oklab(linear: Matrix) -> Matrix:
    lab: Matrix = np.cbrt(linear @ _TO_CONES.T) @ _TO_OKLAB.T
    return lab
