"""Argument checks. Every message has one shape: name, rule, what came."""

import difflib
import functools
import importlib
import inspect
import math
import os
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from nnviz.errors import MissingExtraError

P = ParamSpec("P")
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


def unbounded(name: str, value: Any) -> float:
    """Return a real number that may be infinite, but not NaN."""
    return float(value) if isinstance(value, float) and math.isinf(value) else real(name, value)


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


def rank(name: str, value: Any) -> float:
    """Return a number in [0, 1]."""
    number = real(name, value)
    if not 0 <= number <= 1:
        raise fail(name, "a number in [0, 1]", value)
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


def each(name: str, values: Any, check: Callable[[str, Any], T], *, at_least: int = 0) -> list[T]:
    """Return the values of any iterable but text, each checked."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be an iterable; got {values!r:.80}")
    checked = [check(name, value) for value in values]
    if len(checked) < at_least:
        raise ValueError(f"{name} must have at least one entry; got none")
    return checked


def step(name: str, value: Any) -> int:
    """Return the number of a step: a whole number from 0."""
    return integer(name, value, at_least=0)


def optional(name: str, value: Any, check: Callable[[str, Any], T]) -> T | None:
    """Return None, or a value that is checked."""
    return None if value is None else check(name, value)


def instance(name: str, value: Any, *kinds: Any, hint: str = "") -> Any:
    """Return a value of a class, or of one of several; the hint says where one is from."""
    if not isinstance(value, kinds):
        known = " or ".join(kind.__name__ for kind in kinds)
        article = "an" if known[0] in "AEIOU" else "a"
        raise TypeError(f"{name} must be {article} {known}{hint}; got {value!r:.80}")
    return value


def flag(name: str, value: Any) -> bool:
    """Return True or False; no other value passes for one of them."""
    if type(value).__name__ not in ("bool", "bool_"):  # NumPy's own too, without importing it
        raise TypeError(f"{name} must be True or False; got {value!r:.80}")
    return bool(value)


def text(name: str, value: Any) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string; got {value!r:.80}")
    return value


def function(name: str, value: Any) -> Any:
    """Return a callable."""
    if not callable(value):
        raise TypeError(f"{name} must be callable; got {value!r:.80}")
    return value


def path(name: str, value: Any) -> Path:
    """Return a path, given as one or as a string."""
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"{name} must be a path; got {value!r:.80}")
    return Path(os.fsdecode(value))


def anything(name: str, value: T) -> T:  # noqa: ARG001
    """Return any value."""
    return value


def mapping(
    name: str, value: Any, check: Callable[[str, Any], Any] = anything, *, at_least: int = 0
) -> dict[str, Any]:
    """Return the entries of a mapping by their names, each value checked."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping; got {value!r:.80}")
    if len(value) < at_least:
        raise ValueError(f"{name} must have at least one entry; got none")
    return {text(name, key): check(name, entry) for key, entry in value.items()}


def pair(name: str, value: Any, check: Callable[[str, Any], T]) -> tuple[T, T]:
    """Return two values, each checked."""
    first, *rest = sequence(name, value, check, distinct=False)
    if len(rest) != 1:
        raise fail(name, "a pair", value)
    return first, rest[0]


def span(name: str, value: Any, check: Callable[[str, Any], float] = real) -> tuple[float, float]:
    """Return two ends, each checked, the lower one first."""
    low, high = pair(name, value, check)
    if not low < high:
        raise fail(name, "a pair low < high", value)
    return low, high


def point(name: str, value: Any) -> tuple[float, float]:
    """Return (x, y), both finite."""
    return pair(name, value, real)


def box(name: str, value: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of two ranges, that of x and that of y, which may be infinite."""
    return pair(name, value, lambda name, ends: span(name, ends, unbounded))


def numbers(name: str, value: Any) -> Any:
    """Return an array of float64."""
    import numpy as np  # here, so that the command line starts without NumPy

    try:
        if value is not None:  # of which NumPy makes NaN
            return np.asarray(value, np.float64)
    except (TypeError, ValueError, RuntimeError):  # the last from a tensor with a gradient
        pass
    raise TypeError(f"{name} must be numbers; got {value!r:.80}")


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
    words = [str(choice) for choice in known]
    close = difflib.get_close_matches(str(value), words, n=3, cutoff=0.5)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    came, listed = f"got {value!r}{hint}", ", ".join(words)
    if len(known) <= FEW:
        raise ValueError(f"{name} must be one of {listed}; {came}")
    nearest = ", ".join(close or words[:3])
    rest = f"all are {listed}" if see is None else f"{see} lists all"
    raise ValueError(f"{name} must be one of {nearest}, … ({len(known)} in all); {came}; {rest}")


def names(name: str, values: Any, choices: Iterable[str]) -> list[str]:
    """Return a sequence of names, each among the choices."""
    known = list(choices)
    return sequence(name, values, lambda name, value: one_of(name, value, known))


def lookup(name: str, value: str, table: Mapping[str, T], *, see: str | None = None) -> T:
    """Return the entry of a registry by its name."""
    return table[one_of(name, value, table, see=see)]


def column(name: str, value: Any, table: Any) -> Any:
    """Return the name of a column that a table has; it may be a number."""
    return one_of(name, value, list(table.columns))


def by_name(
    rules: Mapping[str, Callable[[str, Any], object]],
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator: arguments that have the name of a rule are checked by it before a call.

    One that is left out, or given as its default, needs no check.
    """

    def decorated(function: Callable[P, T]) -> Callable[P, T]:
        parameters = inspect.signature(function).parameters
        defaults = {name: parameter.default for name, parameter in parameters.items()}

        @functools.wraps(function)
        def checked(*args: P.args, **options: P.kwargs) -> T:
            for name, value in {**dict(zip(defaults, args, strict=False)), **options}.items():
                if name in rules and value is not defaults.get(name, inspect.Parameter.empty):
                    rules[name](name, value)
            return function(*args, **options)

        return checked

    return decorated


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
