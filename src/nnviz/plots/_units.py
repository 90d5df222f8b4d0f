"""In what unit a quantity is drawn: shares in percent, differences of shares in points."""

from collections.abc import Iterable, Mapping
from math import floor, isfinite, log10
from types import MappingProxyType
from typing import Any

from matplotlib.axis import Axis
from matplotlib.ticker import Formatter, ScalarFormatter

from nnviz._numbers import number

__all__ = ["UNITS", "Quantity", "in_unit", "numbers", "written_in"]

_SHARES = (
    *("accuracy", "train_accuracy", "test_accuracy", "average_accuracy", "best_accuracy"),
    "twin_accuracy",
    *("error_rate", "saturated", "dead", "zero", "equal", "border_share", "left", "share"),
)

UNITS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(_SHARES, "%") | dict.fromkeys(("gap", "gain", "lead", "tenfold"), "points")
)
"""The unit of what is a share, a part of a whole, in tables: "%", or "points" of percentage."""

_FARTHEST = 2.0
"""Shares, and what axes leave beside them, lie nearer to 0. What lies beyond is in percent
already, as some logs have it, and is written as it is."""


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
    if not unit or not abs(value) < _FARTHEST:
        return number(value)
    return number(100 * value) + ("%" if unit == "%" else "")


def numbers(values: Iterable[float], of: str = "") -> list[str]:
    """Return numbers that are compared, with the same decimals: as many as the largest needs.

    Those of a `Quantity` that is a share are written in percent, to a tenth at least.
    """
    found = [float(value) for value in values]
    unit = getattr(of, "unit", "")
    largest = max(map(abs, filter(isfinite, found)), default=0.0)
    if unit and largest < _FARTHEST:
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
    """Write the numbers of an axis in the unit of its quantity; the data stay as they are."""
    unit = getattr(of, "unit", "")
    if unit:
        sign = "%" if unit == "%" else ""
        axis.set_major_formatter(_Hundredfold(axis.get_major_formatter(), sign))
        axis.set_minor_formatter(_Hundredfold(axis.get_minor_formatter(), sign))


class _Hundredfold(Formatter):
    """Writes shares in percent, wherever the formatter of the axis' scale writes something."""

    def __init__(self, plain: Formatter, sign: str) -> None:
        self._plain, self._sign = plain, sign
        self._decimals: int | None = None

    def set_axis(self, axis: Any) -> None:
        """Take the axis to write at."""
        super().set_axis(axis)
        self._plain.set_axis(axis)

    def set_locs(self, locs: list[float]) -> None:
        """Take all places that are written at: on a linear axis, with the same decimals."""
        super().set_locs(locs)
        self._plain.set_locs(locs)
        if isinstance(self._plain, ScalarFormatter):
            parts = [_percent(at).partition(".")[2] for at in locs]
            self._decimals = max(map(len, parts), default=0)

    def get_offset(self) -> str:
        """Return what stands at the end of the axis."""
        return self._plain.get_offset() if self._beyond() else ""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return how a place is written."""
        words = self._plain(x, pos)
        if not words or self._beyond():
            return words
        return _percent(x, self._decimals) + self._sign

    def _beyond(self) -> bool:
        axis = self.axis
        assert axis is not None  # whoever asks for numbers has one
        return max(map(abs, axis.get_view_interval())) > _FARTHEST


def _percent(share: float, decimals: int | None = None) -> str:
    if decimals is None:
        return number(100 * share, digits=6)
    return f"{100 * share:.{decimals}f}".replace("-", "−")
