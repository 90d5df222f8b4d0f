"""What becomes of a row that lacks what it is told apart by: nothing is left out in silence."""

from collections.abc import Iterable

import pandas as pd

__all__ = ["NOT_SET", "check_keys", "is_missing", "with_names"]

NOT_SET = "not set"
"""What a setting is called that a table leaves out, as None, NaN, ``pd.NA`` or ``pd.NaT``."""


def is_missing(value: object) -> bool:
    """Return whether a single value is one that a table leaves out."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def with_names(data: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Return the table with `NOT_SET` in place of each name that it leaves out.

    Parameters
    ----------
    data : DataFrame
        Any table; it stays as it is.
    columns : iterable of str
        Columns of names; those that the table has not are passed over.
    """
    missing = [name for name in columns if name in data and data[name].isna().any()]
    table = data.copy(deep=False) if missing else data
    for name in missing:
        column = data[name].convert_dtypes().astype(object)  # of 1.0 and NaN, the name is 1
        table[name] = column.where(data[name].notna(), NOT_SET)
    return table


def check_keys(data: pd.DataFrame, columns: Iterable[str], *, name: str) -> None:
    """Raise ValueError if a row lacks a number that says where it belongs.

    Parameters
    ----------
    data : DataFrame
        Any table.
    columns : iterable of str
        Columns of numbers, such as steps.
    name : str
        What the error calls the table.
    """
    for column in columns:
        missing = data[column].isna().to_numpy()
        if missing.any():
            row, value = data.index[missing][0], data[column][missing].iloc[0]
            raise ValueError(
                f"{name} must have a number in the column {column} of every row; "
                f"got {value} in row {row}, {missing.sum():,} of {len(data):,} rows"
            )
