"""What the result of a function depends on, as one short text."""

import dis
import hashlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from nnviz.optim import RULES
from nnviz.train.datasets import Dataset
from nnviz.train.sources import UnknownCodeError, digests

__all__ = ["fingerprint"]

ALWAYS = ("numpy", "scipy", "sklearn")
"""Libraries that our own modules compute with, whoever imports them."""


def fingerprint(function: Callable[..., Any]) -> str | None:
    """Return a text that changes with the code of a function; None where that cannot be told.

    A function that its module has by name is known by the source of that module, and of all that
    this imports. Others (typed into an interpreter or a notebook, lambdas, functions within
    functions) are known by their compiled code, defaults, and the values they refer to. There is
    no text for a function with values that cannot be described, such as objects and open files.
    """
    described = _Description()
    try:
        parts = described.of(function)
        sources = digests({*described.modules, *ALWAYS, *_installed()})
    except (UnknownCodeError, RecursionError):  # a list may hold itself
        return None
    return hashlib.sha256(repr((parts, sorted(sources.items()))).encode()).hexdigest()


def _installed() -> set[str]:
    """Return the modules of the installed rules in use: a cell may have one by its name alone."""
    return {rule.__module__ for rule in RULES.loaded.values()}


class _Description:
    """Values as nested lists of texts.

    Attributes
    ----------
    modules : set of str
        Where the values are from: their sources belong to the description.
    """

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self._begun: list[object] = []

    def of(self, value: object) -> object:
        """Return the description of a value, or raise `UnknownCodeError`."""
        kind = type(value)
        if kind in _PLAIN:
            return [kind.__name__, repr(value)]
        if kind in _CONTAINERS:
            return self._container(value)
        if isinstance(value, tuple) and hasattr(value, "_fields"):  # a rule of several rules
            return [self._name(kind), self._container(tuple(value))]
        if kind is np.ndarray or isinstance(value, np.generic):  # a mask would be lost
            return _array(np.asarray(value))
        if isinstance(value, Dataset):
            return ["dataset", value.digest]
        if isinstance(value, ModuleType):
            self.modules.add(value.__name__)
            return ["module", value.__name__]
        if isinstance(value, FunctionType) and not _is_its_modules(value):
            return self._function(value)
        return self._name(value)

    def _container(self, value: Any) -> object:
        pairs = value.items() if isinstance(value, dict) else ((item,) for item in value)
        parts = [[self.of(item) for item in pair] for pair in pairs]
        if isinstance(value, set | frozenset):
            parts.sort(key=repr)
        return [type(value).__name__, parts]

    def _function(self, function: FunctionType) -> object:
        """Describe a function by its code and by the values that this refers to."""
        if any(function is begun for begun in self._begun):
            return ["again", function.__qualname__]
        self._begun.append(function)
        parts = [self._code(function.__code__)]
        cells = function.__closure__ or ()
        try:
            closure = [cell.cell_contents for cell in cells]
        except ValueError as error:
            raise UnknownCodeError("a name of the closure has no value yet") from error
        parts += map(self.of, (function.__defaults__, function.__kwdefaults__, closure))
        if _is_from_file(function):
            self.modules.add(function.__globals__["__name__"])
        else:
            parts += self._globals(function)
        return ["function", parts]

    def _code(self, code: CodeType) -> object:
        """Describe compiled code, but for the place in a file where it was written."""
        constants = [
            self._code(constant) if isinstance(constant, CodeType) else self.of(constant)
            for constant in code.co_consts
        ]
        counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags
        names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
        return [code.co_code.hex(), code.co_exceptiontable.hex(), counts, names, constants]

    def _globals(self, function: FunctionType) -> Iterator[object]:
        """Describe what a function that is in no file has from outside."""
        for code in _nested(function.__code__):
            self.modules.update(_imports(code))
            for name in sorted(_global_names(code)):
                if name in function.__globals__:
                    yield [name, self.of(function.__globals__[name])]

    def _name(self, value: object) -> object:
        """Describe what its module has by name."""
        module = getattr(value, "__module__", None)
        name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
        if not isinstance(module, str) or not isinstance(name, str):
            raise UnknownCodeError(f"{value!r:.80} cannot be described")
        if _found(module, name) is not value or (module == "__main__" and _is_typed()):
            raise UnknownCodeError(f"{value!r:.80} is not known by its name")
        self.modules.add(module)
        return ["name", module, name]


_PLAIN = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
_CONTAINERS = (tuple, list, dict, set, frozenset)


def _array(values: np.ndarray) -> object:
    if values.dtype.hasobject:
        raise UnknownCodeError("an array of objects cannot be described")
    content = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
    return ["array", values.dtype.descr, values.shape, content]


def _is_its_modules(function: FunctionType) -> bool:
    """Whether the source of a function's module tells which function it is, decorated or not."""
    written = inspect.unwrap(function)
    return (
        isinstance(written, FunctionType)
        and _found(function.__module__, function.__qualname__) is function
        and _is_from_file(written)
    )


def _is_from_file(function: FunctionType) -> bool:
    """Whether a function was compiled from the file of the module whose names it uses."""
    name = function.__globals__.get("__name__", "")
    file = getattr(sys.modules.get(name), "__file__", None) or ""
    if not os.path.isfile(file) or (name == "__main__" and _is_typed()):
        return False  # the file of what is piped in is "<stdin>"
    return os.path.abspath(function.__code__.co_filename) == os.path.abspath(file)


def _is_typed() -> bool:
    """Whether the main module may be typed into: then names may have changed since its file."""
    return hasattr(sys, "ps1") or bool(sys.flags.interactive)


def _found(module: str, name: str) -> object:
    """Return what a loaded module has by a dotted name."""
    value: object = sys.modules.get(module)
    for part in name.split("."):
        value = getattr(value, part, None)
    return value


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _global_names(code: CodeType) -> set[str]:
    return {
        step.argval
        for step in dis.get_instructions(code)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
    }


def _imports(code: CodeType) -> set[str]:
    """Return the modules, and names that may be modules, that compiled code imports."""
    names, base = set(), ""
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            base = step.argval
            names.add(base)
        elif step.opname == "IMPORT_FROM":
            names.add(f"{base}.{step.argval}")
    if {"import_module", "__import__"} & {*code.co_names}:
        texts = (text for text in code.co_consts if isinstance(text, str))
        names.update(t for t in texts if all(part.isidentifier() for part in t.split(".")))
    return names
