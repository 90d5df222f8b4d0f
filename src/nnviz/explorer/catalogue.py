"""What the page is told of surfaces, rules, initial weights and activation functions.

Names, defaults, domains and formulas are declared in Python and nowhere else; the scripts of the
page hold the arithmetic only.
"""

import math
from dataclasses import asdict
from inspect import signature
from typing import Any, TypeAlias

from nnviz import nn, optim, studies, surfaces
from nnviz._language import current
from nnviz._names import safe_text
from nnviz._titles import title
from nnviz.errors import PluginError
from nnviz.explorer import draws, presets
from nnviz.optim.registry import Factory
from nnviz.plots import text
from nnviz.studies._curvature import best_momentum, curvatures, is_quadratic
from nnviz.surfaces import Surface

__all__ = ["KNOBS", "activations", "initializers", "rules", "surfaces_told"]

Told: TypeAlias = dict[str, Any]
"""What JSON can say."""

KNOBS: dict[str, tuple[float, float]] = {
    "momentum": (0, 0.999),
    "betas": (0, 0.999),
    "alpha": (0, 0.999),
    "rho": (0, 0.999),
    "weight_decay": (0, 1),
}
"""Between which numbers a hyperparameter can be set; the others stay as they are."""


def surfaces_told() -> dict[str, Told]:
    """Return what is known of each surface, by name, with the rate that each rule begins with.

    Where the notes have one, it is theirs, else that of `presets`.
    """
    rates = presets.rates()
    default = signature(studies.optimizer_trajectories).parameters
    notes = {default["surface"].default: default["optimizers"].default}
    return {
        name: _surface(surface) | {"rates": {**rates[name], **notes.get(name, {})}}
        for name, surface in surfaces.SURFACES.items()
    }


def rules() -> dict[str, Told]:
    """Return how each rule is written, and its hyperparameters with their defaults, by name.

    Of a rule that a package brings, only its name is known, and whose it is: no script of the page
    does what it does.
    """
    ours = {
        name: {"title": text.choice(name), "settings": _defaults(make)}
        for name, make in optim.RULES.ours.items()
    }
    return ours | {
        name: {"title": _title(name), "package": optim.RULES.package(name)}
        for name in optim.RULES
        if name not in ours
    }


def initializers() -> dict[str, Told]:
    """Return how each initializer is written, by name."""
    return {name: {"title": _written(name)} for name in draws.initializers()}


def activations() -> dict[str, Told]:
    """Return how each activation function is written, by name, and whether it can saturate."""
    return {
        name: {"title": _written(name), "saturates": function.saturated is not None}
        for name, function in nn.ACTIVATIONS.items()
    }


def _surface(surface: Surface) -> Told:
    """Return what is declared of a surface, and what its curvature says of learning rates."""
    facts = {
        key: value
        for key, value in asdict(surface).items()
        if key not in ("name", "value", "gradient", "gradient_by", "close_up")
    }
    facts |= {"view": surface.view, "minimum": _finite(surface.minimum)}
    facts |= {"title": _written(surface.title), "note": current().sentence(surface.note)}
    if surface.minima and is_quadratic(surface, surface.start):
        least, largest = curvatures(surface)
        facts |= {"curvature": largest, "best": best_momentum(least, largest)}
    return facts


def _written(name: str) -> str:
    """Return how something is written: a browser has letters that no font of ours has."""
    return safe_text(text.CHOICES.get(name) or current().sentence(title(name)))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _defaults(make: Factory) -> Told:
    """Return the hyperparameters of a rule but its learning rate, with their defaults."""
    _, *others = signature(make).parameters.values()
    return {one.name: one.default for one in others}


def _title(name: str) -> str:
    try:
        return title(name)
    except PluginError:  # its package does not load, which `nnviz list optimizers` tells
        return name
