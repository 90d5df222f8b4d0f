"""What the Trainer of Hugging Face keeps beside each checkpoint: ``trainer_state.json``."""

import json
from pathlib import Path
from typing import Any

from nnviz.errors import RunFileError
from nnviz.runs.points import Points
from nnviz.runs.tabular import points_of_rows

__all__ = ["is_trainer_state", "read_trainer_state"]

_HISTORY = "log_history"


def is_trainer_state(path: Path, head: bytes) -> bool:
    """Return whether a file is such a state: its history may stand anywhere in it."""
    return path.suffix == ".json" and head.lstrip()[:1] == b"{" and _state(path) is not None


def read_trainer_state(path: Path) -> Points:
    """Return what was logged, and the settings that the state has; RunFileError if it is none."""
    state = _state(path)
    if state is None:
        raise RunFileError(f"{path}: not a state of the Trainer")
    rows = [row for row in state[_HISTORY] if isinstance(row, dict)]
    points = points_of_rows(rows, str(path))
    plain = (bool, int, float, str)
    points.settings.update({k: v for k, v in state.items() if isinstance(v, plain)})
    return points


def _state(path: Path) -> dict[str, Any] | None:
    try:
        state = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    is_one = isinstance(state, dict) and isinstance(state.get(_HISTORY), list)
    return state if is_one else None
