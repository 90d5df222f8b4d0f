"""Cells of a study, a setting and a seed each, in parallel."""

import functools
import multiprocessing
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from nnviz import _checks
from nnviz.errors import StudyError
from nnviz.train import cache
from nnviz.train.cache import Tables
from nnviz.train.datasets import Dataset

__all__ = ["on_cluster", "run_cells"]

Cell = Mapping[str, Any]
Outcome = tuple[int, Tables | str]


def run_cells(
    function: Callable[..., Tables],
    cells: Sequence[Cell],
    *,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> list[Tables]:
    """Return ``function(**cell)`` for every cell, in their order.

    Each cell runs with one BLAS thread; results are kept on disk one by one, so that an
    interrupted study goes on where it stopped. A progress bar appears on a terminal only, and in
    the main process only: those of several studies at a time would overwrite each other.

    Parameters
    ----------
    function : callable
        A module-level function of plain data and `Dataset`; returns columns by table and name.
    cells : sequence of mappings
        Keyword arguments of each call.
    n_jobs : int, optional
        Number of processes. By default what ``joblib.parallel_config`` says, or one.
    fresh : bool, default False
        Whether to compute even what is kept.

    Raises
    ------
    StudyError
        If a cell raised. The others are finished first, and kept.
    """
    keys = [cache.key_of(function, cell) for cell in cells]
    results: dict[int, Tables] = {}
    for number, key in enumerate(keys):
        found = None if fresh else cache.load(key)
        if found is not None:
            results[number] = found
    missing = [number for number in range(len(cells)) if number not in results]
    failures: dict[int, str] = {}
    for number, outcome in _outcomes(function, cells, missing, n_jobs):
        if isinstance(outcome, str):
            failures[number] = outcome
        else:
            results[number] = outcome
            _keep(keys[number], outcome)
    if failures:
        listed = "\n".join(f"  {_described(cells[k])}: {failures[k]}" for k in sorted(failures))
        raise StudyError(f"{len(failures)} of {len(cells)} cells failed:\n{listed}")
    return [results[number] for number in range(len(cells))]


@contextmanager
def on_cluster(address: str) -> Iterator[None]:
    """Run the cells of all studies inside the ``with`` block on a Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://192.0.2.1:8786``. Its workers must have nnviz.

    Raises
    ------
    MissingExtraError
        If Dask is not installed.
    OSError
        If nobody answers.
    """
    distributed = _checks.extra("distributed", extra="dask")
    from joblib import parallel_config

    with (
        distributed.Client(address, timeout=10) as client,
        parallel_config(backend="dask", client=client),
    ):
        yield


def _keep(key: str, outcome: Tables) -> None:
    """Keep a result; a full or forbidden disk costs the cache, not the study."""
    try:
        cache.store(key, outcome)
    except OSError as error:
        warnings.warn(f"results are not kept: {error}", stacklevel=3)


def _outcomes(
    function: Callable[..., Tables], cells: Sequence[Cell], numbers: list[int], n_jobs: int | None
) -> Iterator[Outcome]:
    """Yield the outcome of each cell as soon as it is there."""
    if not numbers:
        return
    from joblib import Parallel, delayed
    from tqdm import tqdm

    pool = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    outcomes = pool(delayed(_run)(function, number, *_apart(cells[number])) for number in numbers)
    name = function.__module__.rpartition(".")[2]
    quiet = not sys.stderr.isatty() or multiprocessing.parent_process() is not None
    size = shutil.get_terminal_size()  # 80×24 where a terminal does not tell: tqdm would be silent
    yield from tqdm(
        outcomes,
        total=len(numbers),
        desc=name,
        leave=False,
        disable=quiet,
        ncols=size.columns,
        nrows=size.lines,
    )


def _apart(cell: Cell) -> tuple[dict[str, Any], Dataset | None]:
    """Return a cell without its data, and the data: Dask sends an argument to a worker once."""
    return {name: value for name, value in cell.items() if name != "data"}, cell.get("data")


def _run(
    function: Callable[..., Tables], number: int, settings: dict[str, Any], data: Dataset | None
) -> Outcome:
    """Compute one cell; a failure is an outcome as well, told in one line."""
    if data is not None:
        settings = {"data": data, **settings}
    try:
        with _thread_pools().limit(limits=1):
            return number, function(**settings)
    except Exception as error:
        return number, f"{type(error).__name__}: {error}"


@functools.cache
def _thread_pools() -> Any:
    """Return what limits the threads of BLAS: finding its libraries takes milliseconds."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _described(cell: Cell) -> str:
    """Return a cell's settings in one line, without its data."""
    return ", ".join(f"{k}={v!r}" for k, v in cell.items() if k != "data")
