"""Results on disk, found again only when nothing that they depend on has changed."""

import hashlib
import io
import json
import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz._files import replacing
from nnviz.optim.registry import Maker
from nnviz.train.datasets import Dataset
from nnviz.train.fingerprint import fingerprint
from nnviz.train.kernel import kernel

__all__ = ["Kept", "Tables", "cache_folder", "keys_of"]

Tables = dict[str, dict[str, NDArray[Any]]]
"""Columns by table and name: all that a cell of a study returns."""

_NAMES = "names"
"""The array of an entry that says which table and column each of the others is."""


def cache_folder() -> Path:
    """Return where results are kept: ``NNVIZ_CACHE_DIR``, or the platform's cache folder."""
    chosen = os.environ.get("NNVIZ_CACHE_DIR")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("nnviz", appauthor=False)) / "cells"


def keys_of(
    function: Callable[..., Tables], cells: Iterable[Mapping[str, Any]]
) -> list[str | None]:
    """Return the name under which the result of each cell is kept, None if it must not be.

    It is another one under another `kernel`: a folder may be shared by processors of two kinds.

    Raises
    ------
    TypeError
        If an argument is neither plain data, a `Dataset`, a function nor what makes a rule; a rule
        is two functions and, where it moves each number alone, the class of its state.
    """
    code = cache(fingerprint)  # once for all cells, and anew for each study: code may change
    name = getattr(function, "__qualname__", "")

    def key(cell: Mapping[str, Any]) -> str | None:
        codes = [code(function)]

        def plain(value: object) -> object:
            made = value.factory if isinstance(value, Maker) else value
            if not isinstance(made, FunctionType | type):  # a rule has the class of its state
                return _plain(value)
            codes.append(code(made))
            return {"function": codes[-1]}

        parts = [name, codes[0], kernel(), dict(cell)]
        text = json.dumps(parts, sort_keys=True, default=plain)
        return None if None in codes else _digest(text.encode()).decode()

    return [key(cell) for cell in cells]


def _plain(value: object) -> object:
    if isinstance(value, Dataset):
        return {"dataset": value.digest}
    raise TypeError(f"an argument of a cell must be plain data; got {value!r}")


class Kept:
    """The results kept on disk, as long as it allows; a fault there is reported once."""

    def __init__(self) -> None:
        self.folder = cache_folder()
        self._told = False

    def load(self, key: str) -> Tables | None:
        """Return a kept result, or None. A damaged one is warned about and removed."""
        path = self._path(key)
        try:
            return _unpacked(key, path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._tell(error)
        except ValueError as error:
            warnings.warn(f"{path.name} is damaged and is computed again: {error}", stacklevel=3)
            with suppress(OSError):  # where it cannot be removed it is damaged next time, too
                path.unlink(missing_ok=True)
        return None

    def store(self, key: str, tables: Tables) -> None:
        """Keep a result. The file appears whole or not at all."""
        try:
            entry = _packed(key, tables)
            with replacing(self._path(key)) as file:
                file.write(entry)
        except (OSError, ValueError, TypeError) as error:
            self._tell(error)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

    def _tell(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            warnings.warn(f"results are not kept: {self._why(error)}", stacklevel=4)

    def _why(self, error: Exception) -> str:
        if not isinstance(error, OSError):
            return str(error)
        rule = "must be a folder that can be read and written to"
        return f"{self.folder} {rule}; got {error.strerror or error}"


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _packed(key: str, tables: Tables) -> bytes:
    """Return an entry: an archive of NumPy, then its key, then a digest of all before."""
    names = [(table, column) for table, columns in tables.items() for column in columns]
    told = json.dumps([list(tables), names])
    file = io.BytesIO()
    arrays = {str(place): tables[table][column] for place, (table, column) in enumerate(names)}
    np.savez(file, allow_pickle=False, **{_NAMES: np.array(told)}, **arrays)
    signed = file.getvalue() + key.encode()
    return signed + _digest(signed)


def _unpacked(key: str, entry: bytes) -> Tables:
    """Return the result in an entry.

    Raises
    ------
    ValueError
        If a single bit is another one than when it was written, or if it was for another key.
    """
    size = len(_digest(b""))
    signed, digest = entry[:-size], entry[-size:]
    if _digest(signed) != digest:
        raise ValueError("its content is not what was written")
    if not signed.endswith(key.encode()):
        raise ValueError("it is the result of something else")
    with np.load(io.BytesIO(signed[: -len(key)]), allow_pickle=False) as stored:
        tables, names = json.loads(str(stored[_NAMES]))
        result: Tables = {table: {} for table in tables}
        for place, (table, column) in enumerate(names):
            result[table][column] = stored[str(place)]
        return result
