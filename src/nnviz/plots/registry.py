"""Every plot by its name, and by the table that it draws."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from nnviz import _checks
from nnviz.plots._declared import DECLARED, FUNCTIONS, Plot
from nnviz.registry import Registry
from nnviz.tables import Schema

__all__ = ["PLOTS", "plot_of"]


def _ours() -> dict[str, Callable[..., Any]]:
    """Return the plots that the modules of this package register."""
    package = import_module(__package__)
    for module in iter_modules(package.__path__):
        import_module(f"{__package__}.{module.name}")
    return dict(FUNCTIONS)


PLOTS: Registry[Any] = Registry("nnviz.plots", _ours())
"""Every plot by its name: ours (`PLOTS.ours`), and those of installed packages."""


def plot_of(schema: Schema) -> Plot | None:
    """Return the plot that draws a table; None if its schema says why there is none.

    Raises
    ------
    ValueError
        If no plot draws this schema, and it does not say why.
    """
    _checks.instance("schema", schema, Schema)
    if schema.undrawn:
        return None
    if _declared(schema) is None:
        for name in PLOTS:
            PLOTS[name]  # as it is loaded, it declares what it draws
    wanted: Schema | None = schema
    while wanted is not None:
        if (plot := _declared(wanted)) is not None:
            return plot
        wanted = wanted.like
    raise ValueError(
        f"schema must be one that a plot draws, be extended from one, or say why it is undrawn; "
        f"got {schema.name}"
    )


def _declared(schema: Schema) -> Plot | None:
    return next((plot for plot in DECLARED if plot.schema is schema), None)
