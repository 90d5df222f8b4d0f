"""A script of the gallery in its parts, found in its syntax tree."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nnviz.errors import NnvizError
from nnviz.publish.scripts import Script

__all__ = ["Cells", "cells_of"]

_TOLD = "name claims in its headline and in its caption's claim=, and nowhere else"

_LACKING = {"__doc__", "__file__"}
"""What a script has, and a notebook has not, or has another."""

_END = 'end with plots.headline(figure, study.claim("…")) and plots.caption(figure, words)'


@dataclass(frozen=True)
class Cells:
    """The code of a script in its parts, in their order; its claim has the name ``claim``.

    Attributes
    ----------
    study : str
        From the imports to the study.
    claim : str
        The key of the claim above the figure.
    drawing : str
        From the study to the figure.
    reading : str
        The caption without what was measured: how to read the figure.
    finish : str
        Headline and caption.
    """

    study: str
    claim: str
    drawing: str
    reading: str
    finish: str


def cells_of(script: Script) -> Cells:
    """Return the parts of a script, which is not run.

    Raises
    ------
    NnvizError
        If it does not have the shape of the gallery's own scripts: a docstring, a study, a drawing
        that leaves ``figure``, and as its last statements
        ``plots.headline(figure, study.claim("…"))`` and ``plots.caption(figure, words)``; or if it
        would break as a notebook, or tell there what was found before the question is asked.
    """
    intro, *made, headline, caption = _statements(script)
    claim, key = _claim(script, headline)
    words = _words(script, caption)
    _check_names(script, [*made, headline, caption])
    _check_untold(script, [*made, *words])
    place = max((n for n, each in enumerate(made, 1) if "study" in _assigned(each)), default=0)
    if not place or not any("figure" in _assigned(each) for each in made[place:]):
        raise _fault(script, "assign 'study', and after it 'figure'", (made or [intro])[-1])
    lines = _named(script.code, claim).split("\n")
    cuts = [intro.end_lineno, made[place - 1].end_lineno, headline.lineno - 1, len(lines)]
    study, drawing, finish = (
        "\n".join(lines[start:end]).strip("\n") for start, end in pairwise(cuts)
    )
    reading = "".join(f"    {ast.get_source_segment(script.code, word)},\n" for word in words)
    return Cells(study, key, drawing, f"plots.caption(\n{reading})", finish)


def _statements(script: Script) -> list[ast.stmt]:
    """Return the statements of a script, of which the first is its docstring."""
    try:
        tree = ast.parse(script.code)
    except SyntaxError as error:
        raise NnvizError(f"{script.id} must be a Python script; got {error}") from error
    if ast.get_docstring(tree) is None:
        raise _fault(script, "begin with a docstring that says what it shows", *tree.body[:1])
    if len(tree.body) < len(("docstring", "headline", "caption")):
        raise _fault(script, _END, tree.body[-1])
    for one, other in pairwise(tree.body):
        if one.end_lineno == other.lineno:
            raise _fault(script, "have each statement on lines of its own", other)
    return tree.body


def _claim(script: Script, headline: ast.stmt) -> tuple[ast.Call, str]:
    """Return the claim of a headline: the call that gets it, and its key."""
    match headline:
        case ast.Expr(
            ast.Call(
                ast.Attribute(ast.Name("plots"), "headline"),
                [
                    _,
                    ast.Call(
                        ast.Attribute(ast.Name("study"), "claim"), [ast.Constant(key)], []
                    ) as claim,
                ],
            )
        ):
            return claim, str(key)
    raise _fault(script, _END, headline)


def _words(script: Script, caption: ast.stmt) -> list[ast.expr]:
    """Return the arguments of a caption but for the claim: the figure and the words."""
    match caption:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("plots"), "caption"), [_, _] as words)):
            return words
    raise _fault(script, _END, caption)


def _check_names(script: Script, parts: Iterable[ast.AST]) -> None:
    """Refuse names that are, or mean, something else in a notebook."""
    for node in (node for part in parts for node in ast.walk(part)):
        if "claim" in _names(node):
            raise _fault(script, "leave the name 'claim' to its notebook", node)
        if not _LACKING.isdisjoint(_names(node)):
            raise _fault(script, "do without what a notebook lacks", node)


def _check_untold(script: Script, parts: Iterable[ast.AST]) -> None:
    """Refuse claims in what a notebook runs before its reader has answered."""
    for node in (node for part in parts for node in ast.walk(part)):
        if isinstance(node, ast.Attribute) and node.attr in ("claim", "claims"):
            raise _fault(script, _TOLD, node)


def _named(code: str, claim: ast.Call) -> str:
    """Return code, line for line, in which the name ``claim`` stands for the call that gets it."""
    lines = code.encode().split(b"\n")  # columns are counted in bytes
    same = [node for node in _calls(ast.parse(code)) if ast.dump(node) == ast.dump(claim)]
    for node in sorted(same, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        rest = lines[last][node.end_col_offset :]
        lines[first : last + 1] = [
            lines[first][: node.col_offset] + b"claim" + rest,
            *[b""] * (last - first),
        ]
    return b"\n".join(lines).decode()


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls in a tree; not those in f-strings, whose places Python 3.11 does not know."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.JoinedStr):
            yield from _calls(node)


def _names(node: ast.AST) -> set[str]:
    """Return the names that a node itself reads or binds."""
    match node:
        case ast.Name(name) | ast.arg(name) | ast.alias(asname=str(name)) | ast.alias(name):
            return {name}
        case ast.Global(names) | ast.Nonlocal(names):
            return set(names)
    own = getattr(node, "name", None)  # of a function, a class, an error, a pattern
    return {own} if isinstance(own, str) else set()


def _assigned(tree: ast.AST) -> set[str]:
    """Return the names that a statement assigns, other than those of scopes within it."""
    if isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {tree.name}
    if isinstance(tree, ast.Name):
        return {tree.id} if isinstance(tree.ctx, ast.Store) else set()
    inner = {id(tree.target)} if isinstance(tree, ast.comprehension) else set()
    children = (node for node in ast.iter_child_nodes(tree) if id(node) not in inner)
    return set().union(*map(_assigned, children))


def _fault(script: Script, rule: str, *came: Any) -> NnvizError:
    """Return the error for a script that lacks the shape, to be raised by the caller."""
    found = [f"line {each.lineno}: {ast.unparse(each):.60}" for each in came]
    return NnvizError(f"{script.id} must {rule}; got {found[0] if found else 'no code'}")
