"""Arguments that mean the same in every plot: described and checked in one place."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from nnviz import _checks, surfaces
from nnviz._docstrings import Entry, complete
from nnviz._renamed import old_arguments
from nnviz.plots import palette
from nnviz.plots._composed import with_its_parts

__all__ = ["checked"]

P = ParamSpec("P")
T = TypeVar("T")


def _axes(name: str, value: Any) -> None:
    _checks.instance(name, value, Axes, hint=" of matplotlib")


def _figure(name: str, value: Any) -> None:
    _checks.instance(name, value, Figure, SubFigure, hint=" of matplotlib")


def _table(name: str, value: Any) -> None:
    _checks.instance(name, value, pd.DataFrame)


def _surface(name: str, value: Any) -> None:  # noqa: ARG001
    surfaces.get(value)


def _view(name: str, value: Any) -> None:
    _checks.pair(name, value, _checks.span)


_by_name = _checks.by_name(
    {
        "ax": _axes,
        "by": _checks.text,
        "columns": _checks.integer,
        "figure": _figure,
        "findings": _table,
        "lengths": _table,
        "limits": _table,
        "log": _checks.flag,
        "log_x": _checks.flag,
        "log_y": _checks.flag,
        "numbers": _checks.flag,
        "palette": palette.check,
        "quantity": _checks.text,
        "rows": _table,
        "share_range": _checks.flag,
        "signed": _checks.flag,
        "step": _checks.step,
        "surface": _surface,
        "view": _view,
        "words": _checks.text,
    }
)


_ENTRIES: Mapping[str, Entry] = {
    "by": Entry("str", "The column that tells the panels apart."),
    "log": Entry(
        "bool, optional",
        "Whether what is measured has a logarithmic axis. By default, if all values are positive\n"
        "and span two decades.",
    ),
    "numbers": Entry("bool", "Whether the number at which each line ends is written there."),
    "palette": Entry(
        "str, Colormap, sequence of colours or mapping, optional",
        "The colours of what is compared, as `palette.styles` takes them; by default, their own.",
    ),
    "columns": Entry(
        "int, optional",
        "Panels side by side; fewer where the figure is too narrow for them. By default, as many\n"
        "as make the grid about square.",
    ),
    "ax": Entry("Axes, optional", "Where to draw. By default, the axes of a new figure."),
    "figure": Entry("Figure or SubFigure, optional", "Where to draw. By default, a new figure."),
}


def checked(function: Callable[P, T]) -> Callable[P, T]:
    """Check the arguments of a plot, other than its table, before anything is drawn.

    Labels are composed as the table declares them.
    Its docstring need not describe those that every plot has; its `styles` are now its `palette`.
    """
    complete(function, _ENTRIES)
    called = _by_name(with_its_parts(function))
    has_palette = "palette" in inspect.signature(function).parameters
    return old_arguments(called, {"styles": "palette"}) if has_palette else called
