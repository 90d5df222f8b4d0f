"""Settings of a study as a reader meets them: words, no braces."""

from collections.abc import Mapping
from typing import Any

from nnviz._language import current, said
from nnviz._names import safe_text
from nnviz.plots import text

__all__ = ["pairs_in_words", "settings_in_words"]

_MOST = 6
"""Values of a list that are all written; of more, the first and the last."""


def settings_in_words(settings: Mapping[str, Any]) -> str:
    """Return the settings on one line: "steps 30; learning rates: sgd 0.95, adam 0.3".

    Of a long list the first and the last value are written, and how many there are.
    """
    several = [
        isinstance(own, Mapping | list | tuple) and len(own) > 1 for own in settings.values()
    ]
    pairs = zip(pairs_in_words(settings), several, strict=True)
    return "; ".join(f"{name}{':' if many else ''} {words}" for (name, words), many in pairs)


def pairs_in_words(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the name of each setting and its value in words, as in `settings_in_words`."""
    return [(_name(str(key)), _value(value)) for key, value in settings.items()]


def _name(key: str) -> str:
    return current().word("settings", key, "") or _value(key)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_name(str(key))} {_inside(own)}" for key, own in value.items()) or "–"
    if isinstance(value, list | tuple):
        parts = [_inside(part) for part in value]
        if len(parts) > _MOST:
            return f"{parts[0]}, …, {parts[-1]} ({len(parts)})"
        return ", ".join(parts) or "–"
    if value is None or isinstance(value, bool):
        return {None: "–", True: said("yes"), False: said("no")}[value]
    if isinstance(value, float):
        return text.rate(value)
    return safe_text(current().sentence(str(value)).replace("_", " "))


def _inside(value: object) -> str:
    """Return a part of a list; one that has parts itself is put in parentheses."""
    words = _value(value)
    return f"({words})" if isinstance(value, Mapping | list | tuple) else words
