"""Every word that a figure shows: display names by key, and the notes that plots write.

Keys are the names that tables use (columns, metrics, statistics, optimizers, settings, splits).
Under `plots.language` the tables of this module have the words of that language.
"""

import re
from math import isclose

import pandas as pd

from nnviz import _checks, _titles
from nnviz._language import Words, current
from nnviz._names import safe_text
from nnviz._numbers import number, rate
from nnviz.optim.registry import states
from nnviz.plots._beside import Beside, words_beside
from nnviz.plots._composed import parts_in_force
from nnviz.plots._glyphs import drawable
from nnviz.plots._units import Quantity, in_unit, numbers
from nnviz.tables.display import display_of
from nnviz.tables.missing import NOT_SET, is_missing
from nnviz.tables.units import unit_of

__all__ = [
    "CHOICES",
    "KEYS",
    "LAYERS",
    "NOTES",
    "OF_A_SPLIT",
    "QUANTITIES",
    "SPLITS",
    "STATES",
    "choice",
    "in_unit",
    "interval",
    "layer",
    "number",
    "numbers",
    "quantity",
    "rate",
    "share",
    "shown",
    "state",
    "with_number",
]

QUANTITIES = Words(
    "quantities",
    {
        "step": "step (updates)",
        "logged_step": "step",
        "environment_step": "environment step",
        "epoch": "epoch",
        "layer": "layer",
        "block": "block",
        "loss": "loss",
        "accuracy": "accuracy",
        "gap": "accuracy, train − test",
        "accuracy_gain": "gain in test accuracy",
        "accuracy_lead": "gain by dropout minus gain by weight decay",
        "width": "width (neurons in each hidden layer)",
        "depth": "depth (hidden layers)",
        "weight_norm": "weight norm",
        "scatter_factor": "factor by which a draw is off",
        "weight_variance": "weight variance × inputs",
        "bias_variance": "bias variance",
        "gradient_norm": "gradient norm",
        "column_spread": "largest difference between units",
        "unit_spread": "standard deviation between units",
        "relative_spread": "largest difference between units, relative",
        "parted_at": "updates until units differ",
        "value": "value",
        "density": "density",
        "mean": "mean",
        "std": "standard deviation",
        "rms": "root mean square",
        "min": "minimum",
        "max": "maximum",
        "nan": "number of NaN",
        "saturated": "share saturated",
        "dead": "share of dead units",
        "zero": "share of exact zeros",
        "gradient_rms": "RMS gradient",
        "gradient_ratio": "RMS gradient, first layer over last",
        "derivative": "derivative",
        "batch_loss": "loss of mini-batches",
        "learning_rate": "learning rate",
        "momentum": "momentum β",
        "weight_decay": "weight decay",
        "train_accuracy": "training accuracy",
        "test_accuracy": "test accuracy",
        "best_accuracy": "best validation accuracy so far",
        "twin_accuracy": "accuracy of its twin",
        "relative_distance": "relative distance",
        "digits_lost": "decimal digits of the weights that one bit costs",
        "average_accuracy": "training accuracy, mean over epochs",
        "preactivation_variance": "variance before the activation",
        "activation_variance": "variance after the activation",
        "size": "size of a step",
        "activation": "activation",
        "gradient": "gradient",
        "weight": "weight",
        "batch_size": "batch size",
        "distance": "distance to minimum",
        "height": "height above the minimum",
        "update_to_weight": "update over weights",
        "equal": "share of equal units",
        "spread": "spread over the examples",
        "std_kept": "spread of all values",
        "spread_kept": "spread over the examples",
        "std_over_spread": "spread of all values / over the examples",
        "norm": "norm",
        "rank_correlation": "rank correlation with accuracy",
        "tenfold": "change in accuracy for ten times as much",
        "weight_gradient": "gradient of the weights",
        "steps": "updates until it stays",
        "unit": "unit of the layer",
        "row": "row of the batch",
        "output": "mean output",
        "training_mean": "mean in training",
        "training_std": "standard deviation in training",
        "evaluation_mean": "mean in evaluation",
        "evaluation_std": "standard deviation in evaluation",
        "mean_ratio": "mean in training over evaluation",
        "remembered": "share still remembered",
        "update": "update",
        "over_mean": "update, over its mean size",
        "x": "x",
        "y": "y",
        "true": "true class",
        "predicted": "read as",
        "error_rate": "share misread",
        "neighbour_correlation": "correlation of neighbouring weights",
        "border_share": "share of the border in squared weights",
        "relative_curvature": "curvature, relative to 2/η",
        "to_batch": "angle to the batch (°)",
        "to_all": "angle to all rows (°)",
        "noise_scale": "noise scale (examples)",
        "boundary_length": "length of the decision boundary",
    },
)

