"""What code a module runs: the files that its author wrote, and the versions of libraries.

Imports are followed as they stand in the source, those inside functions too, without importing
anything. Of modules that are loaded, what they hold says what their source does not.
"""

import ast
import hashlib
import os
import platform
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Set
from functools import cache, lru_cache
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec, resolve_name, spec_from_file_location
from inspect import ismodule
from pathlib import Path
from pkgutil import iter_modules
from types import FunctionType, ModuleType

__all__ = ["UnknownCodeError", "digests", "take_changes"]

OURS = "nnviz"
DISTRIBUTIONS = {"sklearn": "scikit-learn"}
"""Of libraries that are imported under another name; the slow search below finds the rest."""

_seen: dict[str, tuple[object, bytes]] = {}
"""What marks the loading of each module, and its source when that was first seen."""

_changed: set[str] = set()


class UnknownCodeError(Exception):
    """What a result depends on cannot be told: it must not be kept."""


def digests(modules: Iterable[str]) -> dict[str, str]:
    """Return a fingerprint of each module that some modules run, directly or indirectly.

    A package runs with each of its modules. Ours do nothing but hand names on, so that they count
    only where a name is taken from them: otherwise each study would depend on all the others.

    Raises
    ------
    UnknownCodeError
        If a module has no source, or no longer that which it was loaded from.
    """
    found = {"python": platform.python_version()}
    waiting, done = set(modules), set[str]()
    while waiting:
        name = waiting.pop()
        done.add(name)
        top, parent = name.partition(".")[0], name.rpartition(".")[0]
        library = _library(top)
        if library is not None:
            found[top] = library
            continue
        spec = _spec(name)
        if parent and (spec is None or top != OURS):
            waiting |= {parent} - done
        if name.endswith(".*"):
            waiting |= _submodules(parent) - done
        if spec is not None:
            source = _source(name, spec)
            found[name] = hashlib.sha256(source).hexdigest()
            waiting |= (_imported(source, spec.parent or "") | _held(name)) - done
    return found


def take_changes() -> bool:
    """Return whether a module was seen to have changed since this was last asked.

    Then processes that loaded it before must not compute any more.
    """
    changed = bool(_changed)
    _changed.clear()
    return changed


