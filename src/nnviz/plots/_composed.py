"""What the labels of the table that is being drawn consist of, as that declares it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from types import MappingProxyType
from typing import ParamSpec, TypeVar

import pandas as pd

from nnviz.tables.parts import parts_of

__all__ = ["composed", "parts_in_force", "with_its_parts"]

P = ParamSpec("P")
T = TypeVar("T")

_PARTS: ContextVar[Mapping[str, tuple[object, ...]]] = ContextVar(
    "parts", default=MappingProxyType({})
)


@contextmanager
def composed(data: pd.DataFrame) -> Iterator[None]:
    """Write the labels of a table part by part, and colour them by their parts."""
    token = _PARTS.set({**_PARTS.get(), **parts_of(data)})
    try:
        yield
    finally:
        _PARTS.reset(token)


def parts_in_force(label: object) -> tuple[object, ...]:
    """Return the parts of a label: itself alone, unless the table declares what it consists of."""
    return _PARTS.get().get(str(label)) or (label,)


def with_its_parts(plot: Callable[P, T]) -> Callable[P, T]:
    """Return a plot that composes the labels of the table it is given first."""

    @wraps(plot)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> T:
        data = args[0] if args else kwargs.get("data")
        if not isinstance(data, pd.DataFrame):
            return plot(*args, **kwargs)
        with composed(data):
            return plot(*args, **kwargs)

    return drawn
