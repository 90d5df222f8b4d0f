"""What there is by name."""

import argparse
from collections.abc import Callable, Mapping

from nnviz.cli.options import Commands

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``list``."""
    listing = commands.add_parser("list", help="list what there is by name")
    listing.set_defaults(command=_list)
    listing.add_argument("what", nargs="?", default="figures", help=", ".join(_LISTS))


def _list(options: argparse.Namespace) -> int:
    from nnviz import _checks

    print("\n".join(_checks.lookup("what", options.what, _LISTS)()))
    return 0


def _figures() -> list[str]:
    from nnviz.publish import find_scripts

    return [script.id for script in find_scripts()]


def _registry(module: str, name: str) -> Callable[[], list[str]]:
    def names() -> list[str]:
        from importlib import import_module

        return list(getattr(import_module(module), name))

    return names


def _studies() -> list[str]:
    from nnviz import studies

    return [name for name in studies.__all__ if name.islower()]


_LISTS: Mapping[str, Callable[[], list[str]]] = {
    "figures": _figures,
    "studies": _studies,
    "surfaces": _registry("nnviz.surfaces", "SURFACES"),
    "optimizers": _registry("nnviz.optim", "RULES"),
    "initializers": _registry("nnviz.nn", "INITIALIZERS"),
    "activations": _registry("nnviz.nn", "ACTIVATIONS"),
    "datasets": _registry("nnviz.train", "DATASETS"),
    "themes": _registry("nnviz.plots", "THEMES"),
    "contexts": _registry("nnviz.plots", "CONTEXTS"),
}
