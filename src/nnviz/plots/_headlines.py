"""The main number of a table, for each setting: what the title of its figure says."""

from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from nnviz import _language
from nnviz.plots import text
from nnviz.plots._units import Quantity
from nnviz.tables import Schema

__all__ = [
    "Numbers",
    "at_the_end",
    "in_the_last_layer",
    "of_confusion",
    "of_functions",
    "of_histograms",
    "of_layers",
    "of_masks",
    "of_measured",
    "of_median",
    "of_medians",
    "of_pairs",
    "of_paths",
    "of_pixels",
    "of_regions",
    "of_single_runs",
    "of_starts",
    "of_states",
    "said",
]

Numbers: TypeAlias = "tuple[str, pd.Series[float]]"
"""What was measured, in words that know their unit, and the number of each setting."""

_FIRST = ("accuracy", "loss")
"""The metrics that say most, on the test set if there is one."""


def said(numbers: Numbers) -> str:
    """Return the numbers as a title, from the lowest to the highest."""
    words, values = numbers
    finite = values[np.isfinite(values.to_numpy(float))].sort_values(kind="stable")
    if finite.empty:
        return _language.said("{measured}: not finite", measured=words)
    ends = [(finite.index[0], finite.iloc[0]), (finite.index[-1], finite.iloc[-1])]
    parts = [
        text.in_unit(value, words) + (f" ({text.choice(name)})" if str(name) else "")
        for name, value in (ends if len(finite) > 1 else ends[:1])
    ]
    if len(parts) > 1:
        parts = [_language.said("{low} to {high}", low=parts[0], high=parts[1])]
    return f"{words}: {parts[0]}"


