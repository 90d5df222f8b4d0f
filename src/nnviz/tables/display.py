"""How figures write a column, if not by its name: declared by a schema, kept beside the table."""

from collections.abc import Mapping

import pandas as pd

__all__ = ["display_of", "with_display"]


def with_display(data: pd.DataFrame, declared: Mapping[str, str]) -> pd.DataFrame:
    """Return the table with how its columns are written, in ``attrs["display"]``.

    pandas hands that on to whatever is made from the table. What a table has already stays.

    Parameters
    ----------
    data : DataFrame
        Any table; it stays as it is.
    declared : mapping of str to str
        The words of a column.
    """
    own = display_of(data)
    known = {**declared, **own}
    if known == own:
        return data
    table = data.copy(deep=False)
    table.attrs["display"] = known
    return table


def display_of(data: pd.DataFrame) -> dict[str, str]:
    """Return how columns are written as the table has it; what else stands there is left out."""
    known = data.attrs.get("display")
    pairs = known.items() if isinstance(known, Mapping) else ()
    return {str(name): words for name, words in pairs if isinstance(words, str) and words}
