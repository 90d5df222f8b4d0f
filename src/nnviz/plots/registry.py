"""Every plot by its name."""

from inspect import isfunction
from typing import Any

from nnviz import plots
from nnviz.registry import Registry

__all__ = ["PLOTS"]

_OURS = {name: value for name in plots.__all__ if isfunction(value := getattr(plots, name))}

PLOTS: Registry[Any] = Registry("nnviz.plots", _OURS)
"""Every plot by its name: ours, and those of installed packages."""