def at_the_end(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the metric that says most at the last step of each setting, mean over seeds."""
    metrics, splits = list(table["metric"].unique()), list(table["split"].unique())
    metric = next((name for name in _FIRST if name in metrics), metrics[0])
    rows = table[table["metric"] == metric]
    split = (
        "test" if "test" in splits and (rows["split"] == "test").any() else rows["split"].iloc[0]
    )
    rows = rows[rows["split"] == split]
    of = text.of_split(str(metric), str(split), table)
    if "step" not in rows:
        return of, _mean(rows, "setting")
    words = _language.said("{measured} at the end", measured=of)
    return Quantity(words, of.unit), _mean(_last(rows), "setting")


def of_layers(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the first metric at the last step of each setting, mean over layers and seeds."""
    metric = table["metric"].iloc[0]
    rows = table[table["metric"] == metric]
    of = text.quantity(str(metric), table)
    words = _language.said("{measured} at the end, mean over layers", measured=of)
    return Quantity(words, of.unit), _mean(_last(rows), "setting")


def of_masks(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the share of units that each mask keeps."""
    return Quantity(_language.said("share of units kept"), "%"), _mean(
        table.assign(kept=table["kept"].astype(float)), "setting", "kept"
    )


def of_medians(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the first layer's median at the last step of each setting, mean over seeds."""
    layer = table["layer"].iloc[0]
    rows = table[(table["layer"] == layer) & (table["quantile"] == 0.5)]
    words = _language.said("median in {layer} at the end", layer=text.layer(layer))
    return words, _mean(_last(rows), "setting")


def in_the_last_layer(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the first statistic in the last layer of each setting, mean over seeds."""
    statistic, layer = table["statistic"].iloc[0], table["layer"].iloc[-1]
    rows = table[(table["statistic"] == statistic) & (table["layer"] == layer)]
    of = text.quantity(str(statistic), table)
    words = _language.said("{measured} in {layer}", measured=of, layer=text.layer(layer))
    return Quantity(words, of.unit), _mean(rows, "setting")


def of_histograms(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the standard deviation of the last layer of each setting, to the width of a bin."""
    layer = table["layer"].iloc[-1]
    rows = table[table["layer"] == layer]
    middle = (rows["left"] + rows["right"]) / 2
    parts = rows.assign(m=middle * rows["count"], s=middle**2 * rows["count"])
    sums = parts.groupby("setting", sort=False)[["count", "m", "s"]].sum()
    mean = sums["m"] / sums["count"]
    spread = np.sqrt(np.maximum(sums["s"] / sums["count"] - mean**2, 0))
    return _language.said("standard deviation in {layer}", layer=text.layer(layer)), spread


def of_paths(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the loss at the end of each optimizer's paths, in their median."""
    ends = table.sort_values("step").groupby(["optimizer", "start"], sort=False)["loss"].last()
    words = _language.said("loss at the end of the path")
    return words, ends.groupby(level="optimizer", sort=False).median()


def of_states(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the largest size along x of each quantity."""
    sizes = table["along_x"].abs().groupby(table["quantity"], sort=False)
    return _language.said("largest size along x"), sizes.max()


def of_regions(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return how sure each setting is at the last step, mean over the points of the plane."""
    return _language.said("mean margin in the plane at the end"), _mean(
        _last(table), "setting", "margin"
    )


def of_confusion(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the share of rows that each setting misreads, over all seeds."""
    wrong = table["count"].where(table["true"] != table["predicted"], 0)
    sums = table.assign(wrong=wrong).groupby("setting", sort=False)[["wrong", "count"]].sum()
    words = _language.said("share of rows that are misread")
    return Quantity(words, "%"), sums["wrong"] / sums["count"]


def of_starts(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the share of starts from which each optimizer reaches a minimum."""
    reached = table.assign(reached=(table["minimum"] >= 0).astype(float))
    words = _language.said("share of starts that end at a minimum")
    return Quantity(words, "%"), _mean(reached, "optimizer", "reached")


def of_measured(table: pd.DataFrame, schema: Schema) -> Numbers:
    """Return what takes the best number that was measured, for each that is compared."""
    by: Any = table.groupby(schema.label, sort=False)[schema.measured]
    words = "lowest {measured}" if schema.lowest else "highest {measured}"
    of = text.quantity(schema.measured, table)
    words = Quantity(_language.said(words, measured=of), of.unit)
    return words, by.min() if schema.lowest else by.max()


def of_median(table: pd.DataFrame, schema: Schema) -> Numbers:
    """Return the median of what was measured, for each that is compared."""
    by: Any = table.groupby(schema.label, sort=False)[schema.measured]
    of = text.quantity(schema.measured, table)
    return Quantity(_language.said("median {measured}", measured=of), of.unit), by.median()


def of_single_runs(table: pd.DataFrame, schema: Schema) -> Numbers:
    """Return what was measured at the last step of each run, median over seeds."""
    ends = table.sort_values("step").groupby([schema.panels, "seed"], sort=False)[schema.measured]
    of = text.quantity(schema.measured, table)
    words = _language.said("median {measured} at the end", measured=of)
    return Quantity(words, of.unit), ends.last().groupby(level=schema.panels, sort=False).median()


def of_pairs(table: pd.DataFrame, schema: Schema) -> Numbers:
    """Return by how much the two measurements differ, median over the pairs."""
    apart = (table[schema.over] - table[schema.measured]).abs()
    words = _language.said(
        "median difference of {one} and {other}",
        one=text.quantity(schema.over, table),
        other=text.quantity(schema.measured, table),
    )
    return words, apart.groupby(table[schema.panels], sort=False).median()


def of_pixels(table: pd.DataFrame, schema: Schema) -> Numbers:
    """Return the largest value of a pixel in each panel."""
    return _language.said("largest value of a pixel"), table.groupby(schema.panels, sort=False)[
        "value"
    ].max()


def of_functions(table: pd.DataFrame, _: Schema) -> Numbers:
    """Return the largest derivative of each function."""
    return _language.said("largest derivative"), table.groupby("activation", sort=False)[
        "derivative"
    ].max()


def _last(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["step"] == rows.groupby("setting")["step"].transform("max")]


def _mean(rows: pd.DataFrame, name: str, value: str = "value") -> "pd.Series[float]":
    return rows.groupby(name, sort=False)[value].mean()
