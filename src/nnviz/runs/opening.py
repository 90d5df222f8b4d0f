"""From a path to the runs that are there."""

import os
import sys
import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnviz import _checks
from nnviz.errors import RunFileError, RunFileWarning
from nnviz.runs.database import header, is_run_file
from nnviz.runs.formats import FILES, FOLDERS, is_table
from nnviz.runs.log import LogRun
from nnviz.runs.reader import Run
from nnviz.runs.table_files import read_frame, read_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["open_run", "open_runs"]

_POINTER = b"version https://git-lfs.github.com/spec/"


def open_run(
    path: "str | PathLike[str] | pd.DataFrame", *, step: str | None = None
) -> Run | LogRun:
    """Open a run for reading: a run file, or the log that another program wrote.

    A run file may still be written, or have been left by a crash. Logs are told by what is in
    them, and read at once; see `LogRun` for what is exact:

    - TensorBoard's event files, or a folder of one run (extra ``tensorboard``), with what
      ``add_scalars`` and ``add_hparams`` of PyTorch write beside it; folders called train,
      validation … are splits of the same run;
    - tables with a column that says at which step a row was taken, such as those of Lightning,
      Keras, fastai and Stable-Baselines: CSV, lines of JSON, or a DataFrame;
    - ``trainer_state.json`` of the Trainer of Hugging Face, a run's folder of MLflow, a
      database of trackio.

    Parameters
    ----------
    path : path-like or DataFrame
    step : str, optional
        Of a table, the column that says at which step a row was taken. By default, one called
        step, global_step, iteration, total_timesteps, epoch or much like these.

    Raises
    ------
    RunFileError
        For anything that is not an undamaged run file nor a log, and for a folder or a database
        in which there are several runs: `open_runs` opens them all.
    """
    _checks.optional("step", step, _checks.text)
    if _is_frame(path):
        return LogRun(Path("table"), read_frame(path, step))
    place = _existing(path)
    found = _opened(place, step)
    if not found and place.is_dir():
        names = _names(place)
        if len(names) > 1:
            raise RunFileError(f"{place}: holds several runs: {', '.join(names)}; name one of them")
        found = _opened(place / names[0], step) if names else {}
    if not found:
        raise RunFileError(f"{place}: there is no run in this folder")
    if len(found) > 1:
        raise RunFileError(
            f"{place}: holds several runs: {', '.join(found)}; open_runs opens them all"
        )
    (run,) = found.values()
    return run


def open_runs(path: str | PathLike[str]) -> dict[str, Run | LogRun]:
    """Open all runs in a folder and the folders below, by their paths from there.

    Tables are found by the names that their writers give them, such as ``metrics.csv``. Runs
    that cannot be opened are left out, each with a `RunFileWarning`.

    Raises
    ------
    RunFileError
        As `open_run`, or if there is no run that can be opened.
    """
    place = _existing(path)
    if not place.is_dir():
        return _named(place.name, _opened(place))
    found: dict[str, Run | LogRun] = {}
    faults: list[RunFileError] = []
    for name in _names(place):
        own = place.resolve().name if name == "." else name
        try:
            found.update(_named(own, _opened(place / name)))
        except RunFileError as error:
            faults.append(error)
    if not found:
        raise faults[0] if faults else RunFileError(f"{place}: there is no run in this folder")
    for fault in faults:
        warnings.warn(f"left out: {fault}", RunFileWarning, stacklevel=2)
    return found


def _named(own: str, runs: Mapping[str, Run | LogRun]) -> dict[str, Run | LogRun]:
    """Return runs by their path and, if there are several at it, their names."""
    return {f"{own}/{name}" if name else own: run for name, run in runs.items()}


def _is_frame(path: Any) -> bool:
    """Return whether something is a DataFrame, without loading pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(path, pandas.DataFrame)


def _existing(path: Any) -> Path:
    place = _checks.path("path", path)
    try:
        place.stat()
    except FileNotFoundError as error:
        raise RunFileError(f"{place}: there is no such file") from error
    except (OSError, ValueError) as error:
        raise RunFileError(f"{place}: {getattr(error, 'strerror', error)}") from error
    return place


def _opened(place: Path, step: str | None = None) -> dict[str, Run | LogRun]:
    """Return the runs at a path; none, if it is a folder that is no run itself."""
    if place.is_dir():
        kind = next((kind for kind in FOLDERS if kind.is_one(place)), None)
        return {} if kind is None else {"": LogRun(place, kind.read(place))}
    head = _head(place)
    if head.startswith(_POINTER):
        raise RunFileError(
            f"{place}: a pointer of Git LFS, in place of the file; git lfs pull fetches it"
        )
    if step is not None:
        if not is_table(place, head):
            raise _checks.fail("step", "given for a table only", step)
        return {"": LogRun(place, read_table(place, step))}
    if not is_run_file(place):
        for log in FILES:
            if log.is_one(place, head):
                return {name: LogRun(place, own) for name, own in log.read(place).items()}
    return {"": Run(place)}


def _head(place: Path) -> bytes:
    try:
        return header(place) or b""
    except OSError as error:
        raise RunFileError(f"{place}: {error.strerror}") from error


def _names(folder: Path) -> list[str]:
    """Return the paths of runs from a folder: files, and folders that are one."""
    found: list[Path] = []
    parts: set[Path] = set()
    for root, folders, files in os.walk(folder):
        here = Path(root)
        kind = next((kind for kind in FOLDERS if kind.is_one(here)), None)
        own = set() if kind is None else kind.parts(here)
        if kind is not None and here not in parts and not (own and own <= parts):
            found.append(here)
            parts |= own
        folders.sort()
        found += [here / name for name in sorted(files) if _is_run(here / name)]
    return [path.relative_to(folder).as_posix() for path in found]


def _is_run(path: Path) -> bool:
    """Return whether a file in a folder is a run: by what it is, and its name if it is a log."""
    if is_run_file(path):
        return True
    if not any(kind.named(path) for kind in FILES):
        return False
    try:
        head = header(path) or b""
    except OSError:
        return False
    return any(kind.named(path) and kind.is_one(path, head) for kind in FILES)
