"""Shows how neural networks learn: figures that are arguments.

Everything is loaded where it is first used, so that ``import nnviz`` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nnviz._version import __version__

if TYPE_CHECKING:
    from nnviz import (
        adapters,
        decks,
        diagnosis,
        errors,
        explorer,
        motion,
        nn,
        optim,
        plots,
        publish,
        record,
        runs,
        stats,
        studies,
        surfaces,
        tables,
        testing,
        train,
    )
    from nnviz.adapters import watch
    from nnviz.decks import Deck
    from nnviz.motion import animate
    from nnviz.publish import figure, save
    from nnviz.record import Recorder
    from nnviz.runs import open_run, open_runs

__all__ = [
    "Deck",
    "Recorder",
    "__version__",
    "adapters",
    "animate",
    "decks",
    "diagnosis",
    "errors",
    "explorer",
    "figure",
    "motion",
    "nn",
    "open_run",
    "open_runs",
    "optim",
    "plots",
    "publish",
    "record",
    "runs",
    "save",
    "stats",
    "studies",
    "surfaces",
    "tables",
    "testing",
    "train",
    "watch",
]

_HOMES = {
    "Deck": "nnviz.decks",
    "Recorder": "nnviz.record",
    "animate": "nnviz.motion",
    "figure": "nnviz.publish",
    "open_run": "nnviz.runs",
    "open_runs": "nnviz.runs",
    "save": "nnviz.publish",
    "watch": "nnviz.adapters",
}
"""Where a public name lives that is no subpackage."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'nnviz' has no attribute {name!r}")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    return import_module(f"nnviz.{name}")


def __dir__() -> list[str]:
    return __all__
