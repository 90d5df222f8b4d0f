"""What networks are trained on: two splits of labelled rows, checked once."""

import hashlib
import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.errors import DataError

__all__ = ["Dataset", "digits"]

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Dataset:
    """A classification problem, split into training and test.

    Parameters
    ----------
    name : str
        As it is written in a figure.
    x_train, x_test : array-like of shape (rows, n_features)
        Features; kept as float32.
    y_train, y_test : array-like of int, shape (rows,)
        Classes, from 0.
    shape : (int, int), optional
        Rows and columns of each picture, where a row of x is one, line after line.

    Raises
    ------
    DataError
        If a value is not finite, the shapes do not fit, a picture has more or fewer pixels than
        there are features, there are fewer than two training rows
        or classes, or the test split has a class that the training split lacks.
    """

    name: str
    x_train: Array
    y_train: Labels
    x_test: Array
    y_test: Labels
    shape: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        for split in ("train", "test"):
            x = _features(f"x_{split}", getattr(self, f"x_{split}"))
            y = _labels(f"y_{split}", getattr(self, f"y_{split}"), len(x))
            for part, value in (("x", x), ("y", y)):
                value.flags.writeable = False
                object.__setattr__(self, f"{part}_{split}", value)
        if len(self.x_train) < 2:
            raise DataError(f"x_train must have at least 2 rows; got {len(self.x_train)}")
        if self.x_test.shape[1] != self.n_features:
            raise DataError(
                f"x_test must have {self.n_features} features, as x_train does; "
                f"got {self.x_test.shape[1]}"
            )
        if self.shape is not None:
            object.__setattr__(self, "shape", _shape(self.shape, self.n_features))
        known = np.unique(self.y_train)
        if len(known) < 2:
            raise DataError(f"y_train must have at least 2 classes; got only {known[0]}")
        unknown = np.setdiff1d(self.y_test, known)
        if len(unknown):
            raise DataError(f"y_test must have no class that y_train lacks; got {unknown.tolist()}")

    @property
    def n_features(self) -> int:
        """Number of columns of x."""
        return self.x_train.shape[1]

    @property
    def n_classes(self) -> int:
        """Number of classes, the largest label + 1."""
        return int(self.y_train.max()) + 1

    @cached_property
    def digest(self) -> str:
        """A fingerprint of all values, equal for equal data."""
        content = hashlib.sha256(self.name.encode(errors="surrogatepass"))
        for value in (self.x_train, self.y_train, self.x_test, self.y_test):
            content.update(str(value.shape).encode())
            content.update(np.ascontiguousarray(value).tobytes())
        return content.hexdigest()

    def __sizeof__(self) -> int:
        # Dask asks for it before it decides whether to send the data with every cell or once.
        return sum(value.nbytes for value in (self.x_train, self.y_train, self.x_test, self.y_test))

    def subset(self, n_train: int) -> "Dataset":
        """Return the same problem with the first `n_train` training rows only."""
        n = _checks.integer("n_train", n_train, at_least=2)
        if n > len(self.x_train):
            raise _checks.fail("n_train", f"at most {len(self.x_train)}", n_train)
        return replace(self, x_train=self.x_train[:n], y_train=self.y_train[:n])

    def with_label_noise(self, fraction: float, *, rng: np.random.Generator) -> "Dataset":
        """Return the same problem with a fraction of the training labels redrawn at random.

        A redrawn label is uniform over all classes, so that some come out right again.
        """
        share = _checks.fraction("fraction", fraction)
        _checks.generator("rng", rng)
        labels = self.y_train.copy()
        chosen = rng.permutation(len(labels))[: round(share * len(labels))]
        labels[chosen] = rng.integers(0, self.n_classes, len(chosen))
        return replace(self, y_train=labels)

    def holdout(self, fraction: float, *, rng: np.random.Generator) -> "Dataset":
        """Return the training rows alone, a random fraction of them as the test split.

        For choosing hyperparameters: the real test rows take no part.
        """
        share = _checks.fraction("fraction", fraction)
        _checks.generator("rng", rng)
        order = rng.permutation(len(self.x_train))
        held, kept = np.split(order, [max(1, round(share * len(order)))])
        return Dataset(
            self.name,
            self.x_train[kept],
            self.y_train[kept],
            self.x_train[held],
            self.y_train[held],
            self.shape,
        )


def _shape(value: object, n_features: int) -> tuple[int, int]:
    try:
        sides = _checks.sequence("shape", value, _checks.integer, distinct=False)
    except (TypeError, ValueError) as error:
        raise DataError(f"shape must be two positive integers; got {value!r}") from error
    if len(sides) != 2:
        raise DataError(f"shape must be two positive integers; got {value!r}")
    if math.prod(sides) != n_features:
        raise DataError(f"shape must have {n_features} pixels, one per feature; got {value!r}")
    return sides[0], sides[1]


def _features(name: str, value: ArrayLike) -> Array:
    try:
        with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite
            x = np.array(value, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{name} must be numbers of shape (rows, n_features); got {value!r:.80}"
        ) from error
    if x.ndim != 2 or 0 in x.shape:
        raise DataError(f"{name} must have shape (rows, n_features), none of them 0; got {x.shape}")
    check_finite(name, x)
    return x


def check_finite(name: str, x: Array) -> None:
    """Raise DataError where a value of x, of shape (rows, n_features), is NaN or infinite."""
    bad = ~np.isfinite(x)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise DataError(
            f"{name} must be finite; got {bad.sum()} NaN or infinite values, "
            f"the first in row {row}, column {column}"
        )


def _labels(name: str, value: ArrayLike, rows: int) -> Labels:
    y = np.asarray(value)
    if y.shape != (rows,):
        raise DataError(f"{name} must have shape ({rows},), one label per row; got {y.shape}")
    if not np.issubdtype(y.dtype, np.integer) or y.min() < 0:
        raise DataError(f"{name} must be integers from 0; got {y.dtype}, lowest {y.min()}")
    return y.astype(np.int64)


def digits(n_train: int = 1000) -> Dataset:
    """Return the 1,797 handwritten digits of 8×8 pixels that ship with scikit-learn.

    Pixels are divided by 16, so that they lie in [0, 1]. One fixed permutation; its first 1,000
    rows are for training (the first `n_train` of them), the other 797 for testing.

    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits.
    """
    _checks.integer("n_train", n_train)
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    x, y = x[order] / 16, y[order]
    return Dataset("digits", x[:1000], y[:1000], x[1000:], y[1000:], (8, 8)).subset(n_train)
