"""What the Trainer of Hugging Face keeps beside each checkpoint: ``trainer_state.json``."""

import json
import re
from pathlib import Path
from typing import Any

from nnviz.errors import RunFileError
from nnviz.runs.points import Points
from nnviz.runs.tabular import points_of_rows

__all__ = ["is_last_state", "is_trainer_state", "read_trainer_state"]

_NAME, _HISTORY = "trainer_state.json", "log_history"
_WHOLE = "train_runtime"
_CHECKPOINT = re.compile(r"checkpoint-(\d+)")


def is_trainer_state(path: Path, head: bytes) -> bool:
    """Return whether a file is such a state: its history may stand anywhere in it."""
    return path.suffix == ".json" and head.lstrip()[:1] == b"{" and _state(path) is not None


def is_last_state(path: Path) -> bool:
    """Return whether a file is called as such a state is, and no later one has its history, too.

    Each checkpoint has one, with all that was logged so far.
    """
    own = _CHECKPOINT.fullmatch(path.parent.name)
    if path.name != _NAME or own is None:
        return path.name == _NAME
    run = path.parent.parent
    steps = [
        int(found[1])
        for other in run.iterdir()
        if (found := _CHECKPOINT.fullmatch(other.name)) and (other / _NAME).is_file()
    ]
    return not (run / _NAME).is_file() and int(own[1]) == max(steps)


def read_trainer_state(path: Path) -> Points:
    """Return what was logged, and the settings that the state has; RunFileError if it is none."""
    state = _state(path)
    if state is None:
        raise RunFileError(f"{path}: not a state of the Trainer")
    rows = [_told_apart(row) for row in state[_HISTORY] if isinstance(row, dict)]
    points = points_of_rows(rows, str(path))
    plain = (bool, int, float, str)
    points.settings.update({k: v for k, v in state.items() if isinstance(v, plain)})
    return points


def _told_apart(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row; the last one, of training as a whole, with names of its own.

    Its ``train_loss`` is a mean over all steps, no point of the curve that is called ``loss``.
    """
    if _WHOLE not in row:
        return row
    return {name if name in ("step", "epoch") else f"whole/{name}": row[name] for name in row}


def _state(path: Path) -> dict[str, Any] | None:
    try:
        state = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    is_one = isinstance(state, dict) and isinstance(state.get(_HISTORY), list)
    return state if is_one else None
