"""A table of findings that shows itself as such."""

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

import pandas as pd

from nnviz._displayed import Displayed
from nnviz._language import said
from nnviz.diagnosis.rule import in_words

__all__ = ["FOLLOWS", "Findings", "not_assessed"]

FOLLOWS = "Follows, likely, from: {cause}."
"""What stands in place of the remedy of a finding that another one explains."""


class Findings(Displayed, pd.DataFrame):  # type: ignore[misc] # pandas has no types here
    """What `diagnose` returns: a `tables.FINDING` table, which a notebook shows as findings.

    Whatever is taken from it, such as some of its rows, is a DataFrame like any other.

    Attributes
    ----------
    reasons : mapping of str to str
        Why rules could not judge, by the name of each of them.
    """

    _metadata: ClassVar[list[str]] = ["reasons"]

    def __init__(self, table: pd.DataFrame, reasons: Mapping[str, str] | None = None) -> None:
        super().__init__(table)
        self.reasons = {} if reasons is None else dict(reasons)

    @property
    def not_assessed(self) -> list[str]:
        """Lines that say which rules could not judge, one for each reason."""
        rules: dict[str, list[str]] = {}
        for rule, reason in self.reasons.items():
            rules.setdefault(reason, []).append(rule)
        return [not_assessed(own, reason) for reason, own in rules.items()]

    @property
    def first_row(self) -> pd.Series | None:
        """The row of the next step; None where all is well.

        Of the rules that found something, the first that no other of them explains.
        """
        own = self[(self["verdict"] == "found") & (self["cause"] == "")]
        return None if own.empty else own.iloc[0]

    @property
    def next_step(self) -> str:
        """The one thing to try first, with the rule that asks for it; "" where all is well."""
        row = self.first_row
        if row is None:
            return ""
        rule = said(str(row["rule"]))
        if row["layer"]:
            rule = said("{rule} in {layer}", rule=rule, layer=in_words(str(row["layer"])))
        return f"{rule}: {row['remedy']}"

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        """What pandas makes of a part of it."""
        return pd.DataFrame


def not_assessed(rules: Iterable[str], reason: str) -> str:
    """Return that rules could not judge, and why."""
    named = ", ".join(map(said, rules))
    return said("{rules}: not assessed, {reason}", rules=named, reason=reason)
