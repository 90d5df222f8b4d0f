"""Shows how neural networks learn: figures that are arguments.

Everything is loaded where it is first used, so that ``import nnviz`` costs next to nothing.
"""

from typing import TYPE_CHECKING

from nnviz._lazy import lazily
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
    "nnviz.adapters": ("watch",),
    "nnviz.decks": ("Deck",),
    "nnviz.motion": ("animate",),
    "nnviz.publish": ("figure", "save"),
    "nnviz.record": ("Recorder",),
    "nnviz.runs": ("open_run", "open_runs"),
}
"""Where a public name lives that is no subpackage."""

__getattr__ = lazily(__name__, __all__, _HOMES)


def __dir__() -> list[str]:
    return __all__
