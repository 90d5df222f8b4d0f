"""From a path to the runs that are there."""

import os
import warnings
from os import PathLike
from pathlib import Path

from nnviz import _checks
from nnviz.errors import RunFileError, RunFileWarning
from nnviz.runs.database import is_run_file
from nnviz.runs.reader import Run
from nnviz.runs.tensorboard import TensorBoardRun, event_files

__all__ = ["open_run", "open_runs"]


def open_run(path: str | PathLike[str]) -> Run | TensorBoardRun:
    """Open a run for reading: a run file, or a log of TensorBoard.

    A run file may still be written, or have been left by a crash. An event file of TensorBoard
    (extra ``tensorboard``) or a folder of one run is read at once; see `TensorBoardRun` for what
    is exact.

    Raises
    ------
    RunFileError
        For anything that is not an undamaged run file nor a log of TensorBoard, and for a
        folder in which there are several runs: `open_runs` opens them all.
    """
    place = _existing(path)
    if event_files(place):
        return TensorBoardRun(place)
    if not place.is_dir():
        return Run(place)
    names = _names(place)
    if not names:
        raise RunFileError(f"{place}: there is no run in this folder")
    if len(names) > 1:
        raise RunFileError(f"{place}: holds several runs: {', '.join(names)}; name one of them")
    return _opened(place / names[0])


def open_runs(path: str | PathLike[str]) -> dict[str, Run | TensorBoardRun]:
    """Open all runs in a folder and the folders below, by their paths from there.

    Those that cannot be opened are left out, each with a `RunFileWarning`.

    Raises
    ------
    RunFileError
        As `open_run`, or if there is no run that can be opened.
    """
    place = _existing(path)
    if not place.is_dir():
        return {place.name: open_run(place)}
    found: dict[str, Run | TensorBoardRun] = {}
    faults: list[RunFileError] = []
    for name in _names(place):
        try:
            found[place.resolve().name if name == "." else name] = _opened(place / name)
        except RunFileError as error:
            faults.append(error)
    if not found:
        raise faults[0] if faults else RunFileError(f"{place}: there is no run in this folder")
    for fault in faults:
        warnings.warn(f"left out: {fault}", RunFileWarning, stacklevel=2)
    return found


def _existing(path: str | PathLike[str]) -> Path:
    place = _checks.path("path", path)
    try:
        place.stat()
    except FileNotFoundError as error:
        raise RunFileError(f"{place}: there is no such file") from error
    except (OSError, ValueError) as error:
        raise RunFileError(f"{place}: {getattr(error, 'strerror', error)}") from error
    return place


def _opened(place: Path) -> Run | TensorBoardRun:
    return TensorBoardRun(place) if event_files(place) else Run(place)


def _names(folder: Path) -> list[str]:
    """Return the paths of run files, and of folders with event files, from a folder."""
    found: list[Path] = []
    for root, folders, files in os.walk(folder):
        folders.sort()
        here = Path(root)
        if event_files(here):
            found.append(here)
        found += [here / name for name in sorted(files) if is_run_file(here / name)]
    return [path.relative_to(folder).as_posix() for path in found]
