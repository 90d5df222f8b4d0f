"""What the networks of the clinic are trained on: small data of every kind, standardized."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from sklearn import datasets as sk
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC, SVR

from benchmarks.clinic.held_out_data import HELD_OUT_TASKS
from benchmarks.clinic.more_data import MORE_TASKS
from benchmarks.clinic.third_data import THIRD_TASKS

__all__ = ["TASKS", "Task", "task"]

Pair = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Task:
    """A task, split into training and test.

    Attributes
    ----------
    kind : {"table", "image", "sequence", "regression", "adversarial"}
    x_train, x_test : ndarray of float32
        Tables (rows, features), images (rows, 1, height, width), sequences (rows, time, features).
    y_train, y_test : ndarray
        Classes, or standardized targets.
    n_outputs : int
    linear, kernel : float
        Test scores, accuracy or R² of a regression, of a linear model and of a support vector
        machine with scikit-learn's defaults.
    guess : float
        Test score of the best constant guess: the commonest class, or the mean.
    """

    name: str
    kind: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    n_outputs: int
    linear: float
    kernel: float
    guess: float

    @property
    def is_regression(self) -> bool:
        """Whether the targets are numbers."""
        return self.kind == "regression"


def _table(load: Callable[..., Pair]) -> Pair:
    return load(return_X_y=True)


def _spirals() -> Pair:
    rng = np.random.default_rng(3)
    y = np.arange(900) % 3
    t = rng.uniform(0.2, 1, 900)
    angle = 4 * t + 2 * np.pi * y / 3 + rng.normal(0, 0.12, 900)
    return np.stack([t * np.cos(angle), t * np.sin(angle)], axis=1), y


def _stripes() -> Pair:
    """Draw waves across noisy pictures in four directions."""
    rng = np.random.default_rng(4)
    y = np.arange(800) % 4
    rows, columns = np.mgrid[:10, :10]
    angle = (y * np.pi / 4)[:, None, None]
    wave = np.sin(1.6 * (np.cos(angle) * rows + np.sin(angle) * columns) + _phase(rng, 800))
    return wave + rng.normal(0, 0.5, wave.shape), y


def _waves() -> Pair:
    """Draw noisy waves of three frequencies."""
    rng = np.random.default_rng(5)
    y = np.arange(720) % 3
    time = np.arange(16)[None, :, None]
    wave = np.sin((0.5 + 0.5 * y)[:, None, None] * time + _phase(rng, 720))
    return wave + rng.normal(0, 0.2, wave.shape), y


def _phase(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.uniform(0, 2 * np.pi, n)[:, None, None]


def _recall() -> Pair:
    """Make symbols, one of them marked, which is to be told."""
    rng = np.random.default_rng(6)
    symbols = rng.integers(0, 5, (900, 10))
    place = rng.integers(0, 10, 900)
    marked = np.arange(10) == place[:, None]
    x = np.concatenate([np.eye(5)[symbols], marked[..., None]], axis=2)
    return x, symbols[np.arange(900), place]


def _friedman() -> Pair:
    return sk.make_friedman1(700, noise=1.0, random_state=0)


def _noisy() -> Pair:
    """Make a linear law under noise as large as itself."""
    rng = np.random.default_rng(7)
    x = rng.standard_normal((900, 8))
    return x, x @ rng.standard_normal(8) / 2.8 + rng.normal(0, 1.0, 900)


def _ring() -> Pair:
    """Draw points around a ring of eight: what a generator is to imitate."""
    rng = np.random.default_rng(8)
    y = np.arange(1600) % 8
    centre = np.stack([np.cos(y * np.pi / 4), np.sin(y * np.pi / 4)], axis=1)
    return centre + rng.normal(0, 0.05, (1600, 2)), y


def _arc() -> Pair:
    """Draw points along half of a circle, in eight parts."""
    rng = np.random.default_rng(9)
    angle = rng.uniform(0, np.pi, 1600)
    y = np.minimum((angle / np.pi * 8).astype(int), 7)
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points + rng.normal(0, 0.05, (1600, 2)), y


TASKS: Mapping[str, tuple[str, Callable[[], Pair]]] = {
    "iris": ("table", lambda: _table(sk.load_iris)),
    "wine": ("table", lambda: _table(sk.load_wine)),
    "breast cancer": ("table", lambda: _table(sk.load_breast_cancer)),
    "digits": ("table", lambda: _table(sk.load_digits)),
    "moons": ("table", lambda: sk.make_moons(800, noise=0.2, random_state=0)),
    "spirals": ("table", _spirals),
    "digit images": ("image", lambda: _table(sk.load_digits)),
    "stripes": ("image", _stripes),
    "digit rows": ("sequence", lambda: _table(sk.load_digits)),
    "waves": ("sequence", _waves),
    "recall": ("sequence", _recall),
    "diabetes": ("regression", lambda: _table(sk.load_diabetes)),
    "friedman": ("regression", _friedman),
    "noisy law": ("regression", _noisy),
    "ring": ("adversarial", _ring),
    "arc": ("adversarial", _arc),
    **MORE_TASKS,
    **THIRD_TASKS,
    **HELD_OUT_TASKS,
}
"""The kind of each task, and where its data are from."""


@cache
def task(name: str) -> Task:
    """Return a task: 70 % of the rows for training, at most 1,000."""
    kind, load = TASKS[name]
    x, y = load()
    x = np.asarray(x, np.float64)
    if name in ("digit images", "digit rows"):
        x = x.reshape(-1, 8, 8)
    groups = None if kind == "regression" else y
    parts = train_test_split(x, y, train_size=0.7, random_state=0, stratify=groups)
    x_train, x_test, y_train, y_test = parts
    x_train, y_train, x_test, y_test = x_train[:1000], y_train[:1000], x_test[:400], y_test[:400]
    if kind in ("table", "regression"):
        mean, std = x_train.mean(axis=0), x_train.std(axis=0)
        std[std == 0] = 1  # pixels at the border that are never set
        x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    elif name != "recall" and kind != "adversarial":
        mean, std = x_train.mean(), x_train.std()
        x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    if kind == "image":
        x_train, x_test = x_train[:, None], x_test[:, None]
    if kind == "regression":
        mean, std = y_train.mean(), y_train.std()
        y_train, y_test = (y_train - mean) / std, (y_test - mean) / std
    models = (Ridge(), SVR()) if kind == "regression" else (LogisticRegression(max_iter=500), SVC())
    flat, other = x_train.reshape(len(x_train), -1), x_test.reshape(len(x_test), -1)
    linear, kernel = (float(model.fit(flat, y_train).score(other, y_test)) for model in models)
    guess = 0.0 if kind == "regression" else float(np.bincount(y_test).max() / len(y_test))
    n_outputs = 1 if kind == "regression" else int(y_train.max()) + 1
    dtype = np.float32 if kind == "regression" else np.int64
    return Task(
        name,
        kind,
        x_train.astype(np.float32),
        y_train.astype(dtype),
        x_test.astype(np.float32),
        y_test.astype(dtype),
        n_outputs,
        linear,
        kernel,
        guess,
    )
