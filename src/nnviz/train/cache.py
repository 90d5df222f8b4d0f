"""Results on disk, found again only when nothing that they depend on has changed."""

import hashlib
import inspect
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nnviz.train.datasets import Dataset

__all__ = ["Tables", "cache_folder", "load", "store"]

Tables = dict[str, dict[str, NDArray[Any]]]
"""Columns by table and name: all that a cell of a study returns."""


def cache_folder() -> Path:
    """Return where results are kept: ``NNVIZ_CACHE_DIR``, or the platform's cache folder."""
    chosen = os.environ.get("NNVIZ_CACHE_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("nnviz", appauthor=False)) / "cells"


@cache
def _code_digest(module: str) -> str:
    """Return a fingerprint of a module, of all below the studies, and of what they compute with."""
    package = Path(__file__).parents[1]
    content = hashlib.sha256(inspect.getsource(sys.modules[module]).encode())
    for name in ("numpy", "scipy", "scikit-learn"):
        content.update(f"{name}=={version(name)};".encode())
    for part in ("nn", "optim", "surfaces", "stats", "record", "train", "tables"):
        for source in sorted((package / part).rglob("*.py")):
            content.update(source.relative_to(package).as_posix().encode())
            content.update(source.read_bytes())
    return content.hexdigest()


def key_of(function: Callable[..., Tables], arguments: Mapping[str, Any]) -> str:
    """Return the name under which a result is kept."""

    def plain(value: object) -> object:
        if isinstance(value, Dataset):
            return {"dataset": value.digest}
        raise TypeError(f"an argument of a cell must be plain data; got {value!r}")

    described = json.dumps(
        [function.__qualname__, _code_digest(function.__module__), dict(arguments)],
        sort_keys=True,
        default=plain,
    )
    return hashlib.sha256(described.encode()).hexdigest()


def load(key: str) -> Tables | None:
    """Return a kept result, or None. A damaged one is warned about and removed."""
    path = cache_folder() / f"{key}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            tables: Tables = {}
            for name in stored.files:
                table, _, column = name.partition("/")
                tables.setdefault(table, {})[column] = stored[name]
            return tables
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, BadZipFile, EOFError) as error:
        warnings.warn(f"{path.name} is damaged and is computed again: {error}", stacklevel=2)
        path.unlink(missing_ok=True)
        return None


def store(key: str, tables: Tables) -> None:
    """Keep a result. The file appears whole or not at all."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    columns = {f"{t}/{c}": values for t, table in tables.items() for c, values in table.items()}
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **columns)
        os.replace(temporary, folder / f"{key}.npz")
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
