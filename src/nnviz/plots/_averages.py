"""From the tables that plots accept to lines in order: all averaging is done by `tables.bands`."""

from collections.abc import Hashable, Iterator

import pandas as pd

from nnviz import _checks, tables

__all__ = ["banded", "chosen", "the_only"]


def banded(data: pd.DataFrame, *, x: str) -> Iterator[tuple[Hashable, str, pd.DataFrame]]:
    """Yield setting, split and rows of a CURVE or BAND table, the rows in order of x."""
    table = data if "mean" in data else tables.bands(data, x=x)
    for (setting, split), rows in table.groupby(["setting", "split"], sort=False):
        yield setting, str(split), rows.sort_values(x)


def chosen(data: pd.DataFrame, column: str, value: object = None) -> tuple[str, pd.DataFrame]:
    """Return the value asked for, or the only one there is, as it is written, and its rows."""
    name = the_only(data, column, value)
    return name, data[data[column].map(str) == name]


def the_only(data: pd.DataFrame, column: str, value: object = None) -> str:
    """Return the value asked for, or the only one there is, as it is written."""
    values = list(map(str, data[column].unique()))
    if value is not None:
        return _checks.one_of(column, str(value), values)
    if len(values) != 1:
        raise ValueError(f"{column} must be one of {', '.join(values)}; got None")
    return values[0]
