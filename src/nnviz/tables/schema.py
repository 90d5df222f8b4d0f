"""What a table says of itself: its columns, and the part that each of them plays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from nnviz import _checks
from nnviz.tables.display import with_display
from nnviz.tables.missing import check_keys, with_names
from nnviz.tables.parts import with_parts
from nnviz.tables.units import WRITTEN, with_units

__all__ = ["Schema"]


@dataclass(frozen=True)
class Schema:
    """What a table is: its columns, what each of them means, and which part it plays.

    A table may have more columns and its rows may come in any order.

    Parameters
    ----------
    name : str
        What errors call the table.
    columns : mapping of str to str
        Each column, and what it means, with its unit if it has one. A name such as ``"*_x"``
        stands for any number of columns.
    label : str
        The column that tells apart what is compared: lines, dots, colours.
    panels : str
        The column that tells panels apart.
    named : sequence of str
        Further columns of names, such as split and metric. A name that a table leaves out, as
        of a label or a panel, is "not set".
    keys : sequence of str
        Columns that say where a row belongs, numbers such as its step. It is checked that none is
        missing, and not what it is.
    over : str
        The column over which something was measured: what runs to the right.
    measured : str
        What was measured: a column or, of a table of histograms, the quantity that was counted.
    log : sequence of str
        Columns whose scale is logarithmic.
    lowest : bool
        Whether the lowest number of what was measured is the best, instead of the highest.
    part : str
        A column of which a figure shows the first value alone.
    beside : mapping of str to str
        What a study has beside the table that helps to draw it: an argument of the plot, and
        the name of another table or of a setting.
    display : mapping of str to str
        How columns are written on a figure, if not by their names.
    units : mapping of str to {"%", "points", ""}
        How figures write what is a part of a whole in the table: a share in percent, a difference
        of shares in points. By column, or by what a column such as *metric* names; one that is
        left out is written as its name says (`UNITS`).
    parts : mapping of str to sequence of str
        Labels that consist of several columns, by the column of the label: a figure writes and
        colours the label ``"relu, He"`` by its parts, activation and initializer, where
        ``parts={"setting": ["activation", "initializer"]}``.
    like : Schema, optional
        What it was `extended` from: a plot of that draws this one, too.
    undrawn : str
        Why there is no figure of it, if there is none.
    """

    name: str
    columns: Mapping[str, str]
    label: str = ""
    panels: str = ""
    named: Sequence[str] = ()
    keys: Sequence[str] = ()
    over: str = ""
    measured: str = ""
    log: Sequence[str] = ()
    lowest: bool = False
    part: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    display: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    like: "Schema | None" = None
    undrawn: str = ""

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        _checks.mapping("columns", self.columns, _checks.text)
        for role in ("label", "panels", "over", "part"):
            column = _checks.instance(role, getattr(self, role), str)
            if column:
                _checks.one_of(role, column, self.columns)
        _checks.instance("measured", self.measured, str)
        for several in ("named", "keys", "log"):
            _checks.sequence(several, getattr(self, several), self._column, at_least=0)
        _checks.flag("lowest", self.lowest)
        _checks.mapping("beside", self.beside, _checks.text)
        _checks.mapping("display", self.display, _checks.text)
        _checks.mapping("units", self.units, _unit)
        _checks.mapping("parts", self.parts, self._columns)
        for label in self.parts:
            self._column("parts", label)
        _checks.optional("like", self.like, _schema)
        _checks.instance("undrawn", self.undrawn, str)

    def _column(self, name: str, value: str) -> str:
        return _checks.one_of(name, value, self.columns)

    def _columns(self, name: str, value: Sequence[str]) -> list[str]:
        return _checks.sequence(name, value, self._column)

    def extended(
        self,
        name: str,
        columns: Mapping[str, str] | None = None,
        units: Mapping[str, str] | None = None,
        **parts: Any,
    ) -> "Schema":
        """Return a schema with more columns or other parts, which the same plot draws.

        Parameters
        ----------
        name : str
            Its name.
        columns : mapping of str to str, optional
            More columns, or other meanings of those there are.
        units : mapping of str to str, optional
            More units, or others than those there are.
        **parts
            The other fields of `Schema`.
        """
        more = _checks.mapping("columns", {} if columns is None else columns, _checks.text)
        other = _checks.mapping("units", {} if units is None else units, _unit)
        columns, units = {**self.columns, **more}, {**self.units, **other}
        return replace(self, name=name, columns=columns, units=units, like=self, **parts)

    def check(self, data: pd.DataFrame, *, name: str = "data") -> pd.DataFrame:
        """Return the table with what is declared, or raise ValueError naming what is missing.

        Units stand in ``attrs["units"]``, how columns are written in ``attrs["display"]``, what
        labels consist of in ``attrs["parts"]``; what a table has there already stays. A name
        that is left out is "not set".

        Parameters
        ----------
        data : DataFrame
            The table.
        name : str, default "data"
            What the error calls it: the name of the argument.

        Raises
        ------
        ValueError
            If the table lacks a column, or a row what belongs in one of the `keys`; if a column of
            names leaves out some and has "not set" as another.
        """
        _checks.text("name", name)
        _checks.instance(name, data, pd.DataFrame, hint=f" ({self.name} table)")
        needed = [column for column in self.columns if "*" not in column]
        missing = [column for column in needed if column not in data.columns]
        if missing:
            raise ValueError(
                f"{name} must be a {self.name} table with the columns {', '.join(needed)}; "
                f"missing: {', '.join(missing)}"
            )
        check_keys(data, self.keys, name=name)
        names = [column for column in (self.label, self.panels, *self.named) if column]
        data = with_parts(with_names(data, names), self.parts)
        return with_display(with_units(data, self.units), self.display)

    def meaning(self, column: str) -> str | None:
        """Return what a column means; None for one that is not declared."""
        _checks.text("column", column)
        if column in self.columns:
            return self.columns[column]
        return next((m for name, m in self.columns.items() if fnmatchcase(column, name)), None)

    def empty(self) -> pd.DataFrame:
        """Return a table with these columns and no row."""
        return pd.DataFrame(columns=[column for column in self.columns if "*" not in column])


def _schema(name: str, value: Schema) -> Schema:
    return _checks.instance(name, value, Schema)


def _unit(name: str, value: str) -> str:
    return value if value == "" else _checks.one_of(name, value, WRITTEN)
