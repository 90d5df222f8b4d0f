"""Arguments that mean the same in every plot: checked in one place, before anything is drawn."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from nnviz import _checks, surfaces
from nnviz.plots.palette import Style

__all__ = ["checked"]


def _axes(name: str, value: Any) -> None:
    _checks.instance(name, value, Axes, hint=" of matplotlib")


def _figure(name: str, value: Any) -> None:
    _checks.instance(name, value, Figure, SubFigure, hint=" of matplotlib")


def _style(name: str, value: Any) -> None:
    _checks.instance(name, value, Style)


def _styles(name: str, value: Any) -> None:
    _checks.instance(name, value, Mapping)
    for style in value.values():
        _style(name, style)


def _table(name: str, value: Any) -> None:
    _checks.instance(name, value, pd.DataFrame)


def _surface(name: str, value: Any) -> None:  # noqa: ARG001
    surfaces.get(value)


def _view(name: str, value: Any) -> None:
    _checks.pair(name, value, _checks.span)


checked = _checks.by_name(
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
        "quantity": _checks.text,
        "rows": _table,
        "share_range": _checks.flag,
        "signed": _checks.flag,
        "step": _checks.step,
        "style": _style,
        "styles": _styles,
        "surface": _surface,
        "view": _view,
        "words": _checks.text,
    }
)
"""A decorator that checks the arguments of a plot, other than its table."""
