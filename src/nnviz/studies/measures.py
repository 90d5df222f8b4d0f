"""What claims measure, declared as values: what becomes of the numbers that `picks` takes.

Every kind has ``of(tables)``, which returns what was measured. A number "seed by seed" is one for
each value of the table's column ``seed``; tables without one, of what nobody drew at random, give
a single number that is exact.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies.measured import Measured, difference_of, mean_of, ratio_of, seeds_in
from nnviz.studies.picks import Best, Edge, Numbers, Operand, Pick, Tables, Within

__all__ = [
    "Agreement",
    "Best",
    "Deviation",
    "Difference",
    "Distinct",
    "Edge",
    "Extreme",
    "Growth",
    "Level",
    "Measure",
    "Measured",
    "Pick",
    "Ratio",
    "Share",
    "Spread",
    "Within",
]

_NONE = {"difference": 0.0, "ratio": 1.0}
"""What stands for no difference, by the relation of the sides."""


class Measure(Protocol):
    """What a question needs to know of a kind of measure."""

    @property
    def none(self) -> float | None:
        """The number that stands for no difference; None where nothing is compared."""

    def of(self, tables: Tables) -> Measured:
        """Return what was measured."""


@dataclass(frozen=True)
class Level:
    """A number itself, mean over seeds."""

    pick: Operand
    none: float | None = None

    def of(self, tables: Tables) -> Measured:
        """Return the mean over seeds."""
        return mean_of(self.pick.numbers(tables))


@dataclass(frozen=True)
class Difference:
    """One number less another, seed by seed; parts are ``a`` and ``b``, their means."""

    a: Operand
    b: Operand
    none: float | None = 0.0

    def of(self, tables: Tables) -> Measured:
        """Return the mean over seeds."""
        return difference_of(self.a.numbers(tables), self.b.numbers(tables))


@dataclass(frozen=True)
class Ratio:
    """The mean of one number over the mean of another; parts are ``a`` and ``b``, the means."""

    a: Operand
    b: Operand
    none: float | None = 1.0

    def of(self, tables: Tables) -> Measured:
        """Return the ratio of the means."""
        return ratio_of(self.a.numbers(tables), self.b.numbers(tables))


@dataclass(frozen=True)
class Extreme:
    """The highest or lowest of a number, or of a comparison, over the values of a column.

    Each is a mean over seeds; the one that is extreme is then shown seed by seed. Parts are
    ``at``, where it lies, and, of a comparison, ``a`` and ``b``.

    Parameters
    ----------
    a : Pick or Best
        What is taken, or the first side of the comparison.
    by : str
        The column.
    over : {"max", "min"}
        Which extreme.
    b : Pick or Best, optional
        The other side.
    relation : {"difference", "ratio"}
        How the sides are compared.
    """

    a: Operand
    by: str
    over: str
    b: Operand | None = None
    relation: str = "difference"

    @property
    def none(self) -> float | None:
        """0 for a difference, 1 for a ratio; the extreme of plain numbers compares nothing."""
        return None if self.b is None else _NONE[self.relation]

    def of(self, tables: Tables) -> Measured:
        """Return the extreme."""
        sides = [side.numbers(tables, self.by) for side in (self.a, self.b) if side is not None]
        groups = list(sides[0].index.unique(self.by))
        each = [
            self._compared([_of_group(side, self.by, group) for side in sides]) for group in groups
        ]
        numbers = np.array([measured.number for measured in each])
        if not groups or np.isnan(numbers).any():
            return Measured(np.nan)
        place = int(numbers.argmax() if self.over == "max" else numbers.argmin())
        found = each[place]
        return replace(found, parts={"at": groups[place]})

    def _compared(self, sides: list[Numbers]) -> Measured:
        if len(sides) == 1:
            return mean_of(sides[0])
        return (ratio_of if self.relation == "ratio" else difference_of)(*sides)


@dataclass(frozen=True)
class Spread:
    """How far apart the values of a column are, seed by seed: the highest and the lowest number.

    Sides are ``highest`` and ``lowest``, means over seeds; parts ``at_high`` and ``at_low``, where
    they lie.
    """

    pick: Operand
    by: str
    relation: str = "difference"

    @property
    def none(self) -> float | None:
        """0 for a difference, 1 for a ratio."""
        return _NONE[self.relation]

    def of(self, tables: Tables) -> Measured:
        """Return the mean over seeds of highest less, or over, lowest."""
        wide = _wide(self.pick.numbers(tables, self.by))
        high, low = wide.max(skipna=False), wide.min(skipna=False)
        each = high / low if self.relation == "ratio" else high - low
        mean = wide.mean(axis=1, skipna=False)
        if mean.isna().any() or not len(mean):
            return Measured(np.nan)
        found = mean_of(each, highest=float(mean.max()), lowest=float(mean.min()))
        return replace(found, parts={"at_high": mean.idxmax(), "at_low": mean.idxmin()})


@dataclass(frozen=True)
class Share:
    """The share of cases in which one number exceeds another.

    A case is a value of the column `by`, seed by seed; without a column, a seed. Parts are
    ``count`` and ``total``, of all cases.
    """

    a: Operand
    b: Operand
    by: str | None = None
    none: float | None = None

    def of(self, tables: Tables) -> Measured:
        """Return the mean over seeds."""
        by = () if self.by is None else (self.by,)
        a, b = self.a.numbers(tables, *by), self.b.numbers(tables, *by)
        exceeds = (a > b).astype(float).where(a.notna() & b.notna())
        parts = {"count": int(exceeds.sum()), "total": len(exceeds)}
        if self.by is None:
            # A yes or no for each seed: their scatter says nothing that the share does not.
            number = float(exceeds.mean(skipna=False)) if len(exceeds) else np.nan
            return Measured(number, seeds_in(exceeds), parts=parts)
        return replace(mean_of(_wide(exceeds).mean(skipna=False)), parts=parts)


@dataclass(frozen=True)
class Deviation:
    """How far means over seeds are from theory at most, relative to it, over a column.

    Part ``at`` says where.

    Parameters
    ----------
    measured, theory : Pick
        What is compared.
    by : str
        The column.
    squared : bool
        Whether the mean over seeds is the root of the mean square, as theory has it for
        distances.
    """

    measured: Pick
    theory: Pick
    by: str
    squared: bool = False
    none: float | None = None

    def of(self, tables: Tables) -> Measured:
        """Return the largest |measured / theory − 1|."""
        power = 2 if self.squared else 1
        found, said = (
            _over_seeds(side.numbers(tables, self.by), self.by, power)
            for side in (self.measured, self.theory)
        )
        off = (found / said - 1).abs()
        if off.isna().any() or not len(off):
            return Measured(np.nan)
        return Measured(float(off.max()), parts={"at": off.idxmax()})


@dataclass(frozen=True)
class Growth:
    """By what the root mean square over seeds is multiplied if another column is.

    Measured between the two ends of that column, on logarithms. Sides are ``first`` and ``last``,
    the root mean squares there.
    """

    pick: Pick
    by: str
    factor: float
    none: float | None = 1.0

    def of(self, tables: Tables) -> Measured:
        """Return the factor."""
        size = _over_seeds(self.pick.numbers(tables, self.by), self.by, 2)
        first, last = size.index.min(), size.index.max()
        slope = np.log(size[last] / size[first]) / np.log(last / first)
        sides = {"first": float(size[first]), "last": float(size[last])}
        return Measured(float(self.factor**slope), sides=sides)


@dataclass(frozen=True)
class Agreement:
    """The share of rows in which two columns say the same."""

    table: str
    one: str
    other: str
    none: float | None = None

    def of(self, tables: Tables) -> Measured:
        """Return the share."""
        rows = _checks.lookup("table", self.table, tables).dropna(subset=[self.one, self.other])
        agree = rows[self.one].astype(bool) == rows[self.other].astype(bool)
        return Measured(
            float(agree.mean()) if len(agree) else np.nan,
            parts={"count": int(agree.sum()), "total": len(agree)},
        )


@dataclass(frozen=True)
class Distinct:
    """How many different values a column has."""

    pick: Pick
    none: float | None = None

    def of(self, tables: Tables) -> Measured:
        """Return the number."""
        return Measured(float(self.pick.rows(tables)[self.pick.value].nunique()))


def _wide(numbers: Numbers) -> pd.DataFrame:
    """Return a row for each value of the column, a column for each seed."""
    return numbers.unstack("seed") if "seed" in numbers.index.names else numbers.to_frame()


def _of_group(numbers: Numbers, by: str, group: Any) -> Numbers:
    """Return the numbers of one value of a column, by seed if there are seeds."""
    if numbers.index.nlevels > 1:
        return numbers.xs(group, level=by)
    return pd.Series([numbers[group]])


def _over_seeds(numbers: Numbers, by: str, power: int) -> Numbers:
    """Return the power mean over seeds for each value of a column; NaN if one seed's is."""
    groups = (numbers**power).groupby(level=by, sort=False)
    return (groups.mean() ** (1 / power)).where(groups.count() == groups.size())
