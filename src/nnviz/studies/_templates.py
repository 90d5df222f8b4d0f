"""Templates of claims: what stands in braces is said in words of the language in force."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from nnviz._language import current
from nnviz._numbers import Number
from nnviz._titles import title

__all__ = ["filled"]


class _Template(Formatter):
    """Fills in settings as they are said: floats as numbers, known names by their titles."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        value, used = super().get_field(field_name, args, kwargs)
        if isinstance(value, str):
            words = current().sentence(title(value))
            return current().word("choices", value, words), used
        is_plain = isinstance(value, float) and not isinstance(value, Number)
        return (Number(value) if is_plain else value), used


def filled(template: str, fields: Mapping[str, Any]) -> str:
    """Return a sentence with settings and numbers in the places of their names."""
    language = current()
    return language.finish(_Template().vformat(language.sentence(template), (), fields))
