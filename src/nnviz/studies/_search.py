"""Random search: where trials lie, and what their accuracy follows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnviz import _checks

__all__ = ["Range", "log_uniform", "range_of", "rank_correlations"]

Range = tuple[float, float]


def range_of(name: str, value: Range) -> Range:
    """Return the edges of a range, checked: both positive, the lower one first."""
    if np.shape(value) != (2,):
        raise _checks.fail(name, "two numbers, (low, high)", value)
    low, high = (_checks.positive(name, edge) for edge in value)
    if low >= high:
        raise _checks.fail(name, "(low, high) with low < high", value)
    return low, high


def log_uniform(rng: np.random.Generator, ends: Range, n: int) -> NDArray[np.float64]:
    """Return n numbers whose logarithm is uniform between the ends of a range."""
    low, high = ends
    return np.exp(rng.uniform(np.log(low), np.log(high), n))


def rank_correlations(trials: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return Spearman's rank correlation of accuracy with each hyperparameter, by search.

    Parameters
    ----------
    trials : DataFrame
        One row per trial, columns ``seed``, ``accuracy`` and those named.
    names : sequence of str
        Hyperparameters.

    Returns
    -------
    DataFrame
        Columns ``setting`` (the hyperparameter, in words), ``seed, value, split, metric``.
    """
    rows = []
    for name in names:
        for seed, table in trials.groupby("seed"):
            value = table[[name, "accuracy"]].rank().corr().loc[name, "accuracy"]
            rows.append({"setting": name.replace("_", " "), "seed": seed, "value": value})
    return pd.DataFrame(rows).assign(split="validation", metric="rank_correlation")
