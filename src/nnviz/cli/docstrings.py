"""What the docstring of a function says of it and of its parameters, as plain sentences."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from inspect import getdoc
from typing import Any

from nnviz._docstrings import entries

__all__ = ["first_paragraph", "parameters"]

_LISTS = {
    "nn.ACTIVATIONS": "activations",
    "nn.INITIALIZERS": "initializers",
    "optim.RULES": "optimizers",
    "surfaces.SURFACES": "surfaces",
}
"""What lists the names of a registry on a command line."""

_ELSEWHERE = re.compile(r"As (?:in|for) `([\w.]+)`")


def first_paragraph(function: Callable[..., Any]) -> str:
    """Return what a function does, on one line."""
    return _plain((getdoc(function) or "").partition("\n\n")[0])


def parameters(function: Callable[..., Any]) -> Mapping[str, str]:
    """Return what is said of each parameter; of one that is described elsewhere, what is there.

    "As in `overfitting`" is another function of the same module or package, a dotted name one
    of nnviz.
    """
    found: dict[str, str] = {}
    for name, entry in entries(function).items():
        elsewhere = _ELSEWHERE.match(entry.words)
        there = parameters(_found(elsewhere[1], function)) if elsewhere else {}
        found[name] = there.get(name) or _plain(entry.words)
    return found


def _found(name: str, function: Callable[..., Any]) -> Any:
    """Return what a docstring names: a function beside its own, or one of nnviz."""
    package, _, name = name.rpartition(".")
    homes = [f"nnviz.{package}"] if package else [function.__module__, "nnviz.studies"]
    for home in homes:
        with suppress(ImportError):
            there = getattr(import_module(home), name, None)
            if there is not None:
                return there
    return None


def _plain(words: str) -> str:
    """Return words as a terminal has them: a registry is the command that lists it."""
    for name, listed in _LISTS.items():
        words = words.replace(f"`{name}`", f"'nnviz list {listed}'")
    return " ".join(words.replace("`", "").split())
