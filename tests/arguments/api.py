"""The public API: every function, constructor and method, by its dotted name."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module

import nnviz

PACKAGES = [name for name in nnviz.__all__ if inspect.ismodule(getattr(nnviz, name))]


def callables() -> dict[str, Callable]:
    """Return what can be called, each object under the name that it is first met by."""
    found: dict[str, Callable] = {}
    for package in PACKAGES:
        module = import_module(f"nnviz.{package}")
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing):
                if not issubclass(thing, BaseException):
                    found |= dict(_of_class(f"{package}.{name}", thing))
            elif inspect.isroutine(thing):
                found[f"{package}.{name}"] = thing
    listed = {f"studies.{name}": study for name, study in nnviz.studies.STUDIES.ours.items()}
    return {**listed, **found}


def _of_class(name: str, thing: type) -> Iterator[tuple[str, Callable]]:
    """Yield the constructor and the public methods that a class itself defines."""
    yield name, thing
    for key, method in vars(thing).items():
        function = getattr(method, "__func__", method)
        if not key.startswith("_") and inspect.isfunction(function):
            yield f"{name}.{key}", function


def parameters(function: Callable) -> list[inspect.Parameter]:
    """Return the parameters that a caller names: all but self, cls and free keywords."""
    known = list(inspect.signature(function).parameters.values())
    return [p for p in known if p.name not in ("self", "cls") and p.kind != p.VAR_KEYWORD]
