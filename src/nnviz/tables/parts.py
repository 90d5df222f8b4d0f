"""What a label consists of: declared by a schema, kept beside the table, composed when drawing."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nnviz.tables.missing import is_missing

__all__ = ["parts_of", "with_parts"]


def with_parts(data: pd.DataFrame, declared: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the table with what its labels consist of, in ``attrs["parts"]``.

    pandas hands that on to whatever is made from the table. What a table has already stays.

    Parameters
    ----------
    data : DataFrame
        Any table; it stays as it is.
    declared : mapping of str to sequence of str
        By column of labels: the columns that one consists of, in the order in which it is written.
        A part that a row leaves out is left out of its label.
    """
    own = parts_of(data)
    known: dict[str, tuple[object, ...]] = {}
    for label, columns in declared.items():
        for name, *parts in data[[label, *columns]].drop_duplicates().itertuples(index=False):
            known[str(name)] = tuple(part for part in parts if not is_missing(part))
    known |= own
    if known == own:
        return data
    table = data.copy(deep=False)
    table.attrs["parts"] = known
    return table


def parts_of(data: pd.DataFrame) -> dict[str, tuple[Any, ...]]:
    """Return what labels consist of as the table has it; what else stands there is left out."""
    known = data.attrs.get("parts")
    pairs = known.items() if isinstance(known, Mapping) else ()
    return {str(name): tuple(parts) for name, parts in pairs if isinstance(parts, list | tuple)}
