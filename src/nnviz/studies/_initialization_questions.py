"""What is asked of untrained layers: what they keep of their input, and of a gradient."""

from collections.abc import Callable, Collection

from nnviz.studies.claims import SHARE, Bound, Question
from nnviz.studies.measures import Edge, Extreme, Level, Pick, Ratio

__all__ = ["questions_of"]


def questions_of(settings: Collection[str]) -> list[Question]:
    """Return what is asked of the settings that were run, such as "relu, He"."""
    return [
        ask(activation, initializer)
        for activation, initializer, ask in _ASKED
        if f"{activation}, {initializer}" in settings
    ]


def _subjects(activation: str, initializer: str) -> dict[str, str | float]:
    return {"activation": activation, "initializer": initializer}


def _pick(activation: str, initializer: str, statistic: str, layer: Edge | None = None) -> Pick:
    where = {"setting": f"{activation}, {initializer}", "statistic": statistic}
    return Pick("statistics", where=where if layer is None else {**where, "layer": layer})


def _last_over_first(activation: str, initializer: str) -> Ratio:
    return Ratio(
        _pick(activation, initializer, "std", Edge.LAST),
        _pick(activation, initializer, "std", Edge.FIRST),
    )


def _saturates(key: str, low: float) -> Callable[[str, str], Question]:
    def ask(activation: str, initializer: str) -> Question:
        return Question(
            key,
            "share of {activation} saturated in layer {depth}",
            Level(_pick(activation, initializer, "saturated", Edge.LAST)),
            Bound.at_least(low),
            "Weights of {initializer} drive {activation} into saturation: {number:.0%} of layer "
            "{depth}",
            "Weights of {initializer} saturate {number:.0%} of layer {depth} of {activation}, less "
            "than {bound:.0%}",
            unit="%",
            subjects=_subjects(activation, initializer),
        )

    return ask


def _collapses(activation: str, initializer: str) -> Question:
    return Question(
        f"{activation} collapses",
        "standard deviation of {activation} in layer {depth}",
        Level(_pick(activation, initializer, "std", Edge.LAST)),
        Bound.at_most(0.03),
        "Weights of {initializer} collapse {activation} to nearly one value: layer {depth} has a "
        "standard deviation of {number:.2g}",
        "Weights of {initializer} do not collapse {activation} to one value: layer {depth} has a "
        "standard deviation of {number:.2g}",
        subjects=_subjects(activation, initializer),
    )


def _keeps(key: str, low: float, high: float) -> Callable[[str, str], Question]:
    def ask(activation: str, initializer: str) -> Question:
        return Question(
            key,
            "standard deviation of {activation}, layer {depth} divided by first",
            _last_over_first(activation, initializer),
            Bound(low, high),
            "From the first layer to layer {depth} of {activation}, {initializer} weights multiply "
            "the spread by {number}",
            "From the first layer to layer {depth} of {activation}, {initializer} weights multiply "
            "the spread by {number}, not by {low} to {high}",
            subjects=_subjects(activation, initializer),
        )

    return ask


def _explodes(activation: str, initializer: str) -> Question:
    return Question(
        f"{activation} explodes",
        "standard deviation of {activation}, layer {depth} divided by first",
        _last_over_first(activation, initializer),
        Bound.at_least(1000.0),
        "With weights of {initializer}, the activations of {activation} grow {number:,.0f}-fold "
        "from the first layer to layer {depth}",
        "With weights of {initializer}, the activations of {activation} do not grow {bound:,.0f}-"
        "fold from the first layer to layer {depth}, but {number:,.1f}-fold",
        subjects=_subjects(activation, initializer),
    )


def _half_is_zero(activation: str, initializer: str) -> Question:
    return Question(
        "half is zero",
        "share of exact zeros of {activation}, mean over layers",
        Level(_pick(activation, initializer, "zero")),
        Bound(0.45, 0.55),
        "Half of a {activation} layer is exactly zero, even with {initializer} initialization",
        "Of a {activation} layer with {initializer} initialization, {number:.0%} is exactly zero, "
        "not half",
        unit="%",
        possible=SHARE,
        subjects=_subjects(activation, initializer),
    )


def _keeps_gradient(activation: str, initializer: str) -> Question:
    return Question(
        f"{activation} keeps its gradient",
        "RMS gradient of {activation}, first layer divided by layer {depth}",
        Level(_pick(activation, initializer, "gradient_rms", Edge.FIRST)),
        Bound(0.7, 1.4),
        "The gradient of {activation} does not vanish with depth under {initializer} "
        "initialization: {number:.0%} of it arrive",
        "The gradient of {activation} changes with depth under {initializer} initialization: "
        "{number:.0%} of it arrive, not {low:.0%} to {high:.0%}",
        unit="%",
        subjects=_subjects(activation, initializer),
    )


def _loses_gradient(key: str, high: float) -> Callable[[str, str], Question]:
    def ask(activation: str, initializer: str) -> Question:
        return Question(
            key,
            "RMS gradient of {activation}, first layer divided by layer {depth}",
            Level(_pick(activation, initializer, "gradient_rms", Edge.FIRST)),
            Bound.at_most(high),
            "With {initializer} weights, {activation} passes {number} of the gradient back to the "
            "first of {depth} layers",
            "With {initializer} weights, {activation} passes {number} of the gradient back to the "
            "first of {depth} layers, more than {bound}",
            unit="%",
            subjects=_subjects(activation, initializer),
        )

    return ask


def _all_the_same(activation: str, initializer: str) -> Question:
    return Question(
        "zeros are all the same",
        "standard deviation between the units of a layer, largest of any",
        Extreme(_pick(activation, initializer, "unit_spread"), "layer", "max"),
        Bound.at_most(0.0),
        "Zero weights make every unit of a {activation} layer the same",
        "Zero weights do not make every unit of a {activation} layer the same: "
        "they spread by {number}",
        subjects=_subjects(activation, initializer),
    )


_ASKED = (
    ("sigmoid", "std 1", _saturates("sigmoid saturates", 0.5)),
    ("tanh", "std 1", _saturates("tanh saturates", 0.7)),
    ("sigmoid", "std 0.01", _collapses),
    ("tanh", "std 0.01", _collapses),
    ("tanh", "Xavier", _keeps("tanh keeps its spread", 0.4, 0.65)),
    ("tanh", "He", _keeps("tanh keeps more with He", 0.65, 0.95)),
    ("relu", "He", _keeps("relu keeps its spread", 0.7, 1.4)),
    ("relu", "std 1", _explodes),
    ("relu", "He", _half_is_zero),
    ("relu", "He", _keeps_gradient),
    ("sigmoid", "Xavier", _loses_gradient("sigmoid loses its gradient", 0.01)),
    ("relu", "std 0.01", _loses_gradient("relu can lose its gradient", 1e-3)),
    ("sigmoid", "zeros", _all_the_same),
)
"""Activation function, initializer, and what is asked of the two together."""
