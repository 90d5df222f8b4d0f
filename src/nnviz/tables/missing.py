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

    Raises
    ------
    ValueError
        If a column lacks a name and has "not set" as another: two lines would become one.
    """
    missing = [name for name in columns if name in data and data[name].isna().any()]
    table = data.copy(deep=False) if missing else data
    for name in missing:
        column = data[name]
        if (column == NOT_SET).any():
            raise ValueError(
                f"the column {name} must not have {NOT_SET!r} as a name where it leaves out "
                f"others; got {column.isna().sum():,} of {len(data):,} rows without one"
            )
        table[name] = _filled(column)
    return table


def _filled(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):  # whose order stays
        new = {NOT_SET}.difference(column.cat.categories)
        return column.cat.add_categories(list(new)).fillna(NOT_SET)
    names = column.convert_dtypes().astype(object)  # of 1.0 and NaN, the name is 1
    return names.where(column.notna(), NOT_SET)


def check_keys(data: pd.DataFrame, columns: Iterable[str], *, name: str) -> None:
    """Raise ValueError if a row lacks what says where it belongs, whatever its kind.

    Parameters
    ----------
    data : DataFrame
        Any table.
    columns : iterable of str
        Columns, such as steps.
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
