"""Packages whose names are loaded where they are first used."""

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Any

__all__ = ["lazily"]


def lazily(
    module: str, names: Collection[str], homes: Mapping[str, Collection[str]]
) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package.

    Parameters
    ----------
    module : str
        The package's ``__name__``.
    names : collection of str
        Its ``__all__``: what stands in none of the homes is a module of the package.
    homes : mapping of str to collection of str
        By the module that they live in, the names that are none.
    """
    home_of = {name: home for home, own in homes.items() for name in own}

    def get(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        home = home_of.get(name)
        found = getattr(import_module(home), name) if home else import_module(f"{module}.{name}")
        setattr(sys.modules[module], name, found)
        return found

    return get
