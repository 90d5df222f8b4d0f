"""What stands beside a name wherever plots write it: the number that a title speaks of."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from string import Formatter
from types import MappingProxyType
from typing import Any

import pandas as pd

from nnviz import _checks
from nnviz._language import current
from nnviz.tables.missing import NOT_SET, is_missing

__all__ = ["Beside", "beside", "words_beside"]

_BESIDE: ContextVar[Mapping[str, str]] = ContextVar("beside", default=MappingProxyType({}))


class Beside(str):
    """A name that has words beside it."""

    __slots__ = ()


@contextmanager
def beside(numbers: "Mapping[Any, Any] | pd.Series[Any]", words: str = "{}") -> Iterator[None]:
    """Write a number beside each name that plots inside the ``with`` block draw.

    It stands after the name at the end of a line, in a legend, above a panel or at a row, as in
    "Adam: 37% uphill"; what a plot itself writes at the end of a line comes after a comma. Names
    without a number, or with a missing one, stay as they are, and tables do: colours, dashes and
    order go by the name alone.

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
        If the template has no blank or several, or one of the numbers does not fit it.

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
    if not _has_one_blank(words):
        raise _checks.fail("words", "a template with one blank for a number", words)
    filled = {
        NOT_SET if is_missing(name) else str(name): _filled(words, name, number)
        for name, number in numbers.items()
        if not is_missing(number)
    }
    token = _BESIDE.set({**_BESIDE.get(), **filled})
    try:
        yield
    finally:
        _BESIDE.reset(token)


def _has_one_blank(words: str) -> bool:
    try:
        blanks = [(blank, form) for _, blank, form, _ in Formatter().parse(words)]
    except ValueError:  # a brace without another
        return False
    own = [(blank, form) for blank, form in blanks if blank is not None]
    return len(own) == 1 and own[0][0] in ("", "0") and "{" not in str(own[0][1])


def _filled(words: str, name: object, number: Any) -> str:
    try:
        return words.format(number)
    except (ValueError, TypeError) as error:
        rule = f"a template with one blank that numbers[{name!r}] fits, {number!r:.80}"
        raise _checks.fail("words", rule, words) from error


def words_beside(name: object) -> str:
    """Return what stands beside a name, in the language in force; empty if nothing does."""
    return current().sentence(_BESIDE.get().get(str(name), ""))
