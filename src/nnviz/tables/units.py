"""In what unit figures write a quantity: declared once, and kept beside the table."""

from collections.abc import Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["UNITS", "WRITTEN", "like", "unit_of", "units_of", "with_units"]

WRITTEN = ("%", "points")
"""How a share is written, and a difference of shares; any other number is written as it is."""

UNITS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        (
            *("accuracy", "train_accuracy", "test_accuracy", "average_accuracy", "best_accuracy"),
            *("twin_accuracy", "error_rate", "saturated", "dead", "zero", "equal", "share"),
        ),
        "%",
    )
    | dict.fromkeys(("gap", "accuracy_gain", "accuracy_lead"), "points")
)
"""The units of quantities by their names, in tables that declare none themselves."""

_LOWEST = {"%": 0.0, "points": -1.0}
"""What a share, and a difference of shares, is at least; at most, both are 1."""

_ROUNDING = 1e-6
"""By how much a share may miss its bounds, as sums in single precision do."""

_NAMES = ("metric", "statistic")
"""The columns of a table that name what its other numbers are."""


class _Told(str):
    """A unit that a name told: nobody declared it, and values that contradict it take it back."""

    __slots__ = ()


def with_units(data: pd.DataFrame, declared: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the table with the units of its quantities, in ``attrs["units"]``.

    pandas hands that on to whatever is made from the table. Units that were given to a table
    stay; then count those that are declared for it. What is left has the unit of its name in
    `UNITS`, unless one of all its values is no such share: some logs have an accuracy in percent
    already. That is looked at again in whatever is made from the table, whose values may be
    others; what was no share once is none in a part of it.

    Parameters
    ----------
    data : DataFrame
        Any table; it stays as it is.
    declared : mapping of str to str, optional
        The unit of a column, or of what a column such as *metric* names, one of `WRITTEN`
        or, of what is written as it is, empty.
    """
    own = units_of(data)
    given = {name: unit for name, unit in own.items() if not isinstance(unit, _Told)}
    known = {**(declared or {}), **given}
    told = {name: _checked(data, name) for name in _named(data) if name not in known}
    units = {name: _Told(unit) if unit else "" for name, unit in told.items()} | known
    if units == own and given.keys() == {name for name in units if not told.get(name)}:
        return data
    table = data.copy(deep=False)
    table.attrs["units"] = units
    return table


def unit_of(key: str, data: pd.DataFrame | None = None) -> str:
    """Return the unit of a quantity in a table or, without one, that of its name."""
    if data is None:
        return UNITS.get(key, "")
    own = units_of(data).get(key)
    is_given = own is not None and not isinstance(own, _Told)
    return own or "" if is_given or key not in UNITS else _checked(data, key)


def like(data: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that was worked out from another one, with what is declared of that."""
    table.attrs = deepcopy(data.attrs)
    return table


def units_of(data: pd.DataFrame) -> dict[str, str]:
    """Return the units that a table has; those of others' programs count for nothing."""
    units = data.attrs.get("units")
    known = units if isinstance(units, Mapping) else {}
    return {str(name): unit for name, unit in known.items() if unit in (*WRITTEN, "")}


def _named(data: pd.DataFrame) -> list[str]:
    """Return the quantities of a table whose names say a unit."""
    present = set(data.columns).union(*(data[name].unique() for name in _NAMES if name in data))
    return [name for name in UNITS if name in present]


def _checked(data: pd.DataFrame, name: str) -> str:
    """Return the unit that a name says, unless the values say that it is not."""
    unit = UNITS[name]
    values: Any = pd.to_numeric(np.ravel(_values(data, name)), errors="coerce")
    finite = values[np.isfinite(values)]
    within = (finite >= _LOWEST[unit] - _ROUNDING) & (finite <= 1 + _ROUNDING)
    return unit if within.all() else ""


def _values(data: pd.DataFrame, name: str) -> Any:
    """Return the numbers of a quantity: its column, its rows, or all that were counted."""
    if name in data:
        return data[name]
    numbers = [column for column in ("value", "mean", "left", "right") if column in data]
    rows = next((data[column] == name for column in _NAMES if column in data), slice(None))
    return data.loc[rows, numbers]
