"""A table of findings that shows itself as such."""

from collections.abc import Callable

import pandas as pd

from nnviz._displayed import Displayed

__all__ = ["Findings"]


class Findings(Displayed, pd.DataFrame):  # type: ignore[misc] # pandas has no types here
    """What `diagnose` returns: a `tables.FINDING` table, which a notebook shows as findings.

    Whatever is taken from it, such as some of its rows, is a DataFrame like any other.
    """

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        """What pandas makes of a part of it."""
        return pd.DataFrame
