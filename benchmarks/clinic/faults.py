"""What makes a network of the clinic sick, and the rules that may call it so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.clinic.families import Family

__all__ = ["FAULTS", "ILLNESSES", "Fault", "faults_of"]

Draw = Callable[[np.random.Generator], dict[str, Any]]


@dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes
    ----------
    changes : callable
        Draws the fields of `cases.Case` that it changes, with their new values.
    named : tuple of str
        The rules each of which names it; the first is the one that a reader would expect.
    fits : callable
        Whether a family, by its kind and architecture, can have it.
    needs : mapping
        Fields that a network must have before: an activation function, a depth.
    """

    changes: Draw
    named: tuple[str, ...]
    fits: Callable[[str, str], bool] = lambda kind, architecture: True
    needs: Mapping[str, Any] | None = None


_CONVOLVED = (
    *("conv", "functional conv", "dropout conv", "temporal conv", "strided conv"),
    *("dilated conv", "pooled conv"),
)
_RECTIFIED = ("plain", "functional", "gelu", "dropout", "bottleneck", "pyramid", *_CONVOLVED)
_SMOOTH = ("tanh", "elu", "silu", "leaky")
_CHAINED = (
    *(*_RECTIFIED, *_SMOOTH),
    *("residual", "gated", "layer-normalized", "rms-normalized", "maxout"),
    "group-normalized",
)
_NORMALIZED = (
    *("normalized", "normalized conv", "residual conv", "depthwise conv", "squeezed conv"),
    "normalized leaky conv",
)


def _is(*architectures: str) -> Callable[[str, str], bool]:
    return lambda kind, architecture: kind != "adversarial" and architecture in architectures


def _classifies(kind: str, _: str) -> bool:
    return kind not in ("regression", "adversarial")


def _learns(kind: str, _: str) -> bool:
    return kind != "adversarial"


FAULTS: Mapping[str, Fault] = {
    "bias kills units": Fault(
        lambda rng: {"bias": -float(rng.uniform(20, 60))},
        ("dead units",),
        lambda kind, architecture: kind == "adversarial" or architecture in _RECTIFIED,
    ),
    "rate far too large": Fault(
        lambda rng: {"rate_times": float(10 ** rng.uniform(2.2, 3.2))},
        ("learning rate too large", "not finite"),
        _learns,
    ),
    "rate far too small": Fault(
        lambda rng: {"rate_times": float(10 ** rng.uniform(-5.5, -4))},
        ("learning rate too small",),
        _learns,
    ),
    "equal weights": Fault(
        lambda rng: {"constant": float(rng.choice([0.0, 0.01, 0.1]))},
        ("symmetric units",),
        _is("plain", "functional", "gelu", "dense", "bottleneck", *_SMOOTH),
    ),
    "left out of the optimizer": Fault(
        lambda rng: {"left_out": True},
        ("untrained layers",),
        _is(
            *_CHAINED,
            *_NORMALIZED,
            "dense",
            "highway",
            "branched conv",
            "mixer",
            "wide and deep",
            "attended",
        ),
    ),
    "cut off by detach": Fault(
        lambda rng: {"detached": True},
        ("untrained layers",),
        _is(*_CHAINED),
    ),
    "tiny weights": Fault(
        lambda rng: {"gain": float(10 ** rng.uniform(-3.5, -2.3))},
        ("ill-scaled initial weights", "vanishing gradients"),
        _is(*_RECTIFIED, *_SMOOTH),
    ),
    "huge weights": Fault(
        lambda rng: {"gain": float(rng.uniform(15, 40))},
        ("ill-scaled initial weights", "exploding gradients", "saturation"),
        _is(*_RECTIFIED, "elu", "silu", "leaky", "residual", "dense"),
    ),
    "saturating weights": Fault(
        lambda rng: {"gain": float(rng.uniform(40, 120))},
        ("saturation", "ill-scaled initial weights"),
        _is("tanh"),
    ),
    "decay far too strong": Fault(
        lambda rng: {"decay": float(rng.uniform(0.3, 1.0))},
        ("weight decay too strong",),
        _is(*_RECTIFIED, *_SMOOTH),
        {"optimizer": ("sgd", "momentum", "adam")},
    ),
    "few wrong labels": Fault(
        lambda rng: {"n_train": 60, "noise": float(rng.uniform(0.3, 0.5)), "steps": 400},
        ("overfitting",),
        _learns,
        {"optimizer": ("adam", "adamw", "rmsprop"), "width": (48, 64)},
    ),
    "a weight becomes NaN": Fault(
        lambda rng: {"poisoned": int(rng.integers(20, 150))}, ("not finite",)
    ),
    "inputs scaled away": Fault(
        lambda rng: {"scale": float(10 ** rng.uniform(-7, -5))},
        ("not learning", "output independent of the input", "one class predicted"),
        _is(
            *_RECTIFIED,
            *_SMOOTH,
            "rnn",
            "gru",
            "lstm",
            "two-way gru",
            "stacked lstm",
            "stacked rnn",
            "convolved gru",
        ),
    ),
    "labels mixed up": Fault(
        lambda rng: {"noise": 1.0},
        ("not learning", "overfitting"),
        _learns,
    ),
    "running averages that lag": Fault(
        lambda rng: {"momentum": float(10 ** rng.uniform(-5, -4)), "offset": 2.0},
        ("training and evaluation differ",),
        _is(*_NORMALIZED),
    ),
    "one class weighs all": Fault(
        lambda rng: {"class_weight": float(10 ** rng.uniform(3, 4))},
        (
            "one class predicted",
            "output independent of the input",
            "training and evaluation differ",  # the loss weighs classes in training alone
        ),
        _classifies,
    ),
    "the same input for all": Fault(
        lambda rng: {"blank": True},
        ("output independent of the input", "not learning", "one class predicted"),
        _learns,
    ),
    "a burst near the end": Fault(
        lambda rng: {"burst": float(10 ** rng.uniform(2, 2.7))},
        ("loss spikes", "not finite"),
        _is(*_RECTIFIED, "elu", "silu", "leaky", "residual", "gru", "two-way gru", "stacked lstm"),
        {"optimizer": ("adam", "adamw", "rmsprop")},
    ),
    "deep sigmoid": Fault(
        lambda rng: {"function": "sigmoid", "depth": 8},
        ("vanishing gradients",),
        _is("tanh"),
        {"optimizer": ("sgd", "momentum")},
    ),
}
"""By name; of PyTorch's networks."""

ILLNESSES: Mapping[str, tuple[str, ...]] = {
    "dead units": ("dead units",),
    "saturation": ("saturation", "ill-scaled initial weights"),
    "vanishing gradients": ("vanishing gradients", "ill-scaled initial weights"),
    "exploding gradients": ("exploding gradients", "ill-scaled initial weights"),
    "learning rate too large": ("learning rate too large", "not finite"),
    "learning rate too small": ("learning rate too small",),
    "symmetric units": ("symmetric units",),
    "overfitting": ("overfitting",),
    "not finite": ("not finite",),
    "not learning": ("not learning", "output independent of the input", "one class predicted"),
}
"""The faults of NumPy's networks (`patients.FAULTS`), and the rules each of which names them."""


def faults_of(family: Family) -> list[str]:
    """Return the faults that a family can have."""
    if family.architecture == "numpy":
        return list(ILLNESSES)
    return [name for name, fault in FAULTS.items() if fault.fits(family.kind, family.architecture)]
