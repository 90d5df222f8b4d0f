"""Which numbers of which table a claim measures, declared as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.tables.missing import check_keys, with_names

__all__ = ["Best", "Edge", "Numbers", "Operand", "Pick", "Tables", "Within"]

Tables: TypeAlias = Mapping[str, pd.DataFrame]
Numbers: TypeAlias = "pd.Series[float]"


class Edge(Enum):
    """The first or last value of a column: the lowest or highest number, or in order for names.

    Seed by seed: a run that ended early is taken at its own end.
    """

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Within:
    """Values above `low`, up to `high` itself."""

    low: float
    high: float


@dataclass(frozen=True)
class Pick:
    """Numbers of a table.

    Parameters
    ----------
    table, value : str
        A table of the study and a column of it.
    where : mapping of str to value, Edge or Within
        Which rows: what their columns must be, one condition after the other.
    over : {"mean", "max", "min", "median"}
        What becomes of several rows of one seed; NaN if any of them is.
    """

    table: str
    value: str = "value"
    where: Mapping[str, Any] = field(default_factory=dict)
    over: str = "mean"

    def numbers(self, tables: Tables, *by: str) -> Numbers:
        """Return a number for each seed, and for each value of the columns `by`."""
        rows = with_names(self.rows(tables), by)
        column = _checks.one_of(f"a column of {self.table}", self.value, rows.columns)
        values = pd.to_numeric(rows[column]).astype(float)
        keys = [rows[name] for name in (*by, "seed") if name in rows or name != "seed"]
        if not keys:
            whole = len(values) and values.notna().all()
            return pd.Series([values.agg(self.over) if whole else np.nan])
        groups = values.groupby(keys, sort=False)
        return groups.agg(self.over).where(groups.count() == groups.size())

    def rows(self, tables: Tables) -> pd.DataFrame:
        """Return the rows that meet the conditions."""
        rows = _checks.lookup("table", self.table, tables)
        check_keys(rows, ["seed"] if "seed" in rows else [], name=self.table)
        for column, wanted in self.where.items():
            _checks.one_of(f"a column of {self.table}", column, rows.columns)
            rows = rows[_meets(rows, column, wanted)]
        return rows


def _meets(rows: pd.DataFrame, column: str, wanted: Any) -> "pd.Series[bool]":
    values = rows[column]
    if isinstance(wanted, Within):
        return (values > wanted.low) & (values <= wanted.high)
    if not isinstance(wanted, Edge):
        return values == wanted
    places = values
    if values.dtype.kind not in "iuf":  # names: in order of appearance
        places = pd.Series(pd.factorize(values, use_na_sentinel=False)[0], index=values.index)
    runs = places.groupby(rows["seed"]) if "seed" in rows else places.groupby(places.notna())
    return places == runs.transform("min" if wanted is Edge.FIRST else "max")


@dataclass(frozen=True)
class Best:
    """The highest, or lowest, of several numbers, seed by seed."""

    picks: Sequence[Pick]
    over: str = "max"

    def numbers(self, tables: Tables, *by: str) -> Numbers:
        """Return a number for each seed, and for each value of the columns `by`."""
        each = pd.concat([pick.numbers(tables, *by) for pick in self.picks], axis=1)
        return each.agg(self.over, axis=1, skipna=False)


Operand: TypeAlias = Pick | Best
