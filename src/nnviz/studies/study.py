"""What a study returns: tables, the settings that made them, and claims that were checked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Any, TypeVar

import pandas as pd

from nnviz import _checks
from nnviz._displayed import Displayed
from nnviz.optim.registry import Maker
from nnviz.studies.claims import Claim, Question, answers, table
from nnviz.tables import UNITS, Schema, kinds, kinds_of_paths

__all__ = ["DECLARED", "Study", "declare", "seeds_from", "seeds_of"]


@dataclass(frozen=True, repr=False)
class Study(Displayed):
    """A finished study.

    Parameters
    ----------
    name : str
        Name of the function that made it.
    tables : mapping of str to DataFrame
        Tidy tables; each study says which.
    settings : mapping
        Everything that determines the numbers, seeds included.
    claims : mapping of str to Claim
        What the tables say to its questions, by key, premises first (`claims.answers`).
    schemas : mapping of str to Schema
        What the columns of each table mean, and how it is drawn or why not. A table without
        one is not drawn.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    settings: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        _checks.mapping("tables", self.tables, table)
        _checks.mapping("settings", self.settings)
        _checks.mapping("claims", self.claims, _claim)
        schemas = _checks.mapping("schemas", self.schemas, _schema)
        object.__setattr__(self, "tables", _checked(self.tables, schemas))

    @classmethod
    def asked(
        cls,
        name: str,
        tables: Mapping[str, pd.DataFrame],
        settings: Mapping[str, Any],
        questions: Iterable[Question],
        schemas: Mapping[str, Schema] | None = None,
    ) -> "Study":
        """Return a study with what its tables say to questions; premises come first.

        Schemas of tables that there are not are left out: some are made of some data only. Settings
        name a rule that is in no list, which cells are given whole.
        """
        first = _FIRST.get()
        _checks.text("name", name)
        _checks.mapping("tables", tables, table)
        _checks.mapping("settings", settings)
        declared = _checks.mapping("schemas", {} if schemas is None else schemas, _schema)
        questions = _checks.each("questions", questions, _question)
        known = {key: _in_words(value) for key, value in settings.items()}
        if first:
            known["first_seed"] = first
        own = {table: schema for table, schema in declared.items() if table in tables}
        tables = _checked(tables, own)
        return cls(name, tables, known, answers(questions, tables, known), own)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its name."""
        return _checks.lookup("table", name, self.tables)

    def claim(self, name: str) -> Claim:
        """Return a claim by its key."""
        return _checks.lookup("claim", name, self.claims)


def _checked(
    tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema]
) -> dict[str, pd.DataFrame]:
    """Return the tables with what their schemas declare."""
    known = {
        name: schema.check(_checks.lookup("schemas", name, tables), name=name)
        for name, schema in schemas.items()
    }
    return {**tables, **known}


def _in_words(value: Any) -> Any:
    return str(value) if isinstance(value, Maker) else value


def _claim(name: str, value: Claim) -> Claim:
    return _checks.instance(name, value, Claim)


def _schema(name: str, value: Schema) -> Schema:
    return _checks.instance(name, value, Schema)


def _question(name: str, value: Question) -> Question:
    return _checks.instance(name, value, Question)


_FIRST: ContextVar[int] = ContextVar("first seed", default=0)


def seeds_of(seeds: int) -> list[int]:
    """Return as many seeds, from 0 or from where `seeds_from` says."""
    first = _FIRST.get()
    return list(range(first, first + _checks.integer("seeds", seeds)))


@contextmanager
def seeds_from(first: int) -> Iterator[None]:
    """Let all studies inside the ``with`` block count their seeds from a number other than 0.

    The same studies on other seeds tell whether a claim rests on those it was found with.

    Parameters
    ----------
    first : int
        The first seed, at least 0; said in the settings of the studies.
    """
    token = _FIRST.set(_checks.integer("first", first, at_least=0))
    try:
        yield
    finally:
        _FIRST.reset(token)


DECLARED: list[Callable[..., Study]] = []
"""Every study of nnviz that is loaded."""

Function = TypeVar("Function", bound=Callable[..., Study])


def declare(schemas: Mapping[str, Schema]) -> Callable[[Function], Function]:
    """Return a decorator for a study of nnviz: `STUDIES` and the command then have it.

    Parameters
    ----------
    schemas : mapping of str to Schema
        Its tables: what their columns mean stands at the end of its docstring.
    """

    def declared(function: Function) -> Function:
        if function.__doc__ is not None:  # there is none under -OO
            tables = "\n".join(_told(name, schema) for name, schema in schemas.items())
            function.__doc__ = f"{cleandoc(function.__doc__)}\n\nTables\n------\n{tables}\n"
        DECLARED.append(function)
        return function

    return declared


def _told(name: str, schema: Schema) -> str:
    """Return what is said of a table: its kind, and the columns that others of it lack."""
    kind = schema
    while kind.like is not None and id(kind) not in _KINDS:
        kind = kind.like
    known = kind.columns if id(kind) in _KINDS else {}
    of = f" : `tables.{_KINDS[id(kind)]}`" if id(kind) in _KINDS else ""
    own = [
        f"    {key}: {what}{_UNITS[schema.units.get(key, UNITS.get(key, ''))]}"
        for key, what in schema.columns.items()
        if known.get(key) != what
    ]
    return "\n".join([name + of, *own])


_UNITS = {"%": " (a share, in figures in percent)", "points": " (in figures in points)", "": ""}


_KINDS = {
    id(value): name
    for name, value in {**vars(kinds), **vars(kinds_of_paths)}.items()
    if isinstance(value, Schema)
}
"""The schemas that tables share, by identity."""
