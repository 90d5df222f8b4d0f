"""Data of every kind that were held out once, on December 1, 2026, and made anew for that."""

from collections.abc import Callable, Mapping

import numpy as np
from sklearn import datasets as sk

__all__ = ["THIRD_TASKS"]

Pair = tuple[np.ndarray, np.ndarray]


def _chessboard() -> Pair:
    """Draw points on a board of three by three fields of two colours."""
    rng = np.random.default_rng(20)
    x = rng.uniform(0, 3, (1000, 2))
    return x, np.floor(x).sum(axis=1).astype(int) % 2


def _hastie() -> Pair:
    x, y = sk.make_hastie_10_2(1200, random_state=4)
    return x, (y > 0).astype(int)


def _clouds() -> Pair:
    return sk.make_blobs(1000, n_features=4, centers=6, cluster_std=2.5, random_state=5)


def _marks() -> Pair:
    """Draw marks of three kinds in five columns, of which two columns tell the class, mostly."""
    rng = np.random.default_rng(21)
    marks = rng.integers(0, 3, (900, 5))
    y = (marks[:, 0] + marks[:, 1]) % 3
    is_wrong = rng.random(900) < 0.05
    y[is_wrong] = rng.integers(0, 3, is_wrong.sum())
    return np.eye(3)[marks].reshape(900, 15), y


def _haystack() -> Pair:
    return sk.make_classification(
        1200, n_features=30, n_informative=5, n_classes=3, class_sep=1.5, random_state=6
    )


def _corners() -> Pair:
    """Draw a spot in a quarter of a noisy picture."""
    rng = np.random.default_rng(22)
    y = np.arange(800) % 4
    rows, columns = np.mgrid[:10, :10]
    down = 5 * (y // 2) + rng.uniform(0.5, 3.5, 800)
    across = 5 * (y % 2) + rng.uniform(0.5, 3.5, 800)
    far = (rows - down[:, None, None]) ** 2 + (columns - across[:, None, None]) ** 2
    return 2 * np.exp(-far / 2) + rng.normal(0, 0.4, far.shape), y


def _strokes() -> Pair:
    """Draw a stroke that lies, stands or leans, somewhere in a noisy picture."""
    rng = np.random.default_rng(23)
    y = np.arange(900) % 3
    rows, columns = np.mgrid[:10, :10]
    down, across = rows - rng.uniform(3, 6, (900, 1, 1)), columns - rng.uniform(3, 6, (900, 1, 1))
    angle = (y * np.pi / 3)[:, None, None]
    along = np.cos(angle) * across + np.sin(angle) * down
    aside = np.cos(angle) * down - np.sin(angle) * across
    is_inside = (np.abs(along) < 3.5) & (np.abs(aside) < 0.9)
    return is_inside + rng.normal(0, 0.25, is_inside.shape), y


def _mirrors() -> Pair:
    """Draw pictures that are their own mirror image, from the side or from below, or neither."""
    rng = np.random.default_rng(24)
    y = np.arange(900) % 3
    x = rng.standard_normal((900, 8, 8))
    aside, below = (x + x[:, :, ::-1]) / 2**0.5, (x + x[:, ::-1]) / 2**0.5
    kinds = np.stack([x, aside, below])
    return kinds[y, np.arange(900)], y


def _drifts() -> Pair:
    """Make walks that drift down, nowhere, or up."""
    rng = np.random.default_rng(25)
    y = np.arange(900) % 3
    steps = rng.standard_normal((900, 16)) + 0.6 * (y[:, None] - 1)
    return steps.cumsum(axis=1)[..., None] / 4, y


def _orders() -> Pair:
    """Make noise with two marks in it, of which the one or the other comes first."""
    rng = np.random.default_rng(26)
    y = np.arange(800) % 2
    x = rng.normal(0, 0.3, (800, 12, 2))
    early, late = rng.integers(0, 6, 800), rng.integers(6, 12, 800)
    x[np.arange(800), early, y] += 2
    x[np.arange(800), late, 1 - y] += 2
    return x, y


def _pitches() -> Pair:
    """Make noisy waves that become quicker, slower, or neither."""
    rng = np.random.default_rng(27)
    y = np.arange(900) % 3
    time = np.linspace(0, 1, 20)
    phase = 14 * time + 7 * (y[:, None] - 1) * (time**2 - time)
    wave = np.sin(phase + rng.uniform(-0.5, 0.5, (900, 1)))
    return (wave + rng.normal(0, 0.2, wave.shape))[..., None], y


def _angles() -> Pair:
    return sk.make_friedman3(800, noise=0.1, random_state=7)


def _products() -> Pair:
    """Make products of two numbers, beside a third."""
    rng = np.random.default_rng(28)
    x = rng.standard_normal((900, 5))
    return x, x[:, 0] * x[:, 1] + x[:, 2] + rng.normal(0, 0.3, 900)


def _humps() -> Pair:
    """Make two humps on a slope."""
    rng = np.random.default_rng(29)
    x = rng.uniform(-2, 2, (900, 2))
    near = [np.exp(-((x - centre) ** 2).sum(axis=1)) for centre in ([-1, 0.5], [1, -0.5])]
    return x, 2 * near[0] - 2 * near[1] + 0.5 * x[:, 1] + rng.normal(0, 0.1, 900)


def _square() -> Pair:
    """Draw points around the corners and the sides of a square."""
    rng = np.random.default_rng(30)
    y = np.arange(1600) % 8
    across, down = np.array([-1, 0, 1, 1, 1, 0, -1, -1]), np.array([-1, -1, -1, 0, 1, 1, 1, 0])
    return np.stack([across[y], down[y]], axis=1) + rng.normal(0, 0.05, (1600, 2)), y


def _bow() -> Pair:
    """Draw points along a bow, in eight heaps."""
    rng = np.random.default_rng(31)
    y = np.arange(1600) % 8
    across = y / 3.5 - 1
    return np.stack([across, across**2], axis=1) + rng.normal(0, 0.04, (1600, 2)), y


THIRD_TASKS: Mapping[str, tuple[str, Callable[[], Pair]]] = {
    "chessboard": ("table", _chessboard),
    "hastie": ("table", _hastie),
    "clouds": ("table", _clouds),
    "marks": ("table", _marks),
    "haystack": ("table", _haystack),
    "corners": ("image", _corners),
    "strokes": ("image", _strokes),
    "mirrors": ("image", _mirrors),
    "drifts": ("sequence", _drifts),
    "orders": ("sequence", _orders),
    "pitches": ("sequence", _pitches),
    "angles": ("regression", _angles),
    "products": ("regression", _products),
    "humps": ("regression", _humps),
    "square": ("adversarial", _square),
    "bow": ("adversarial", _bow),
}
"""The kind of each task, and where its data are from."""
