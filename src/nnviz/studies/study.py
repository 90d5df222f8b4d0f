"""What a study returns: tables, the settings that made them, and claims that were checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from nnviz import _checks

__all__ = ["Claim", "Study"]


@dataclass(frozen=True)
class Claim:
    """A statement about the data, with the number that decides it.

    Parameters
    ----------
    statement : str
        One sentence, as it would stand over a figure.
    number : float
        What was measured.
    bound : str
        What the number has to be for the statement to hold, such as "≥ 0.03".
    holds : bool
        Whether it is.
    measured : str
        What the number is, in a few words: "gain in test accuracy".
    """

    statement: str
    number: float
    bound: str
    holds: bool
    measured: str = ""

    @classmethod
    def at_least(
        cls, statement: str, number: float, bound: float, *, measured: str = ""
    ) -> "Claim":
        """Return a claim that holds if the number is `bound` or more."""
        return cls(statement, float(number), f"≥ {bound:g}", bool(number >= bound), measured)

    @classmethod
    def at_most(cls, statement: str, number: float, bound: float, *, measured: str = "") -> "Claim":
        """Return a claim that holds if the number is `bound` or less."""
        return cls(statement, float(number), f"≤ {bound:g}", bool(number <= bound), measured)

    @classmethod
    def between(
        cls, statement: str, number: float, low: float, high: float, *, measured: str = ""
    ) -> "Claim":
        """Return a claim that holds if the number lies in [low, high]."""
        holds = bool(low <= number <= high)
        return cls(statement, float(number), f"{low:g} … {high:g}", holds, measured)


@dataclass(frozen=True)
class Study:
    """A finished study.

    Parameters
    ----------
    name : str
        Name of the function that made it.
    tables : mapping of str to DataFrame
        Tidy tables; each study says which.
    settings : mapping
        Everything that determines the numbers, seeds included.
    claims : mapping of str to Claim
        What the study says, by a short name.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    settings: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its name."""
        return _checks.lookup("table", name, self.tables)

    def claim(self, name: str) -> Claim:
        """Return a claim by its name."""
        return _checks.lookup("claim", name, self.claims)


def seeds_of(seeds: int) -> list[int]:
    """Return the seeds 0 … seeds − 1."""
    return list(range(_checks.integer("seeds", seeds)))
