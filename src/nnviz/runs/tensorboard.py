"""TensorBoard's logs: which files and folders make one run."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from nnviz._splits import SPLITS
from nnviz.errors import RunFileError
from nnviz.runs.events import begins_like_events, first_events, read_events
from nnviz.runs.points import Points

__all__ = ["inner_folders", "is_event_file", "is_tensorboard_run", "read_tensorboard"]

_DEPTH = 3
"""How far below a run to look for folders that belong to it."""

_A_LOOK = 20
"""Events by which a folder is told."""


class _Inner(NamedTuple):
    """A folder below a run that belongs to it, and what its tags are called there."""

    path: Path
    prefix: str
    end: str = ""

    @property
    def is_session(self) -> bool:
        """Whether `add_hparams` wrote it: its tags stay as they are."""
        return not self.prefix and not self.end


def is_event_file(path: Path, head: bytes) -> bool:
    """Return whether a file is an event file, by its name or by how it begins."""
    return "tfevents" in path.name or begins_like_events(head)


def is_tensorboard_run(folder: Path) -> bool:
    """Return whether there is a run in a folder, be it in the folders of its splits."""
    return bool(event_files(folder) or inner_folders(folder))


def event_files(path: Path) -> list[Path]:
    """Return the event files directly inside a folder; any other path as it is."""
    if path.is_dir():
        return sorted(file for file in path.glob("*tfevents*") if file.is_file())
    return [path]


def inner_folders(folder: Path) -> list[_Inner]:
    """Return the folders that belong to the run in a folder.

    They are named like a split, as by Keras and TensorFlow's estimators, or were written by
    ``add_scalars`` of PyTorch or tensorboardX (each holds a single tag, by which it is named) or
    by ``add_hparams``, once: what it wrote several times are runs of their own, each with its
    settings. A folder without events of its own is a run if there are two splits in it, and
    nothing else.
    """
    near = [path for path in _folders(folder) if event_files(path)]
    splits = [_Inner(path, f"{path.name}/") for path in near if path.name.lower() in SPLITS]
    if not event_files(folder):
        return splits if len(splits) == len(near) > 1 else []
    known = {inner.path for inner in splits}
    others = [path for path in _below(folder) if path not in known]
    written = [inner for path in others for inner in _of_writer(path, folder)]
    sessions = [inner for inner in written if inner.is_session]
    return splits + [inner for inner in written if not inner.is_session or len(sessions) == 1]


def read_tensorboard(path: Path) -> Points:
    """Return the points of an event file, or of a folder with all that belongs to it.

    Raises
    ------
    RunFileError
        If there is no event, or a file cannot be read.
    """
    points = Points(program="TensorBoard")
    for file in _in_order(event_files(path)):
        _read(file, points)
    inner = inner_folders(path) if path.is_dir() else []
    for folder, prefix, end in inner:
        name = folder.relative_to(path).as_posix()
        part = Points()
        for file in _in_order(event_files(folder)):
            _read(file, part)
        points.add(part, name, prefix=prefix, end=end)
    if not points.n_events:
        reasons = "; ".join(points.notices) or "there is no event in it"
        raise RunFileError(f"{path}: not a log of TensorBoard ({reasons})")
    _tell_of_others(path, [folder for folder, _, _ in inner], points)
    return points


def _read(file: Path, points: Points) -> None:
    try:
        read_events(file, points)
    except OSError as error:
        raise RunFileError(f"{file}: {error.strerror or error}") from error


def _in_order(files: Sequence[Path]) -> Iterable[Path]:
    """Return files in the order in which they were begun: names tell it to the second only."""
    if len(files) < 2:
        return files
    begun = {}
    for file in files:
        try:
            events = first_events(file, 1)
        except OSError:
            events = []
        begun[file] = events[0].wall_time if events and events[0].wall_time > 0 else 0.0
    return sorted(files, key=lambda file: (begun[file], file.name))


def _of_writer(path: Path, run: Path) -> list[_Inner]:
    """Return a folder if `add_scalars` or `add_hparams` of a run's writer made it."""
    files = event_files(path)
    try:
        events = first_events(files[0], _A_LOOK) if len(files) == 1 else []
    except OSError:
        return []
    values = [value for event in events for value in event.summary.value]
    if any(value.tag == "_hparams_/session_start_info" for value in values):
        return [_Inner(path, "")]
    tags = {value.tag for value in values}
    if len(tags) != 1:
        return []
    (tag,) = tags
    name = path.relative_to(run).as_posix()
    for start in (f"{tag.replace('/', '_')}_", f"{tag}/"):
        key = name.removeprefix(start)
        if key and key != name:
            return [_Inner(path, "", f"/{key}")]
    return []


def _tell_of_others(path: Path, inner: Sequence[Path], points: Points) -> None:
    """Note the folders below that hold runs of their own."""
    below = _below(path) if path.is_dir() else []
    others = [folder.relative_to(path).as_posix() for folder in below if folder not in inner]
    if others:
        told = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
        points.notices.append(
            f"the folders below are runs of their own, which open_runs opens: {told}"
        )


def _below(folder: Path, depth: int = _DEPTH) -> list[Path]:
    """Return the folders with event files below one, not too far down."""
    found = []
    for path in _folders(folder):
        found += [path] if event_files(path) else []
        found += _below(path, depth - 1) if depth > 1 else []
    return found


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:  # nobody may look into it
        return []
