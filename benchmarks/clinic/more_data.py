"""Data of every kind that were held out once, in November 2026, and made anew for that."""

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
from sklearn import datasets as sk

__all__ = ["MORE_TASKS"]

Pair = tuple[np.ndarray, np.ndarray]


def _hypercube() -> Pair:
    return sk.make_classification(
        900, n_features=16, n_informative=8, n_classes=4, class_sep=1.5, random_state=0
    )


def _rare_class() -> Pair:
    return sk.make_classification(
        1000, n_features=12, n_informative=6, weights=[0.8], class_sep=1.2, random_state=1
    )


def _shells() -> Pair:
    return sk.make_gaussian_quantiles(n_samples=900, n_features=5, n_classes=3, random_state=2)


def _shapes() -> Pair:
    """Draw a disc, a square, or a cross, somewhere in a noisy picture."""
    rng = np.random.default_rng(10)
    y = np.arange(900) % 3
    rows, columns = np.mgrid[:12, :12]
    centre = rng.uniform(3, 8, (2, 900, 1, 1))
    down, across = np.abs(rows - centre[0]), np.abs(columns - centre[1])
    is_inside = np.stack(
        [
            down**2 + across**2 < 9,
            np.maximum(down, across) < 2.7,
            (np.minimum(down, across) < 0.8) & (np.maximum(down, across) < 3.5),
        ]
    )
    return is_inside[y, np.arange(900)] + rng.normal(0, 0.3, (900, 12, 12)), y


def _counts() -> Pair:
    """Draw one to four spots, to be counted."""
    rng = np.random.default_rng(11)
    y = np.arange(1000) % 4
    rows, columns = np.mgrid[:12, :12]
    pictures = rng.normal(0, 0.1, (1000, 12, 12))
    for k in range(4):
        centre = rng.uniform(1, 10, (2, 1000, 1, 1))
        spot = np.exp(-((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2) / 1.5)
        pictures += spot * (y >= k)[:, None, None]
    return pictures, y


def _memories() -> Pair:
    """Make noises in which each value goes on from the last, turns from it, or ignores it."""
    rng = np.random.default_rng(12)
    y = np.arange(900) % 3
    steps = rng.standard_normal((24, 900))
    for before, now in pairwise(steps):
        now += 0.85 * (y - 1) * before
    return steps.T[..., None], y


def _bursts() -> Pair:
    """Make noise in four channels, one of which is loud for a while."""
    rng = np.random.default_rng(13)
    y = np.arange(900) % 4
    begin = rng.integers(0, 10, (900, 1))
    is_loud = (np.arange(14) >= begin) & (np.arange(14) < begin + 4)
    volume = 0.4 + 2 * is_loud[..., None] * np.eye(4)[y][:, None]
    return volume * rng.standard_normal((900, 14, 4)), y


def _circuit() -> Pair:
    return sk.make_friedman2(700, noise=60, random_state=3)


def _ripples() -> Pair:
    """Make waves over a plane."""
    rng = np.random.default_rng(14)
    x = rng.uniform(-1, 1, (900, 2))
    return x, np.sin(4 * x[:, 0]) * np.cos(3 * x[:, 1]) + x[:, 1] + rng.normal(0, 0.2, 900)


def _lattice() -> Pair:
    """Draw points around two rows of four."""
    rng = np.random.default_rng(15)
    y = np.arange(1600) % 8
    centre = np.stack([0.7 * (y % 4) - 1.05, 0.8 * (y // 4) - 0.4], axis=1)
    return centre + rng.normal(0, 0.05, (1600, 2)), y


MORE_TASKS: Mapping[str, tuple[str, Callable[[], Pair]]] = {
    "hypercube": ("table", _hypercube),
    "rare class": ("table", _rare_class),
    "shells": ("table", _shells),
    "shapes": ("image", _shapes),
    "counts": ("image", _counts),
    "memories": ("sequence", _memories),
    "bursts": ("sequence", _bursts),
    "circuit": ("regression", _circuit),
    "ripples": ("regression", _ripples),
    "lattice": ("adversarial", _lattice),
}
"""The kind of each task, and where its data are from."""
