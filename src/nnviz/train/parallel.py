"""Cells of a study, a setting and a seed each, in parallel."""

import functools
import multiprocessing
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz.errors import StudyError
from nnviz.train import cache
from nnviz.train.cache import Tables
from nnviz.train.datasets import Dataset
from nnviz.train.kernel import kernel
from nnviz.train.sources import take_changes

__all__ = ["on_cluster", "run_cells"]

Cell = Mapping[str, Any]
Outcome = tuple[int, Tables | str, tuple[str, ...]]
"""Of a cell by its number: what came out, or what went wrong, and the kernel that computed it."""


def run_cells(
    function: Callable[..., Tables],
    cells: Sequence[Cell],
    *,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> list[Tables]:
    """Return ``function(**cell)`` for every cell, in their order.

    Each cell runs with one BLAS thread, and NumPy does not warn in it of overflow: where one of
    many networks is lost, its numbers say so. Results are kept on disk one by one, so that an
    interrupted study goes on where it stopped. A result is found again as long as nothing has
    changed that it depends on: the cell, the modules that the function's module imports, those
    of the author by their source, libraries by their versions, and the kernels that NumPy and its
    BLAS chose for the processor. A progress bar appears on a terminal only, and in the main
    process only: those of several studies at a time would overwrite each other.

    Parameters
    ----------
    function : callable
        Of plain data and `Dataset`; returns columns by table and name. Best a function of a
        module: one that is typed into an interpreter, and one within another function, is kept
        only if all that it refers to can be described, as functions, numbers and arrays can.
    cells : sequence of mappings
        Keyword arguments of each call.
    n_jobs : int, optional
        Number of processes. By default what ``joblib.parallel_config`` says, or one.
    fresh : bool, default False
        Whether to compute even what is kept of earlier runs.

    Raises
    ------
    StudyError
        If a cell raised, or its process was ended, as for want of memory. The others are
        finished first, and kept.
    """
    _checks.function("function", function)
    cells = _checks.sequence("cells", cells, _checks.mapping, at_least=0, distinct=False)
    check_jobs(n_jobs, fresh)
    kept, keys = cache.Kept(), cache.keys_of(function, cells)
    results: dict[int, Tables] = {}
    for number, key in enumerate(keys):
        found = None if fresh or key is None else kept.load(key)
        if found is not None:
            results[number] = found
    missing = [number for number in range(len(cells)) if number not in results]
    failures: dict[int, str] = {}
    outcomes = _shown(_outcomes(function, cells, missing, n_jobs), function, missing)
    for number, outcome, computed_by in outcomes:
        key = keys[number]
        if isinstance(outcome, str):
            failures[number] = outcome
        else:
            results[number] = outcome
            if key is not None and computed_by == kernel():  # a cluster may have others
                kept.store(key, outcome)
    if failures:
        listed = "\n".join(f"  {_described(cells[k])}: {failures[k]}" for k in sorted(failures))
        raise StudyError(f"{len(failures)} of {len(cells)} cells failed:\n{listed}")
    return [results[number] for number in range(len(cells))]


def check_jobs(n_jobs: int | None, fresh: bool) -> None:
    """Check how cells are to be run: best before they are made."""
    if n_jobs is not None and _checks.integer("n_jobs", n_jobs, at_least=-(10**9)) == 0:
        raise _checks.fail("n_jobs", "a number of processes, or -1 for one per core", n_jobs)
    _checks.flag("fresh", fresh)


@contextmanager
def on_cluster(address: str) -> Iterator[None]:
    """Run the cells of all studies inside the ``with`` block on a Dask cluster.

    What a worker computes whose NumPy chose another kernel than here is used, and not kept.

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
    _checks.text("address", address)
    distributed = _checks.extra("distributed", extra="dask")
    from joblib import parallel_config

    with (
        distributed.Client(address, timeout=10) as client,
        parallel_config(backend="dask", client=client),
    ):
        yield


def _outcomes(
    function: Callable[..., Tables], cells: Sequence[Cell], numbers: list[int], n_jobs: int | None
) -> Iterator[Outcome]:
    """Yield the outcome of each cell as soon as it is there.

    A process that dies takes down the others, and does not say in which cell. What is missing
    then is computed in halves, and halves of these, each with new processes, until a cell that
    dies is alone.
    """
    if not numbers:
        return
    left = dict.fromkeys(numbers)
    try:
        for outcome in _pooled(function, cells, numbers, n_jobs):
            del left[outcome[0]]
            yield outcome
    except BrokenExecutor as error:
        if len(numbers) == 1:
            yield numbers[0], _death(error), ()
            return
        missing = list(left)
        half = len(missing) // 2
        yield from _outcomes(function, cells, missing[:half], n_jobs)
        yield from _outcomes(function, cells, missing[half:], n_jobs)


def _pooled(
    function: Callable[..., Tables], cells: Sequence[Cell], numbers: list[int], n_jobs: int | None
) -> Iterator[Outcome]:
    from joblib import Parallel, delayed

    if take_changes():
        _end_processes()
    pool = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    return pool(delayed(_run)(function, number, *_apart(cells[number])) for number in numbers)


def _end_processes() -> None:
    """End the processes that joblib keeps: they hold modules as they were."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def _death(error: BrokenExecutor) -> str:
    """Return how a process ended, as far as is known: not on Windows."""
    codes = re.findall(r"[A-Z]+\(-?\d+\)", str(error))
    return f"its process ended: {', '.join(dict.fromkeys(codes)) or type(error).__name__}"


def _shown(
    outcomes: Iterator[Outcome], function: Callable[..., Tables], numbers: list[int]
) -> Iterator[Outcome]:
    """Pass outcomes on, and show on a terminal how many there are."""
    if not numbers:
        return
    from tqdm import tqdm

    quiet = not sys.stderr.isatty() or multiprocessing.parent_process() is not None
    size = shutil.get_terminal_size()  # 80×24 where a terminal does not tell: tqdm would be silent
    yield from tqdm(
        outcomes,
        total=len(numbers),
        desc=function.__module__.rpartition(".")[2],
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
        with (
            _thread_pools(len(sys.modules)).limit(limits=1),
            np.errstate(over="ignore", invalid="ignore"),
        ):
            return number, function(**settings), kernel()
    except Exception as error:
        return number, f"{type(error).__name__}: {error}", ()


@functools.lru_cache(maxsize=1)
def _thread_pools(_modules: int) -> Any:
    """Return what limits the threads of BLAS: finding its libraries takes milliseconds.

    They are looked for again where there are other modules than before, in number: some bring a
    BLAS of their own, as SciPy does.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _described(cell: Cell) -> str:
    """Return a cell's settings in one line, without its data."""
    return ", ".join(f"{k}={v!r}" for k, v in cell.items() if k != "data")
