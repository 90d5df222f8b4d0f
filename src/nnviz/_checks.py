"""Argument checks. Every message has one shape: name, rule, what came."""

import difflib
import importlib
import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from types import ModuleType
from typing import Any, TypeVar

from nnviz.errors import MissingExtraError

T = TypeVar("T")

FEW = 24
"""How many choices are listed before what is close to them: two or three lines."""


def fail(name: str, rule: str, value: object) -> ValueError:
    """Return the error for a value that breaks a rule, to be raised by the caller."""
    return ValueError(f"{name} must be {rule}; got {value!r}")


def real(name: str, value: Any) -> float:
    """Return a finite real number as a float."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number; got {value!r}")
    if not math.isfinite(value):
        raise fail(name, "a finite number", value)
    return float(value)


def positive(name: str, value: Any) -> float:
    """Return a finite number above zero."""
    number = real(name, value)
    if number <= 0:
        raise fail(name, "a positive number", value)
    return number


def non_negative(name: str, value: Any) -> float:
    """Return a finite number of at least zero."""
    number = real(name, value)
    if number < 0:
        raise fail(name, "a number of at least 0", value)
    return number


def fraction(name: str, value: Any) -> float:
    """Return a number in [0, 1)."""
    number = real(name, value)
    if not 0 <= number < 1:
        raise fail(name, "a number in [0, 1)", value)
    return number


def integer(name: str, value: Any, *, at_least: int = 1) -> int:
    """Return a whole number not below a bound."""
    if isinstance(value, bool) or not isinstance(value, (int, Integral)):
        raise TypeError(f"{name} must be an integer; got {value!r}")
    if value < at_least:
        rule = "a positive integer" if at_least == 1 else f"an integer of at least {at_least}"
        raise fail(name, rule, value)
    return int(value)


def sequence(
    name: str,
    values: Any,
    check: Callable[[str, Any], T],
    *,
    at_least: int = 1,
    distinct: bool = True,
) -> list[T]:
    """Return the values of a sequence, each checked, none twice unless they need not be distinct.

    Text and sets are no sequences of values.
    """
    try:
        is_one = not isinstance(values, (str, bytes, Mapping)) and values[:0] is not None
        listed = list(values) if is_one else None
    except (TypeError, IndexError):
        listed = None
    if listed is None:
        raise TypeError(f"{name} must be a sequence; got {values!r}")
    if len(listed) < at_least:
        raise fail(name, f"a sequence of at least {at_least}", values)
    checked = [check(name, value) for value in listed]
    if distinct and any(value in checked[:place] for place, value in enumerate(checked)):
        raise fail(name, "a sequence of different values", values)
    return checked


def generator(name: str, value: Any) -> Any:
    """Return a numpy.random.Generator."""
    from numpy.random import Generator  # here, so that the command line starts without NumPy

    if not isinstance(value, Generator):
        raise TypeError(f"{name} must be a numpy.random.Generator; got {value!r}")
    return value


def one_of(name: str, value: str, choices: Iterable[str], *, see: str | None = None) -> str:
    """Return a value that is among the choices; otherwise say which they are.

    Few are listed as they are. Of many, the closest come first, then how many there are; the
    whole list ends the message, or `see`, the command that prints it.
    """
    known = list(choices)
    if value in known:
        return value
    close = difflib.get_close_matches(str(value), known, n=3, cutoff=0.5)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    came, listed = f"got {value!r}{hint}", ", ".join(known)
    if len(known) <= FEW:
        raise ValueError(f"{name} must be one of {listed}; {came}")
    nearest = ", ".join(close or known[:3])
    rest = f"all are {listed}" if see is None else f"{see} lists all"
    raise ValueError(f"{name} must be one of {nearest}, … ({len(known)} in all); {came}; {rest}")


def lookup(name: str, value: str, table: Mapping[str, T], *, see: str | None = None) -> T:
    """Return the entry of a registry by its name."""
    return table[one_of(name, value, table, see=see)]


def extra(module: str, *, extra: str) -> ModuleType:
    """Import an optional library, or say which extra of nnviz brings it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtraError(
            f"this needs {package}, which is not installed; "
            f"install it with: pip install 'nnviz-dynamics[{extra}]'"
        ) from error
