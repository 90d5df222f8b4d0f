"""Data sets of the reader's own: arrays, CSV and NumPy files."""

import math
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.errors import DataError
from nnviz.train.datasets import Dataset, check_finite

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["from_arrays", "from_csv", "from_numpy"]

StrPath = str | PathLike[str]


def from_arrays(
    name: str,
    x: ArrayLike,
    y: ArrayLike,
    *,
    test_fraction: float = 0.25,
    standardize: bool = True,
    rng: np.random.Generator,
) -> Dataset:
    """Return a data set from rows and their classes, split at random.

    Each class is split by itself, so that a rare one has rows for training.

    Parameters
    ----------
    name : str
        As it is written in a figure.
    x : array-like of shape (rows, ...)
        Features; further axes, such as those of images, are flattened.
    y : array-like of shape (rows,)
        Classes: text or whole numbers of any kind, numbered in sorted order.
    test_fraction : float
        Share of each class that is for testing, rounded down.
    standardize : bool, default True
        Whether every feature is shifted and scaled to mean 0 and standard deviation 1 over the
        training rows.
    rng : numpy.random.Generator
        Order of the rows.

    Raises
    ------
    DataError
        If a value is missing or not a number, or what `Dataset` says.
    """
    _checks.text("name", name)
    share = _checks.fraction("test_fraction", test_fraction)
    _checks.flag("standardize", standardize)
    _checks.generator("rng", rng)
    features, (labels, _) = _features(x), _classes(y)
    if len(features) != len(labels):
        raise DataError(
            f"y must have one label for each of {len(features)} rows; got {labels.size}"
        )
    order = rng.permutation(len(labels))
    # The place of each row within its class decides.
    held = np.zeros(len(labels), dtype=bool)
    for label in range(labels.max() + 1 if len(labels) else 0):
        rows = order[labels[order] == label]
        held[rows[: int(share * len(rows))]] = True
    if not held.any():
        raise DataError(f"x must have enough rows of a class to test on; got {len(labels)} in all")
    # Of each class the first rows are gone: only a new order makes the first of the rest random.
    test, train = order[held[order]], rng.permutation(order[~held[order]])
    return _dataset(
        name, features[train], labels[train], features[test], labels[test], standardize=standardize
    )


def from_csv(
    path: StrPath,
    *,
    target: str | None = None,
    test: StrPath | None = None,
    test_fraction: float = 0.25,
    standardize: bool = True,
    rng: np.random.Generator,
) -> Dataset:
    """Return a data set from a CSV file with a header line.

    Parameters
    ----------
    path : path
        All columns but one are numbers.
    target : str, optional
        The column with the classes, numbers or text. By default, the last one.
    test : path, optional
        A second file of the same columns to test on. By default, a part of the first.
    test_fraction, standardize, rng
        As in `from_arrays`.

    Raises
    ------
    DataError
        If the file cannot be read, a value is missing, a feature is text, or what `Dataset` says.
    """
    _check(path, test_fraction, standardize, rng)
    _checks.optional("target", target, _checks.text)
    _checks.optional("test", test, _checks.path)
    table = _read_csv(path)
    column = str(table.columns[-1]) if target is None else target
    _checks.one_of("target", column, map(str, table.columns))
    x, y = _columns(path, table, column)
    name = Path(path).stem
    if test is None:
        return from_arrays(
            name, x, y, test_fraction=test_fraction, standardize=standardize, rng=rng
        )
    other = _read_csv(test)
    if list(other.columns) != list(table.columns):
        raise DataError(f"{Path(test).name} must have the columns of {Path(path).name}")
    order = rng.permutation(len(x))
    return _two_splits(
        name, x[order], y[order], *_columns(test, other, column), standardize=standardize
    )


def from_numpy(
    path: StrPath,
    *,
    test_fraction: float = 0.25,
    standardize: bool = True,
    rng: np.random.Generator,
) -> Dataset:
    """Return a data set from a ``.npz`` or ``.npy`` file.

    Parameters
    ----------
    path : path
        A ``.npz`` file with ``x_train, y_train, x_test, y_test``, or with ``x`` and ``y`` (or
        ``X``) to be split; or a ``.npy`` file with one table, its last column the class.
    test_fraction, standardize, rng
        As in `from_arrays`.

    Raises
    ------
    DataError
        If the file cannot be read or has other arrays, or what `Dataset` says.
    """
    _check(path, test_fraction, standardize, rng)
    arrays = _load(Path(path))
    options: dict[str, Any] = {"standardize": standardize}
    name = Path(path).stem
    if {"x_train", "y_train", "x_test", "y_test"} <= set(arrays):
        train, test = (
            (_features(arrays[f"x_{split}"]), arrays[f"y_{split}"]) for split in ("train", "test")
        )
        return _two_splits(name, *train, *test, **options)
    if {"x", "y"} <= set(arrays):
        x, y = arrays["x"], arrays["y"]
        return from_arrays(name, x, y, test_fraction=test_fraction, rng=rng, **options)
    raise DataError(
        f"{Path(path).name} must have arrays x and y, or x_train, y_train, x_test and y_test; "
        f"got {', '.join(arrays) or 'none'}"
    )


