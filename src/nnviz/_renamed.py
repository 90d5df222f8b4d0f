"""Public names that were changed: the old ones work for one minor version, with a warning."""

import functools
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

__all__ = ["current", "old_arguments", "old_names"]

P = ParamSpec("P")
T = TypeVar("T")


def old_names(module: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module, which finds what was renamed in it.

    Parameters
    ----------
    module : str
        The module's ``__name__``.
    names : mapping of str to str
        New names by old ones.
    """

    def get(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        _warn(f"{module}.{name}", f"{module}.{names[name]}")
        return getattr(sys.modules[module], names[name])

    return get


def old_arguments(function: Callable[P, T], names: Mapping[str, str]) -> Callable[P, T]:
    """Return a function that also takes keyword arguments by their old names.

    Parameters
    ----------
    function : callable
        The function with today's names.
    names : mapping of str to str
        New names by old ones; an argument that is given by both is a TypeError.
    """

    @functools.wraps(function)
    def called(*args: P.args, **options: P.kwargs) -> T:
        for old in names.keys() & options.keys():
            _warn(f"{function.__name__}({old}=…)", f"{function.__name__}({names[old]}=…)")
            if names[old] in options:
                raise TypeError(f"{names[old]} must be given once; got {old}, its old name, too")
            options[names[old]] = options.pop(old)
        return function(*args, **options)

    return called


def current(name: Any, names: Mapping[str, str]) -> Any:
    """Return today's name of an entry in a registry; any other value as it is."""
    if not isinstance(name, str) or name not in names:
        return name
    _warn(repr(name), repr(names[name]))
    return names[name]


def _warn(old: str, new: str) -> None:
    """Warn at the line outside nnviz that uses an old name: only there is the warning shown."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "nnviz":
        level, frame = level + 1, frame.f_back
    message = f"{old} is now {new}; the old name is kept for one minor version"
    warnings.warn(message, DeprecationWarning, stacklevel=level)