STATES = Words(
    "states",
    {
        "gradient": "gradient",
        "update": "update",
        "step_size": "size of the update",
        **{state.name: state.display for state in states()},
    },
)
"""What drives an optimizer, by the names in `tables.STATE`."""

CHOICES = Words(
    "choices",
    {
        **_titles.TITLES,
        "train": "train",
        "validation": "validation",
        "test": "test",
        "weight_decay": "weight decay",
        "batch_normalization": "batch normalization",
        "training": "training",
        "evaluation": "evaluation",
        NOT_SET: NOT_SET,
    },
)

LAYERS = Words(
    "layers",
    {
        "layer": "layer",
        "linear": "linear",
        "hidden": "hidden",
        "batchnorm": "batch norm",
        "layernorm": "layer norm",
        "residual": "residual",
        "dropout": "dropout",
        **{key: CHOICES[key] for key in ("relu", "leaky_relu", "elu", "gelu", "silu")},
        **{key: CHOICES[key] for key in ("sigmoid", "softplus", "tanh", "identity")},
    },
)

OF_A_SPLIT = ("loss", "accuracy")
"""The metrics that are different numbers on the training and on the test set."""

SPLITS = Words("splits", {"train": "training", "validation": "validation", "test": "test"})
"""What a metric is called when it is drawn for one split: "training accuracy"."""

NOTES = Words(
    "notes",
    {
        "nothing finite": "no finite value",
        "no data": "no data",
        "otherwise": "Other than expected: {statement}",
        "measured": "Measured: {measured}: {number}{scatter}.",
        "measured and needed": "Measured: {measured}: {number}{scatter}; {needs}.",
        "interval over seeds": " (95% interval {interval}, {seeds} seeds)",
        "over seeds": " ({seeds} seeds)",
        "claim needs": "the title needs {bound}",
        "claim expected": "expected: {bound}",
        "bound low": "at least {end}",
        "bound high": "at most {end}",
        "between": "between {low} and {high}",
        "reversed": "−{quantity}",
        "along": "along {axis}",
        "left the view": "out at step {step}",
        "not finite": "not finite from step {step}",
        "since": "since step {step}",
        "no minimum": "ends elsewhere",
        "diverged": "diverges",
        "paths end": "{surface}: {optimizer} is at {loss} after {steps} updates",
        "paths end lowest": "{surface}: {optimizer} ends lowest, at {loss} after {steps} updates",
        "in the median": "{found}, in the median of its starts",
        "no lowest point": "{surface}: {steps} updates, where there is no lowest point",
        "most diverge": "{surface}: most paths diverge",
        "all diverge": "{surface}: every path diverges",
        "all in": "all in {interval}",
        "part in": "{share} in {interval}",
        "interval": "{left} to {right}",
        "of a split": "{split} {quantity}",
        "in points": "{quantity} (points)",
        "sampled": "{quantity} (from samples)",
        "zero is lowest": "{quantity} (zeros in the lowest colour)",
        "guide": "usual guide: {number}",
        "beside": "{name}: {words}",
        "beside, too": "{name}, {words}",
        "at a rate": "{name} at {rate}",
        "numbered": "{layer} {number}",
        "block": "block {number}",
        "outside": "outside of blocks",
        "kept": "kept",
        "dropped": "dropped",
        "at step": "{setting}, step {step}",
        "step": "step {step}",
        "moment": "{over} {moment} of {last}",
        "first seed": "Seen is the first of {seeds} seeds.",
        "class": "class {number}",
        "misread": "misread",
        "mean length": "mean length {number}",
        "times the first": "{number}, ×{times}",
        "few panels": "{shown} panels of {total}, spread evenly.",
        "more": "… and {number} more",
    },
)