def _check(
    path: StrPath, test_fraction: float, standardize: bool, rng: np.random.Generator
) -> None:
    """Check what `from_csv` and `from_numpy` share, before a file is read."""
    _checks.path("path", path)
    _checks.fraction("test_fraction", test_fraction)
    _checks.flag("standardize", standardize)
    _checks.generator("rng", rng)


def _load(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file, in lower case; those of a table as x and y."""
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            if loaded.ndim != 2 or loaded.shape[1] < 2:
                raise DataError(
                    f"{path.name} must be a table whose last column is the class; "
                    f"got shape {loaded.shape}"
                )
            return {"x": loaded[:, :-1], "y": loaded[:, -1]}
        with loaded:
            return {name.lower(): loaded[name] for name in loaded.files}
    except DataError:
        raise
    except (OSError, ValueError, BadZipFile, EOFError) as error:
        raise DataError(f"{path.name} cannot be read as a NumPy file: {error}") from error


def _read_csv(path: StrPath) -> "pd.DataFrame":
    import pandas as pd

    name = Path(path).name
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:  # pandas' own errors are ValueErrors
        raise DataError(f"{name} cannot be read as a CSV file: {error}") from error
    if table.shape[1] < 2 or table.empty:
        raise DataError(f"{name} must have rows of features and a class; got shape {table.shape}")
    features = [str(column) for column in table.columns[:-1]]
    counted = features == [str(number) for number in range(len(features))]
    if all(map(_is_number, features)) and not counted:
        raise DataError(
            f"{name} must begin with a line of column names; got {', '.join(features[:5])}"
        )
    return table


def _columns(path: StrPath, table: "pd.DataFrame", target: str) -> tuple[Array, NDArray[Any]]:
    """Return features and classes of a table in which nothing is missing."""
    name = Path(path).name
    for column in table.columns:
        values = table[column]
        missing = values.isna().to_numpy()
        if missing.any():
            raise DataError(
                f"column {column!r} of {name} must have no missing value; got {missing.sum()}, "
                f"the first in data row {missing.argmax() + 1}"
            )
        if column != target and values.dtype.kind not in "iufb":
            text = next(value for value in values if not _is_number(value))
            raise DataError(f"column {column!r} of {name} must be numbers; got {text!r}")
    features = table.drop(columns=target).to_numpy(dtype=np.float64)
    return features, table[target].to_numpy()


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _features(x: ArrayLike) -> Array:
    """Return rows of float64 features."""
    try:
        values = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"x must be numbers of shape (rows, n_features); got {x!r:.80}") from error
    if values.ndim < 2:
        raise DataError(f"x must have shape (rows, n_features); got {values.shape}")
    rows = values.reshape(len(values), math.prod(values.shape[1:]))
    check_finite("x", rows)
    return rows


def _classes(y: ArrayLike) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return numbers from 0, and the sorted classes that they stand for."""
    values = np.asarray(y)
    if values.ndim != 1:
        raise DataError(f"y must have shape (rows,); got {values.shape}")
    if values.dtype.kind == "f" and not (np.isfinite(values) & (values % 1 == 0)).all():
        wrong = values[~(np.isfinite(values) & (values % 1 == 0))][0]
        raise DataError(f"y must be classes, whole numbers or text; got {wrong}")
    if values.dtype.kind == "O":
        values = values.astype(np.str_)
    known, labels = np.unique(values, return_inverse=True)
    return labels.astype(np.int64), known


def _two_splits(
    name: str, x_train: Array, y_train: ArrayLike, x_test: Array, y_test: ArrayLike, **options: bool
) -> Dataset:
    """Return a data set whose two splits are given."""
    (labels, known), (_, tested) = _classes(y_train), _classes(y_test)
    unknown = [str(label) for label in tested if label not in known]
    if unknown:
        raise DataError(f"y_test must have no class that y_train lacks; got {', '.join(unknown)}")
    test_labels = np.searchsorted(known, np.asarray(y_test, dtype=known.dtype))
    return _dataset(name, x_train, labels, x_test, test_labels, **options)


def _dataset(
    name: str,
    x_train: Array,
    y_train: NDArray[np.int64],
    x_test: Array,
    y_test: NDArray[np.int64],
    *,
    standardize: bool,
) -> Dataset:
    if standardize and len(x_train) and x_train.shape[1:] == x_test.shape[1:]:
        # To at most 1 first, so that no square overflows.
        largest = np.abs(x_train).max(axis=0)
        largest[largest == 0] = 1
        x_train, x_test = x_train / largest, x_test / largest
        mean, std = x_train.mean(axis=0), x_train.std(axis=0)
        std[std == 0] = 1
        x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    return Dataset(name, x_train, y_train, x_test, y_test)


READERS: Mapping[str, Callable[..., Dataset]] = {
    ".csv": from_csv,
    ".npz": from_numpy,
    ".npy": from_numpy,
}
"""By the end of the file's name."""