def _spec(name: str) -> ModuleSpec | None:
    """Return where a module is or was loaded from; None if there is no module of this name."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        return _spec_of(name, loaded)
    parent = name.rpartition(".")[0]
    if not parent:
        return find_spec(name)
    above = _spec(parent)
    if above is None or above.submodule_search_locations is None:
        return None
    return PathFinder.find_spec(name, above.submodule_search_locations)


def _spec_of(name: str, loaded: ModuleType) -> ModuleSpec | None:
    spec = getattr(loaded, "__spec__", None)
    if isinstance(spec, ModuleSpec):
        return spec
    file = getattr(loaded, "__file__", None)  # a script has no more
    if file is None:
        raise UnknownCodeError(f"{name} has no source")
    return spec_from_file_location(name, file, loader=SourceFileLoader(name, file))


def _library(top: str) -> str | None:
    """Return the version of what is installed; None for what counts by its source."""
    if top == OURS:
        return None
    spec = _spec(top)
    if spec is None:
        return None
    if spec.origin in ("built-in", "frozen"):
        return "python"
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
    parts = [Path(place).parts for place in places]
    if any("site-packages" in path or "dist-packages" in path for path in parts):
        return _version(top)
    return "python" if any(path[: len(_STANDARD)] == _STANDARD for path in parts) else None


_STANDARD = Path(sysconfig.get_path("stdlib")).parts


@cache
def _version(top: str) -> str | None:
    """Return name and version of the distributions that a library is from; None if unknown."""
    name = DISTRIBUTIONS.get(top, top)
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        names = sorted(set(packages_distributions().get(top, ())))
        return ", ".join(f"{name} {version(name)}" for name in names) or None


def _source(name: str, spec: ModuleSpec) -> bytes:
    """Return the source of a module, as it was loaded if it is.

    Loading a module anew gives it a new spec; without that, another source on the disk is not
    what runs here, but may be what runs in other processes.
    """
    if spec.origin is None or not spec.has_location:
        return b""  # a folder without __init__.py
    try:
        source: bytes = getattr(spec.loader, "get_data", _read)(spec.origin)
    except OSError as error:
        raise UnknownCodeError(f"{name} cannot be read: {error}") from error
    loaded = sys.modules.get(name)
    mark = getattr(loaded, "__spec__", None) or loaded
    known_mark, known = _seen.get(name, (None, source))
    if mark is not None:
        is_old = known != source if mark is known_mark else _is_newer(name, spec, source)
        if is_old:
            raise UnknownCodeError(f"{name} has changed since it was loaded")
    if known != source:
        _changed.add(name)
    _seen[name] = mark, source
    return source


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _is_newer(name: str, spec: ModuleSpec, source: bytes) -> bool:
    """Whether a source is another one than that of the compiled file that loading leaves behind.

    The main module leaves none. The first 16 bytes of that file say, in words of four: its
    format, flags, and time and size of the source, if there are no flags (PEP 552).
    """
    if name == "__main__" or type(spec.loader) is not SourceFileLoader or sys.dont_write_bytecode:
        return False
    try:
        with open(spec.cached or "", "rb") as file:
            _, flags, time, size = struct.unpack("<4I", file.read(16))
        written = int(os.stat(spec.origin or "").st_mtime)
    except (OSError, struct.error):
        return False
    return not flags and (time, size) != (written & 0xFFFFFFFF, len(source) & 0xFFFFFFFF)


@lru_cache(maxsize=1024)
def _imported(source: bytes, package: str) -> Set[str]:
    """Return what a source imports: modules, and names that may be modules."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # compiled
        return frozenset()
    nodes = [node for node in ast.walk(tree) if isinstance(node, _TELLING)]
    bound: dict[str, str] = {}
    for node in nodes:
        bound.update(_bindings(node, package))
    names = set(bound.values())
    for root, *rest in filter(None, map(_chain, nodes)):
        if root in bound:
            names.add(".".join([bound[root], *rest]))
    return names


_TELLING = (ast.Import, ast.ImportFrom, ast.Call, ast.Attribute)


def _bindings(node: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    """Yield the names that an import binds, and what they stand for."""
    match node:
        case ast.Import():
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, alias.name if alias.asname else top
                yield alias.name, alias.name
        case ast.ImportFrom():
            base = _resolved("." * node.level + (node.module or ""), package)
            for alias in node.names if base else ():
                yield alias.asname or alias.name, f"{base}.{alias.name}"
        case ast.Call(
            func=ast.Name(id=called) | ast.Attribute(attr=called),
            args=[ast.Constant(value=str(name)), *_],
        ) if called in ("import_module", "__import__") and (full := _resolved(name, package)):
            yield full, full


def _resolved(name: str, package: str) -> str:
    """Return the full name of a module, or nothing where there cannot be one."""
    try:
        full = resolve_name(name, package)
    except ImportError:
        return ""
    return full if all(part.isidentifier() for part in full.split(".")) else ""


def _chain(node: ast.AST) -> list[str]:
    """Return ``["a", "b", "c"]`` for ``a.b.c``, and nothing for what begins otherwise."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (before := _chain(node.value)):
        return [*before, node.attr]
    return []


def _submodules(package: str) -> Set[str]:
    """Return what a star may import."""
    spec = _spec(package)
    folders = None if spec is None else spec.submodule_search_locations
    return {f"{package}.{module.name}" for module in iter_modules(folders or [])}


def _held(name: str) -> Set[str]:
    """Return the modules of what a loaded module has by name, however it came by it.

    Not the modules of a package: which of them are loaded is others' doing.
    """
    loaded = sys.modules.get(name)
    homes: set[str] = set()
    for local, value in list(getattr(loaded, "__dict__", {}).items()):
        if ismodule(value) and value.__name__ != f"{name}.{local}":
            homes.add(value.__name__)
        elif isinstance(value, FunctionType | type):
            homes.add(value.__module__)
    return {home for home in homes if home in sys.modules}
