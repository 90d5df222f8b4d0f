"""What is drawn of a run that has more than can be seen: which kind, which layers, which rows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import pandas as pd

from nnviz._few import LAYER, left_out, spread
from nnviz.diagnosis import diagnose
from nnviz.publish.recorded.sentences import top
from nnviz.record import Recording

__all__ = ["few_layers", "few_rows", "findings_of", "judged"]

_JUDGED: ContextVar[tuple[Recording, pd.DataFrame] | None] = ContextVar("judged", default=None)


@contextmanager
def judged(run: Recording, findings: pd.DataFrame) -> Iterator[None]:
    """Let figures of a run inside the ``with`` block show these findings, which are known."""
    token = _JUDGED.set((run, findings))
    try:
        yield
    finally:
        _JUDGED.reset(token)


def findings_of(run: Recording) -> pd.DataFrame:
    """Return the findings of `judged` or, of any other run, those by the usual thresholds."""
    known = _JUDGED.get()
    return known[1] if known is not None and known[0] is run else diagnose(run)


def few_layers(
    run: Recording, layers: Sequence[str], most: int, named: Iterable[str]
) -> tuple[list[str], str]:
    """Return the layers to draw, and what to say if these are not all.

    Those named above the figure are among them, and some of those that the diagnosis names.
    """
    found: list[str] = []
    if len(layers) > most:
        findings = findings_of(run)
        ill = findings.loc[findings["verdict"] == "found", "layer"]
        found = spread(list(ill[ill.isin(layers)].unique()), most // 2)
    few = spread(layers, most, keep=[*named, *found])
    return few, left_out(len(few), len(layers), "layers", LAYER)


def few_rows(
    run: Recording, table: pd.DataFrame, most: int, *, lowest: bool = False
) -> tuple[pd.DataFrame, str]:
    """Return the rows of the layers to draw, and what to say if these are not all."""
    highest = top(table, lowest=lowest)
    named = [] if highest is None else [highest["layer"]]
    few, rest = few_layers(run, list(table["layer"].unique()), most, named)
    return table[table["layer"].isin(few)], rest
