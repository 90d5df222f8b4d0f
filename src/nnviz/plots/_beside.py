"""What stands beside a name wherever plots write it: the number that a title speaks of."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import pandas as pd

from nnviz import _checks
from nnviz._language import current

__all__ = ["beside", "words_beside"]

_BESIDE: ContextVar[Mapping[str, str]] = ContextVar("beside", default=MappingProxyType({}))


@contextmanager
def beside(numbers: "Mapping[Any, Any] | pd.Series[Any]", words: str = "{}") -> Iterator[None]:
    """Write a number beside each name that plots inside the ``with`` block draw.

    It stands after the name at the end of a line, in a legend, above a panel or at a row, as in
    "Adam: 37% uphill". Names without a number stay as they are, and tables do: colours, dashes
    and order go by the name alone.

    Parameters
    ----------
    numbers : Series or mapping
        A number, or any words, by name: by a value of the table's column of settings, optimizers,
        layers or panels.
    words : str
        A template with one blank, such as ``"{:.0%} uphill"``.

    Raises
    ------
    ValueError
        If the template cannot be filled with one of the numbers.

    Examples
    --------
    >>> from nnviz.plots import beside, text
    >>> with beside({"adam": 0.371}, "{:.0%} uphill"):
    ...     text.choice("adam"), text.choice("sgd")
    ('Adam: 37% uphill', 'SGD')
    """
    if not isinstance(numbers, Mapping | pd.Series):
        raise TypeError(f"numbers must be a Series or a mapping from names; got {numbers!r:.80}")
    _checks.text("words", words)
    try:
        filled = {str(name): words.format(number) for name, number in numbers.items()}
    except (ValueError, LookupError) as error:
        raise _checks.fail("words", "a template with one blank for a number", words) from error
    token = _BESIDE.set({**_BESIDE.get(), **filled})
    try:
        yield
    finally:
        _BESIDE.reset(token)


def words_beside(name: object) -> str:
    """Return what stands beside a name, in the language in force; empty if nothing does."""
    return current().sentence(_BESIDE.get().get(str(name), ""))
