"""What is asked of recorded networks: who dies, who hardly moves, where the gradient goes."""

from collections.abc import Sequence

from nnviz import nn
from nnviz.studies.claims import SHARE, SHARES_APART, Bound, Question
from nnviz.studies.measures import Difference, Edge, Extreme, Level, Pick
from nnviz.train import Dataset

__all__ = ["questions_of", "setting_of"]


def setting_of(rate: float) -> str:
    """Return how the tables call the networks of a learning rate."""
    return f"rate {rate:g}"


def questions_of(data: Dataset, rates: Sequence[float], activation: str) -> list[Question]:
    """Return what is asked of the lowest rate, of one in the middle, and of the highest.

    Units die where an activation function is silent below zero. What stands beside other rates is
    asked only if there are some.
    """
    ordered = sorted(rates)
    low, middle, high = ordered[0], ordered[len(ordered) // 2], ordered[-1]
    asked: list[Question] = []
    if activation == "relu":
        asked += _of_the_highest(high)
    if activation == "relu" and len(ordered) > 1:
        asked.append(_more_die(high, middle if len(ordered) > 2 else low))
    if activation == "relu" and len(ordered) > 2:
        asked.append(_lives(middle))
    if len(ordered) > 2:
        asked.append(_thousandth(middle))
    if len(ordered) > 1:
        good = middle if len(ordered) > 2 else low
        asked += [_too_large(data, good, high), _hardly_moves(low), _leaps(high)]
    if nn.ACTIVATIONS[activation].saturated is not None:
        asked.append(_vanishes(middle if len(ordered) > 2 else low))
    return asked


def _dead(rate: float) -> Pick:
    where = {"setting": setting_of(rate), "metric": "dead", "step": Edge.LAST}
    return Pick("progress", where=where)


def _of_the_highest(rate: float) -> list[Question]:
    setting, subjects = setting_of(rate), {"rate": rate}
    end = {"setting": setting, "layer": Edge.FIRST, "quantile": 0.75, "step": Edge.LAST}
    return [
        Question(
            "kills units",
            "share of dead units at the end, mean over layers",
            Level(_dead(rate)),
            Bound.at_least(0.4),
            "At a learning rate of {rate:g}, {number:.0%} of the {activation} units die",
            "At a learning rate of {rate:g}, {number:.0%} of the {activation} units die, less than "
            "{bound:.0%}",
            unit="%",
            possible=SHARE,
            subjects=subjects,
            missing="too few steps were recorded to tell dead units",
        ),
        Question(
            "fed below zero",
            "upper quartile of the inputs of the first activation function at the end",
            Level(Pick("quantiles", where=end)),
            Bound.at_most(0.0),
            "At a learning rate of {rate:g}, three quarters of the inputs of the first "
            "{activation} layer end at {number:.2g} or below: it is silent below zero",
            "At a learning rate of {rate:g}, the upper quartile of the inputs of the first "
            "{activation} layer ends above zero, at {number:.2g}",
            subjects=subjects,
        ),
        Question(
            "below zero everywhere",
            "share of its inputs below zero at the end, in the layer with the fewest",
            Extreme(Pick("below_zero", where={"setting": setting}), "layer", "min"),
            Bound.at_least(0.6),
            "At a learning rate of {rate:g}, most inputs of every {activation} layer end below "
            "zero, where it is silent: {number:.0%} in the layer with the fewest, on average",
            "At a learning rate of {rate:g}, the inputs of {at} end below zero to {number:.0%}, "
            "less than {bound:.0%}",
            unit="%",
            possible=SHARE,
            subjects=subjects,
        ),
    ]


def _more_die(rate: float, other: float) -> Question:
    return Question(
        "more units die",
        "share of dead units at the end, mean over layers, a rate of {rate:g} minus one of "
        "{other:g}",
        Difference(_dead(rate), _dead(other)),
        Bound.at_least(0.3),
        "At a learning rate of {rate:g}, {a:.0%} of the {activation} units die, at {other:g} "
        "{b:.0%}",
        "At a learning rate of {rate:g}, {a:.0%} of the {activation} units die, at {other:g} "
        "{b:.0%}: not {bound} more",
        unit="points",
        possible=SHARES_APART,
        subjects={"rate": rate, "other": other},
        missing="too few steps were recorded to tell dead units",
    )


def _lives(rate: float) -> Question:
    return Question(
        "units live",
        "share of dead units at the end, mean over layers",
        Level(_dead(rate)),
        Bound.at_most(0.2),
        "At a learning rate of {rate:g}, few {activation} units die: {number:.0%}",
        "At a learning rate of {rate:g}, {number:.0%} of the {activation} units die",
        unit="%",
        possible=SHARE,
        subjects={"rate": rate},
        missing="too few steps were recorded to tell dead units",
    )


def _too_large(data: Dataset, rate: float, other: float) -> Question:
    return Question(
        "too large",
        "test accuracy, a rate of {rate:g} minus one of {other:g}",
        Difference(
            Pick("accuracy", where={"setting": setting_of(rate)}),
            Pick("accuracy", where={"setting": setting_of(other)}),
        ),
        Bound.at_least(0.3),
        "At a learning rate of {rate:g} the network reaches a test accuracy of {a:.0%}, at "
        "{other:g} only {b:.0%}",
        "At a learning rate of {rate:g} test accuracy is {a:.0%}, at {other:g} it is {b:.0%}: the "
        "higher rate is not too large by {bound}",
        unit="points",
        subjects={"rate": rate, "other": other},
        resolution=1 / len(data.x_test),
    )


def _thousandth(rate: float) -> Question:
    return Question(
        "a thousandth",
        "update over weights, median over the steps",
        Level(Pick("updates", where={"setting": setting_of(rate)}, over="median")),
        Bound(1e-3, 1e-2),
        "At a learning rate of {rate:g} the weights move by a few thousandths a step",
        "At a learning rate of {rate:g} the weights move by {number} of their size a step, not by "
        "a few thousandths",
        subjects={"rate": rate},
    )


def _hardly_moves(rate: float) -> Question:
    return Question(
        "hardly moves",
        "update over weights, median over the steps",
        Level(Pick("updates", where={"setting": setting_of(rate)}, over="median")),
        Bound.at_most(1e-4),
        "At a learning rate of {rate:g} the weights hardly move",
        "At a learning rate of {rate:g} the weights move by {number} of their size a step, more "
        "than {bound}",
        subjects={"rate": rate},
    )


def _leaps(rate: float) -> Question:
    first = {"setting": setting_of(rate), "step": Edge.FIRST}
    return Question(
        "leaps",
        "first update over weights, at a rate of {rate:g}",
        Level(Pick("updates", where=first)),
        Bound.at_least(0.02),
        "Too large a learning rate shows in the first update: at {rate:g} it moves the weights by "
        "{number:.1%}",
        "At a learning rate of {rate:g} the first update moves the weights by {number:.2%}, less "
        "than {bound:.0%}",
        unit="%",
        subjects={"rate": rate},
        given=("too large",),
    )


def _vanishes(rate: float) -> Question:
    def gradient(layer: Edge) -> Pick:
        where = {"setting": setting_of(rate), "metric": "gradient", "layer": layer}
        return Pick("progress", where=where)

    return Question(
        "vanishes",
        "gradient of the weights, first layer divided by last, at the step where it is highest",
        Extreme(gradient(Edge.FIRST), "step", "max", gradient(Edge.LAST), "ratio"),
        Bound.at_most(0.1),
        "At a learning rate of {rate:g}, at most {number:.2%} of the gradient ever arrives in the "
        "first of the {activation} layers",
        "At a learning rate of {rate:g}, layers of {activation} do not lose nine tenths of the "
        "gradient on its way back at every step: at step {at:.0f}, {number:.0%} of it arrives",
        unit="%",
        subjects={"rate": rate},
    )
