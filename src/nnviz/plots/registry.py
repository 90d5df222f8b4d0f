"""Every plot by its name, and by the table that it draws."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from nnviz import _checks
from nnviz.plots._declared import DECLARED, FUNCTIONS, VIEWS, Plot, View
from nnviz.registry import Registry
from nnviz.tables import Schema

__all__ = ["PLOTS", "plot_of", "views_of"]


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
        _load()
    wanted: Schema | None = schema
    while wanted is not None:
        if (plot := _declared(wanted)) is not None:
            return plot
        wanted = wanted.like
    raise ValueError(
        f"schema must be one that a plot draws, be extended from one, or say why it is undrawn; "
        f"got {schema.name}"
    )


def views_of(*schemas: Schema) -> dict[str, View]:
    """Return the figures of such tables that have a name on a command line, by that."""
    for schema in schemas:
        _checks.instance("schemas", schema, Schema)
    _load()
    return {view.name: view for view in VIEWS if any(view.schema is schema for schema in schemas)}


def _load() -> None:
    """Load the plots of all packages: as it is loaded, each declares what it draws."""
    for name in PLOTS:
        PLOTS[name]


def _declared(schema: Schema) -> Plot | None:
    return next((plot for plot in DECLARED if plot.schema is schema), None)
