"""The kinds of table, stated once: who makes one and who draws one both look here."""

from nnviz.tables.schema import Schema

__all__ = [
    "AXES",
    "BAND",
    "BASIN",
    "CONFUSION",
    "CURVE",
    "DEPTH_HISTOGRAM",
    "EACH",
    "FINDING",
    "FUNCTION",
    "HISTOGRAM",
    "INK",
    "MASK",
    "MOMENTUM_RATE",
    "OUTCOME",
    "PAIR",
    "PATH",
    "PICTURE",
    "PROGRESS",
    "QUANTILE",
    "RACE",
    "RATE",
    "REGION",
    "RUN",
    "SINGLE_RUN",
    "STATE",
    "STATISTIC",
    "STEP_CURVE",
    "SWEPT",
    "THEORY",
    "TRAJECTORY",
    "TRIAL",
]

RUN = {"setting": "what was varied", "seed": "seed of the run"}
"""The columns by which most tables tell runs apart."""

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
    label="optimizer",
    beside={"surface": "surface"},
)

PATH = TRAJECTORY.extended(
    "path",
    {
        "distance": "to the nearest minimum, missing where none is known",
        "diverged": "whether the path left for good",
        "step_x": "update along x",
        "step_y": "update along y",
        "*_x": "what the rule remembers, along x",
        "*_y": "what the rule remembers, along y",
    },
)
"""What `trajectory_table` makes of descents."""

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
    label="setting",
    panels="metric",
    over="epoch",
    measured="value",
)

AXES = ("epoch", "step", "logged_step", "environment_step")
"""Columns that curves may run over; the last two are of logs, see `recorded_curves`."""

STEP_CURVE = CURVE.extended("curve", over="step")
"""A curve whose epochs were not counted, or do not matter."""

OUTCOME = Schema(
    "outcome",
    {
        "setting": "what was varied, as a reader would say it",
        "seed": "seed of the run",
        "split": "train, validation or test",
        "metric": "loss, accuracy, weight_norm …",
        "value": "the measured number, one for each run",
    },
    label="setting",
    part="metric",
    measured="value",
)

SINGLE_RUN = Schema(
    "single run",
    {
        **RUN,
        "step": "number of optimizer updates so far",
        "marked": "the step at which something happens to the run, missing where it never does",
    },
    label="setting",
    panels="setting",
    over="step",
)
"""What was measured of each run on its own, where a mean would hide it: extended by its column,
with `Schema.measured`."""

PAIR = Schema("pair", {"setting": "what was varied"}, label="setting", panels="setting")
"""Two measurements of the same, such as by two programs or of two runs that should be alike:
extended by both columns, as `Schema.over` and `Schema.measured`."""

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
    label="setting",
    panels="layer",
    measured="weight",
)

DEPTH_HISTOGRAM = HISTOGRAM.extended(
    "histogram of each layer", panels="setting", measured="activation"
)
"""Histograms that show how a setting changes from layer to layer."""

MASK = Schema(
    "mask",
    {
        "setting": "which batch, or what was varied",
        "row": "number of the row in its batch",
        "unit": "number of the unit in its layer",
        "kept": "whether the unit passes on what it has for this row",
    },
    panels="setting",
    measured="kept",
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
    label="setting",
    panels="statistic",
    measured="value",
)

THEORY = Schema(
    "theory",
    {
        **{name: STATISTIC.columns[name] for name in ("setting", "layer", "statistic")},
        "value": "what theory says of the statistic",
    },
    undrawn="it is what statistics are compared with",
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
    label="optimizer",
    panels="quantity",
)

RACE = Schema(
    "race",
    {
        "optimizer": "name of the rule",
        "learning_rate": "the one it races with",
        "start": "number of the start point, from 0",
        "height": "how far above the minimum the path ended; infinite if it diverged",
    },
    label="optimizer",
    measured="height",
    lowest=True,
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
    panels="optimizer",
    beside={"surface": "surface"},
)

RATE = Schema(
    "rate",
    {
        "optimizer": "name of the rule",
        "learning_rate": "the one it ran with",
        "height": "how far above the minimum the path ended",
        "diverged": "whether it ended higher than it began, or left for good",
    },
    label="optimizer",
    over="learning_rate",
    measured="height",
    lowest=True,
    beside={"limits": "limits"},
)

MOMENTUM_RATE = RATE.extended("rate and momentum", {"momentum": "that the rule ran with"})

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
    label="setting",
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
    panels="setting",
    measured="value",
)

INK = PICTURE.extended(
    "picture with a label",
    {"label": "what is written above the picture", "share": "how many networks it is true of"},
)
"""Pictures of the data: from blank to full, where weights are below and above zero."""

CONFUSION = Schema(
    "confusion",
    {
        "setting": "what was varied",
        "true": "the class of a row, from 0",
        "predicted": "what it was taken for",
        "count": "how many rows",
    },
    panels="setting",
    measured="count",
)

PROGRESS = Schema(
    "progress",
    {
        "layer": "name of the layer, in order of appearance",
        "step": "number of the training step",
        "metric": "dead, saturated, norm, update_to_weight …",
        "value": "the measured number, NaN where there is none",
    },
    label="layer",
    part="metric",
    measured="value",
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
    panels="layer",
    measured="activation",
)

FINDING = Schema(
    "finding",
    {
        "rule": "what the rule finds: dead units, overfitting …",
        "verdict": "found, not found, or not assessed for want of data",
        "layer": "name of the layer, empty for the network as a whole",
        "step": "the step since which it lasts, missing where nothing was found",
        "value": "what was compared with the threshold",
        "threshold": "beyond which it counts as found",
        "message": "the finding in a line",
        "remedy": "what usually helps, empty where nothing was found",
        "cause": "the rule whose finding explains this one, empty where none does",
    },
)

FUNCTION = Schema(
    "function",
    {
        "activation": "name of the function",
        "x": "its argument",
        "value": "what it returns",
        "derivative": "its derivative there",
        "saturated": "whether next to no gradient passes there",
    },
    units={"saturated": ""},
    label="activation",
    panels="activation",
    over="x",
    measured="value",
)

TRIAL = Schema(
    "trial",
    {
        "setting": "how the trials were chosen",
        "seed": "seed of the run",
        "trial": "number of the trial, from 0",
        "learning_rate": "of the trial",
        "weight_decay": "of the trial",
        "accuracy": "what it reached on the validation set",
    },
    label="setting",
    over="learning_rate",
    measured="accuracy",
    part="setting",
    beside={"ranges": "ranges"},
)

SWEPT = Schema("sweep", {})
"""What was measured over a number that was swept: extended by its columns, with `Schema.label`,
`Schema.over` and `Schema.measured`."""

EACH = Schema("number of each", {})
"""A number of each that is compared: extended by its columns, with `Schema.label` and
`Schema.measured`."""
