"""The columns of every table, stated once: who makes a table and who draws it both look here."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from nnviz import _checks

__all__ = [
    "BAND",
    "BASIN",
    "CONFUSION",
    "CURVE",
    "FINDING",
    "HISTOGRAM",
    "MASK",
    "PICTURE",
    "PROGRESS",
    "QUANTILE",
    "RACE",
    "RATE",
    "REGION",
    "STATE",
    "STATISTIC",
    "TRAJECTORY",
    "Schema",
]


@dataclass(frozen=True)
class Schema:
    """The columns that a table must have, and what each of them means.

    A table may have more columns and its rows may come in any order.
    """

    name: str
    columns: Mapping[str, str]

    def __post_init__(self) -> None:
        _checks.text("name", self.name)
        _checks.mapping("columns", self.columns, _checks.text)

    def check(self, data: pd.DataFrame, *, name: str = "data") -> pd.DataFrame:
        """Return the table unchanged, or raise ValueError naming the columns it lacks.

        Parameters
        ----------
        data : DataFrame
            The table.
        name : str, default "data"
            What the error calls it: the name of the argument.
        """
        _checks.text("name", name)
        _checks.instance(name, data, pd.DataFrame, hint=f" ({self.name} table)")
        missing = [column for column in self.columns if column not in data.columns]
        if missing:
            raise ValueError(
                f"{name} must be a {self.name} table with the columns {', '.join(self.columns)}; "
                f"missing: {', '.join(missing)}"
            )
        return data

    def empty(self) -> pd.DataFrame:
        """Return a table with these columns and no row."""
        return pd.DataFrame(columns=list(self.columns))


TRAJECTORY = Schema(
    "trajectory",
    {
        "optimizer": "what is drawn as one kind of path: the name of the rule or of the setting",
        "start": "number of the start point, from 0",
        "step": "number of updates so far, from 0 (the start itself)",
        "x": "first coordinate",
        "y": "second coordinate",
        "loss": "value of the surface at (x, y)",
        "gradient_norm": "Euclidean norm of the surface's gradient at (x, y)",
    },
)

CURVE = Schema(
    "curve",
    {
        "setting": "what was varied, as a reader would say it",
        "seed": "seed of the run",
        "step": "number of optimizer updates so far",
        "epoch": "number of passes over the training set so far",
        "split": "train, validation or test",
        "metric": "loss, accuracy, weight_norm …",
        "value": "the measured number",
    },
)

BAND = Schema(
    "band",
    {
        "setting": "what was varied",
        "split": "train, validation or test",
        "metric": "loss, accuracy, weight_norm …",
        "mean": "mean over seeds",
        "low": "lower edge of the band",
        "high": "upper edge of the band",
        "seeds": "number of seeds in the band",
    },
)

HISTOGRAM = Schema(
    "histogram",
    {
        "setting": "what was varied",
        "layer": "name or number of the layer, in order of appearance",
        "left": "left edge of the bin",
        "right": "right edge of the bin",
        "count": "number of values in the bin (left inclusive)",
    },
)

MASK = Schema(
    "mask",
    {
        "setting": "which batch, or what was varied",
        "row": "number of the row in its batch",
        "unit": "number of the unit in its layer",
        "kept": "whether the unit passes on what it has for this row",
    },
)

STATISTIC = Schema(
    "statistic",
    {
        "setting": "what was varied",
        "seed": "seed of the run",
        "layer": "name or number of the layer, in order of appearance",
        "statistic": "std, mean, saturated, dead, gradient_rms …",
        "value": "the measured number",
    },
)

STATE = Schema(
    "state",
    {
        "optimizer": "name of the rule or of the setting",
        "start": "number of the start point, from 0",
        "step": "number of updates so far",
        "x": "first coordinate of the point",
        "y": "second coordinate of the point",
        "quantity": "gradient, update, step_size, or what the rule remembers: velocity, mean …",
        "along_x": "its first component",
        "along_y": "its second component",
    },
)

RACE = Schema(
    "race",
    {
        "optimizer": "name of the rule",
        "learning_rate": "the one it races with",
        "start": "number of the start point, from 0",
        "height": "how far above the minimum the path ended; infinite if it diverged",
    },
)

BASIN = Schema(
    "basin",
    {
        "optimizer": "name of the rule or of the setting",
        "x": "first coordinate of the start",
        "y": "second coordinate of the start; the starts are a grid",
        "minimum": "number of the minimum that the path ends at, from 0; -1 for none",
        "steps": "number of updates after which it stays there, missing for never",
        "diverged": "whether the path left for good",
    },
)

RATE = Schema(
    "rate",
    {
        "optimizer": "name of the rule",
        "learning_rate": "the one it ran with",
        "height": "how far above the minimum the path ended",
        "diverged": "whether it ended higher than it began, or left for good",
    },
)

REGION = Schema(
    "region",
    {
        "setting": "what was varied",
        "step": "number of updates so far",
        "x": "first feature of a point",
        "y": "second feature; the points are a grid",
        "class": "the class that the network predicts there, from 0",
        "margin": "its probability less that of the runner-up",
    },
)

PICTURE = Schema(
    "picture",
    {
        "setting": "what was varied",
        "picture": "number of the picture, from 0",
        "row": "of the pixel, from 0 at the top",
        "column": "of the pixel, from 0 at the left",
        "value": "what the pixel shows: a weight, or how much ink",
    },
)

CONFUSION = Schema(
    "confusion",
    {
        "setting": "what was varied",
        "true": "the class of a row, from 0",
        "predicted": "what it was taken for",
        "count": "how many rows, over all seeds",
    },
)

PROGRESS = Schema(
    "progress",
    {
        "layer": "name of the layer, in order of appearance",
        "step": "number of the training step",
        "metric": "dead, saturated, norm, update_to_weight …",
        "value": "the measured number, NaN where there is none",
    },
)

QUANTILE = Schema(
    "quantile",
    {
        "layer": "name of the layer, in order of appearance",
        "step": "number of the training step",
        "exact": "whether all values were counted, or a sample",
        "quantile": "the rank, from 0 (the lowest value) to 1 (the highest)",
        "value": "the value of that rank",
    },
)

FINDING = Schema(
    "finding",
    {
        "rule": "what the rule finds: dead units, overfitting …",
        "verdict": "found, not found, or not assessed for want of data",
        "layer": "name of the layer, empty for the network as a whole",
        "since_step": "the step since which it lasts, missing where nothing was found",
        "value": "what was compared with the threshold",
        "threshold": "beyond which it counts as found",
        "message": "the finding in a line",
        "remedy": "what usually helps, empty where nothing was found",
    },
)
