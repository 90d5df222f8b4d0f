"""The data of the families that are held out: made anew, of every kind, for them alone."""

from collections.abc import Callable, Mapping

import numpy as np
from sklearn import datasets as sk

__all__ = ["HELD_OUT_TASKS"]

Pair = tuple[np.ndarray, np.ndarray]


def _pinwheel() -> Pair:
    """Draw five blurred arms that bend."""
    rng = np.random.default_rng(40)
    y = np.arange(1000) % 5
    along, aside = rng.normal(1, 0.3, 1000), rng.normal(0, 0.1, 1000)
    angle = 2 * np.pi * y / 5 + 0.8 * np.exp(along - 1)
    across = np.cos(angle) * along - np.sin(angle) * aside
    return np.stack([across, np.sin(angle) * along + np.cos(angle) * aside], axis=1), y


def _circles() -> Pair:
    return sk.make_circles(900, noise=0.12, factor=0.45, random_state=8)


def _votes() -> Pair:
    """Draw nine noisy votes, of which some count twice; the majority is to be told."""
    rng = np.random.default_rng(41)
    votes = rng.choice([-1, 1], (1000, 9))
    y = (votes @ np.array([2, 2, 2, 1, 1, 1, 1, 1, 0]) > 0).astype(int)
    return votes + rng.normal(0, 0.3, votes.shape), y


def _edges() -> Pair:
    """Draw an edge between dark and light: upright, lying, or leaning to either side."""
    rng = np.random.default_rng(42)
    y = np.arange(800) % 4
    rows, columns = np.mgrid[:10, :10] - 4.5
    angle = (y * np.pi / 4)[:, None, None]
    far = np.cos(angle) * columns + np.sin(angle) * rows - rng.uniform(-2, 2, (800, 1, 1))
    side = rng.choice([-1, 1], (800, 1, 1)) * np.tanh(2 * far)
    return side + rng.normal(0, 0.4, side.shape), y


def _checks() -> Pair:
    """Draw boards of fields of two, three or four pixels."""
    rng = np.random.default_rng(43)
    y = np.arange(900) % 3
    size = (y + 2)[:, None, None]
    rows, columns = np.mgrid[:12, :12]
    down, across = rng.integers(0, 8, (2, 900, 1, 1))
    field = (rows + down) // size + (columns + across) // size
    return 2.0 * (field % 2) - 1 + rng.normal(0, 0.4, field.shape), y


def _tilts() -> Pair:
    """Make noise around lines that fall, lie, or rise, at any height."""
    rng = np.random.default_rng(44)
    y = np.arange(900) % 3
    time = np.linspace(-1, 1, 14)
    line = rng.normal(0, 1, (900, 1)) + 0.8 * (y[:, None] - 1) * time
    return (line + rng.normal(0, 0.5, (900, 14)))[..., None], y


def _hums() -> Pair:
    """Make noise in three channels, of which one hums."""
    rng = np.random.default_rng(45)
    y = np.arange(900) % 3
    hum = 1.2 * np.sin(1.3 * np.arange(16) + rng.uniform(0, 2 * np.pi, (900, 1)))
    return hum[..., None] * np.eye(3)[y][:, None] + rng.normal(0, 0.6, (900, 16, 3)), y


def _bends() -> Pair:
    """Make sums of a line that levels off and a wave."""
    rng = np.random.default_rng(46)
    x = rng.uniform(-2, 2, (900, 4))
    return x, np.tanh(2 * x[:, 0]) + 0.5 * np.sin(2 * x[:, 1]) + rng.normal(0, 0.15, 900)


def _stairs() -> Pair:
    """Make stairs along three directions."""
    rng = np.random.default_rng(47)
    x = rng.standard_normal((900, 6))
    along = x @ rng.standard_normal((6, 3)) / 6**0.5
    return x, (along > 0).sum(axis=1) + rng.normal(0, 0.2, 900)


def _bowls() -> Pair:
    """Make bowls of four widths, beside two numbers that say nothing."""
    rng = np.random.default_rng(48)
    x = rng.uniform(-1, 1, (900, 6))
    return x, x[:, :4] ** 2 @ np.array([3.0, 2.0, 1.0, 0.5]) + rng.normal(0, 0.2, 900)


def _cross() -> Pair:
    """Draw points around eight places on a cross."""
    rng = np.random.default_rng(49)
    y = np.arange(1600) % 8
    across = np.array([-1.2, -0.6, 0.6, 1.2, 0, 0, 0, 0])
    down = np.array([0, 0, 0, 0, -1.2, -0.6, 0.6, 1.2])
    return np.stack([across[y], down[y]], axis=1) + rng.normal(0, 0.05, (1600, 2)), y


HELD_OUT_TASKS: Mapping[str, tuple[str, Callable[[], Pair]]] = {
    "pinwheel": ("table", _pinwheel),
    "circles": ("table", _circles),
    "votes": ("table", _votes),
    "edges": ("image", _edges),
    "checks": ("image", _checks),
    "tilts": ("sequence", _tilts),
    "hums": ("sequence", _hums),
    "bends": ("regression", _bends),
    "stairs": ("regression", _stairs),
    "bowls": ("regression", _bowls),
    "cross": ("adversarial", _cross),
}
"""The kind of each task, and where its data are from."""
