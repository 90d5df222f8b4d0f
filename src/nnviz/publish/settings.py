"""Settings of a study as a reader meets them: words, no braces."""

from collections.abc import Mapping
from typing import Any

from nnviz._language import current, said
from nnviz._names import safe_text
from nnviz.plots import text

__all__ = ["settings_in_words"]

_MOST = 6
"""Values of a list that are all written; of more, the first and the last."""


def settings_in_words(settings: Mapping[str, Any]) -> str:
    """Return the settings on one line: "steps 30; learning rates: sgd 0.95, adam 0.3".

    Of a long list the first and the last value are written, and how many there are.
    """
    return "; ".join(_pair(key, value) for key, value in settings.items())


def _pair(key: object, value: object) -> str:
    several = isinstance(value, Mapping | list | tuple) and len(value) > 1
    words = current().word("settings", str(key), "") or _value(str(key))
    return f"{words}{':' if several else ''} {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_value(str(key))} {_inside(own)}" for key, own in value.items()) or "–"
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
