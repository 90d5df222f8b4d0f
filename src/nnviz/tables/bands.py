"""From rows of several seeds to the lines and bands that are drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnviz import _checks
from nnviz.tables.kinds import AXES, CURVE
from nnviz.tables.missing import check_keys, with_names
from nnviz.tables.schema import Schema
from nnviz.tables.units import like

__all__ = ["bands", "bands_over", "compare", "final", "from_cells"]

_VALUES = Schema(
    "value",
    {"setting": "what was varied", "seed": "seed of the run", "value": "the measured number"},
    label="setting",
    keys=("seed",),
)


def from_cells(
    cells: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, NDArray[Any]]]
) -> pd.DataFrame:
    """Return one table from the columns of each cell, with what tells the cells apart.

    Parameters
    ----------
    cells : sequence of mappings
        Values that are constant within a cell, such as ``setting`` and ``seed``.
    columns : sequence of mappings
        Columns of each cell, in the same order.
    """
    cells = _checks.sequence("cells", cells, _checks.mapping, at_least=0, distinct=False)
    columns = _checks.sequence("columns", columns, _checks.mapping, at_least=0, distinct=False)
    if len(cells) != len(columns):
        raise ValueError(f"columns must be those of {len(cells)} cells; got {len(columns)}")
    frames = [
        pd.DataFrame({**cell, **own}) for cell, own in zip(cells, columns, strict=True) if own
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def bands(curve: pd.DataFrame, *, x: str = "epoch", spread: str = "range") -> pd.DataFrame:
    """Return mean and band over seeds, for every setting, split, metric and x.

    Parameters
    ----------
    curve : DataFrame
        A `CURVE` table.
    x : {"epoch", "step", "logged_step", "environment_step"}
        What is kept beside the columns of `BAND`.
    spread : {"range", "std"}
        The band: from the lowest to the highest seed, or mean ± one standard deviation
        (divided by n − 1; 0 for a single seed).

    Returns
    -------
    DataFrame
        A `BAND` table with the column `x`, settings in order of appearance.
    """
    checked = CURVE.check(curve, name="curve")
    _checks.one_of("x", x, AXES)
    _checks.one_of("spread", spread, ("range", "std"))
    check_keys(checked, (x,), name="curve")
    groups = checked.groupby(["setting", "split", "metric", x], sort=False)["value"]
    table = groups.agg(["mean", "min", "max", "std", "size"]).reset_index()
    if spread == "range":
        table["low"], table["high"] = table["min"], table["max"]
    else:
        std = table["std"].fillna(0)
        table["low"], table["high"] = table["mean"] - std, table["mean"] + std
    columns = ["setting", "split", "metric", x, "mean", "low", "high"]
    return like(curve, table[columns].assign(seeds=table["size"]))


def bands_over(data: pd.DataFrame, *, x: str, y: str, setting: str = "setting") -> pd.DataFrame:
    """Return mean and range of one column over another, for every setting.

    Parameters
    ----------
    data : DataFrame
        With numeric columns x and y; rows that share setting and x, such as seeds, make a band.
        A setting that is left out is "not set".
    x, y, setting : str
        Names of columns.

    Returns
    -------
    DataFrame
        Columns ``setting, x, mean, low, high, seeds, lost``, by setting in order of appearance
        and ascending x; *lost* is the number of rows whose y is not finite. They take no part
        in the rest.
    """
    _checks.instance("data", data, pd.DataFrame)
    for name, column in (("x", x), ("y", y), ("setting", setting)):
        _checks.column(name, column, data)
    data = with_names(data, [setting])
    check_keys(data, (x,), name="data")
    values = pd.to_numeric(data[y])
    plain = pd.DataFrame(
        {"setting": data[setting], "x": data[x], "y": values.where(np.isfinite(values))}
    )
    table = plain.groupby(["setting", "x"], sort=False)["y"].agg(
        ["mean", "min", "max", "count", "size"]
    )
    table = table.reset_index().rename(columns={"min": "low", "max": "high", "count": "seeds"})
    table["lost"] = table["size"] - table["seeds"]
    order = {name: place for place, name in enumerate(plain["setting"].unique())}
    table["place"] = table["setting"].map(order)
    ordered = table.sort_values(["place", "x"], ignore_index=True)
    return like(data, ordered[["setting", "x", "mean", "low", "high", "seeds", "lost"]])


def final(curve: pd.DataFrame, *, last: float = 10, until: float | None = None) -> pd.DataFrame:
    """Return each run's mean over its last epochs.

    Parameters
    ----------
    curve : DataFrame
        A `CURVE` table.
    last : float, default 10
        Over how many epochs.
    until : float, optional
        The epoch that counts as the end. By default, the last one.

    Returns
    -------
    DataFrame
        Columns ``setting, seed, split, metric, value``.
    """
    checked = CURVE.check(curve, name="curve")
    check_keys(checked, ("seed", "epoch"), name="curve")
    _checks.positive("last", last)
    _checks.optional("until", until, _checks.real)
    end = checked["epoch"].max() if until is None else until
    chosen = checked[(checked["epoch"] > end - last) & (checked["epoch"] <= end)]
    by = ["setting", "seed", "split", "metric"]
    return like(curve, chosen.groupby(by, sort=False)["value"].mean().reset_index())


def compare(values: pd.DataFrame, setting: str, other: str) -> pd.Series:
    """Return by how much a setting exceeds another, seed by seed.

    Parameters
    ----------
    values : DataFrame
        Columns ``setting, seed, value``, one row each.
    """
    values = _VALUES.check(values, name="values")
    known = list(dict.fromkeys(values["setting"]))
    _checks.one_of("setting", setting, known)
    _checks.one_of("other", other, known)
    wide = values.pivot(index="seed", columns="setting", values="value")
    return wide[setting] - wide[other]
