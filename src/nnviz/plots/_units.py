"""Numbers in the unit of their quantity: shares in percent, differences of shares in points."""

from collections.abc import Iterable
from math import floor, isfinite, log10
from typing import Any

from matplotlib.axis import Axis
from matplotlib.ticker import Formatter, ScalarFormatter

from nnviz._numbers import number

__all__ = ["Quantity", "in_unit", "numbers", "written_in"]


class Quantity(str):
    """How a quantity is written on an axis, with the unit of the numbers there."""

    __slots__ = ("unit",)
    unit: str

    def __new__(cls, words: str, unit: str = "") -> "Quantity":
        """Return the words with a unit, if there is one."""
        self = super().__new__(cls, words)
        self.unit = unit
        return self


def in_unit(value: float, of: str) -> str:
    """Return a number of a `Quantity` as it is read: in percent, if that is a share."""
    unit = getattr(of, "unit", "")
    if not unit:
        return number(value)
    return number(100 * value) + ("%" if unit == "%" else "")


def numbers(values: Iterable[float], of: str = "") -> list[str]:
    """Return numbers that are compared, with the same decimals: as many as the largest needs.

    Those of a `Quantity` that is a share are written in percent, to a tenth at least.
    """
    found = [float(value) for value in values]
    unit = getattr(of, "unit", "")
    if unit:
        sign = "%" if unit == "%" else ""
        return [words + sign for words in _alike([100 * value for value in found], least=1)]
    return _alike(found)


def _alike(found: list[float], least: int = 0) -> list[str]:
    largest = max(map(abs, filter(isfinite, found)), default=0.0)
    if not 1e-4 <= largest < 1e5:
        return [number(value) for value in found]
    decimals = max(least, 2 - floor(log10(largest)))
    words = [f"{value:.{decimals}f}".replace("-", "−") for value in found]
    lost = any(value and not round(value, decimals) for value in found)
    return [number(value) for value in found] if lost else words


def written_in(axis: Axis, of: str) -> None:
    """Write the numbers of an axis in the unit of its quantity; the data stay as they are.

    An axis that had the unit of another quantity has its own numbers again.
    """
    unit = getattr(of, "unit", "")
    for before, write in (
        (axis.get_major_formatter(), axis.set_major_formatter),
        (axis.get_minor_formatter(), axis.set_minor_formatter),
    ):
        plain = before.plain if isinstance(before, _Hundredfold) else before
        after = _Hundredfold(plain, "%" if unit == "%" else "") if unit else plain
        if after is not before:
            write(after)


class _Hundredfold(Formatter):
    """Writes shares in percent, wherever the formatter of the axis' scale writes something."""

    def __init__(self, plain: Formatter, sign: str) -> None:
        self.plain, self._sign = plain, sign
        self._decimals: int | None = None

    def set_axis(self, axis: Any) -> None:
        """Take the axis to write at."""
        super().set_axis(axis)
        self.plain.set_axis(axis)

    def set_locs(self, locs: list[float]) -> None:
        """Take all places that are written at: on a linear axis, with the same decimals."""
        super().set_locs(locs)
        self.plain.set_locs(locs)
        if isinstance(self.plain, ScalarFormatter):
            parts = [_percent(at).partition(".")[2] for at in locs]
            self._decimals = max(map(len, parts), default=0)

    def get_offset(self) -> str:
        """Return what stands at the end of the axis."""
        return ""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return how a place is written."""
        words = self.plain(x, pos)
        return _percent(x, self._decimals) + self._sign if words else ""


def _percent(share: float, decimals: int | None = None) -> str:
    if decimals is None:
        return number(100 * share, digits=6)
    return f"{100 * share:.{decimals}f}".replace("-", "−")
