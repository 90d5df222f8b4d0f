"""What is drawn of a run that has more than can be seen: which kind, which layers, which rows."""

from collections.abc import Iterable, Sequence

import pandas as pd

from nnviz._few import LAYER, left_out, spread
from nnviz.diagnosis import diagnose
from nnviz.publish.recorded.declared import Wanted
from nnviz.publish.recorded.sentences import top
from nnviz.record import Recording

__all__ = ["few_layers", "few_rows", "findings_of"]


def findings_of(run: Recording, wanted: Wanted) -> pd.DataFrame:
    """Return the findings that a figure shows: those handed over, or those of a diagnosis."""
    return diagnose(run) if wanted.findings is None else wanted.findings


def few_layers(
    run: Recording, wanted: Wanted, layers: Sequence[str], most: int, named: Iterable[str]
) -> tuple[list[str], str]:
    """Return the layers to draw, and what to say if these are not all.

    Those named above the figure are among them, and some of those that the diagnosis names.
    """
    found: list[str] = []
    if len(layers) > most:
        findings = findings_of(run, wanted)
        ill = findings.loc[findings["verdict"] == "found", "layer"]
        found = spread(list(ill[ill.isin(layers)].unique()), most // 2)
    few = spread(layers, most, keep=[*named, *found])
    return few, left_out(len(few), len(layers), "layers", LAYER)


def few_rows(
    run: Recording, wanted: Wanted, table: pd.DataFrame, most: int, *, lowest: bool = False
) -> tuple[pd.DataFrame, str]:
    """Return the rows of the layers to draw, and what to say if these are not all."""
    highest = top(table, lowest=lowest)
    named = [] if highest is None else [highest["layer"]]
    few, rest = few_layers(run, wanted, list(table["layer"].unique()), most, named)
    return table[table["layer"].isin(few)], rest
