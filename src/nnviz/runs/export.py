"""From a recording to files that other programs read: Parquet, or CSV."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np

from nnviz import _checks
from nnviz._files import defused, replacing
from nnviz.record import Block, Columns, Recording
from nnviz.stats.histogram import edges

__all__ = ["FORMATS", "export_run"]

_ROWS = 100_000
"""Rows that are written together, at least: a row group of Parquet."""

_BLANK = Block.of()
"""Makes the columns of a table without rows."""


def export_run(
    recording: Recording, folder: str | PathLike[str], *, format: str = "parquet"
) -> list[Path]:
    r"""Write everything that a recording holds as tables.

    All are written together, block by block: memory does not grow with the run, and of a run
    that is still written they show the same steps. Each file is there whole or not at all.

    ``scalars``
        ``step, name, value``
    ``statistics``
        ``step, layer, kind, exact``, and the other columns of `Recording.statistics`
    ``histograms``
        ``step, layer, kind, left, right, count``: the buckets in use, with their exact edges and
        counts. A value on an edge belongs to the bucket that is farther from zero; zero has a
        bucket of width 0.
    ``run.json``
        what is known of the run as a whole: settings, versions, state, names; JSON has no NaN
        and no infinity, which become null

    In CSV, NaN and infinities are written as ``nan``, ``inf`` and ``-inf``, and names that begin
    with ``= + - @`` get a leading quote, so that no spreadsheet takes them for formulas. In
    both formats, what UTF-8 cannot say in a name becomes an escape, such as ``\udce4``.

    Parameters
    ----------
    recording : Recording
        A live `Recorder`, or a run opened by `open_run`.
    folder : path-like
        Is made if need be. Files of the same names are replaced.
    format : {"parquet", "csv"}
        Parquet needs pyarrow (extra ``parquet``).

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OSError
        If a file cannot be written, or its path is a symbolic link.
    """
    _checks.instance("recording", recording, Recording)
    writing = _checks.lookup("format", format, FORMATS)
    target = _checks.path("folder", folder)
    if target.exists() and not target.is_dir():
        raise _checks.fail("folder", "a folder, or a path where there is nothing yet", str(target))
    paths = [target / f"{name}.{format}" for name in _TABLES] + [target / "run.json"]
    with ExitStack() as stack:
        *files, about = [stack.enter_context(replacing(path)) for path in paths]
        writers = [stack.enter_context(_Gathering(writing(file))) for file in files]
        for block in chain([_BLANK], recording.blocks()):
            part = _Part(recording, block)
            for writer, columns in zip(writers, _TABLES.values(), strict=True):
                writer.add(columns(part))
        known = {**recording.meta, "streams": recording.streams, "names": recording.names}
        about.write(json.dumps(_finite(known), indent=1, allow_nan=False).encode())
    return paths


def _finite(known: Any) -> Any:
    """Return what JSON can say, without NaN and infinities."""
    if isinstance(known, Mapping):
        return {key: _finite(value) for key, value in known.items()}
    if isinstance(known, list | tuple):
        return [_finite(value) for value in known]
    return None if isinstance(known, float) and not math.isfinite(known) else known


class _Part(Recording):
    """One block of a recording."""

    def __init__(self, whole: Recording, block: Block) -> None:
        self._whole, self.block = whole, block

    @property
    def streams(self) -> Sequence[str]:
        return self._whole.streams

    @property
    def names(self) -> Sequence[str]:
        return self._whole.names

    def blocks(
        self,
        start: int | None = None,  # noqa: ARG002
        stop: int | None = None,  # noqa: ARG002
        *,
        buckets: bool = True,  # noqa: ARG002
    ) -> Iterator[Block]:
        return iter([self.block])

    def corrected(self, columns: Columns) -> Columns:
        return self._whole.corrected(columns)


def _scalars(part: _Part) -> Columns:
    columns = part.numbers()
    return {**columns, "name": _plain(columns["name"])}


def _statistics(part: _Part) -> Columns:
    columns = part.statistics()
    step, stream = columns.pop("step"), columns.pop("stream")
    return {"step": step, **_layer_and_kind(stream), **columns}


def _histograms(part: _Part) -> Columns:
    block = part.block
    left, right = edges(block.key)
    step, stream = np.repeat(block.step, block.buckets), np.repeat(block.stream, block.buckets)
    order = np.lexsort((left, stream, step))
    names = np.array(part.streams, np.object_)[stream[order]]
    ordered = {"left": left[order], "right": right[order], "count": block.held[order]}
    return {"step": step[order], **_layer_and_kind(names), **ordered}


_TABLES = {"scalars": _scalars, "statistics": _statistics, "histograms": _histograms}


def _layer_and_kind(streams: np.ndarray[Any, Any]) -> Columns:
    unique, place = np.unique(streams.astype(object), return_inverse=True)
    parts = [str(stream).rpartition("/") for stream in unique]
    layers, kinds = ([part[k] for part in parts] for k in (0, 2))
    return {
        "layer": _plain(np.array(layers, np.object_)[place]),
        "kind": _plain(np.array(kinds, np.object_)[place]),
    }


def _plain(names: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return names that UTF-8 can say, without the NUL at which some programs stop reading."""
    kept = [str(name).encode("utf-8", "backslashreplace").decode() for name in names]
    return np.array([name.replace("\0", "\\x00") for name in kept], np.object_)


class _Writer(Protocol):
    def write(self, columns: Columns) -> None: ...

    def close(self) -> None: ...


class _Gathering:
    """Hands on tables of many rows for tables of few."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer
        self._waiting: list[Columns] = []
        self._rows = 0

    def add(self, columns: Columns) -> None:
        self._waiting.append(columns)
        self._rows += len(columns["step"])
        if self._rows >= _ROWS:
            self._hand_on()

    def _hand_on(self) -> None:
        if self._waiting:
            names = self._waiting[0]
            self._writer.write({k: np.concatenate([p[k] for p in self._waiting]) for k in names})
        self._waiting, self._rows = [], 0

    def __enter__(self) -> "_Gathering":
        return self

    def __exit__(self, *_: object) -> None:
        self._hand_on()
        self._writer.close()


class _Parquet:
    def __init__(self, file: BinaryIO) -> None:
        self._arrow = _checks.extra("pyarrow", extra="parquet")
        self._parquet = _checks.extra("pyarrow.parquet", extra="parquet")
        self._file = file
        self._writer: Any = None  # knows the columns, which come later

    def write(self, columns: Columns) -> None:
        fields = [(name, self._type(column)) for name, column in columns.items()]
        table = self._arrow.table(columns, self._arrow.schema(fields))
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table)

    def _type(self, column: np.ndarray[Any, Any]) -> Any:
        if column.dtype == object:
            return self._arrow.string()
        return self._arrow.from_numpy_dtype(column.dtype)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class _Csv:
    def __init__(self, file: BinaryIO) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._has_head = False

    def write(self, columns: Columns) -> None:
        if not self._has_head:
            self._writer.writerow(columns)
            self._has_head = True
        cells = [
            [defused(name) for name in column] if column.dtype == object else column.tolist()
            for column in columns.values()
        ]
        self._writer.writerows(zip(*cells, strict=True))

    def close(self) -> None:
        self._text.detach()  # the file is not ours to close


FORMATS: Mapping[str, Callable[[BinaryIO], _Writer]] = {"parquet": _Parquet, "csv": _Csv}
