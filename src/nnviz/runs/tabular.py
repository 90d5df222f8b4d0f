"""Tables as logs: rows of numbers with a column that says at which step they were taken."""

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

from nnviz.errors import RunFileError
from nnviz.runs.points import Points

__all__ = ["number", "points_of_rows"]

Row = Mapping[str, Any]

STEPS: Mapping[str, Sequence[str]] = {
    "logged_step": ("step", "global_step", "_step", "trainer/global_step", "iteration", "iter"),
    "environment_step": (
        "time/total_timesteps",
        "total_timesteps",
        "timesteps",
        "timestep",
        "environment_step",
        "env_step",
        "env_steps",
    ),
    "epoch": ("epoch", "epochs"),
}
"""Columns that say at which step a row was taken, and what that step is: the first wins."""

_TIMES = ("wall time", "wall_time", "timestamp", "_timestamp")
"""Columns with the time of a row, in seconds since 1970."""

_NAMES, _VALUE, _SPLIT = ("name", "metric", "tag", "key"), "value", "split"
"""Columns of a table with a row for each number."""

_KEPT = ("epoch",)
"""What is a number, too, where it does not count the steps."""

_LARGEST = 2**53
"""A step: beyond, not every whole number is a float."""

_MISSING = ("", "na", "n/a", "none", "null", "-")
"""Cells without a number."""

_TEXT = object()
"""What a cell holds that is no number."""


def points_of_rows(rows: Sequence[Row], where: str, step: str | None = None) -> Points:
    """Return the points of rows; RunFileError if no column says at which step each was taken.

    Parameters
    ----------
    rows : sequence of mapping of str to object
        Cells by column.
    where : str
        What the rows are of, for messages.
    step : str, optional
        The column that says at which step a row was taken. By default, one of `STEPS`.
    """
    table = _Table(rows, where, step)
    points = Points(axis=table.axis)
    for row in _forwards(rows, table.counting):
        _take(points, row, table)
    if rows and not points.numbers:
        raise RunFileError(f"{where}: there are no numbers in it beside {table.counting!r}")
    for column in table.kept:
        if known := _by_step(rows, table.counting, column):
            points.numbers.setdefault(column.strip(), known)
    for what, columns in (("without numbers", table.text), ("beside the value", table.beside)):
        if columns:
            told = ", ".join(sorted(columns))
            points.notices.append(f"columns {what} are left out: {told}")
    return points


class _Table:
    """Which part each column of a table plays.

    Attributes
    ----------
    counting, axis : str
        The column that says at which step a row was taken, and what that step is.
    name : str or None
        The column that says of which number a row is, in a table with a row for each.
    split : str or None
        In such a table, the column that says of which split it is.
    times, measured, text : list of str
        Those with the time, with numbers, and with none.
    kept, beside : list of str
        In such a table, those with what is the same for all numbers of a step, and other numbers.
    """

    def __init__(self, rows: Sequence[Row], where: str, step: str | None) -> None:
        columns = list(dict.fromkeys(chain.from_iterable(rows)))
        self.counting, self.axis = _counting(columns, where, step)
        by_word = {_word(column): column for column in reversed(columns)}
        named = [by_word[word] for word in _NAMES if word in by_word]
        self.name = named[0] if named and _VALUE in by_word else None
        self.split = by_word.get(_SPLIT) if self.name is not None else None
        self.times = [column for column in columns if _word(column) in _TIMES]
        others = {word for words in STEPS.values() for word in words} - set(_KEPT)
        left_out = {self.counting, self.name, self.split, *self.times}
        left_out |= {column for column in columns if _word(column) in others}
        rest = [column for column in columns if column not in left_out]
        self.text = [column for column in rest if _is_text(column, rows)]
        self.measured = [column for column in rest if column not in self.text]
        self.kept: list[str] = []
        self.beside: list[str] = []
        if self.name is not None:
            numbers, value = self.measured, by_word[_VALUE]
            self.measured = [column for column in numbers if column == value]
            self.kept = [column for column in numbers if _word(column) in _KEPT]
            shown = {value, *self.kept}
            self.beside = [column for column in numbers if column not in shown]

    def tag(self, row: Row, column: str) -> str:
        """Return what a number is called."""
        if self.name is None:
            return column.strip()
        name = str(row.get(self.name)).strip()
        split = "" if self.split is None else row.get(self.split)
        if not isinstance(split, str) or number(split) is None:
            return name
        return f"{split.strip()}/{name}"


def _word(column: str) -> str:
    return column.strip().lower()


def _is_text(column: str, rows: Sequence[Row]) -> bool:
    """Return whether a column has cells, and no number in any."""
    cells = [number(row.get(column)) for row in rows]
    return _TEXT in cells and not any(isinstance(cell, float) for cell in cells)


def _take(points: Points, row: Row, table: _Table) -> None:
    """Add the numbers of a row."""
    step = _step(row, table.counting)
    if step is None:
        points.odd += 1
        return
    points.n_events += 1
    for column in table.times:
        time = number(row.get(column))
        if isinstance(time, float):
            points.seen(time)
    for column in table.measured:
        value = number(row.get(column))
        if isinstance(value, float):
            points.scalar(table.tag(row, column), step, value)
        elif value is _TEXT:
            points.odd += 1


def _step(row: Row, counting: str) -> int | None:
    """Return the step of a row, if it says any."""
    step = number(row.get(counting))
    is_one = isinstance(step, float) and step.is_integer() and abs(step) <= _LARGEST
    return int(step) if is_one else None


def _by_step(rows: Sequence[Row], counting: str, column: str) -> dict[int, float]:
    """Return the last number of a column at each step, in order."""
    pairs = [(_step(row, counting), number(row.get(column))) for row in rows]
    known = {at: value for at, value in pairs if at is not None and isinstance(value, float)}
    return dict(sorted(known.items()))


def _counting(columns: Sequence[str], where: str, step: str | None) -> tuple[str, str]:
    """Return the column that says at which step a row was taken, and what that step is."""
    plain = {_word(column): column for column in reversed(columns)}
    axes = {name: axis for axis, names in STEPS.items() for name in names}
    if step is not None:
        if step in columns:
            return step, axes.get(_word(step), "logged_step")
        raise RunFileError(f"{where}: has no column {step!r}; it has {', '.join(columns)}")
    for name, axis in axes.items():
        if name in plain:
            return plain[name], axis
    told = ", ".join(columns[:20]) + (", …" if len(columns) > 20 else "")
    raise RunFileError(
        f"{where}: not a run file, nor a table of which a column says at which step each row was "
        f'taken; name that column, as in open_run(path, step="batch"): it has {told or "none"}'
    )


def _forwards(rows: Sequence[Row], counting: str) -> Sequence[Row]:
    """Return rows in the order of their steps if they begin with the last one."""
    steps = [at for row in rows if isinstance(at := number(row.get(counting)), float)]
    changes = {later > earlier for earlier, later in pairwise(steps) if later != earlier}
    return list(reversed(rows)) if changes == {False} else rows


def number(cell: Any) -> Any:
    """Return a cell's number, None for a cell that holds none, or what stands for text."""
    if cell is None:
        return None
    if isinstance(cell, str):
        if cell.strip().lower() in _MISSING:
            return None
        if "_" in cell:  # which Python takes for a separator of thousands
            return _TEXT
    try:
        return float(cell)
    except (TypeError, ValueError, OverflowError):
        return _TEXT