KEYS = Words("keys", {})
"""How to read each plot, as it declares that itself: what `caption` may say below it."""


def shown(name: object, *, longest: int = 80) -> str:
    """Return any name as it can be drawn: printable, and in letters that a font has."""
    return drawable(safe_text(name, longest=longest))


def quantity(key: str, data: pd.DataFrame | None = None) -> Quantity:
    """Return how a metric, a statistic or a column is written on an axis, with its unit.

    Both are those that the table has or, without a table, those of its name.

    Parameters
    ----------
    key : str
    data : DataFrame, optional
        The table that it is a column or a metric of.
    """
    _checks.optional("data", data, _table)
    declared = None if data is None else display_of(data).get(str(key))
    known, unit = QUANTITIES.get(str(key)), unit_of(str(key), data)
    if declared is not None or known is None:
        words = shown(current().sentence(declared or str(key).replace("_", " ")))
    else:
        words = known
    return Quantity(NOTES["in points"].format(quantity=words) if unit == "points" else words, unit)


def _table(name: str, value: pd.DataFrame) -> pd.DataFrame:
    return _checks.instance(name, value, pd.DataFrame)


def state(key: str) -> str:
    """Return how a gradient, an update or what a rule remembers is written."""
    installed = {state.name: state.display for state in states()}
    known = STATES.get(key)
    return known or (shown(installed[key]) if key in installed else quantity(key))


def of_split(key: str, split: str, data: pd.DataFrame) -> Quantity:
    """Return how a metric is written that is drawn for one split: "training accuracy"."""
    of = quantity(key, _table("data", data))
    if key not in OF_A_SPLIT or split not in SPLITS:
        return of
    return Quantity(NOTES["of a split"].format(split=SPLITS[split], quantity=of), of.unit)


def choice(key: object) -> str:
    """Return how an optimizer, a setting or a split is written.

    ``"relu"`` → "ReLU"; a user's own name stays as it is. While a table is drawn whose labels
    consist of several columns (`tables.Schema`), part by part. `plots.beside` adds words.
    What a table leaves out (None, NaN, ``pd.NA``, ``pd.NaT``) is "not set".
    """
    key = NOT_SET if is_missing(key) else key
    return _with_words(", ".join(map(_part, parts_in_force(key))), key)


def _part(part: object) -> str:
    name = rate(part) if isinstance(part, float) else str(part)
    return CHOICES.get(name) or shown(current().sentence(_titles.title(name)))


def layer(key: object) -> str:
    """Return how a layer is written: ``3`` → "layer 3", ``"relu2"`` → "ReLU 2"."""
    if is_missing(key) or key == NOT_SET:
        return choice(key)
    found = re.fullmatch(r"([a-z_]*?)_?(\d+)", str(key))
    if not found or (found[1] or "layer") not in LAYERS:
        return _with_words(shown(key), key)
    known = NOTES["numbered"].format(layer=LAYERS[found[1] or "layer"], number=found[2])
    return _with_words(known, key)


def _with_words(name: str, key: object) -> str:
    """Return a name, and what `beside` writes beside it."""
    words = words_beside(key)
    return with_number(name, shown(words)) if words else name


def with_number(name: str, number: str) -> str:
    """Return a name with a number beside it: "Adam: 30%", and with a second, "Adam: 30%, 80%"."""
    note = NOTES["beside, too" if isinstance(name, Beside) else "beside"]
    return Beside(note.format(name=name, words=number))


def share(part: float) -> str:
    """Return a part of a whole in percent; "100%" only if it is all of it."""
    return ">99%" if 0.995 <= part < 1 else f"{part:.0%}"


def interval(left: float, right: float) -> str:
    """Return an interval as it is read: "±0.03", "0 to 0.07"."""
    if left == right:
        return number(left)
    if isclose(left, -right):
        return f"±{number(right, digits=2)}"
    ends = {"left": number(left, digits=2), "right": number(right, digits=2)}
    return NOTES["interval"].format(**ends)
