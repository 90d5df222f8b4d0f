"""What there is by name, with a line on each."""

import argparse
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from nnviz.cli.options import Commands

__all__ = ["add"]

ACTIVATIONS: Mapping[str, str] = {
    "sigmoid": "1/(1 + e⁻ˣ)",
    "tanh": "(eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)",
    "relu": "max(0, x)",
    "leaky_relu": "x, or 0.01·x below 0",
    "elu": "x, or eˣ − 1 below 0",
    "gelu": "x·Φ(x), with Φ of the standard normal distribution",
    "silu": "x·sigmoid(x)",
    "softplus": "log(1 + eˣ)",
    "identity": "x",
}


def add(commands: Commands) -> None:
    """Add ``list``."""
    listing = commands.add_parser("list", help="list what there is by name, with a line on each")
    listing.set_defaults(command=_list)
    listing.add_argument("what", nargs="?", default="figures", help=", ".join(_LISTS))


def _list(options: argparse.Namespace) -> int:
    from nnviz import _checks

    lines = _checks.lookup("what", options.what, _LISTS)()
    width = max(map(len, lines), default=0)
    for name, line in lines.items():
        print(f"{name:<{width}}  {line}".rstrip())
    return 0


def _figures() -> dict[str, str]:
    from nnviz.publish import find_scripts

    return {script.id: _first(script.paragraphs[0]) for script in find_scripts()}


def _surfaces() -> dict[str, str]:
    from nnviz.surfaces import SURFACES

    return {name: surface.formula for name, surface in SURFACES.items()}


def _datasets() -> dict[str, str]:
    from nnviz import train

    return {name: _line(getattr(train, name)) for name in train.DATASETS}


def _activations() -> dict[str, str]:
    from nnviz.nn import ACTIVATIONS as KNOWN

    return {name: ACTIVATIONS.get(name, "") for name in KNOWN}


def _registry(module: str, name: str) -> Callable[[], dict[str, str]]:
    """Return what lists a registry of functions; of installed ones, with their packages."""

    def lines() -> dict[str, str]:
        known: Mapping[str, Any] = getattr(import_module(module), name)
        return {key: _entry(known, key) for key in known}

    return lines


def _entry(known: Mapping[str, Any], name: str) -> str:
    from nnviz.errors import PluginError
    from nnviz.registry import Registry

    package = known.package(name) if isinstance(known, Registry) else ""
    try:
        line = _line(known[name])
    except PluginError as error:
        return str(error)
    return f"{line} [{package}]".lstrip() if package else line


def _views() -> dict[str, str]:
    """Return what `nnviz trajectories` can show."""
    from nnviz import plots
    from nnviz.cli.trajectories import tables_drawn

    return {view.name: view.help for view in plots.views_of(*tables_drawn()).values()}


def _functions(module: str) -> Callable[[], dict[str, str]]:
    """Return what lists the public functions of a module."""

    def lines() -> dict[str, str]:
        from inspect import isfunction

        home = import_module(module)
        found = {name: getattr(home, name) for name in home.__all__}
        return {name: _line(value) for name, value in found.items() if isfunction(value)}

    return lines


def _names(module: str, name: str) -> Callable[[], dict[str, str]]:
    """Return what lists names that say enough."""

    def lines() -> dict[str, str]:
        known: Iterable[str] = getattr(import_module(module), name)
        return dict.fromkeys(known, "")

    return lines


def _line(value: object) -> str:
    from inspect import getdoc

    return _first(getdoc(value))


def _first(documentation: str | None) -> str:
    """Return the first sentence of a docstring as it is read."""
    words = (documentation or "").partition("\n\n")[0].replace("`", "").replace("\n", " ")
    words = words.removeprefix("Return ")
    return words[:1].upper() + words[1:]


_LISTS: Mapping[str, Callable[[], dict[str, str]]] = {
    "figures": _figures,
    "studies": _registry("nnviz.studies", "STUDIES"),
    "plots": _registry("nnviz.plots", "PLOTS"),
    "views": _views,
    "surfaces": _surfaces,
    "optimizers": _registry("nnviz.optim", "RULES"),
    "schedules": _functions("nnviz.optim.schedules"),
    "initializers": _registry("nnviz.nn", "INITIALIZERS"),
    "activations": _activations,
    "losses": _registry("nnviz.nn", "LOSSES"),
    "datasets": _datasets,
    "themes": _names("nnviz.plots", "THEMES"),
    "contexts": _names("nnviz.plots", "CONTEXTS"),
}
