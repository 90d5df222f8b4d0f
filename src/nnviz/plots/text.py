"""Every word that a figure shows: display names by key, and the notes that plots write.

Keys are the names that tables use (columns, metrics, statistics, optimizers, settings, splits).
A translation replaces the tables of this module and nothing else.
"""

import re
from collections.abc import Mapping

from nnviz._names import safe_text

__all__ = ["CHOICES", "LAYERS", "NOTES", "QUANTITIES", "choice", "layer", "number", "quantity"]

QUANTITIES: Mapping[str, str] = {
    "step": "step (updates)",
    "epoch": "epoch",
    "layer": "layer",
    "loss": "loss",
    "accuracy": "accuracy",
    "gap": "accuracy, train − test",
    "weight_norm": "weight norm",
    "gradient_norm": "gradient norm",
    "unit_spread": "standard deviation between units",
    "value": "value",
    "density": "density",
    "mean": "mean",
    "std": "standard deviation",
    "rms": "root mean square",
    "saturated": "share saturated",
    "dead": "share of dead units",
    "zero": "share of exact zeros",
    "gradient_rms": "RMS gradient",
    "gradient_ratio": "RMS gradient, first layer over last",
    "activation": "activation",
    "gradient": "gradient",
    "weight": "weight",
    "x": "x",
    "y": "y",
}

CHOICES: Mapping[str, str] = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "adadelta": "AdaDelta",
    "rmsprop": "RMSprop",
    "rprop": "Rprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "adamax": "AdaMax",
    "amsgrad": "AMSGrad",
    "nadam": "NAdam",
    "radam": "RAdam",
    "lion": "Lion",
    "zeros": "zeros",
    "normal": "normal",
    "xavier": "Xavier",
    "glorot": "Glorot",
    "he": "He",
    "orthogonal": "orthogonal",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
    "tanh": "tanh",
    "identity": "identity",
    "train": "train",
    "validation": "validation",
    "test": "test",
    "weight_decay": "weight decay",
    "batch_normalization": "batch normalization",
}

LAYERS: Mapping[str, str] = {
    "layer": "layer",
    "linear": "linear",
    "hidden": "hidden",
    "batchnorm": "batch norm",
    "layernorm": "layer norm",
    "dropout": "dropout",
    **{key: CHOICES[key] for key in ("relu", "leaky_relu", "elu", "gelu", "silu")},
    **{key: CHOICES[key] for key in ("sigmoid", "softplus", "tanh", "identity")},
}

NOTES: Mapping[str, str] = {
    "no data": "no data",
    "not borne out": "Not borne out: {statement} (found {number}, expected {bound})",
    "left the view": "{name} leaves the view at step {step}",
    "not finite": "{name} is not finite after step {step}",
    "all in": "all in {left} to {right}",
    "part in": "{share:.0%} in {left} to {right}",
    "all equal": "all exactly {value}",
    "part equal": "{share:.0%} exactly {value}",
    "minimum": "minimum",
}


def quantity(key: str) -> str:
    """Return how a metric, a statistic or a column is written on an axis."""
    known = QUANTITIES.get(str(key))
    return safe_text(str(key).replace("_", " ")) if known is None else known


def choice(key: str) -> str:
    """Return how an optimizer, a setting or a split is written, part by part.

    ``"relu, He"`` → "ReLU, He"; a user's own name stays as it is.
    """
    parts = [CHOICES.get(part) or safe_text(part) for part in str(key).split(", ")]
    return ", ".join(parts)


def layer(key: object) -> str:
    """Return how a layer is written: ``3`` → "layer 3", ``"relu2"`` → "ReLU 2"."""
    found = re.fullmatch(r"([a-z_]*?)_?(\d+)", str(key))
    if not found or (found[1] or "layer") not in LAYERS:
        return safe_text(str(key))
    return f"{LAYERS[found[1] or 'layer']} {found[2]}"


def number(value: float) -> str:
    """Return a number as it is read: three digits at most, a true minus sign."""
    return f"{value:.3g}".replace("-", "−")
