"""How values are written on a line, by the types of a function's parameters."""

import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

__all__ = ["FLAG", "INTEGER", "NUMBER", "TEXT", "TRUTH", "Form", "form_of", "number", "written"]

Action: TypeAlias = Literal["store", "append", "store_const"]

Read: TypeAlias = Callable[[str, Any], Any]
"""From the name of an option and the words written behind it to its value."""


@dataclass(frozen=True)
class Form:
    """How a value is written.

    Attributes
    ----------
    read : callable
        Reads what is written, or raises a ValueError that names the option. It is given a string
        or, of an option that may be repeated, the list of these.
    shown : str
        How the help shows it; empty for a flag.
    action : {"store", "append", "store_const"}
        What argparse does with it: of one value, of several, of none.
    """

    read: Read
    shown: str
    action: Action = "store"


def number(option: str, words: str) -> float:
    """Return a number, as Python writes it."""
    return _converted(option, words, float, "a number")


def _integer(option: str, words: str) -> int:
    return _converted(option, words, int, "an integer")


def _truth(option: str, words: str) -> bool:
    return _converted(option, words, {"true": True, "false": False}.__getitem__, "true or false")


def _converted(option: str, words: str, kind: Callable[[str], Any], rule: str) -> Any:
    from nnviz import _checks

    try:
        return kind(words)
    except (ValueError, KeyError):
        raise _checks.fail(option, rule, words) from None


INTEGER = Form(_integer, "N")
NUMBER = Form(number, "X")
TEXT = Form(lambda _, words: words, "NAME")
TRUTH = Form(_truth, "true|false")
FLAG = Form(lambda *_: True, "", "store_const")

_SINGLE: Mapping[Any, Form] = {int: INTEGER, float: NUMBER, str: TEXT, bool: TRUTH}


def form_of(annotation: Any) -> Form | None:
    """Return how a value of a type is written; None if it cannot be.

    Of a union, all that can: what is written is the first of its types that reads it, and text
    if no other does.
    """
    if annotation in _SINGLE:
        return _SINGLE[annotation]
    parts, kind = get_args(annotation), get_origin(annotation)
    if kind in (Union, types.UnionType):
        return _either([form for part in parts if (form := form_of(part))])
    part = form_of(parts[-1]) if parts else None
    if part is None:
        return None
    if kind is tuple and len(parts) == 2:
        return Form(_pair(part.read), f"{part.shown},{part.shown}")
    if kind is Sequence and part in _SINGLE.values():
        return Form(_listed(part.read), f"{part.shown},{part.shown},…")
    if kind is Sequence:  # of pairs, which have commas of their own
        return Form(_each(part.read), part.shown, "append")
    return Form(_named(part.read), f"NAME={part.shown},…") if kind is Mapping else None


def written(value: Any) -> str:
    """Return a value as it is written on a line."""
    if isinstance(value, Mapping):
        return ",".join(f"{key}={entry}" for key, entry in value.items())
    if isinstance(value, tuple | list):
        return ",".join(map(written, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _either(forms: list[Form]) -> Form | None:
    """Return the form of what may be written in several ways."""
    if len(forms) < 2:
        return forms[0] if forms else None
    forms = sorted(forms, key=lambda form: form is TEXT)
    actions = {form.action for form in forms}
    action: Action = "append" if "append" in actions else "store"

    def read(option: str, words: Any) -> Any:
        for form in forms[:-1]:
            with suppress(ValueError):
                return attempt(form, option, words)
        return attempt(forms[-1], option, words)

    def attempt(form: Form, option: str, words: Any) -> Any:
        if form.action == action:
            return form.read(option, words)
        first, *more = words
        if more:
            raise ValueError
        return form.read(option, first)

    return Form(read, " or ".join(dict.fromkeys(form.shown for form in forms)), action)


def _listed(read: Read) -> Read:
    return lambda option, words: [read(option, part) for part in words.split(",")]


def _each(read: Read) -> Read:
    return lambda option, several: [read(option, words) for words in several]


def _pair(read: Read) -> Read:
    def both(option: str, words: str) -> tuple[Any, ...]:
        from nnviz import _checks

        parts = words.split(",")
        if len(parts) != 2:
            raise _checks.fail(option, "two values separated by a comma", words)
        return tuple(read(option, part) for part in parts)

    return both


def _named(read: Read) -> Read:
    def entries(option: str, words: str) -> dict[str, Any]:
        from nnviz import _checks

        pairs = [part.partition("=") for part in words.split(",")]
        if not all(found for _, found, _ in pairs):
            raise _checks.fail(option, "NAME=VALUE, separated by commas", words)
        return {name: read(option, value) for name, _, value in pairs}

    return entries
