"""Things by name: ours, and those that installed packages bring.

A package brings one by an entry point in its ``pyproject.toml``::

    [project.entry-points."nnviz.optimizers"]
    lookahead = "mypackage.rules:lookahead"
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from nnviz import _checks
from nnviz.errors import PluginError

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """Ours by name, then those of installed packages, which are loaded when they are asked for.

    What is ours is found without looking for packages, and cannot be replaced by one.

    Parameters
    ----------
    group : str
        The group of entry points, such as ``nnviz.optimizers``.
    ours : mapping of str to object
        What nnviz itself has.
    check : callable
        ``check(name, value)`` raises a TypeError for what a package may not bring.

    Attributes
    ----------
    loaded : dict of EntryPoint to object
        What was asked for of packages.
    """

    def __init__(
        self, group: str, ours: Mapping[str, T], check: Callable[[str, Any], T] = _checks.anything
    ) -> None:
        self.group, self.ours, self._check = group, ours, check
        self.loaded: dict[EntryPoint, T] = {}

    def __getitem__(self, name: str) -> T:
        """Return what has a name.

        Raises
        ------
        KeyError
            If nothing has.
        PluginError
            If its package cannot be loaded, is one of several, or brings something else.
        """
        if name in self.ours:
            return self.ours[name]
        entries = self._installed()[name]
        if len(entries) > 1:
            raise PluginError(self._taken(name, *map(_package, entries)))
        if entries[0] in self.loaded:
            return self.loaded[entries[0]]
        what = f"entry point {name!r} in {self.group} of {_package(entries[0])}"
        try:
            value = self._check(what, entries[0].load())
        except Exception as error:  # a package may raise anything
            raise PluginError(f"{what} must load; got {type(error).__name__}: {error}") from error
        self.loaded[entries[0]] = value
        return value

    def __iter__(self) -> Iterator[str]:
        """Yield all names, ours first; those of packages must differ from ours."""
        yield from self.ours
        for name, entries in self._installed().items():
            if name in self.ours:
                raise PluginError(self._taken(name, "nnviz", *map(_package, entries)))
            yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self.ours or name in self._installed())

    def named(self, argument: str, name: str) -> str:
        """Return a name that is here and loads; otherwise say, of an argument, which are."""
        if name not in self:
            return _checks.one_of(argument, name, self)
        self[name]
        return name

    def package(self, name: str) -> str:
        """Return from which installed packages a name is; empty if it is ours."""
        return "" if name in self.ours else ", ".join(map(_package, self._installed()[name]))

    def _installed(self) -> Mapping[str, list[EntryPoint]]:
        return _found(self.group, tuple(sys.path))

    def _taken(self, name: str, *packages: str) -> str:
        return f"{name!r} in {self.group} must be one package's; got {' and '.join(packages)}"


@cache
def _found(group: str, path: tuple[str, ...]) -> Mapping[str, list[EntryPoint]]:  # noqa: ARG001
    """Return the entry points on a path by name: more than one where packages share it."""
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=group):
        found.setdefault(entry.name, []).append(entry)
    return found


def _package(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"
