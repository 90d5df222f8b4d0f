"""The shapes themselves: activation functions, learning-rate schedules, sizes of updates."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn
from nnviz.optim import Optimizer, Schedule, schedules
from nnviz.studies._rules import Makers, makers_of
from nnviz.studies.claims import Bound, Question
from nnviz.studies.measures import Best, Edge, Level, Pick, Ratio, Within
from nnviz.studies.study import Study, declare
from nnviz.tables import FUNCTION, SWEPT

__all__ = ["activation_functions", "effective_steps", "learning_rate_schedules"]

_STEP = {"schedule": "name of the schedule", "step": "number of updates"}
_SCHEDULES = {
    "schedules": SWEPT.extended(
        "schedule",
        {**_STEP, "learning_rate": "at this step"},
        label="schedule",
        over="step",
        measured="learning_rate",
    ),
    "relative": SWEPT.extended(
        "relative schedule",
        {**_STEP, "share": "of the highest learning rate"},
        label="schedule",
        over="step",
        measured="share",
        display={"share": "share of the highest learning rate"},
    ),
}
_SIZES = SWEPT.extended(
    "size of a step",
    {
        "optimizer": "name of the rule",
        "gradient": "that does not change",
        "step": "number of the update, from 1",
        "size": "absolute value of the update",
        "over_root": "size times the root of the step, relative to the first step",
    },
    label="optimizer",
    over="step",
    measured="size",
    log=["size"],
    part="gradient",
)


@declare({"functions": FUNCTION})
def activation_functions(
    activations: Sequence[str] = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu"),
    *,
    low: float = -6.0,
    high: float = 6.0,
    points: int = 601,
) -> Study:
    """Tabulate activation functions and their derivatives.

    Parameters
    ----------
    activations : sequence of str
        Names from `nn.ACTIVATIONS`.
    low, high : float
        Ends of the range of the input.
    points : int
        How many inputs, evenly spaced.

    Returns
    -------
    Study
        The table below. A function is saturated where its output is so near a bound that next to
        no gradient passes.
    """
    if _checks.real("low", low) >= _checks.real("high", high):
        raise _checks.fail("low", f"below high, {high!r}", low)
    x = np.linspace(low, high, _checks.integer("points", points, at_least=2))
    frames = []
    for name in _checks.names("activations", activations, nn.ACTIVATIONS):
        function = nn.ACTIVATIONS[name]
        value = function.value(x)
        saturated = function.saturated or (lambda y: np.zeros(len(y), bool))
        frames.append(
            pd.DataFrame(
                {
                    "activation": name,
                    "x": x,
                    "value": value,
                    "derivative": function.derivative(x),
                    "saturated": saturated(value),
                }
            )
        )
    table = pd.concat(frames, ignore_index=True)
    settings = {"activations": list(activations), "low": low, "high": high, "points": points}
    asked = _slope_questions(activations)
    return Study.asked(
        "activation_functions", {"functions": table}, settings, asked, {"functions": FUNCTION}
    )


def _slope_questions(activations: Sequence[str]) -> list[Question]:
    def slope(activation: str, over: str, **where: Any) -> Level:
        return Level(Pick("functions", "derivative", {"activation": activation, **where}, over))

    asked = {
        "sigmoid": Question(
            "sigmoid passes a quarter",
            "largest derivative of {activation}",
            slope("sigmoid", "max"),
            Bound.at_most(0.25),
            "The {activation} passes on a quarter of the gradient at the very most",
            "The {activation} passes on {number} of the gradient, more than {bound}",
            unit="%",
            subjects={"activation": "sigmoid"},
        ),
        "tanh": Question(
            "saturation stops the gradient",
            "largest derivative of {activation} where it is saturated",
            slope("tanh", "max", saturated=True),
            Bound.at_most(0.1),
            "Where {activation} is saturated, less than a tenth of the gradient passes",
            "Where {activation} is saturated, {number} of the gradient passes, more than {bound}",
            unit="%",
            subjects={"activation": "tanh"},
            missing="no input saturates it",
        ),
        "relu": Question(
            "relu passes all",
            "least derivative of {activation} above zero",
            slope("relu", "min", x=Within(0, np.inf)),
            Bound.at_least(1.0),
            "{activation} passes the whole gradient wherever it is active",
            "{activation} passes only {number} of the gradient somewhere above zero",
            unit="%",
            subjects={"activation": "relu"},
            missing="no input is above zero",
        ),
    }
    return [question for name, question in asked.items() if name in activations]


@declare(_SCHEDULES)
def learning_rate_schedules(*, learning_rate: float = 0.1, steps: int = 200) -> Study:
    """Tabulate learning-rate schedules that begin at, or rise to, the same rate.

    Parameters
    ----------
    learning_rate : float
        The highest rate of each.
    steps : int
        Number of updates.

    Returns
    -------
    Study
        The tables below.
    """
    total = _checks.integer("steps", steps, at_least=20)
    chosen: Mapping[str, Schedule] = {
        "constant": schedules.constant(learning_rate),
        "step": schedules.step_decay(learning_rate, every=total // 4, factor=0.5),
        "exponential": schedules.exponential(learning_rate, factor=0.01 ** (1 / total)),
        "cosine": schedules.cosine(learning_rate, steps=total),
        "warm-up and cosine": schedules.warm_up(
            schedules.cosine(learning_rate, steps=total - total // 10), steps=total // 10
        ),
        "one cycle": schedules.one_cycle(learning_rate, steps=total),
    }
    table = pd.DataFrame(
        [
            {"schedule": name, "step": step, "learning_rate": float(schedule(step))}
            for name, schedule in chosen.items()
            for step in range(total)
        ]
    )
    relative = table["learning_rate"] / learning_rate
    tables = {"schedules": table, "relative": table[["schedule", "step"]].assign(share=relative)}
    settings = {"learning_rate": learning_rate, "steps": total, "schedules": list(chosen)}
    return Study.asked(
        "learning_rate_schedules", tables, settings, _schedule_questions(), _SCHEDULES
    )


def _schedule_questions() -> list[Question]:
    def at(edge: Edge, *names: str) -> Pick | Best:
        picks = [Pick("relative", "share", {"schedule": name, "step": edge}) for name in names]
        return Best(picks, "max")

    decaying = ("step", "exponential", "cosine", "warm-up and cosine", "one cycle")
    return [
        Question(
            "all decay",
            "last learning rate divided by the highest, of the slowest decay",
            Level(at(Edge.LAST, *decaying)),
            Bound.at_most(0.2),
            "Every schedule but the constant one ends at {number:.1%} of its highest rate or less",
            "A schedule ends at {number:.0%} of its highest rate, above {bound:.0%}",
            unit="%",
        ),
        Question(
            "warm-up begins low",
            "first learning rate divided by the highest, of {one} and {other}",
            Level(at(Edge.FIRST, "warm-up and cosine", "one cycle")),
            Bound.at_most(0.1),
            "{one} and {other} begin at a tenth of their highest rate or less",
            "{one} or {other} begins at {number:.0%} of its highest rate, above {bound:.0%}",
            unit="%",
            subjects={"one": "warm-up and cosine", "other": "one cycle"},
        ),
    ]


@declare({"sizes": _SIZES})
def effective_steps(
    optimizers: Makers = ("sgd", "momentum", "adagrad", "rmsprop", "adam"),
    *,
    gradients: Sequence[float] = (0.01, 1.0),
    steps: int = 100,
) -> Study:
    """Feed constant gradients to update rules and tabulate how far each moves.

    Learning rate 1, so that a size is in units of the learning rate.

    Parameters
    ----------
    optimizers : sequence of str, or mapping of str to callable
        Names from `optim.RULES`; or by any name what makes a rule of a learning rate,
        such as ``torch.optim.Adam`` and ``optax.adam``.
    gradients : sequence of float
        Constant gradients, positive.
    steps : int
        Number of updates.

    Returns
    -------
    Study
        The table below.
    """
    total = _checks.integer("steps", steps, at_least=2)
    scales = np.array(_checks.sequence("gradients", gradients, _checks.positive))
    makers = makers_of(optimizers)
    frames = [
        pd.DataFrame(
            {
                "optimizer": name,
                "gradient": np.tile(scales, total),
                "step": np.repeat(np.arange(1, total + 1), len(scales)),
                "size": _sizes(make(1.0), scales, total).ravel(),
            }
        )
        for name, make in makers.items()
    ]
    table = pd.concat(frames, ignore_index=True)
    first = table.groupby(["optimizer", "gradient"])["size"].transform("first")
    table["over_root"] = table["size"] * np.sqrt(table["step"]) / first
    settings = {
        "optimizers": list(makers),
        "gradients": scales.tolist(),
        "learning_rate": 1.0,
        "steps": total,
    }
    asked = _size_questions(makers, scales)
    return Study.asked("effective_steps", {"sizes": table}, settings, asked, {"sizes": _SIZES})


def _sizes(rule: Optimizer, gradients: np.ndarray, steps: int) -> np.ndarray:
    """Return the absolute updates, shape (steps, gradients): each parameter is on its own."""
    params = np.zeros_like(gradients)
    state = rule.init(params)
    sizes = np.empty((steps, len(gradients)))
    for step in range(steps):
        updates, state = rule.update(gradients, state, params)
        params = params + updates
        sizes[step] = np.abs(updates)
    return sizes


def _size_questions(optimizers: Collection[str], gradients: np.ndarray) -> list[Question]:
    """Return what is asked of the rules that were run."""
    low, high = float(gradients.min()), float(gradients.max())

    def last(optimizer: str, gradient: float, value: str = "size") -> Pick:
        where = {"optimizer": optimizer, "gradient": gradient, "step": Edge.LAST}
        return Pick("sizes", value, where)

    asked = []
    if "adagrad" in optimizers:
        asked.append(
            Question(
                "adagrad slows down",
                "size of the last step of {rule} times the root of its number, divided by the "
                "first",
                Level(last("adagrad", high, "over_root")),
                Bound(0.99, 1.01),
                "On a constant gradient, the nth step of {rule} is its first over √n",
                "On a constant gradient, step {steps} of {rule} times its root is {number} of the "
                "first",
                subjects={"rule": "adagrad"},
            )
        )
    if {"momentum", "sgd"} <= set(optimizers):
        asked.append(
            Question(
                "momentum grows",
                "size of step {steps}, {rule} divided by {plain}",
                Ratio(last("momentum", high), last("sgd", high)),
                Bound(9.0, 10.0),
                "On a constant gradient, the steps of {rule} grow to {number} times those of "
                "{plain}",
                "On a constant gradient, the steps of {rule} grow to {number} times those of "
                "{plain} in {steps} updates, not to {low} to {high}",
                subjects={"rule": "momentum", "plain": "sgd"},
            )
        )
    if "adam" in optimizers and low < high:
        asked.append(
            Question(
                "adam ignores the scale",
                "size of a step of {rule}, gradient of {small:g} divided by gradient of {large:g}",
                Ratio(last("adam", low), last("adam", high), none=None),
                Bound(0.99, 1.01),
                "The steps of {rule} do not depend on the scale of the gradient: {small:g} or "
                "{large:g}",
                "The steps of {rule} depend on the scale of the gradient: at {small:g} they are "
                "{number} times as long as at {large:g}",
                subjects={"rule": "adam", "small": low, "large": high},
            )
        )
    return asked
