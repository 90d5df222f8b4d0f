"""Numbers as they are read: in a sentence, on an axis, beside the bound that they are held to."""

import re
from collections.abc import Callable, Iterable
from math import isclose, isfinite

from nnviz._language import current

__all__ = ["Number", "number", "rate"]

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_SCALES = {"points": 100.0, "%": 100.0}
"""By what a number is multiplied that is written in these units."""

_MOST_DIGITS = 17
"""With so many, each float is told from every other."""


def _power(exponent: int) -> str:
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def number(value: float, *, digits: int = 3) -> str:
    """Return a number as it is read: few digits, a true minus sign, powers of ten if need be."""
    if value == 0 or not isfinite(value) or 1e-4 <= abs(value) < 1e5:
        plain = f"{value:.{digits}g}"
        words = f"{float(plain):.0f}" if "e" in plain and isfinite(value) else plain
    else:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        power = _power(int(exponent))
        words = power if float(mantissa) == 1 else f"{mantissa}×{power}"
    return words.replace("-", "−")


def rate(value: float) -> str:
    """Return a number that was chosen, with all its digits: "0.0125", "2×10⁻⁵"."""
    mantissa, _, exponent = f"{value:g}".partition("e")
    power = _power(int(exponent)) if exponent else ""
    both = [part for part in (mantissa, power) if part]
    return "×".join(both[-1:] if mantissa == "1" and power else both).replace("-", "−")


class Number(float):
    """A number that knows its unit, and is never written as if it lay beyond a bound.

    ``f"{Number(0.0196, unit='points', beside=(0.02,))}"`` is "1.96 points", and with two decimals
    less it is still not "2 points": digits are added until what is written lies on the same side
    of every bound as the number itself.

    Parameters
    ----------
    value : float
        The number.
    unit : str
        What is written after it; "points" (of a percentage) and "%" are a hundred times as many.
    beside : iterable of float
        The bounds.
    """

    unit: str
    beside: tuple[float, ...]

    def __new__(cls, value: float, unit: str = "", beside: Iterable[float] = ()) -> "Number":
        """Return the number with its unit and bounds."""
        self = super().__new__(cls, value)
        self.unit, self.beside = unit, tuple(beside)
        return self

    @property
    def size(self) -> "Number":
        """The same without its sign."""
        return Number(abs(self), self.unit, map(abs, self.beside))

    @property
    def bare(self) -> str:
        """The number in the scale of its unit, three digits, without the unit."""
        scale = _SCALES.get(self.unit, 1.0)

        scaled = Number(self * scale, "", (bound * scale for bound in self.beside))
        return number(float(scaled), digits=scaled._digits(3, _significant))

    def __format__(self, spec: str) -> str:
        """Return the number in words.

        An empty spec means three digits and the unit, "g" all digits that somebody chose; others
        are Python's own.
        """
        if spec == "g":
            return rate(float(self))
        if not spec:
            if written_by := current().word("units", self.unit, ""):
                return written_by.format(number=self.bare)
            unit = self.unit.removesuffix("s") if self.bare in ("1", "−1") else self.unit
            return f"{self.bare}{' ' if unit not in ('', '%') else ''}{unit}"
        if short := re.fullmatch(r"\.(\d+)g", spec):
            return number(float(self), digits=self._digits(int(short[1]), _significant))
        fixed = re.fullmatch(r"(.*\.)(\d+)([f%])", spec)
        if fixed:
            kind, scale = fixed[3], _SCALES.get(fixed[3], 1.0)

            def written(value: float, places: int) -> float:
                # Percent round after they were multiplied: .995 is below a half, 99.5 is one.
                return float(f"{value:.{places}{kind}}".removesuffix("%")) / scale

            spec = f"{fixed[1]}{self._digits(int(fixed[2]), written)}{kind}"
        return float(self).__format__(spec).replace("-", "−")

    def _digits(self, digits: int, rounded: Callable[[float, int], float]) -> int:
        """Return with how many digits the number is written, so that it crosses no bound."""
        sides = [_side(float(self), bound) for bound in self.beside]
        while digits < _MOST_DIGITS:
            shown = rounded(float(self), digits)
            if all(_side(shown, b) == s for b, s in zip(self.beside, sides, strict=True)):
                break
            digits += 1
        return digits


def _significant(value: float, digits: int) -> float:
    return float(f"{float(value):.{digits}g}")


def _side(value: float, bound: float) -> int:
    """Return on which side of a bound a number is, or 0 where only rounding parts them."""
    if isclose(value, bound, rel_tol=1e-12):
        return 0
    return (value > bound) - (value < bound)
