"""The kinds of table of networks, stated once: who makes one and who draws one look here."""

from nnviz.tables.schema import Schema

__all__ = [
    "AXES",
    "BAND",
    "CONFUSION",
    "CURVE",
    "DEPTH_HISTOGRAM",
    "EACH",
    "FINDING",
    "FUNCTION",
    "HISTOGRAM",
    "INK",
    "MASK",
    "OUTCOME",
    "PAIR",
    "PICTURE",
    "PROGRESS",
    "QUANTILE",
    "REGION",
    "RUN",
    "SINGLE_RUN",
    "STATISTIC",
    "STEP_CURVE",
    "SWEPT",
    "THEORY",
    "TRIAL",
]

RUN = {"setting": "what was varied", "seed": "seed of the run"}
"""The columns by which most tables tell runs apart."""

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
    named=("split", "metric"),
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
    named=("split", "metric"),
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
    keys=("seed", "step"),
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
    label="setting",
    panels="metric",
    named=("split", "metric"),
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
    named=("layer",),
    keys=("left", "right"),
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
    keys=("row", "unit"),
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
    named=("layer", "statistic"),
    measured="value",
)

THEORY = Schema(
    "theory",
    {
        **{name: STATISTIC.columns[name] for name in ("setting", "layer", "statistic")},
        "value": "what theory says of the statistic",
    },
    label="setting",
    named=("layer", "statistic"),
    undrawn="it is what statistics are compared with",
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
    label="setting",
    keys=("step", "x", "y"),
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
    keys=("picture", "row", "column"),
    measured="value",
)

INK = PICTURE.extended(
    "picture with a label",
    {"label": "what is written above the picture", "share": "how many networks it is true of"},
    named=("label",),
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
    keys=("true", "predicted"),
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
    named=("metric",),
    keys=("step",),
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
    keys=("step", "quantile"),
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
    keys=("x",),
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
