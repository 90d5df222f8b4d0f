"""What a study returns: tables, the settings that made them, and claims that were checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from nnviz import _checks
from nnviz.studies.claims import Claim, Question, answers

__all__ = ["Study", "seeds_of"]


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
        What the tables say to its questions, by key, premises first (`claims.answers`).
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    settings: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)

    @classmethod
    def asked(
        cls,
        name: str,
        tables: Mapping[str, pd.DataFrame],
        settings: Mapping[str, Any],
        questions: Iterable[Question],
    ) -> "Study":
        """Return a study with what its tables say to questions; premises come first."""
        return cls(name, tables, settings, answers(questions, tables, settings))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its name."""
        return _checks.lookup("table", name, self.tables)

    def claim(self, name: str) -> Claim:
        """Return a claim by its key."""
        return _checks.lookup("claim", name, self.claims)


def seeds_of(seeds: int) -> list[int]:
    """Return the seeds 0 … seeds − 1."""
    return list(range(_checks.integer("seeds", seeds)))
