"""The reference: a page for each public package, and what words in backticks refer to."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.nodes import make_refnode

import nnviz
from nnviz.tables import Schema

__all__ = ["setup", "write_pages"]

_FURTHER = (
    "nnviz.adapters.lightning",
    "nnviz.adapters.transformers",
    "nnviz.adapters.keras",
    "nnviz.record.torch",
)
"""Public modules that need a library, so that no package has imported them."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Add what leads from words in backticks to what they name."""
    app.connect("missing-reference", _found)
    app.connect("autodoc-process-docstring", _escape)
    return {"parallel_read_safe": True}


def write_pages(folder: Path) -> None:
    """Write a page for each package in ``nnviz.__all__``, with the modules that it names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in nnviz.__all__:
        package = getattr(nnviz, name)
        if inspect.ismodule(package):
            further = map(_documented, _modules(package))
            parts = _documented(package.__name__, "="), *_constants(package), *further
            file, text = folder / f"{name}.rst", "\n".join(parts)
            if not file.is_file() or file.read_text("utf-8") != text:
                file.write_text(text, "utf-8")


def _modules(package: Any) -> list[str]:
    """Return the public modules of a package."""
    own = [getattr(package, name) for name in package.__all__]
    modules = [member.__name__ for member in own if inspect.ismodule(member)]
    return modules + [name for name in _FURTHER if name.startswith(f"{package.__name__}.")]


def _documented(module: str, line: str = "-") -> str:
    return f"{module}\n{line * len(module)}\n\n.. automodule:: {module}\n   :members:\n"


def _constants(package: Any) -> Iterator[str]:
    """Yield what stands below the constants of a package, where they are defined."""
    own, said = Path(package.__file__), {}
    for file in sorted(own.parent.glob("*.py")):
        known = ModuleAnalyzer.for_file(file, f"{package.__name__}.{file.stem}").find_attr_docs()
        said |= {name: (file, lines) for (owner, name), lines in known.items() if not owner}
    for name in package.__all__:
        value = getattr(package, name)
        file, words = said.get(name, (None, []))
        if not _has_its_own_words(value) and file != own:
            columns = value.columns.items() if isinstance(value, Schema) else ()
            lines = [*words, "", *(f"- ``{key}``: {what}" for key, what in columns)]
            _escape(None, "", "", None, None, lines)
            body = "\n".join(f"   {line}" for line in lines)
            yield f".. py:currentmodule:: {package.__name__}\n\n.. py:data:: {name}\n\n{body}\n"


def _has_its_own_words(value: Any) -> bool:
    return inspect.ismodule(value) or inspect.isclass(value) or inspect.isroutine(value)


def _escape(
    _app: Any, _what: str, _name: str, _value: Any, _options: Any, lines: list[str]
) -> None:
    """Let a magnitude, as in |x|, be one; reStructuredText would put something in its place."""
    lines[:] = [re.sub(r"(?<!`)\|([^|`]+)\|", r"\\|\1\\|", line) for line in lines]


def _found(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Element | None:
    """Return the link to what a word names, such as ``tables.CURVE``, or the bare word.

    The same names come from several places, as ``nnviz.watch`` and ``nnviz.adapters.watch``: the
    shortest is taken. What is no name of nnviz, such as a parameter, is no link.
    """
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"].removesuffix("()").removeprefix("nnviz.")
    known = env.get_domain("py").objects  # type: ignore[attr-defined]
    fits = [name for name in known if name.endswith(f".{target}")]
    if fits:
        name = min(fits, key=len)
        entry = known[name]
        return make_refnode(
            app.builder, node["refdoc"], entry.docname, entry.node_id, content, name
        )
    return content if node["reftype"] != "obj" or _is_no_reference(target) else None


def _is_no_reference(target: str) -> bool:
    """Return whether a word has no home in nnviz, or one that is there but is not public."""
    home, _, rest = target.partition(".")
    if home not in nnviz.__all__ or not rest:
        return True
    try:
        pkgutil.resolve_name(f"nnviz.{target}")
    except (ImportError, AttributeError):
        return False
    return True
